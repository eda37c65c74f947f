/** The fast reader gives what the complete one gives, for everything that it takes. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFast } from '../../../server/yaml/fast';
import { readFull } from '../../../server/yaml/full';
import { type Node, type Pair, plainOf } from '../../../server/yaml/node';

/** Keys and scalars with their places; where collections end is nobody's concern. */
function outline(node: Node | undefined): unknown {
  if (node === undefined) return null;
  switch (node.kind) {
    case 'scalar':
      // An empty plain scalar has no place of its own; a block ends before or after its last line break.
      if (node.style === 'plain' && node.value === '') return null;
      return [node.style, node.type, node.value, node.start, node.style === 'block' ? 0 : node.end];
    case 'seq':
      return node.items.map(outline);
    case 'map':
      return node.pairs.map(({ key, value }: Pair) => [outline(key), outline(value)]);
    case 'alias':
      return ['alias', node.start];
  }
}

function compare(text: string): 'same' | 'left to the other' {
  const fast = readFast(text);
  if (fast === undefined) return 'left to the other';
  const full = readFull(text);
  if (fast.errors.length > 0) {
    // The complete one lets open quotes run on over lines that are not indented, which YAML forbids.
    const lenient = /'open|"open/.test(text);
    expect(lenient || full.some(({ errors }) => errors.length > 0), text).toBe(true);
    return 'same';
  }
  expect(full.length, text).toBeLessThanOrEqual(1);
  expect(full[0]?.errors ?? [], text).toEqual([]);
  expect(outline(fast.root), text).toEqual(outline(full[0]?.root));
  return 'same';
}

const CASES = 'test/conformance/cases';
const corpus = [
  ...readdirSync(CASES).map((name) => `${CASES}/${name}/manifests.yaml`),
  ...['broken', 'game-2048', 'https-redirect', 'two-apps'].map((name) => `samples/${name}.yaml`),
];

describe('the fast reader', () => {
  test('takes nearly every document that people write, and gives the same', () => {
    const documents = corpus.flatMap((file) => readFileSync(file, 'utf8').split(/^(?=---)/m));
    const left = documents.filter((document) => compare(document) === 'left to the other');
    expect(left.length).toBeLessThan(documents.length / 20);
    for (const document of documents) compare(document.replaceAll('\n', '\r\n'));
  });

  test.each([
    'a: 1\nb: [x, "y", {c: d}]\n',
    'a:\n- b\n- c: 1\n  d: 2\n-\n  e: f\n',
    'a: |\n  {"x": 1}\n\n  y\nb: |-\n  z\n',
    '- - a\n  - b\n- c\n',
    "'a b': 'it''s'\n\"c\": \"d\\\"e\" # f\n",
    '# only a comment\n',
    '--- # head\na: b',
    'a: b #c\nd: e#f\ng: h:i\n',
    'a: |+\n  b\n\n\nc: d',
  ])('%j', (text) => {
    expect(compare(text)).toBe('same');
  });

  test.each([
    'a: &x b\n',
    'a: *x\n',
    'a: !!str 1\n',
    'a: b\n  c\n',
    'a: >\n  b\n',
    'a:\tb\n',
    '<<: *x\n',
    'a: [b,\n c]\n',
    '? a\n: b\n',
    '...\na: b\n',
  ])('leaves %j to the complete one', (text) => {
    expect(compare(text)).toBe('left to the other');
  });

  test('gives the same for any text made of YAML', () => {
    const indent = fc.constantFrom('', '', '  ', '  ', '    ', '- ', '  - ', ' ');
    const scalar = fc.constantFrom(
      ...['a', 'b c', '1', 'true', '~', "'x'", '"y"', "'it''s'", '"a\\"b"', '""', "''", '{}', '[]', '[a, b]'],
      ...[
        '{a: b}',
        '# c',
        'a #b',
        'a:b',
        'a: b',
        '-',
        '- a',
        '|',
        '|-',
        '"open',
        "'open",
        'x"y',
        '*',
        '0x1f',
        '1_0',
      ],
      ...[
        '{"HTTP": 80}',
        '[{"HTTP": 80}]',
        '{a: [b, {c: "d"}]}',
        '{a}',
        '[a',
        'a]',
        '-a',
        '--- a',
        '?',
        ':',
        ': a',
        '.',
      ],
    );
    const key = fc.constantFrom('a', 'b', "'k'", '"q"', 'x.y/z', 'k k', '- a', 'é');
    const line = fc.oneof(
      { weight: 6, arbitrary: fc.tuple(indent, key, scalar).map(([i, k, v]) => `${i}${k}: ${v}`) },
      { weight: 3, arbitrary: fc.tuple(indent, key).map(([i, k]) => `${i}${k}:`) },
      { weight: 2, arbitrary: fc.tuple(indent, scalar).map(([i, v]) => `${i}${v}`) },
      { weight: 1, arbitrary: fc.constantFrom('', '  ', '# c', '  # c') },
    );
    const text = fc.array(line, { maxLength: 9 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, (one) => {
        compare(one);
      }),
      { numRuns: 20000 },
    );
  });
});

describe('values', () => {
  const value = (text: string) => plainOf(readFull(text)[0]?.root);
  test('have the types of YAML 1.1 and what aliases and merges bring', () => {
    expect(value('a: &x {b: 1, c: yes}\nd: *x\ne: {<<: *x, b: 2}\nf: [0x10, ~, "1", 1.5]\n')).toEqual({
      a: { b: 1, c: true },
      d: { b: 1, c: true },
      e: { b: 2, c: true },
      f: [16, null, '1', 1.5],
    });
  });
  test('that are endless are none', () => {
    expect(value('a: &x [*x]\n')).toBeUndefined();
    const bomb = [
      'a0: &a0 [x]',
      ...Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}*a${i}]`),
    ];
    expect(value(bomb.join('\n'))).toBeUndefined();
  });
});
