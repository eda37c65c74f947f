import { closest } from './closest';
import type { Explanation, Kind, Span, ValueProblem, ValueSuggestion } from './kinds';
import { problem, shift } from './kinds';
import type { LiveSource, OfferPlace } from './live';
import type { RawPair } from './parse';
import { parseMap, splitPairs } from './parse';

/** One key that a map may have. */
export interface Attribute {
  readonly kind: Kind<unknown>;
  readonly doc: string;
  /** What AWS takes when the attribute was never set. */
  readonly fallback?: string;
  /** What exists and may be written as the value. */
  readonly live?: LiveSource;
}

export interface AttributeTable {
  /** What the attributes belong to, e.g. "an Application Load Balancer". */
  readonly owner: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** Attributes that exist, but of another kind of load balancer: key (or prefix ending in a dot) -> whose. */
  readonly foreign?: Readonly<Record<string, string>>;
  /** AWS page with the list. */
  readonly href: string;
}

export interface MapOptions {
  readonly describe: string;
  /** With a table only its keys are right; without one any key is. */
  readonly table?: AttributeTable;
  readonly checkPair?: (
    key: string,
    value: string,
  ) => { code: ValueProblem['code']; message: string; advice?: string }[];
  readonly quoted?: boolean;
}

/** `k=v,k=v`. Each pair is checked by itself. */
export function map({
  describe,
  table,
  checkPair,
  quoted = false,
}: MapOptions): Kind<Readonly<Record<string, string>>> {
  return {
    name: 'map',
    describe,
    parse: parseMap,
    check: (raw) => checkMap(raw, table, checkPair),
    ...(table === undefined
      ? {}
      : {
          suggest: (raw: string, at: number) => suggestPair(raw, at, table),
          explain: (raw: string, at: number) => explainPair(raw, at, table),
          offers: (raw: string, at: number) => offersInPair(raw, at, table),
        }),
    quoted,
    schema: { type: 'string' },
  };
}

interface Pair {
  readonly name: Span & { readonly text: string };
  readonly value: (Span & { readonly text: string }) | undefined;
  /** All the room of the pair, spaces included. */
  readonly room: Span;
}

/** The pairs of a map with the places of their parts; what the controller would drop is kept. */
export function pairsOf(raw: string): Pair[] {
  return splitPairs(raw).map((pair) => placed(raw, pair));
}

function placed(raw: string, pair: RawPair): Pair {
  const source = raw.slice(pair.start, pair.end);
  const equals = source.indexOf('=');
  const name = trimmed(raw, pair.start, equals < 0 ? pair.end : pair.start + equals);
  const room = { start: pair.start, end: pair.end };
  if (equals < 0) return { name, value: undefined, room };
  const value = trimmed(raw, pair.start + equals + 1, pair.end);
  return { name, value: { ...value, text: pair.text.slice(pair.text.indexOf('=') + 1).trim() }, room };
}

function trimmed(raw: string, from: number, to: number): Span & { readonly text: string } {
  const part = raw.slice(from, to);
  const start = from + (part.length - part.trimStart().length);
  const text = part.trim();
  return { text, start: text === '' ? from : start, end: text === '' ? from : start + text.length };
}

function checkMap(raw: string, table?: AttributeTable, checkPair?: MapOptions['checkPair']): ValueProblem[] {
  if (raw.trim() === '')
    return [
      problem('empty-value', raw, 'The value is empty.', 'Write `key=value` pairs or remove the annotation.'),
    ];
  const seen = new Set<string>();
  return pairsOf(raw).flatMap((pair) => {
    const found = checkOne(raw, pair, table, seen);
    seen.add(pair.name.text);
    const more = pair.value === undefined ? [] : (checkPair?.(pair.name.text, pair.value.text) ?? []);
    return [
      ...found,
      ...more.map((one) => ({ ...one, start: pair.name.start, end: (pair.value ?? pair.name).end })),
    ];
  });
}

function checkOne(
  raw: string,
  pair: Pair,
  table: AttributeTable | undefined,
  seen: ReadonlySet<string>,
): ValueProblem[] {
  const { name, value } = pair;
  if (value === undefined || name.text === '') return [malformed(raw, pair)];
  const twice: ValueProblem[] = seen.has(name.text)
    ? [
        {
          code: 'duplicate-attribute',
          message: `\`${name.text}\` is given twice.`,
          advice: 'Remove one of them.',
          start: name.start,
          end: name.end,
        },
      ]
    : [];
  if (table === undefined) return twice;
  const attribute = table.attributes[name.text];
  if (attribute === undefined) return [unknownAttribute(name, table), ...twice];
  if (value.text === '') return twice;
  return [...twice, ...attribute.kind.check(value.text).map((found) => within(found, value))];
}

/** A problem of the unescaped value, placed in the raw one; escapes make places inexact, so then the whole value is marked. */
function within(found: ValueProblem, value: Span & { readonly text: string }): ValueProblem {
  const exact = value.end - value.start === value.text.length;
  return exact ? shift(found, value.start) : { ...found, start: value.start, end: value.end };
}

function malformed(raw: string, pair: Pair): ValueProblem {
  const part = trimmed(raw, pair.room.start, pair.room.end);
  const span = part.text === '' ? pair.room : part;
  return {
    code: 'malformed-map',
    message:
      part.text === '' ? 'There is an empty pair here.' : `\`${part.text}\` is not a \`key=value\` pair.`,
    advice: 'Write `key=value`; a comma inside a value is written `\\,`.',
    start: span.start,
    end: Math.max(span.end, Math.min(raw.length, span.start + 1)),
  };
}

function unknownAttribute(name: Span & { readonly text: string }, table: AttributeTable): ValueProblem {
  const place = { start: name.start, end: name.end };
  const owner = foreignOwner(name.text, table);
  if (owner !== undefined) {
    return {
      ...place,
      code: 'wrong-load-balancer-attribute',
      message: `\`${name.text}\` is an attribute of ${owner}, not of ${table.owner}.`,
      advice: 'Remove it.',
    };
  }
  const near = closest(name.text, Object.keys(table.attributes));
  return {
    ...place,
    code: 'unknown-attribute',
    message: `\`${name.text}\` is not an attribute of ${table.owner}.`,
    advice: near === undefined ? `The attributes are listed at ${table.href}` : `Did you mean \`${near}\`?`,
    ...(near === undefined ? {} : { replacement: near }),
  };
}

function foreignOwner(key: string, table: AttributeTable): string | undefined {
  const entry = Object.entries(table.foreign ?? {}).find(
    ([name]) => key === name || (name.endsWith('.') && key.startsWith(name)),
  );
  return entry?.[1];
}

/** The pair under the cursor; an offset just behind a comma is in the pair that is about to be typed. */
function pairAt(raw: string, at: number): Pair {
  const before = raw.slice(0, at);
  // An escaped comma belongs to its value, every other comma ends a pair for someone who is typing.
  const from = [...before.matchAll(/(?<!\\),/g)].at(-1)?.index ?? -1;
  const rest = raw.slice(at).search(/(?<!\\),/);
  const room = { start: from + 1, end: rest < 0 ? raw.length : at + rest };
  return placed(raw, { text: raw.slice(room.start, room.end), ...room });
}

function suggestPair(raw: string, at: number, table: AttributeTable): ValueSuggestion[] {
  const pair = pairAt(raw, at);
  const { name, value } = pair;
  if (value !== undefined && at >= value.start) return suggestValue(name.text, value, at, table);
  const taken = new Set(pairsOf(raw).map((other) => other.name.text));
  // Text without an `=` behind the cursor is what is being typed; with one, only the name is replaced.
  const span = name.text === '' ? { start: at, end: at } : { start: name.start, end: name.end };
  return Object.entries(table.attributes)
    .filter(([key]) => key === name.text || !taken.has(key))
    .map(([key, attribute]) => ({
      ...span,
      text: value === undefined ? `${key}=` : key,
      label: key,
      doc: attributeDoc(key, attribute),
      role: 'attribute',
    }));
}

function suggestValue(
  key: string,
  value: Span & { readonly text: string },
  at: number,
  table: AttributeTable,
): ValueSuggestion[] {
  const attribute = table.attributes[key];
  const found = attribute?.kind.suggest?.(value.text, at - value.start) ?? [];
  const fallback = attribute?.fallback;
  const texts = [
    ...new Set([...found.map((one) => one.text), ...(fallback === undefined ? [] : [fallback])]),
  ];
  return texts.map((text) => ({
    start: value.start,
    end: value.end,
    text,
    ...(text === fallback ? { doc: 'What AWS takes by itself.' } : {}),
    role: 'value',
  }));
}

function offersInPair(raw: string, at: number, table: AttributeTable): OfferPlace | undefined {
  const { name, value } = pairAt(raw, at);
  const offer = table.attributes[name.text]?.live;
  if (offer === undefined || value === undefined || at < value.start) return undefined;
  return { offer, start: value.start, end: value.end, write: (text) => text };
}

function explainPair(raw: string, at: number, table: AttributeTable): Explanation | undefined {
  const pair = pairsOf(raw).find(({ room }) => at >= room.start && at <= room.end);
  const attribute = pair === undefined ? undefined : table.attributes[pair.name.text];
  if (pair === undefined || attribute === undefined) return undefined;
  const end = (pair.value ?? pair.name).end;
  return {
    start: pair.name.start,
    end,
    markdown: `${attributeDoc(pair.name.text, attribute)}\n\n[All attributes](${table.href})`,
  };
}

function attributeDoc(key: string, { kind, doc, fallback }: Attribute): string {
  const without =
    fallback === undefined ? '' : `; without it ${fallback === '' ? 'empty' : `\`${fallback}\``}`;
  return `**\`${key}\`**: ${doc}\n\nValue: ${kind.describe}${without}.`;
}
