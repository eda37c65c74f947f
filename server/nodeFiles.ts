/** The files of this machine. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { FileSource } from './workspaceFiles';

/** Larger files are data, not manifests. */
const LARGEST = 8 * 1024 * 1024;

const PASSED_OVER: ReadonlySet<string> = new Set(['node_modules', 'vendor', 'dist']);

export const nodeFiles: FileSource = {
  async *list(folder, wanted) {
    if (!folder.startsWith('file:')) return;
    const path = fileURLToPath(folder);
    yield* filesBelow(path, pathToFileURL(path).href.replace(/\/$/, ''), wanted);
  },
  read(uri) {
    try {
      const text = readFileSync(fileURLToPath(uri), 'utf8');
      return text.length > LARGEST ? undefined : text;
    } catch {
      // Gone, or not ours to read: as good as absent.
      return undefined;
    }
  },
};

/** Reading is synchronous: of many small files it takes a third of the time, and the caller gives way in between. */
function* filesBelow(folder: string, address: string, wanted: (name: string) => boolean): Generator<string> {
  for (const entry of entriesOf(folder)) {
    const { name } = entry;
    if (entry.isDirectory()) {
      const isPassedOver = name.startsWith('.') || PASSED_OVER.has(name);
      if (!isPassedOver) yield* filesBelow(join(folder, name), addressIn(folder, address, name), wanted);
    } else if (wanted(name)) yield addressIn(folder, address, name);
  }
}

/** Names that stand in an address as they are, which nearly all do; making a URL takes ten times as long. */
const PLAIN = /^[\w.-]+$/;

function addressIn(folder: string, address: string, name: string): string {
  return PLAIN.test(name) ? `${address}/${name}` : pathToFileURL(join(folder, name)).href;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
