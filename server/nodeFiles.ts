/** The files of this machine. */
import { readdirSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { readRegular } from '../src/files';
import type { FileSource } from './workspaceFiles';

const PASSED_OVER: ReadonlySet<string> = new Set(['node_modules', 'vendor', 'dist']);

/** Links are followed within the folders that were listed, elsewhere only within the folder of the file. */
export function createNodeFiles(): FileSource {
  const roots = new Set<string>();
  const rootOf = (path: string) =>
    [...roots].find((root) => path.startsWith(root.endsWith(sep) ? root : root + sep)) ?? dirname(path);
  return {
    async *list(folder, wanted) {
      if (!folder.startsWith('file:')) return;
      const path = fileURLToPath(folder);
      roots.add(path);
      yield* filesBelow(path, pathToFileURL(path).href.replace(/\/$/, ''), wanted);
    },
    read(uri) {
      if (!uri.startsWith('file:')) return { problem: undefined };
      const path = fileURLToPath(uri);
      return readRegular(path, rootOf(path));
    },
  };
}

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
