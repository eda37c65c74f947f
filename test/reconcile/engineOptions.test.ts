import { describe, expect, test } from 'vitest';
import { checkEksName, checkOptions } from '../../src/reconcile/engineOptions';

describe('options', () => {
  test.each([
    { clusterName: 'shop', region: 'eu-west-1', vpcId: 'vpc-0123456789abcdef0' },
    { clusterName: 'kops.example.com', context: 'arn:aws:eks:eu-west-1:123456789012:cluster/shop' },
    { region: 'us-gov-west-1' },
    { region: 'us-iso-east-1' },
    { profile: 'My Team (prod)', endpointUrl: 'http://127.0.0.1:5000' },
  ])('%j are right', (options) => expect(() => checkOptions(options)).not.toThrow());

  test.each([
    { clusterName: 'x\ntouch PWN1\n#' },
    { clusterName: '--post-renderer=/tmp/x' },
    { clusterName: '' },
    { clusterName: 'a'.repeat(254) },
    { context: '--kubeconfig=/etc/x' },
    { context: 'a\u001b[2K' },
    { profile: '-rm' },
    { profile: 'a\nb' },
    { region: 'eu-west-1;id' },
    { region: '$(id)' },
    { vpcId: 'vpc-1 --yes' },
    { endpointUrl: 'file:///etc/passwd' },
    { endpointUrl: 'not a url' },
    { kubeconfig: '-o' },
  ])('%j are refused', (options) => {
    expect(() => checkOptions(options)).toThrow(expect.objectContaining({ code: 'bad-option' }));
  });

  test('names of clusters of EKS have no dots', () => {
    expect(() => checkEksName('shop_1-b')).not.toThrow();
    for (const name of ['kops.example.com', 'a'.repeat(101), '-a', 'a b'])
      expect(() => checkEksName(name)).toThrow();
  });
});
