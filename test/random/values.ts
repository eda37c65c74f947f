import type { Annotation } from '../../src/annotations/annotation';
import type { Family } from '../../src/annotations/families';
import type { Kind } from '../../src/annotations/kinds';
import { jsonText } from './jsonValues';
import type { Names } from './names';
import type { Random } from './random';

/*
 * Values of annotations, made from what their kinds say of themselves: what they suggest, their schemas and their
 * checks. So an annotation that is new in the catalogue is written by itself.
 */

/** A value for the row: one that its kind has nothing to say about, or, if `wild`, perhaps any text. */
export function annotationValue(row: Annotation, random: Random, names: Names, wild = false): string {
  if (wild && random.chance(0.15)) return wildValue(row, random);
  const { kind } = row;
  for (let tries = 0; tries < TRIES; tries++) {
    const value = candidate(row, random, names);
    if (value !== undefined && kind.check(value).length === 0) return value;
  }
  return row.example;
}

const TRIES = 25;
const NONSENSE = [
  '',
  ' ',
  'x',
  '-1',
  '0',
  '99999',
  'true,',
  '{',
  '[]',
  '{}',
  'null',
  'a=b',
  'A',
  'none',
  '*',
];

function wildValue({ example }: Annotation, random: Random): string {
  const cut = example.slice(0, random.int(example.length));
  return random.pick([...NONSENSE, cut, `${example}x`, `${example},${example}`, example.toUpperCase()]);
}

function candidate({ kind, live, example }: Annotation, random: Random, names: Names): string | undefined {
  const existing = live === undefined ? undefined : names[live];
  if (existing !== undefined) return existingValue(kind, existing, random);
  switch (kind.name) {
    case 'json':
      return jsonText(kind.schema['contentSchema'], random, names);
    case 'map':
      return mapText(kind, example, random, names);
    case 'integer':
      return random.pick([...textsOf(kind, ''), ...NUMBERS]);
    case 'list':
      return random.some([...textsOf(kind, ''), ...example.split(/, */)], 3).join(random.pick([',', ', ']));
    default:
      return random.pick([...optionsOf(kind), ...textsOf(kind, ''), ...(plain(kind) ? [example] : [])]);
  }
}

const NUMBERS = ['1', '2', '3', '5', '7', '10', '30', '80', '120', '443', '3000', '-5'];

function existingValue({ name }: Kind<unknown>, existing: readonly string[], random: Random) {
  if (existing.length === 0) return undefined;
  return name === 'list' ? random.some(existing, 3).join(',') : random.pick(existing);
}

function plain({ schema }: Kind<unknown>): boolean {
  return schema['enum'] === undefined;
}

function optionsOf({ schema }: Kind<unknown>): readonly string[] {
  return (schema['enum'] as readonly string[] | undefined) ?? [];
}

function textsOf({ suggest }: Kind<unknown>, raw: string): string[] {
  return (suggest?.(raw, raw.length) ?? []).flatMap(({ text, snippet }) => (snippet === true ? [] : [text]));
}

/** Of a table its attributes with the values that they suggest; else the example. */
function mapText(kind: Kind<unknown>, example: string, random: Random, names: Names): string {
  const attributes = textsOf(kind, '');
  if (attributes.length === 0) return random.some(example.split(','), 2).join(',');
  return random
    .some(attributes, 3)
    .map((start) => `${start.replace(/=$/, '')}=${attributeValue(kind, start, random, names)}`)
    .join(',');
}

function attributeValue(kind: Kind<unknown>, start: string, random: Random, names: Names): string {
  const raw = `${start.replace(/=$/, '')}=`;
  const offer = kind.offers?.(raw, raw.length)?.offer;
  const existing = offer === undefined ? [] : names[offer];
  const texts = [...textsOf(kind, raw), ...existing];
  const fitting = [...texts, ...NUMBERS].filter((text) => kind.check(`${raw}${text}`).length === 0);
  return texts.length > 0 ? random.pick(texts) : random.pick(fitting.length > 0 ? fitting : ['x']);
}

/** A name behind the dot of a family, of those that may be meant. */
export function familyName(family: Family, names: readonly string[], random: Random): string | undefined {
  const fitting = names.filter((name) => family.name?.regex.test(name) ?? /^[a-z-]+$/.test(name));
  return fitting.length === 0 ? undefined : random.pick(fitting);
}
