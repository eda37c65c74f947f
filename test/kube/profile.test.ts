import { expect, test } from 'vitest';
import { releaseOf } from '../../src/kube/profile';

test.each([
  ['v2.13.0', '2.13.0'],
  ['2.8.2', '2.8.2'],
  ['v3.5.0-linux_amd64', '3.5.0'],
  ['latest', undefined],
  [undefined, undefined],
])('the release in the tag %s', (tag, release) => {
  expect(releaseOf(tag)).toBe(release);
});
