/**
 * Raw annotation values read exactly as the controller reads them, with its wording when it refuses
 * (lbc:pkg/annotations/parser.go and Go's strconv and encoding/json).
 */

/** A value that the controller refuses; `message` is the controller's own text. */
export class ValueError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ValueError';
  }
}

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/** Go's strconv.ParseBool; undefined where it fails. */
export function goBool(raw: string): boolean | undefined {
  if (TRUE.has(raw)) return true;
  return FALSE.has(raw) ? false : undefined;
}

/** A boolean annotation. `key` is the whole annotation key, for the message. */
export function parseBool(raw: string, key: string): boolean {
  const value = goBool(raw);
  if (value !== undefined) return value;
  throw new ValueError(
    `failed to parse bool annotation, ${key}: ${raw}: strconv.ParseBool: parsing ${goQuote(raw)}: invalid syntax`,
  );
}

/** Go's strconv.ParseInt(raw, 10, bits). */
export function parseInteger(raw: string, key: string, bits: 32 | 64 = 32): number {
  const fail = (why: string) =>
    new ValueError(
      `failed to parse int${bits} annotation, ${key}: ${raw}: strconv.ParseInt: parsing ${goQuote(raw)}: ${why}`,
    );
  if (!/^[+-]?[0-9]+$/.test(raw)) throw fail('invalid syntax');
  const limit = 2n ** BigInt(bits - 1);
  const value = BigInt(raw.replace(/^\+/, ''));
  if (value >= limit || value < -limit) throw fail('value out of range');
  return Number(value);
}

/** Comma-separated values, trimmed, empty ones dropped. */
export function parseList(raw: string): string[] {
  return raw
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** `k=v,k=v`; a backslash makes the next character literal, and a comma ends a pair only if a `=` follows somewhere. */
export function parseMap(raw: string, key: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const pair of splitPairs(raw)) {
    const equals = pair.text.indexOf('=');
    const name = pair.text.slice(0, Math.max(equals, 0)).trim();
    if (equals < 0 || name === '')
      throw new ValueError(`failed to parse stringMap annotation, ${key}: ${raw}`);
    values[name] = pair.text.slice(equals + 1).trim();
  }
  return values;
}

/** One pair of a map as the controller cuts it: its text without escapes, and where it stands in the raw value. */
export interface RawPair {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** lbc:pkg/annotations/parser.go splitKeyValuePairs */
export function splitPairs(raw: string): RawPair[] {
  const pairs: RawPair[] = [];
  const lastEquals = raw.lastIndexOf('=');
  let current = '';
  let start = 0;
  for (let i = 0; i < raw.length; i++) {
    const char = raw.charAt(i);
    if (char === '\\' && i + 1 < raw.length) {
      current += raw.charAt(++i);
    } else if (char !== ',' || raw.slice(i + 1).trim() === '') {
      current += char;
    } else {
      pairs.push({ text: current.trim(), start, end: i });
      current = '';
      start = i + 1;
      if (lastEquals <= i) return [...pairs, { text: raw.slice(start).trim(), start, end: raw.length }];
    }
  }
  return current === '' ? pairs : [...pairs, { text: current.trim(), start, end: raw.length }];
}

/** A Go `%q` of a short string. */
export function goQuote(text: string): string {
  return JSON.stringify(text);
}
