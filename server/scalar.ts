/** Where the characters of a YAML scalar's value stand in the source. */
import type { Span } from '../src/annotations/kinds';
import type { Style } from './yaml/node';

export interface ScalarMap {
  /** The source span of a span of the value. */
  span(part: Span): Span;
  /** The value offset of a source offset. */
  toValue(offset: number): number;
}

/**
 * Aligns a decoded value with its source. `start` and `end` bound what stands between the quotes, or the lines below
 * the header of a block scalar. Folding changes white space only, so that everything else keeps its order.
 */
export function mapScalar(
  source: string,
  start: number,
  end: number,
  value: string,
  style: Style,
): ScalarMap {
  const { starts, ends } = align(source, start, end, value, style);
  const startOf = (at: number) => starts[Math.max(0, Math.min(at, value.length))] ?? end;
  return {
    span(part) {
      const from = startOf(part.start);
      return {
        start: from,
        end: part.end > part.start ? Math.max(from, ends[Math.min(part.end, value.length) - 1] ?? end) : from,
      };
    },
    toValue(offset) {
      let low = 0;
      for (let high = value.length; low < high; ) {
        const middle = (low + high) >> 1;
        if (startOf(middle) < offset) low = middle + 1;
        else high = middle;
      }
      return low;
    },
  };
}

function align(
  source: string,
  start: number,
  end: number,
  value: string,
  style: Style,
): { starts: number[]; ends: number[] } {
  const starts: number[] = [];
  const ends: number[] = [];
  const push = (from: number, to: number) => {
    starts.push(Math.min(from, end));
    ends.push(Math.min(to, end));
  };
  let at = start;
  for (let i = 0; i < value.length; i++) {
    if (style === 'double') at = skipLineEscapes(source, at, end);
    const space = isSpace(value.charAt(i));
    if (!space) at = skipSpace(source, at, end);
    // A space of the value that folding made has no character of its own: the line break stands for it.
    const made = space && !isSpace(source.charAt(at)) && source.charAt(at) !== '\\';
    const length = made ? { source: 0, units: 1 } : unitLength(source, at, style);
    push(at, at + length.source);
    if (length.units === 2 && i + 1 < value.length) {
      push(at, at + length.source);
      i++;
    }
    at += length.source;
  }
  starts.push(value === '' ? start : Math.min(at, end));
  return { starts, ends };
}

function isSpace(char: string): boolean {
  return char === ' ' || char === '\n' || char === '\t' || char === '\r';
}

function skipSpace(source: string, from: number, end: number): number {
  let at = from;
  while (at < end && isSpace(source.charAt(at))) at++;
  return at;
}

/** In double quotes a backslash before a line break stands for nothing. */
function skipLineEscapes(source: string, from: number, end: number): number {
  let at = from;
  while (at < end && source.charAt(at) === '\\' && /[\r\n]/.test(source.charAt(at + 1)))
    at = skipSpace(source, at + 1, end);
  return at;
}

const HEX_LENGTH: Readonly<Record<string, number>> = { x: 4, u: 6, U: 10 };

/** How long the source of one character is, and how many UTF-16 units of the value it makes. */
function unitLength(source: string, at: number, style: Style): { source: number; units: 1 | 2 } {
  const char = source.charAt(at);
  if (style === 'single' && char === "'") return { source: 2, units: 1 };
  if (style !== 'double' || char !== '\\') return { source: 1, units: 1 };
  const kind = source.charAt(at + 1);
  const length = HEX_LENGTH[kind] ?? 2;
  const beyond = kind === 'U' && Number.parseInt(source.slice(at + 2, at + 10), 16) > 0xffff;
  return { source: length, units: beyond ? 2 : 1 };
}
