/**
 * Reads the YAML that manifests are written in (block maps and lists, scalars on one line, literal blocks, short flow
 * collections) in one pass. Everything else (anchors, tags, folded or multi-line scalars, tabs) is left to a complete
 * parser: `readFast` then answers undefined. For what it does take it gives what that parser gives; a property-based
 * test compares the two.
 *
 * Lines that cannot be YAML yet, as they are while someone types, become errors and the rest is read.
 */
import { readFlow } from './fastFlow';
import { keyAt, plainEnd, quoted, readLiteral, SPECIAL } from './fastScalars';
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
  if (text.includes('\t') || text.charCodeAt(0) === 0xfeff || /\r(?!\n)|[\u2028\u2029\x85]/.test(text))
    return undefined;
  const reader: Reader = { text, errors: [], line: 0, content: 0, end: 0 };
  try {
    if (text.startsWith('---') && !skipMarker(reader)) return undefined;
    if (!findLine(reader, reader.line)) return { root: undefined, errors: [] };
    const root = readBlock(reader, 0);
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
function readBlock(reader: Reader, depth: number): Node | undefined {
  if (depth > DEEPEST) unusual();
  const indent = reader.content - reader.line;
  return isItem(reader.text, reader.content)
    ? readSeq(reader, indent, depth)
    : readMap(reader, indent, reader.content, depth);
}

function readMap(reader: Reader, indent: number, first: number, depth: number): Node {
  const pairs: Pair[] = [];
  let more = true;
  // Lines without a key are reported; a "map" of nothing else is a scalar, which is not for this reader.
  for (let at = first; more; at = reader.content) {
    const pair = readPair(reader, at, indent, depth);
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

function readSeq(reader: Reader, indent: number, depth: number): Node {
  const items: (Node | undefined)[] = [];
  const start = reader.content;
  while (
    reader.line < reader.text.length &&
    reader.content - reader.line === indent &&
    isItem(reader.text, reader.content)
  ) {
    items.push(readItem(reader, indent, depth));
  }
  if (reader.line < reader.text.length && reader.content - reader.line > indent) unusual();
  return { kind: 'seq', start, end: items.findLast((item) => item !== undefined)?.end ?? start + 1, items };
}

function readItem(reader: Reader, indent: number, depth: number): Node | undefined {
  const { text, end } = reader;
  let at = reader.content + 1;
  while (at < end && text.charCodeAt(at) === SPACE) at++;
  if (at >= end || text.charCodeAt(at) === HASH) {
    const found = findLine(reader, endOfLine(text, reader.content) + 1);
    return found && reader.content - reader.line > indent ? readBlock(reader, depth + 1) : undefined;
  }
  const inner = indent + (at - reader.content);
  if (depth > DEEPEST) unusual();
  if (isItem(text, at)) {
    reader.content = at;
    return readSeqInLine(reader, inner, depth + 1);
  }
  // A flow collection that is a key leaves something behind itself, which is not for this reader.
  const isFlow = text.charAt(at) === '{' || text.charAt(at) === '[';
  if (!isFlow && keyAt(text, at, end) !== undefined) return readMap(reader, inner, at, depth + 1);
  return readValue(reader, at, indent, depth);
}

/** `- - a`: a list that begins behind the dash of another; its column counts as its indentation. */
function readSeqInLine(reader: Reader, indent: number, depth: number): Node {
  const start = reader.content;
  const first = readItem(reader, indent, depth);
  const rest =
    reader.line < reader.text.length &&
    reader.content - reader.line === indent &&
    isItem(reader.text, reader.content)
      ? readSeq(reader, indent, depth)
      : undefined;
  const items = [first, ...(rest?.kind === 'seq' ? rest.items : [])];
  return { kind: 'seq', start, end: items.findLast((item) => item !== undefined)?.end ?? start + 1, items };
}

/** One line of a map, and what belongs to it below; undefined (and an error) for a line that has no key yet. */
function readPair(reader: Reader, at: number, indent: number, depth: number): Pair | undefined {
  const { text, end } = reader;
  const key = keyAt(text, at, end);
  if (key === undefined) {
    if (SPECIAL.test(text.slice(at, end).trimEnd())) unusual();
    reader.errors.push({ start: at, end });
    return skipLine(reader, indent);
  }
  let from = key.after;
  while (from < end && text.charCodeAt(from) === SPACE) from++;
  if (from >= end || text.charCodeAt(from) === HASH) {
    return { key: key.node, value: readBelow(reader, indent, depth) };
  }
  const errors = reader.errors.length;
  const value = readValue(reader, from, indent, depth);
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
function readBelow(reader: Reader, indent: number, depth: number): Node | undefined {
  const { text } = reader;
  if (!findLine(reader, endOfLine(text, reader.content) + 1)) return undefined;
  const below = reader.content - reader.line;
  if (below > indent) {
    if (!isItem(text, reader.content) && keyAt(text, reader.content, reader.end) === undefined) unusual();
    return readBlock(reader, depth + 1);
  }
  return below === indent && isItem(text, reader.content) ? readSeq(reader, indent, depth + 1) : undefined;
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
