/** `# ekslb-ignore rule-id` comments. */
import type { Span } from '../src/annotations/kinds';
import type { Finding } from './checks/finding';
import { parseChunk } from './objects';
import type { Chunk } from './text/manifest';

interface Silence extends Span {
  /** Undefined: all of them. */
  readonly codes: ReadonlySet<string> | undefined;
}

/**
 * Which findings a chunk's own comments silence. Behind something a comment is for its line; on a line of its own it is
 * for the next line; above the first key of the document it is for the whole document. An annotation that begins on
 * the line belongs to it with all lines of its value.
 */
export function ignoredBy(chunk: Chunk): (finding: Finding) => boolean {
  if (!chunk.text.includes('ekslb-ignore')) return () => false;
  const silences = [...chunk.text.matchAll(COMMENT)].map((match) => silenceOf(match, chunk));
  return ({ code, span }) =>
    silences.some(
      ({ start, end, codes }) =>
        span.start >= start && span.start < end && (codes === undefined || codes.has(code)),
    );
}

const COMMENT = /^(.*)#[ \t]*ekslb-ignore\b[ \t:]*([\w, \t-]*)/gm;

function silenceOf(match: RegExpMatchArray, chunk: Chunk): Silence {
  const [whole, before = '', list = ''] = match;
  const start = match.index ?? 0;
  const named = list.split(/[,\s]+/).filter((code) => code !== '');
  const codes = named.length === 0 ? undefined : new Set(named);
  if (before.trim() !== '') return { ...linesFrom(start, chunk), codes };
  const next = nextLine(chunk.text, start + whole.length);
  const isHead = !/^[^#\s-]/m.test(chunk.text.slice(0, start));
  return isHead ? { start: 0, end: chunk.text.length + 1, codes } : { ...linesFrom(next, chunk), codes };
}

/** The beginning of the next line that is more than a comment. */
function nextLine(text: string, from: number): number {
  let at = text.indexOf('\n', from) + 1;
  while (at > 0 && /^[ \t]*(#|$)/.test(lineAt(text, at))) at = text.indexOf('\n', at) + 1;
  return at <= 0 ? text.length : at;
}

function lineAt(text: string, start: number): string {
  const end = text.indexOf('\n', start);
  return text.slice(start, end < 0 ? text.length : end);
}

/** The line that begins at `start`, and all lines of the annotation that begins on it. */
function linesFrom(start: number, chunk: Chunk): Span {
  const end = start + lineAt(chunk.text, start).length + 1;
  const entries = parseChunk(chunk).objects.flatMap(({ annotations }) => annotations);
  const entry = entries.find(({ keySpan }) => keySpan.start >= start && keySpan.start < end);
  return { start, end: Math.max(end, (entry?.valueSpan.end ?? 0) + 1) };
}
