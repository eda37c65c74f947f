/**
 * A file as the texts between its document markers. An edit makes new texts only for the documents it touches, so that
 * whatever was learned of the others is still known: the cost of an edit follows the document, not the file.
 */
import type { Position, Range } from 'vscode-languageserver-types';
import type { Span } from '../../src/annotations/kinds';

/** The text from one marker (`---` at the beginning of a line) to the next. Compared by identity. */
export interface Chunk {
  readonly text: string;
  /** Offset of each line's beginning; at least one. */
  readonly lines: readonly number[];
}

/** An open file, or one of the workspace; the interface is that of a TextDocument. */
export interface Manifest {
  readonly uri: string;
  readonly languageId: string;
  readonly version: number;
  readonly lineCount: number;
  readonly chunks: readonly Chunk[];
  /** For each chunk the number of its first line, and its offset in the file. */
  readonly places: readonly ChunkPlace[];
  getText(range?: Range): string;
  positionAt(offset: number): Position;
  offsetAt(position: Position): number;
}

export interface ChunkPlace {
  readonly line: number;
  readonly offset: number;
}

/** A place in a file by its chunk and the offset within it. */
export interface Spot {
  readonly index: number;
  readonly chunk: Chunk;
  readonly offset: number;
}

export interface Change {
  readonly range?: Range;
  readonly text: string;
}

/** `before` is the file as it was last known: texts that are the same stay the same, so that nothing of them is read again. */
export function createManifest(
  uri: string,
  languageId: string,
  version: number,
  text: string,
  before?: Manifest,
): Manifest {
  const chunks = cut(text).map((chunk, at) => {
    const known = before?.chunks[at];
    return known?.text === chunk.text ? known : chunk;
  });
  return assemble(uri, languageId, version, chunks);
}

/** The file after changes, as the protocol describes them. */
export function updateManifest(before: Manifest, changes: readonly Change[], version: number): Manifest {
  const { uri, languageId } = before;
  return changes.reduce((now, change) => assemble(uri, languageId, version, changed(now, change)), before);
}

function assemble(uri: string, languageId: string, version: number, chunks: readonly Chunk[]): Manifest {
  return new ManifestOfChunks(uri, languageId, version, chunks);
}

/** A class, like the others with values made later: V8 keeps an object with getters of its own as a dictionary, and every look into it is slow. */
class ManifestOfChunks implements Manifest {
  #places: readonly ChunkPlace[] | undefined = undefined;

  constructor(
    readonly uri: string,
    readonly languageId: string,
    readonly version: number,
    readonly chunks: readonly Chunk[],
  ) {}

  /** Of most files of a workspace nobody ever asks for a line. */
  get places(): readonly ChunkPlace[] {
    this.#places ??= placesOf(this.chunks);
    return this.#places;
  }

  get lineCount(): number {
    return (this.places.at(-1)?.line ?? 0) + (this.chunks.at(-1)?.lines.length ?? 1);
  }

  getText(range?: Range): string {
    return range === undefined ? fullText(this.chunks) : textBetween(this, range);
  }

  positionAt(at: number): Position {
    return positionIn(this, at);
  }

  offsetAt(position: Position): number {
    const spot = spotAt(this, position);
    return (this.places[spot.index]?.offset ?? 0) + spot.offset;
  }
}

function placesOf(chunks: readonly Chunk[]): ChunkPlace[] {
  let [line, offset] = [0, 0];
  return chunks.map(({ lines, text }) => {
    const place = { line, offset };
    line += lines.length - 1;
    offset += text.length;
    return place;
  });
}

function fullText(chunks: readonly Chunk[]): string {
  return chunks.map(({ text }) => text).join('');
}

function textBetween(manifest: Manifest, { start, end }: Range): string {
  const [from, to] = [spotAt(manifest, start), spotAt(manifest, end)];
  if (from.index === to.index) return from.chunk.text.slice(from.offset, to.offset);
  const between = manifest.chunks.slice(from.index + 1, to.index);
  return from.chunk.text.slice(from.offset) + fullText(between) + to.chunk.text.slice(0, to.offset);
}

function positionIn({ chunks, places }: Manifest, at: number): Position {
  const index = lastWhere(places.length, (one) => (places[one]?.offset ?? 0) <= at);
  const place = places[index] ?? { line: 0, offset: 0 };
  return positionOf(chunks[index] ?? EMPTY, place.line, at - place.offset);
}

/** The position in the file of an offset in a chunk that begins at `line`. */
export function positionOf(chunk: Chunk, line: number, offset: number): Position {
  const at = Math.max(0, Math.min(offset, chunk.text.length));
  const row = lastWhere(chunk.lines.length, (one) => (chunk.lines[one] ?? 0) <= at);
  return { line: line + row, character: at - (chunk.lines[row] ?? 0) };
}

export function rangeOf(chunk: Chunk, line: number, { start, end }: Span): Range {
  return { start: positionOf(chunk, line, start), end: positionOf(chunk, line, end) };
}

/** Where a position is; beyond the end of a line or of the file it is their end. */
export function spotAt({ chunks, places }: Manifest, { line, character }: Position): Spot {
  const index = lastWhere(places.length, (one) => (places[one]?.line ?? 0) <= line);
  const chunk = chunks[index] ?? EMPTY;
  const row = line - (places[index]?.line ?? 0);
  if (row < 0) return { index, chunk, offset: 0 };
  const start = chunk.lines[row];
  if (start === undefined) return { index, chunk, offset: chunk.text.length };
  const next = chunk.lines[row + 1];
  const end = next === undefined ? chunk.text.length : beforeBreak(chunk.text, next);
  return { index, chunk, offset: Math.min(start + Math.max(0, character), end) };
}

/** The end of a line whose successor begins at `next`. */
function beforeBreak(text: string, next: number): number {
  const at = next - 1;
  return text.charAt(at) === '\n' && text.charAt(at - 1) === '\r' ? at - 1 : at;
}

/** The last index below `length` for which `holds`, which is true of a beginning of them; 0 if there is none. */
function lastWhere(length: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return Math.max(low, 0);
}

const EMPTY: Chunk = { text: '', lines: [0] };

function changed(before: Manifest, { range, text }: Change): readonly Chunk[] {
  if (range === undefined) return cut(text);
  const { chunks } = before;
  const [from, to] = [spotAt(before, range.start), spotAt(before, range.end)];
  if (from.index > to.index || (from.index === to.index && from.offset > to.offset)) return chunks;
  // Within the first line stands the marker: without it the text belongs to the document above.
  const touchesMarker = from.offset <= (from.chunk.lines[1] ?? from.chunk.text.length);
  const first = touchesMarker ? Math.max(0, from.index - 1) : from.index;
  const head = first < from.index ? (chunks[first]?.text ?? '') : '';
  const joined = head + from.chunk.text.slice(0, from.offset) + text + to.chunk.text.slice(to.offset);
  return [...chunks.slice(0, first), ...cut(joined), ...chunks.slice(to.index + 1)];
}

/** Cuts before every marker. A marker stands at the beginning of a line, where no scalar may continue. */
function cut(text: string): Chunk[] {
  if (!text.includes('---')) return [new LazyChunk(text)];
  const starts = [0];
  for (const match of text.matchAll(/[\r\n]---(?=\s|$)/g)) starts.push(match.index + 1);
  return starts.map((start, at) => new LazyChunk(text.slice(start, starts[at + 1] ?? text.length)));
}

class LazyChunk implements Chunk {
  #lines: readonly number[] | undefined = undefined;

  constructor(readonly text: string) {}

  get lines(): readonly number[] {
    this.#lines ??= lineStarts(this.text);
    return this.#lines;
  }
}

function lineStarts(text: string): number[] {
  if (text.includes('\r')) return lineStartsOfAnyBreak(text);
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lineStartsOfAnyBreak(text: string): number[] {
  const starts = [0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) starts.push(at + 1);
  }
  return starts;
}
