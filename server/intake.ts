/** Documents that have changed, taken in together: nothing is checked against what another one was before. */
import type { TextDocuments } from 'vscode-languageserver';
import { isParsed, parseInSteps } from './objects';
import type { Manifest } from './text/manifest';
import { inTurns, type Steps } from './turns';
import { keysOf } from './workspace/keys';

export interface Intake {
  /** Takes them in, but for large ones that must be read first: whoever asks does not wait for those. */
  now(): void;
  /** Takes in all of them, and gives way to others while it reads. */
  inTurns(): Promise<void>;
  /** The same where the document is one that must be read first; undefined where nothing is to be waited for. */
  pending(uri: string): Promise<void> | undefined;
}

/** Text that is read without anybody noticing. */
export const QUICK = 64 * 1024;

export function createIntake(documents: TextDocuments<Manifest>, take: (document: Manifest) => void): Intake {
  const changed = new Set<string>();
  const readings = new WeakMap<Manifest, Promise<unknown>>();
  const read = new WeakSet<Manifest>();
  documents.onDidChangeContent(({ document }) => changed.add(document.uri));
  documents.onDidClose(({ document }) => changed.delete(document.uri));
  const waiting = () => [...changed].flatMap((uri) => documents.get(uri) ?? []);
  const isQuick = (document: Manifest) => read.has(document) || unreadSize(document) <= QUICK;
  const now = () => {
    for (const document of waiting()) {
      if (!isQuick(document)) continue;
      changed.delete(document.uri);
      take(document);
    }
  };
  const isCurrent = (document: Manifest) => documents.get(document.uri) === document;
  /** Once, whoever waits for it. */
  const reading = (document: Manifest) => {
    const known = readings.get(document) ?? inTurns(readInSteps(document), () => isCurrent(document));
    readings.set(document, known);
    return known;
  };
  const all = async () => {
    for (let large = first(); large !== undefined; large = first()) {
      await reading(large);
      read.add(large);
    }
    now();
  };
  const first = () => waiting().find((document) => !isQuick(document));
  return {
    now,
    inTurns: all,
    pending(uri) {
      const document = changed.has(uri) ? documents.get(uri) : undefined;
      return document === undefined || isQuick(document) ? undefined : all();
    },
  };
}

/** Makes what is asked of every object when the file is taken in. */
export function* readInSteps({ chunks }: Manifest): Steps {
  for (const chunk of chunks) {
    const { objects } = yield* parseInSteps(chunk);
    yield;
    for (const object of objects) yield void keysOf(object);
  }
}

function unreadSize({ chunks }: Manifest): number {
  return chunks.reduce((size, chunk) => (isParsed(chunk) ? size : size + chunk.text.length), 0);
}
