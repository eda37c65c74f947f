import { expect, test } from 'vitest';
import { argumentOf } from '../../src/setup/controller/deployments';

test('options of the controller are read from its arguments or its command, in one word or two', () => {
  const of = (container: object) => ({
    metadata: { name: 'lbc' },
    spec: { template: { spec: { containers: [container] } } },
  });
  expect(argumentOf(of({ args: ['--cluster-name=shop'] }), 'cluster-name')).toBe('shop');
  expect(argumentOf(of({ args: ['--cluster-name', 'shop'] }), 'cluster-name')).toBe('shop');
  expect(argumentOf(of({ command: ['/controller', '--aws-region='] }), 'aws-region')).toBe('');
  expect(argumentOf(of({ args: ['--cluster-names=a'] }), 'cluster-name')).toBeUndefined();
});
