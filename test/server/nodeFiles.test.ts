import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createNodeFiles } from '../../server/nodeFiles';

const nodeFiles = createNodeFiles();
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'files-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function listed(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const uri of nodeFiles.list(folder, () => true)) found.push(uri);
  return found.sort();
}

test('addresses are those that Node makes of the paths, whatever the names', async () => {
  const folders = ['plain', 'a b', '50%', 'grün', 'x#y'];
  const names = [
    'web-1.yaml',
    'two words.yaml',
    '100%.yaml',
    'zürich.yaml',
    'a#b.yaml',
    '~.yaml',
    '[x].yaml',
  ];
  const paths = folders.flatMap((folder) => names.map((name) => join(root, folder, name)));
  for (const folder of folders) mkdirSync(join(root, folder));
  for (const path of paths) writeFileSync(path, path);
  const wanted = paths.map((path) => pathToFileURL(path).href).sort();
  expect(await listed(pathToFileURL(root).href)).toEqual(wanted);
  expect(await listed(`${pathToFileURL(root).href}/`)).toEqual(wanted);
  expect(wanted.map((uri) => nodeFiles.read(uri).text).sort()).toEqual([...paths].sort());
});
