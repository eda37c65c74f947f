/**
 * JSON as Go's encoding/json reads it, with its wording when it refuses (Go source: encoding/json/scanner.go).
 * The reader keeps the place of every value, so that an editor can point into the string.
 */
import { ValueError } from './parse';

interface Place {
  readonly start: number;
  readonly end: number;
}

export interface JsonMember {
  readonly name: string;
  readonly key: Place;
  readonly value: JsonNode;
}

export type JsonNode = Place &
  (
    | { readonly type: 'object'; readonly members: readonly JsonMember[] }
    | { readonly type: 'array'; readonly items: readonly JsonNode[] }
    | { readonly type: 'string'; readonly value: string }
    | { readonly type: 'number'; readonly literal: string }
    | { readonly type: 'bool'; readonly value: boolean }
    | { readonly type: 'null' }
  );

/** A syntax error in Go's words; `offset` is where in the text it was noticed. */
export class JsonSyntaxError extends ValueError {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = 'JsonSyntaxError';
    this.offset = offset;
  }
}

/** Reads one JSON value that fills the whole text; throws {@link JsonSyntaxError}. */
export function readJson(text: string): JsonNode {
  const cursor = new Cursor(text);
  const node = readValue(cursor, 0);
  cursor.skipSpace();
  if (!cursor.done) throw cursor.unexpected('after top-level value');
  return node;
}

/** The plain value of a node. */
export function jsonValue(node: JsonNode): unknown {
  switch (node.type) {
    case 'object':
      return Object.fromEntries(node.members.map((member) => [member.name, jsonValue(member.value)]));
    case 'array':
      return node.items.map(jsonValue);
    case 'number':
      return Number(node.literal);
    case 'null':
      return null;
    default:
      return node.value;
  }
}

/** Go stops at 10,000 (encoding/json/scanner.go maxNestingDepth), our stack before; no annotation has ten levels. */
const MAX_DEPTH = 500;

class Cursor {
  at = 0;

  constructor(readonly text: string) {}

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** The character ahead, empty at the end. */
  peek(): string {
    return this.text.charAt(this.at);
  }

  skipSpace(): void {
    while (!this.done && ' \t\r\n'.includes(this.peek())) this.at++;
  }

  unexpected(context: string): JsonSyntaxError {
    if (this.done) return new JsonSyntaxError('unexpected end of JSON input', this.text.length);
    const char = leadByte(this.text.codePointAt(this.at) ?? 0);
    return new JsonSyntaxError(`invalid character ${quoteChar(char)} ${context}`, this.at);
  }
}

/** Go's scanner looks at bytes: of a character beyond ASCII it names the first byte of its UTF-8 form. */
function leadByte(code: number): string {
  if (code < 0x80) return String.fromCharCode(code);
  if (code < 0x800) return String.fromCharCode(0xc0 | (code >> 6));
  return String.fromCharCode(code < 0x10000 ? 0xe0 | (code >> 12) : 0xf0 | (code >> 18));
}

const QUOTED: Readonly<Record<string, string>> = {
  "'": "\\'",
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** encoding/json/scanner.go quoteChar */
function quoteChar(char: string): string {
  const code = char.charCodeAt(0);
  const hex = code < 0x20 || code === 0x7f ? `\\x${code.toString(16).padStart(2, '0')}` : char;
  return `'${QUOTED[char] ?? hex}'`;
}

function readValue(cursor: Cursor, depth: number): JsonNode {
  cursor.skipSpace();
  if (depth > MAX_DEPTH) throw new JsonSyntaxError('exceeded max depth', cursor.at);
  switch (cursor.peek()) {
    case '{':
      return readObject(cursor, depth);
    case '[':
      return readArray(cursor, depth);
    case '"':
      return readString(cursor);
    case 't':
      return { ...readWord(cursor, 'true'), type: 'bool', value: true };
    case 'f':
      return { ...readWord(cursor, 'false'), type: 'bool', value: false };
    case 'n':
      return { ...readWord(cursor, 'null'), type: 'null' };
    default:
      if (cursor.peek() === '-' || isDigit(cursor.peek())) return readNumber(cursor);
      throw cursor.unexpected('looking for beginning of value');
  }
}

function readObject(cursor: Cursor, depth: number): JsonNode {
  const start = cursor.at++;
  const members: JsonMember[] = [];
  cursor.skipSpace();
  if (cursor.peek() === '}') return { type: 'object', members, start, end: ++cursor.at };
  for (;;) {
    cursor.skipSpace();
    if (cursor.peek() !== '"') throw cursor.unexpected('looking for beginning of object key string');
    const key = readString(cursor);
    cursor.skipSpace();
    if (cursor.peek() !== ':') throw cursor.unexpected('after object key');
    cursor.at++;
    const value = readValue(cursor, depth + 1);
    members.push({ name: key.value, key: { start: key.start, end: key.end }, value });
    cursor.skipSpace();
    if (cursor.peek() === '}') return { type: 'object', members, start, end: ++cursor.at };
    if (cursor.peek() !== ',') throw cursor.unexpected('after object key:value pair');
    cursor.at++;
  }
}

function readArray(cursor: Cursor, depth: number): JsonNode {
  const start = cursor.at++;
  const items: JsonNode[] = [];
  cursor.skipSpace();
  if (cursor.peek() === ']') return { type: 'array', items, start, end: ++cursor.at };
  for (;;) {
    items.push(readValue(cursor, depth + 1));
    cursor.skipSpace();
    if (cursor.peek() === ']') return { type: 'array', items, start, end: ++cursor.at };
    if (cursor.peek() !== ',') throw cursor.unexpected('after array element');
    cursor.at++;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

function readString(cursor: Cursor): Place & { readonly type: 'string'; readonly value: string } {
  const start = cursor.at++;
  let value = '';
  for (;;) {
    if (cursor.done || cursor.peek() < ' ') throw cursor.unexpected('in string literal');
    const char = cursor.peek();
    cursor.at++;
    if (char === '"') return { type: 'string', value, start, end: cursor.at };
    value += char === '\\' ? readEscape(cursor) : char;
  }
}

function readEscape(cursor: Cursor): string {
  const letter = cursor.peek();
  const simple = ESCAPES[letter];
  if (simple === undefined && letter !== 'u') throw cursor.unexpected('in string escape code');
  cursor.at++;
  if (simple !== undefined) return simple;
  const from = cursor.at;
  for (; cursor.at < from + 4; cursor.at++) {
    if (!/[0-9a-fA-F]/.test(cursor.peek())) throw cursor.unexpected('in \\u hexadecimal character escape');
  }
  return String.fromCharCode(Number.parseInt(cursor.text.slice(from, from + 4), 16));
}

function readWord(cursor: Cursor, word: string): Place {
  const start = cursor.at++;
  for (const expected of word.slice(1)) {
    if (cursor.peek() !== expected) throw cursor.unexpected(`in literal ${word} (expecting '${expected}')`);
    cursor.at++;
  }
  return { start, end: cursor.at };
}

function readNumber(cursor: Cursor): JsonNode {
  const start = cursor.at;
  if (cursor.peek() === '-') cursor.at++;
  if (cursor.peek() === '0') cursor.at++;
  else readDigits(cursor, 'in numeric literal');
  if (cursor.peek() === '.') {
    cursor.at++;
    readDigits(cursor, 'after decimal point in numeric literal');
  }
  if (cursor.peek() === 'e' || cursor.peek() === 'E') {
    cursor.at++;
    if (cursor.peek() === '+' || cursor.peek() === '-') cursor.at++;
    readDigits(cursor, 'in exponent of numeric literal');
  }
  return { type: 'number', literal: cursor.text.slice(start, cursor.at), start, end: cursor.at };
}

function readDigits(cursor: Cursor, context: string): void {
  if (!isDigit(cursor.peek())) throw cursor.unexpected(context);
  while (isDigit(cursor.peek())) cursor.at++;
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9' && char.length === 1;
}
