/** Documents that have changed, taken in together: nothing is checked against what another one was before. */
import type { TextDocuments } from 'vscode-languageserver';
import { parseChunk } from './objects';
import type { Manifest } from './text/manifest';
import { createTurns } from './turns';

export interface Intake {
  /** Takes them in, but for large ones that must be read first: whoever asks does not wait for those. */
  now(): void;
  /** Takes in all of them, and gives way to others while it reads. */
  inTurns(): Promise<void>;
}

/** Text that is read without anybody noticing. */
const QUICK = 256 * 1024;

export function createIntake(documents: TextDocuments<Manifest>, take: (document: Manifest) => void): Intake {
  const changed = new Set<string>();
  const read = new WeakSet<Manifest>();
  documents.onDidChangeContent(({ document }) => changed.add(document.uri));
  documents.onDidClose(({ document }) => changed.delete(document.uri));
  const waiting = () => [...changed].flatMap((uri) => documents.get(uri) ?? []);
  const now = () => {
    for (const document of waiting()) {
      if (!read.has(document) && sizeOf(document) > QUICK) continue;
      changed.delete(document.uri);
      take(document);
    }
  };
  return {
    now,
    async inTurns() {
      const giveWay = createTurns();
      for (const document of waiting()) {
        for (const chunk of document.chunks) {
          parseChunk(chunk);
          await giveWay();
        }
        read.add(document);
      }
      now();
    },
  };
}

function sizeOf({ chunks }: Manifest): number {
  return chunks.reduce((size, { text }) => size + text.length, 0);
}
