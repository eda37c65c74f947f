/** Position -> what stands there. Works on the line that is being typed, which often is not YAML yet. */
import { booksOf } from '../src/annotations/keys';
import type { Span } from '../src/annotations/kinds';
import type { Entry, ObjectNode } from './objects';
import { parseChunk } from './objects';
import type { ScalarMap } from './scalar';
import { mapScalar } from './scalar';
import type { Chunk } from './text/manifest';
import type { Style } from './yaml/node';

/** A key that is being typed: what is there of it, and the other keys. */
export interface KeyCursor {
  readonly at: 'key';
  /** The kind of the object that the annotation stands on. */
  readonly kind: string;
  readonly span: Span;
  readonly text: string;
  /** A colon follows: only the key itself is replaced. */
  readonly hasValue: boolean;
  readonly others: readonly string[];
}

export interface ValueCursor {
  readonly at: 'value';
  readonly key: string;
  readonly value: string;
  readonly valueSpan: Span;
  readonly style: Style;
  readonly places: ScalarMap;
  /** The offset of the cursor within the value, and in the file. */
  readonly offset: number;
  readonly source: number;
}

export type Cursor = KeyCursor | ValueCursor;

/** What is under the cursor, if it is in the annotations of an Ingress or a Service. Offsets count from the beginning of the chunk. */
export function cursorAt(chunk: Chunk, offset: number): Cursor | undefined {
  const { text } = chunk;
  const object = objectAround(chunk, offset);
  if (object === undefined || booksOf(object.kind).length === 0) return undefined;
  const entry = object.annotations.find(
    ({ valueSpan }) => offset >= valueSpan.start && offset <= valueSpan.end,
  );
  const line = lineAround(text, offset);
  if (entry !== undefined && (entry.style === 'block' || entry.valueSpan.start < line.start))
    return inEntry(entry, offset);
  const typed = /^(\s*(?:- )?)(["']?)([^\s:"'#][^\s:"'#]*)?\2(\s{0,99}:)?/.exec(line.text);
  const [, indent = '', quote = '', key = '', colon] = typed ?? [];
  const keyStart = line.start + indent.length + quote.length;
  const keyEnd = keyStart + key.length;
  if (!isUnderAnnotations(text, line, Math.min(indent.length, offset - line.start))) {
    return entry === undefined ? emptyBlock(text, line, offset) : inEntry(entry, offset);
  }
  if (offset <= keyEnd || colon === undefined)
    return keyCursor(object, text, line, offset, { start: keyStart, end: keyEnd }, colon);
  const after = line.start + (typed?.[0].length ?? 0);
  return offset < after ? undefined : typedValue(text, key, after, line.end, offset);
}

/** An entry whose key or value the offset is in; for hovers, which need whole entries only. */
export function entryAt(chunk: Chunk, offset: number): { entry: Entry; part: 'key' | 'value' } | undefined {
  for (const { annotations, kind } of parseChunk(chunk).objects) {
    if (booksOf(kind).length === 0) continue;
    for (const entry of annotations) {
      if (offset >= entry.keySpan.start && offset <= entry.keySpan.end) return { entry, part: 'key' };
      if (offset >= entry.valueSpan.start && offset <= entry.valueSpan.end) return { entry, part: 'value' };
    }
  }
  return undefined;
}

/** The object in which the offset is; in a List the last that begins before it. */
export function objectAround(chunk: Chunk, offset: number): ObjectNode | undefined {
  const here = parseChunk(chunk).objects;
  return here.findLast(({ root }) => root.start <= offset) ?? here[0];
}

export interface Line extends Span {
  readonly text: string;
}

/** The line of an offset, without its end. */
export function lineAround(text: string, offset: number): Line {
  // Before the first character there is nothing to search, and -1 would mean the first character.
  const start = offset <= 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  const next = text.indexOf('\n', offset);
  const end = next < 0 ? text.length : next;
  const line = text.slice(start, end).replace(/\r$/, '');
  return { start, end: start + line.length, text: line };
}

/** Whether a line indented by `indent` stands directly below `annotations:` below `metadata:`. */
function isUnderAnnotations(text: string, line: Line, indent: number): boolean {
  let wanted = ['annotations', 'metadata'];
  let limit = indent;
  for (let end = line.start - 1; end >= 0; ) {
    const { start, text: above } = lineAround(text, end);
    end = start - 1;
    if (/^(---|\.\.\.)(\s|$)/.test(above)) return false;
    const match = /^(\s*(?:- +)*)(?:["']?([\w./-]+)["']?\s*:)?/.exec(above);
    const depth = match?.[1]?.length ?? 0;
    const isBlank = above.trim() === '' || above.trim().startsWith('#');
    if (isBlank || depth >= limit) continue;
    if (match?.[2] !== wanted[0]) return false;
    wanted = wanted.slice(1);
    limit = depth;
    if (wanted.length === 0) return true;
  }
  return false;
}

function keyCursor(
  { kind, annotations }: ObjectNode,
  text: string,
  line: Line,
  offset: number,
  span: Span,
  colon: string | undefined,
): KeyCursor | undefined {
  const isEmpty = span.end === span.start;
  if (!isEmpty && (offset < span.start || offset > span.end)) return undefined;
  // Behind a word without a colon there may be anything; only the word itself is a key.
  if (colon === undefined && line.text.slice(span.end - line.start).trim() !== '') return undefined;
  const place = isEmpty ? { start: offset, end: offset } : span;
  return {
    at: 'key',
    kind,
    span: place,
    text: text.slice(place.start, place.end),
    hasValue: colon !== undefined,
    others: annotations
      .filter(({ keySpan }) => keySpan.start < line.start || keySpan.start > line.end)
      .map(({ key }) => key),
  };
}

/** The first, still blank line below `key: |`. */
function emptyBlock(text: string, line: Line, offset: number): ValueCursor | undefined {
  if (line.text.trim() !== '' || line.start === 0) return undefined;
  const above = lineAround(text, line.start - 1);
  const [, indent = '', key] = /^(\s*)["']?([^\s:"'#]+)["']?\s*:\s*[|>][-+0-9]*\s*$/.exec(above.text) ?? [];
  if (
    key === undefined ||
    offset - line.start <= indent.length ||
    !isUnderAnnotations(text, above, indent.length)
  )
    return undefined;
  const here = { start: offset, end: offset };
  return cursorIn(text, key, here, here, '', 'block', offset);
}

function inEntry(entry: Entry, offset: number): ValueCursor {
  const { key, value, valueSpan, style, places } = entry;
  return {
    at: 'value',
    key,
    value,
    valueSpan,
    style,
    places,
    offset: places.toValue(offset),
    source: offset,
  };
}

/** The value on the cursor's own line, closed or not. */
export function typedValue(
  text: string,
  key: string,
  from: number,
  lineEnd: number,
  offset: number,
): ValueCursor | undefined {
  const rest = text.slice(from, lineEnd);
  const lead = rest.length - rest.trimStart().length;
  const quote = rest.charAt(lead);
  const start = from + lead;
  if (rest.trim() === '' || (quote === '#' && offset <= start))
    return cursorIn(
      text,
      key,
      { start: offset, end: offset },
      { start: offset, end: offset },
      '',
      'plain',
      offset,
    );
  if (offset < start || quote === '|' || quote === '>' || quote === '#') return undefined;
  if (quote !== "'" && quote !== '"') {
    const value = withoutComment(rest.trim());
    // Blanks behind a comma belong to the element that is about to be typed.
    const end = value.endsWith(',')
      ? Math.max(start + value.length, Math.min(offset, lineEnd))
      : start + value.length;
    const span = { start, end };
    return offset > span.end
      ? undefined
      : cursorIn(text, key, span, span, text.slice(start, end), 'plain', offset);
  }
  const style = quote === "'" ? 'single' : 'double';
  const inner =
    (style === 'single' ? /^(?:''|[^'])*/ : /^(?:\\.|[^"\\])*/).exec(rest.slice(lead + 1))?.[0] ?? '';
  const content = { start: start + 1, end: start + 1 + inner.length };
  if (offset < content.start || offset > content.end) return undefined;
  const closed = rest.charAt(lead + 1 + inner.length) === quote;
  return cursorIn(
    text,
    key,
    { start, end: content.end + (closed ? 1 : 0) },
    content,
    unquote(inner, style),
    style,
    offset,
  );
}

function cursorIn(
  text: string,
  key: string,
  valueSpan: Span,
  content: Span,
  value: string,
  style: Style,
  at: number,
): ValueCursor {
  const places = mapScalar(text, content.start, content.end, value, style);
  return { at: 'value', key, value, valueSpan, style, places, offset: places.toValue(at), source: at };
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '0': '\0',
  e: '\x1b',
  _: '\xa0',
};

/** What quotes on one line hold. */
function unquote(inner: string, style: 'single' | 'double'): string {
  if (style === 'single') return inner.replaceAll("''", "'");
  return inner.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)/g, (_, code: string) => {
    if (/^[xuU]./.test(code))
      return String.fromCodePoint(Math.min(Number.parseInt(code.slice(1), 16), 0x10ffff));
    return ESCAPES[code] ?? code;
  });
}

/** A comment begins with a `#` behind a blank. */
function withoutComment(value: string): string {
  const at = value.search(/\s#/);
  return at < 0 ? value : value.slice(0, at).trimEnd();
}
