import fc from 'fast-check';
import picomatch from 'picomatch';
import { describe, expect, test } from 'vitest';
import { readGlob } from '../../server/glob';

const matches = (pattern: string, path: string) => readGlob(pattern).matches?.(path);

describe('patterns', () => {
  test.each([
    ['vendor/**', 'vendor/a/b.yaml', true],
    ['vendor/**', 'vendors/a.yaml', false],
    ['**/*.gen.yaml', 'x.gen.yaml', true],
    ['**/*.gen.yaml', 'a/.b/x.gen.yaml', true],
    ['*.yaml', 'a/x.yaml', false],
    ['./a?.yaml', 'ab.yaml', true],
    ['{a,b{1,2}}.yaml', 'b2.yaml', true],
    ['{a,b{1,2}}.yaml', 'b3.yaml', false],
    ['[a-c]x[!1].yaml', 'bx2.yaml', true],
    ['[a-c]x[!1].yaml', 'bx1.yaml', false],
    ['a.b', 'axb', false],
    ['\\*.yaml', '*.yaml', true],
  ])('%s, %s: %s', (pattern, path, expected) => expect(matches(pattern, path)).toBe(expected));

  test('mean what they mean elsewhere', () => {
    const part = fc.constantFrom('a', 'b', '*', '?', '**', 'a*', '*b', '*a*', '{a,b}', '[ab]', 'ab', '.a');
    const name = fc.constantFrom('a', 'b', 'ab', 'ba', 'aab', '.a', 'bab');
    const patterns = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    const paths = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
    // Whether `a/**` is also `a` itself depends there on what stands before it.
    const clear = patterns.filter((pattern) => !pattern.endsWith('/**'));
    fc.assert(
      fc.property(clear, paths, (pattern, path) => {
        expect(matches(pattern, path)).toBe(picomatch(pattern, { dot: true })(path));
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    ['*(a|a*|aa*)*(a|a*|aa*)b', 'nothing else'],
    ['!(x).yaml', 'nothing else'],
    ['x'.repeat(70_000), 'at most 256 characters'],
    ['{a,b}'.repeat(10), 'more than 16 patterns'],
  ])('%.40s is refused', (pattern, why) => expect(readGlob(pattern).problem).toContain(why));

  /** Twenty stars took more than thirty seconds. */
  test.each(['**a', '*a', '?*a', '[a]*', '**/a*/'])('many of %s take no time', (part) => {
    const pattern = part.repeat(200 / part.length);
    const paths = ['a'.repeat(250), `${'a'.repeat(44)}/`.repeat(80), 'a/'.repeat(2_000)];
    const began = performance.now();
    for (const path of paths) matches(`${pattern}b`, path);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
