/** The lines of a text, as the fast reader goes through them. */
import type { Span } from '../../src/annotations/kinds';

/** Thrown at YAML that is not for this reader. */
export const UNUSUAL = Symbol('unusual YAML');

export interface Reader {
  readonly text: string;
  readonly errors: Span[];
  /** Beginning of the line that is read next, after blank and comment lines were skipped. */
  line: number;
  /** Of that line: its first character that is no blank, and its end without the line break. */
  content: number;
  end: number;
  /** Of keys and items. */
  count: number;
}

/** The deepest nesting that is read here; a complete parser judges what is beyond. */
export const DEEPEST = 60;

export function unusual(): never {
  throw UNUSUAL;
}

export function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at;
}

/** Moves to the first line at or after `from` that holds more than blanks and comments. */
export function findLine(reader: Reader, from: number): boolean {
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
export function contentEnd(text: string, from: number): number {
  const end = endOfLine(text, from);
  return text.charCodeAt(end - 1) === RETURN && end > from ? end - 1 : end;
}

export const SPACE = 32;
export const NEWLINE = 10;
export const RETURN = 13;
export const HASH = 35;
export const DASH = 45;
export const COLON = 58;
export const SINGLE = 39;
export const DOUBLE = 34;

export function isBreak(code: number): boolean {
  return code === NEWLINE || code === RETURN || Number.isNaN(code);
}

export function isItem(text: string, at: number): boolean {
  const next = text.charCodeAt(at + 1);
  return text.charCodeAt(at) === DASH && (next === SPACE || isBreak(next));
}

/** Goes to the next line; one that is indented further would continue the scalar. */
export function next(reader: Reader, indent: number): void {
  const found = findLine(reader, endOfLine(reader.text, reader.content) + 1);
  if (found && reader.content - reader.line > indent) unusual();
}
