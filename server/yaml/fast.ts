/**
 * Reads the YAML that manifests are written in (block maps and lists, scalars on one line, literal blocks, short flow
 * collections) in one pass. Everything else (anchors, tags, folded or multi-line scalars, tabs) is left to a complete
 * parser: `readFast` then answers undefined. For what it does take it gives what that parser gives; a property-based
 * test compares the two.
 *
 * Lines that cannot be YAML yet, as they are while someone types, become errors and the rest is read.
 */
import { atOnce, type Steps } from '../turns';
import { readFlow } from './fastFlow';
import { type Key, keyAt, plainEnd, quoted, readLiteral, SPECIAL } from './fastScalars';
import {
  DEEPEST,
  endOfLine,
  findLine,
  HASH,
  isItem,
  next,
  type Reader,
  SPACE,
  UNUSUAL,
  unusual,
} from './lines';
import { type Node, type Pair, plainType, type ScalarNode, type YamlDocument } from './node';

export function readFast(text: string): YamlDocument | undefined {
  return atOnce(readFastInSteps(text));
}

/** The same in steps of so many keys and items. */
const STEP = 500;

export function* readFastInSteps(text: string): Steps<YamlDocument | undefined> {
  if (text.includes('\t') || text.charCodeAt(0) === 0xfeff || /\r(?!\n)|[\u2028\u2029\x85]/.test(text))
    return undefined;
  const reader: Reader = { text, errors: [], line: 0, content: 0, end: 0, count: 0 };
  try {
    if (text.startsWith('---') && !skipMarker(reader)) return undefined;
    if (!findLine(reader, reader.line)) return { root: undefined, errors: [] };
    const root = yield* readBlock(reader, 0);
    if (reader.line < text.length && findLine(reader, reader.line)) return undefined;
    return { root, errors: reader.errors };
  } catch (problem) {
    if (problem === UNUSUAL) return undefined;
    throw problem;
  }
}

function skipMarker(reader: Reader): boolean {
  const end = endOfLine(reader.text, 0);
  reader.line = Math.min(end + 1, reader.text.length);
  return /^---\s*(#.*)?$/.test(reader.text.slice(0, end));
}

/** The collection that begins on the reader's line. */
function* readBlock(reader: Reader, depth: number): Steps<Node | undefined> {
  if (depth > DEEPEST) unusual();
  const indent = reader.content - reader.line;
  return isItem(reader.text, reader.content)
    ? yield* readSeq(reader, indent, depth)
    : yield* readMap(reader, indent, reader.content, depth);
}

function* readMap(reader: Reader, indent: number, first: number, depth: number): Steps<Node> {
  const pairs: Pair[] = [];
  let more = true;
  // Lines without a key are reported; a "map" of nothing else is a scalar, which is not for this reader.
  for (let at = first; more; at = reader.content) {
    if (++reader.count % STEP === 0) yield;
    const key = readKey(reader, at, indent);
    // Most values stand on the line of their key, and are read without a step of their own.
    const pair =
      key === undefined || !isBelow(reader, key)
        ? key && readPair(reader, key, indent, depth)
        : { key: key.node, value: yield* readBelow(reader, indent, depth) };
    if (pair !== undefined) pairs.push(pair);
    const depthOfNext = reader.line < reader.text.length ? reader.content - reader.line : -1;
    if (depthOfNext > indent) unusual();
    more = depthOfNext === indent && !isItem(reader.text, reader.content);
    if (depthOfNext === indent && !more && pairs.length === 0) unusual();
  }
  const last = pairs.at(-1);
  if (last === undefined) unusual();
  const [start, end] = [pairs[0]?.key.start ?? first, last.value?.end ?? last.key.end];
  // A list that was pushed to keeps room for more, in trees that are kept for long.
  return { kind: 'map', start, end, pairs: pairs.slice() };
}

function* readSeq(reader: Reader, indent: number, depth: number): Steps<Node> {
  const items: (Node | undefined)[] = [];
  const start = reader.content;
  while (
    reader.line < reader.text.length &&
    reader.content - reader.line === indent &&
    isItem(reader.text, reader.content)
  ) {
    if (++reader.count % STEP === 0) yield;
    items.push(yield* readItem(reader, indent, depth));
  }
  if (reader.line < reader.text.length && reader.content - reader.line > indent) unusual();
  return { kind: 'seq', start, end: items.findLast((item) => item !== undefined)?.end ?? start + 1, items };
}

function* readItem(reader: Reader, indent: number, depth: number): Steps<Node | undefined> {
  const { text, end } = reader;
  let at = reader.content + 1;
  while (at < end && text.charCodeAt(at) === SPACE) at++;
  if (at >= end || text.charCodeAt(at) === HASH) {
    const found = findLine(reader, endOfLine(text, reader.content) + 1);
    return found && reader.content - reader.line > indent ? yield* readBlock(reader, depth + 1) : undefined;
  }
  const inner = indent + (at - reader.content);
  if (depth > DEEPEST) unusual();
  if (isItem(text, at)) {
    reader.content = at;
    return yield* readSeqInLine(reader, inner, depth + 1);
  }
  // A flow collection that is a key leaves something behind itself, which is not for this reader.
  const isFlow = text.charAt(at) === '{' || text.charAt(at) === '[';
  if (!isFlow && keyAt(text, at, end) !== undefined) return yield* readMap(reader, inner, at, depth + 1);
  return readValue(reader, at, indent, depth);
}

/** `- - a`: a list that begins behind the dash of another; its column counts as its indentation. */
function* readSeqInLine(reader: Reader, indent: number, depth: number): Steps<Node> {
  const start = reader.content;
  const first = yield* readItem(reader, indent, depth);
  const rest =
    reader.line < reader.text.length &&
    reader.content - reader.line === indent &&
    isItem(reader.text, reader.content)
      ? yield* readSeq(reader, indent, depth)
      : undefined;
  const items = [first, ...(rest?.kind === 'seq' ? rest.items : [])];
  return { kind: 'seq', start, end: items.findLast((item) => item !== undefined)?.end ?? start + 1, items };
}

/** The key of a line of a map; undefined (and an error) for a line that has none yet. */
function readKey(reader: Reader, at: number, indent: number): Key | undefined {
  const { text, end } = reader;
  const key = keyAt(text, at, end);
  if (key !== undefined) return key;
  if (SPECIAL.test(text.slice(at, end).trimEnd())) unusual();
  reader.errors.push({ start: at, end });
  return skipLine(reader, indent);
}

/** Where something stands behind a key; the end of the line, or a comment, where nothing does. */
function behindKey({ text, end }: Reader, { after }: Key): number {
  let from = after;
  while (from < end && text.charCodeAt(from) === SPACE) from++;
  return from;
}

/** Whether a value, if there is any, stands on the lines below. */
function isBelow(reader: Reader, key: Key): boolean {
  const from = behindKey(reader, key);
  return from >= reader.end || reader.text.charCodeAt(from) === HASH;
}

/** A key with the value behind it; undefined (and an error) for a value that is not written to its end. */
function readPair(reader: Reader, key: Key, indent: number, depth: number): Pair | undefined {
  const errors = reader.errors.length;
  const value = readValue(reader, behindKey(reader, key), indent, depth);
  return value === undefined && reader.errors.length > errors ? undefined : { key: key.node, value };
}

/** Passes a line that was not understood; what is indented below it is another parser's to explain. */
function skipLine(reader: Reader, indent: number): undefined {
  if (findLine(reader, endOfLine(reader.text, reader.content) + 1)) {
    if (reader.content - reader.line > indent) unusual();
  }
  return undefined;
}

/** The value on the lines below a key. A list may stand at the key's own indentation. */
function* readBelow(reader: Reader, indent: number, depth: number): Steps<Node | undefined> {
  const { text } = reader;
  if (!findLine(reader, endOfLine(text, reader.content) + 1)) return undefined;
  const below = reader.content - reader.line;
  if (below > indent) {
    if (!isItem(text, reader.content) && keyAt(text, reader.content, reader.end) === undefined) unusual();
    return yield* readBlock(reader, depth + 1);
  }
  return below === indent && isItem(text, reader.content)
    ? yield* readSeq(reader, indent, depth + 1)
    : undefined;
}

/** A value on its own line, at `at`. `indent` is that of the collection it stands in. */
function readValue(reader: Reader, at: number, indent: number, depth: number): Node | undefined {
  const { text, end } = reader;
  const char = text.charAt(at);
  if (char === '|') return readLiteral(reader, at, indent);
  if (char === "'" || char === '"') return readQuoted(reader, at, indent);
  if (char === '[' || char === '{') return readFlow(reader, at, indent, depth);
  const stop = plainEnd(text, at, end);
  const value = text.slice(at, stop);
  if (SPECIAL.test(value)) unusual();
  const wrong = /:(?= |$)/.test(value);
  if (wrong) reader.errors.push({ start: at, end: stop });
  const node: ScalarNode = {
    kind: 'scalar',
    start: at,
    end: stop,
    style: 'plain',
    type: plainType(value),
    value,
  };
  next(reader, indent);
  return wrong ? undefined : node;
}

function readQuoted(reader: Reader, at: number, indent: number): Node | undefined {
  const { text, end } = reader;
  const node = quoted(text, at, end);
  if (node === undefined) {
    // Quotes that no deeper line can close are still being typed.
    reader.errors.push({ start: at, end });
    return skipLine(reader, indent);
  }
  if (!/^\s*(?:\s#.*)?$/.test(text.slice(node.end, end))) {
    reader.errors.push({ start: at, end });
    return skipLine(reader, indent);
  }
  next(reader, indent);
  return node;
}
