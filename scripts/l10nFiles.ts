import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = 'src';
/** The first argument of `l10n.t`, in either quote. */
const CALL = /\bl10n\.t\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g;

/** The bundle that translators start from: every text of the extension, keyed by itself (VS Code API `l10n`). */
export function l10nFiles(): Record<string, string> {
  const texts = new Set(sourcesBelow(SOURCES).flatMap((file) => textsOf(readFileSync(file, 'utf8'))));
  const bundle = Object.fromEntries([...texts].sort().map((text) => [text, text]));
  return { 'l10n/bundle.l10n.json': `${JSON.stringify(bundle, null, 2)}\n` };
}

function sourcesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourcesBelow(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

/** Texts that a source passes to `l10n.t`, unescaped. */
export function textsOf(source: string): string[] {
  return [...source.matchAll(CALL)].map(([, single, double]) =>
    (single ?? double ?? '').replace(/\\(.)/g, '$1'),
  );
}
