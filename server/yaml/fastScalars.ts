/** Keys and scalars on one line, and literal blocks. */
import {
  COLON,
  contentEnd,
  DOUBLE,
  endOfLine,
  findLine,
  NEWLINE,
  type Reader,
  SINGLE,
  SPACE,
  unusual,
} from './lines';
import { type Node, plainType, type ScalarNode } from './node';

export interface Key {
  readonly node: ScalarNode;
  /** Just behind the colon. */
  readonly after: number;
}

/** The key at `at` with its colon; undefined when there is no colon. */
export function keyAt(text: string, at: number, end: number): Key | undefined {
  const code = text.charCodeAt(at);
  if (code === SINGLE || code === DOUBLE) return quotedKey(text, at, end);
  // Searched within the line: where it has none the next colon may be at the end of the file.
  const line = text.slice(at, end);
  for (let colon = line.indexOf(':'); colon >= 0; colon = line.indexOf(':', colon + 1)) {
    if (colon + 1 < line.length && line.charCodeAt(colon + 1) !== SPACE) continue;
    return plainKey(text, at, at + colon);
  }
  return undefined;
}

export const SPECIAL = /^[[\]{},#&*!|>'"%@`]|^[-?](?: |$)/;

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
export function quoted(text: string, at: number, end: number): ScalarNode | undefined {
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

/** Where plain text ends: before a comment and the blanks in front of it. */
export function plainEnd(text: string, at: number, end: number): number {
  // Searched within the line: most have none, and the next one may be at the end of the file.
  const comment = text.slice(at, end).indexOf(' #');
  let stop = comment >= 0 ? at + comment : end;
  while (stop > at && text.charCodeAt(stop - 1) === SPACE) stop--;
  return stop;
}

/** `|`, `|-`, `|+`: the lines below, without their common indentation. */
export function readLiteral(reader: Reader, at: number, indent: number): Node {
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
  const bare = full.slice(0, endOfText(full));
  return how === '-' ? bare : `${bare}\n`;
}

/** Where a text ends, apart from the line breaks behind it. */
function endOfText(text: string): number {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === NEWLINE) end--;
  return end;
}
