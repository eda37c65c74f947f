import fc from 'fast-check';
import { expect, test } from 'vitest';
import { globMatches } from '../../src/setup/iam/documents';

/** As the matcher was once written, which is plain to see but takes for ever with many stars. */
function plainly(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(text);
}

const sign = (...signs: string[]) => fc.string({ unit: fc.constantFrom(...signs), maxLength: 8 });

test('wildcards match what an expression would', () => {
  fc.assert(
    fc.property(sign('a', 'b', '*', '?', '.'), sign('a', 'b', '.', '*', '\n'), (pattern, text) => {
      expect(globMatches(pattern, text)).toBe(plainly(pattern, text));
    }),
    { numRuns: 5_000 },
  );
});

test('names of actions know no upper and lower case', () => {
  expect(globMatches('EC2:describe*', 'ec2:DescribeSubnets', 'i')).toBe(true);
  expect(globMatches('ec2:Describe*', 'ec2:describeSubnets')).toBe(false);
});

/** Seven stars and sixty letters took 22 seconds; each further star ten times as long. */
test('many stars take no time', () => {
  expect(globMatches(`${'*a'.repeat(200)}b`, 'a'.repeat(2_000))).toBe(false);
});
