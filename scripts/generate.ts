/**
 * Writes everything that follows from the catalogue and the rules (JSON schemas, reference pages) and from the sources
 * (the texts to translate), and removes pages of what is no more. With `--check` it writes nothing and fails when a file is not
 * what it would write, or should not be there.
 * usage: npm run generate [-- --check]
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { generatedFiles } from './catalogueFiles';
import { l10nFiles } from './l10nFiles';
import { leftovers } from './leftovers';
import { nginxPage } from './nginxPage';
import { sampleFiles } from './sampleFiles';
import { setupPage } from './setupPage';

function current(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function main(args: readonly string[]): void {
  const files = { ...generatedFiles(), ...l10nFiles(), ...nginxPage(), ...setupPage(), ...sampleFiles() };
  const stale = Object.entries(files).filter(([path, text]) => current(path) !== text);
  for (const [path, text] of args.includes('--check') ? [] : stale) write(path, text);
  const extra = leftovers(files);
  if (args.includes('--check')) report([...stale.map(([path]) => path), ...extra]);
  else for (const path of extra) remove(path);
}

function report(wrong: readonly string[]): void {
  for (const path of wrong) console.error(`${path} is stale: run \`npm run generate\``);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(`wrote ${path}`);
}

function remove(path: string): void {
  rmSync(path);
  console.log(`removed ${path}`);
}

main(process.argv.slice(2));
