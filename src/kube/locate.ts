import { LineCounter, parseAllDocuments } from 'yaml';
import type { KubeObject } from './types';

/** An object of a YAML text and where it stands. Lines count from 0; `lastLine` is the last with content. */
export interface LocatedObject {
  readonly object: KubeObject;
  readonly firstLine: number;
  readonly lastLine: number;
  /** The line of `kind:`; code lenses sit over it. */
  readonly kindLine: number;
}

/** Objects of a text that may be half-typed: what cannot be read is left out, nothing is thrown. */
export function locateObjects(text: string): LocatedObject[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, merge: true, logLevel: 'silent' });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => {
    const [start, end] = document.contents?.range ?? [0, 0];
    const value: unknown = orUndefined(() => document.toJS({ maxAliasCount: 100 }));
    if (!isObject(value)) return [];
    const body = text.slice(start, end);
    const kindAt = start + Math.max(body.search(/^kind:/m), 0);
    const lineOf = (offset: number) => lines.linePos(offset).line - 1;
    const lastLine = lineOf(start + body.trimEnd().length);
    return [{ object: value, firstLine: lineOf(start), lastLine, kindLine: lineOf(kindAt) }];
  });
}

function orUndefined(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is KubeObject {
  if (value === null || typeof value !== 'object' || !('kind' in value) || !('metadata' in value))
    return false;
  const { metadata } = value;
  return (
    metadata !== null &&
    typeof metadata === 'object' &&
    'name' in metadata &&
    typeof metadata.name === 'string'
  );
}

/** The object whose document holds a line: from its first line to the start of the next. */
export function objectAt(objects: readonly LocatedObject[], line: number): LocatedObject | undefined {
  return objects.filter(({ firstLine }) => firstLine <= line).at(-1);
}
