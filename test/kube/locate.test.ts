import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { locateObjects, objectAt } from '../../src/kube/locate';

/** Objects with the lines of their document and of `kind`, counted from 0. */
function located(text: string): string[] {
  return locateObjects(text).map(
    ({ object, firstLine, lastLine, kindLine }) =>
      `${object.kind} ${object.metadata.name} ${firstLine}-${lastLine}, kind ${kindLine}`,
  );
}

const TWO = [
  '# head',
  'apiVersion: v1',
  'kind: A',
  'metadata:',
  '  name: a',
  '---',
  'metadata:',
  '  name: b',
  'kind: B',
  '',
  '',
].join('\n');

describe('where objects stand', () => {
  test('two documents', () => {
    expect(located(TWO)).toEqual(['A a 1-4, kind 2', 'B b 6-8, kind 8']);
  });

  test.each([
    ['half-typed', 'kind: A\nmetadata:\n  name: a\nspec:\n  x: [1,\n', ['A a']],
    ['without a name', 'kind: A\nmetadata: {}\n', []],
    ['a name that is a number', 'kind: A\nmetadata: { name: 5 }\n', []],
    ['after a broken document', 'a: "\n---\nkind: B\nmetadata: { name: b }\n', []],
    ['an alias to nothing', 'kind: A\nmetadata: { name: a, labels: *x }\n', []],
  ])('%s', (_, text, expected) => {
    expect(located(text).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(expected);
  });

  test.each([
    [0, undefined],
    [1, 'a'],
    [4, 'a'],
    [5, 'a'],
    [6, 'b'],
    [99, 'b'],
  ])('line %i belongs to %s', (line, name) => {
    expect(objectAt(locateObjects(TWO), line)?.object.metadata.name).toBe(name);
  });
});

test('whatever is typed into a good manifest, or cut out of it, nothing is thrown and lines stay inside the text', () => {
  const edits = fc.tuple(
    fc.nat(TWO.length),
    fc.nat(20),
    fc.oneof(fc.string(), fc.constantFrom('"', '{', '\n---\n', '\t', '&a', '*a', '|')),
  );
  fc.assert(
    fc.property(edits, ([at, cut, typed]) => {
      const text = TWO.slice(0, at) + typed + TWO.slice(at + cut);
      const lines = text.split('\n').length;
      for (const { firstLine, lastLine, kindLine } of locateObjects(text)) {
        expect(firstLine).toBeLessThanOrEqual(kindLine);
        expect(kindLine).toBeLessThanOrEqual(lastLine);
        expect(lastLine).toBeLessThan(lines);
      }
    }),
    { numRuns: 1000 },
  );
});
