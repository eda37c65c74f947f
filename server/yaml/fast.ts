/**
 * Reads the YAML that manifests are written in (block maps and lists, scalars on one line, literal blocks, short flow
 * collections) in one pass. Everything else (anchors, tags, folded or multi-line scalars, tabs) is left to a complete
 * parser: `readFast` then answers undefined. For what it does take it gives what that parser gives; a property-based
 * test compares the two.
 *
 * Lines that cannot be YAML yet, as they are while someone types, become errors and the rest is read.
 */
import type { Span } from '../../src/annotations/kinds';
import { type Node, type Pair, plainType, type ScalarNode, type YamlDocument } from './node';

/** Thrown at YAML that is not for this reader. */
const UNUSUAL = Symbol('unusual YAML');

interface Reader {
  readonly text: string;
  readonly errors: Span[];
  /** Beginning of the line that is read next, after blank and comment lines were skipped. */
  line: number;
  /** Of that line: its first character that is no blank, and its end without the line break. */
  content: number;
  end: number;
}

/** The deepest nesting that is read here; a complete parser judges what is beyond. */
const DEEPEST = 60;

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

function unusual(): never {
  throw UNUSUAL;
}

function skipMarker(reader: Reader): boolean {
  const end = endOfLine(reader.text, 0);
  reader.line = Math.min(end + 1, reader.text.length);
  return /^---\s*(#.*)?$/.test(reader.text.slice(0, end));
}

function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at;
}

/** Moves to the first line at or after `from` that holds more than blanks and comments. */
function findLine(reader: Reader, from: number): boolean {
  const { text } = reader;
  let line = from;
  while (line < text.length) {
    let at = line;
    while (text.charCodeAt(at) === SPACE) at++;
    const char = text.charCodeAt(at);
    if (char !== NEWLINE && char !== RETURN && char !== HASH && at < text.length) {
      reader.line = line;
      reader.content = at;
      reader.end = contentEnd(text, at);
      const marker = at === line && (text.startsWith('...', at) || text.startsWith('---', at));
      if (marker) unusual();
      return true;
    }
    line = endOfLine(text, at) + 1;
  }
  reader.line = text.length;
  reader.content = text.length;
  reader.end = text.length;
  return false;
}

/** The end of a line without its line break. */
function contentEnd(text: string, from: number): number {
  const end = endOfLine(text, from);
  return text.charCodeAt(end - 1) === RETURN && end > from ? end - 1 : end;
}

const SPACE = 32;
const NEWLINE = 10;
const RETURN = 13;
const HASH = 35;
const DASH = 45;
const COLON = 58;
const SINGLE = 39;
const DOUBLE = 34;

function isBreak(code: number): boolean {
  return code === NEWLINE || code === RETURN || Number.isNaN(code);
}

function isItem(text: string, at: number): boolean {
  const next = text.charCodeAt(at + 1);
  return text.charCodeAt(at) === DASH && (next === SPACE || isBreak(next));
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
  return { kind: 'map', start, end, pairs };
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
  if (keyAt(text, at, end) !== undefined) return readMap(reader, inner, at, depth + 1);
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

interface Key {
  readonly node: ScalarNode;
  /** Just behind the colon. */
  readonly after: number;
}

/** The key at `at` with its colon; undefined when there is no colon. */
function keyAt(text: string, at: number, end: number): Key | undefined {
  const code = text.charCodeAt(at);
  if (code === SINGLE || code === DOUBLE) return quotedKey(text, at, end);
  for (let colon = text.indexOf(':', at); colon >= 0 && colon < end; colon = text.indexOf(':', colon + 1)) {
    const next = text.charCodeAt(colon + 1);
    if (colon + 1 < end && next !== SPACE) continue;
    return plainKey(text, at, colon);
  }
  return undefined;
}

const SPECIAL = /^[[\]{},#&*!|>'"%@`]|^[-?](?: |$)/;

function plainKey(text: string, start: number, colon: number): Key | undefined {
  let end = colon;
  while (end > start && text.charCodeAt(end - 1) === SPACE) end--;
  const value = text.slice(start, end);
  if (value === '' || value === '<<' || SPECIAL.test(value)) unusual();
  if (value.includes(' #')) return undefined;
  return {
    node: { kind: 'scalar', start, end, style: 'plain', type: plainType(value), value },
    after: colon + 1,
  };
}

function quotedKey(text: string, at: number, end: number): Key | undefined {
  const node = quoted(text, at, end);
  if (node === undefined) return undefined;
  let colon = node.end;
  while (text.charCodeAt(colon) === SPACE) colon++;
  if (colon >= end || text.charCodeAt(colon) !== COLON) return undefined;
  if (colon + 1 < end && text.charCodeAt(colon + 1) !== SPACE) unusual();
  return { node, after: colon + 1 };
}

/** A quoted scalar that ends on its line; escapes other than `\"` and `\\` are not for this reader. */
function quoted(text: string, at: number, end: number): ScalarNode | undefined {
  const isSingle = text.charCodeAt(at) === SINGLE;
  let close = at + 1;
  for (; close < end; close++) {
    const code = text.charCodeAt(close);
    if (isSingle && code === SINGLE) {
      if (text.charCodeAt(close + 1) !== SINGLE) break;
      close++;
    } else if (!isSingle && code === DOUBLE) break;
    else if (!isSingle && code === 92) {
      const next = text.charCodeAt(close + 1);
      if (next !== DOUBLE && next !== 92) unusual();
      close++;
    }
  }
  if (close >= end) return undefined;
  const inner = text.slice(at + 1, close);
  const value = isSingle
    ? inner.replaceAll("''", "'")
    : inner.includes('\\')
      ? inner.replace(/\\(["\\])/g, '$1')
      : inner;
  const style = isSingle ? 'single' : 'double';
  return { kind: 'scalar', start: at, end: close + 1, style, type: 'string', value };
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

/** Where plain text ends: before a comment and the blanks in front of it. */
function plainEnd(text: string, at: number, end: number): number {
  // Searched within the line: most have none, and the next one may be at the end of the file.
  const comment = text.slice(at, end).indexOf(' #');
  let stop = comment >= 0 ? at + comment : end;
  while (stop > at && text.charCodeAt(stop - 1) === SPACE) stop--;
  return stop;
}

/** Goes to the next line; one that is indented further would continue the scalar. */
function next(reader: Reader, indent: number): void {
  const found = findLine(reader, endOfLine(reader.text, reader.content) + 1);
  if (found && reader.content - reader.line > indent) unusual();
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

/** `|`, `|-`, `|+`: the lines below, without their common indentation. */
function readLiteral(reader: Reader, at: number, indent: number): Node {
  const { text } = reader;
  const header = /^\|([-+]?)\s*(?:\s#.*)?$/.exec(text.slice(at, reader.end));
  if (header === null) unusual();
  const first = endOfLine(text, at) + 1;
  const lines: string[] = [];
  let depth = -1;
  // Blank lines above the text may not be longer than its indentation.
  let widest = 0;
  let line = first;
  let end = first;
  while (line < text.length) {
    const stop = contentEnd(text, line);
    let content = line;
    while (text.charCodeAt(content) === SPACE) content++;
    const blank = content >= stop;
    if (!blank && depth < 0) {
      if (content - line <= indent) break;
      depth = content - line;
      if (widest > depth) unusual();
    }
    if (!blank && content - line < depth) {
      if (content - line > indent) unusual();
      break;
    }
    if (depth < 0) widest = Math.max(widest, stop - line);
    lines.push(depth < 0 ? '' : text.slice(Math.min(line + depth, stop), stop));
    line = endOfLine(text, line) + 1;
    end = Math.min(line, text.length);
  }
  if (depth < 0) unusual();
  findLine(reader, line);
  const value = chomp(lines, header[1] ?? '', text.charCodeAt(end - 1) === NEWLINE);
  return { kind: 'scalar', start: at, end, style: 'block', type: 'string', value };
}

function chomp(lines: readonly string[], how: string, closed: boolean): string {
  const full = `${lines.join('\n')}${closed ? '\n' : ''}`;
  if (how === '+') return full;
  const bare = full.replace(/\n+$/, '');
  return how === '-' ? bare : `${bare}\n`;
}

/** A flow collection that ends on its line. */
function readFlow(reader: Reader, at: number, indent: number, depth: number): Node {
  const { text, end } = reader;
  const flow = { text, end, at };
  const node = flowNode(flow, depth);
  if (!/^\s*(?:\s#.*)?$/.test(text.slice(flow.at, end))) unusual();
  next(reader, indent);
  return node;
}

interface Flow {
  readonly text: string;
  readonly end: number;
  at: number;
}

function flowNode(flow: Flow, depth: number): Node {
  if (depth > DEEPEST) unusual();
  const char = flow.text.charAt(flow.at);
  if (char === '[') return flowSeq(flow, depth + 1);
  if (char === '{') return flowMap(flow, depth + 1);
  return flowScalar(flow);
}

function flowScalar(flow: Flow): ScalarNode {
  const { text, end, at } = flow;
  const char = text.charAt(at);
  if (char === "'" || char === '"') {
    const node = quoted(text, at, end);
    if (node === undefined) unusual();
    flow.at = node.end;
    return node;
  }
  let stop = at;
  while (stop < end && !/[,[\]{}]/.test(text.charAt(stop))) {
    if (text.charAt(stop) === ':' && /[\s,[\]{}]|^$/.test(text.charAt(stop + 1))) break;
    if (text.charAt(stop) === '#') unusual();
    stop++;
  }
  while (stop > at && text.charCodeAt(stop - 1) === SPACE) stop--;
  const value = text.slice(at, stop);
  if (value === '' || SPECIAL.test(value)) unusual();
  flow.at = stop;
  return { kind: 'scalar', start: at, end: stop, style: 'plain', type: plainType(value), value };
}

function skipSpaces(flow: Flow): string {
  while (flow.at < flow.end && flow.text.charCodeAt(flow.at) === SPACE) flow.at++;
  return flow.at < flow.end ? flow.text.charAt(flow.at) : '';
}

function flowSeq(flow: Flow, depth: number): Node {
  const start = flow.at++;
  const items: Node[] = [];
  while (skipSpaces(flow) !== ']') {
    items.push(flowNode(flow, depth));
    const char = skipSpaces(flow);
    if (char === ',') flow.at++;
    else if (char !== ']') unusual();
  }
  flow.at++;
  return { kind: 'seq', start, end: flow.at, items };
}

function flowMap(flow: Flow, depth: number): Node {
  const start = flow.at++;
  const pairs: Pair[] = [];
  while (skipSpaces(flow) !== '}') {
    pairs.push(flowPair(flow, depth));
    const char = skipSpaces(flow);
    if (char === ',') flow.at++;
    else if (char !== '}') unusual();
  }
  flow.at++;
  return { kind: 'map', start, end: flow.at, pairs };
}

function flowPair(flow: Flow, depth: number): Pair {
  const key = flowScalar(flow);
  if (skipSpaces(flow) !== ':') unusual();
  flow.at++;
  const char = skipSpaces(flow);
  if (char === ',' || char === '}' || char === '') unusual();
  return { key, value: flowNode(flow, depth) };
}
