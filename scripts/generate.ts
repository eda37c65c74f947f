/**
 * Writes everything that follows from the catalogue (the JSON schema, the reference pages) and from the sources (the
 * texts to translate). With `--check` it
 * writes nothing and fails when a file is not what it would write.
 * usage: npm run generate [-- --check]
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { generatedFiles } from './catalogueFiles';
import { l10nFiles } from './l10nFiles';
import { nginxPage } from './nginxPage';

function current(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function main(args: readonly string[]): void {
  const stale = Object.entries({ ...generatedFiles(), ...l10nFiles(), ...nginxPage() }).filter(
    ([path, text]) => current(path) !== text,
  );
  if (args.includes('--check')) {
    for (const [path] of stale) console.error(`${path} is stale: run \`npm run generate\``);
    process.exitCode = stale.length > 0 ? 1 : 0;
    return;
  }
  for (const [path, text] of stale) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    console.log(`wrote ${path}`);
  }
}

main(process.argv.slice(2));
