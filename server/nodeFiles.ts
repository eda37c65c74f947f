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
    if (folder.startsWith('file:')) yield* filesBelow(fileURLToPath(folder), wanted);
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
function* filesBelow(folder: string, wanted: (name: string) => boolean): Generator<string> {
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!entry.name.startsWith('.') && !PASSED_OVER.has(entry.name)) yield* filesBelow(path, wanted);
    } else if (wanted(entry.name)) yield pathToFileURL(path).href;
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
