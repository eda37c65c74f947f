/** Places in files, and the protocol's words for them. */
import type { Location, Position, Range } from 'vscode-languageserver-types';
import type { Span } from '../../src/annotations/kinds';
import { nameSpan } from '../checks/subject';
import { blockSpan } from '../objects';
import { positionOf, rangeOf, spotAt } from '../text/manifest';
import { type Located, lineOf, type SourceFile } from '../workspace/workspace';
import type { ScalarNode } from '../yaml/node';

export interface Place {
  readonly at: Located;
  /** Counts from the beginning of the object's chunk. */
  readonly span: Span;
}

/** None when the file has changed since the object was read. */
export function rangesOf({ at, span }: Place): Range[] {
  const line = lineOf(at.file, at.object.chunk);
  return line === undefined ? [] : [rangeOf(at.object.chunk, line, span)];
}

export function locationsOf(places: readonly Place[]): Location[] {
  return unique(places).flatMap((place) =>
    rangesOf(place).map((range) => ({ uri: place.at.file.uri, range })),
  );
}

/** What is shared by an anchor is found once for each of its aliases. `seen` is what was found before. */
export function unique<P extends Place>(places: readonly P[], seen = new Set<string>()): P[] {
  return places.filter((place) =>
    rangesOf(place).some(({ start }) => {
      const id = `${place.at.file.uri} ${start.line}:${start.character}`;
      return !seen.has(id) && seen.add(id);
    }),
  );
}

export function namePlace(at: Located): Place {
  return { at, span: nameSpan(at) };
}

/** The text of a scalar without its quotes, or without the header of a block. */
export function scalarSpan(node: ScalarNode, text: string): Span {
  const { start, end, style } = node;
  if (style === 'block') return blockSpan(node, text);
  if (style === 'plain') return { start, end };
  const closed = end - start > 1 && text.charAt(end - 1) === text.charAt(start);
  return { start: start + 1, end: closed ? end - 1 : end };
}

/** The objects of the document around a position, and the offset in it. */
export function around(
  file: SourceFile,
  position: Position,
): { readonly here: readonly Located[]; readonly offset: number } {
  const { chunk, offset } = spotAt(file.manifest, position);
  return { here: file.located.filter(({ object }) => object.chunk === chunk), offset };
}

export function holds({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}

/** Objects of which a part may stand within a range. */
export function within(file: SourceFile, { start, end }: Range): Located[] {
  return file.located.filter(({ object }) => {
    const line = lineOf(file, object.chunk);
    if (line === undefined) return false;
    const first = positionOf(object.chunk, line, object.root.start);
    const last = positionOf(object.chunk, line, object.root.end);
    return first.line <= end.line && last.line >= start.line;
  });
}
