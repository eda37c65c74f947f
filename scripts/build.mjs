// Bundles the product (and, for the sandbox and the tests, their programs) with esbuild.
// usage: node scripts/build.mjs [--only NAME ...] [--minify]
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build, transform } from 'esbuild';

const node = {
  platform: 'node',
  target: 'node20',
  bundle: true,
  sourcemap: 'linked',
  logLevel: 'warning',
  mainFields: ['module', 'main'],
};
const single = { ...node, format: 'cjs' };
const banner = '#!/usr/bin/env node';

/** Built together: what they have in common, and what they load later, are files in `dist/chunks`. */
const product = { extension: 'src/extension.ts', server: 'server/server.ts', cli: 'src/cli.ts' };
const tools = {
  sandbox: { ...single, entryPoints: ['sandbox/main.ts'], external: ['playwright-core'] },
  controller: { ...single, entryPoints: ['sandbox/controller/main.ts'] },
  expressions: {
    ...single,
    entryPoints: ['scripts/expressions/main.ts'],
    external: ['oxc-parser', 'scslre'],
  },
  generate: { ...single, entryPoints: ['scripts/generate.ts'] },
  mutate: { ...single, entryPoints: ['scripts/mutate/main.ts'], external: ['oxc-parser'] },
  e2e: { ...single, entryPoints: ['test/e2e/index.ts'], external: ['vscode', 'mocha'] },
};

const args = process.argv.slice(2);
const minify = args.includes('--minify');
const only = args.flatMap((arg, at) => (args[at - 1] === '--only' ? [arg] : []));
const names = only.length > 0 ? only : Object.keys(product);
const unknown = names.find((name) => !(name in product) && !(name in tools));
if (unknown !== undefined)
  throw new Error(`no such bundle: ${unknown} (known: ${Object.keys({ ...product, ...tools }).join(', ')})`);
await Promise.all([
  ...(names.some((name) => name in product) ? [buildProduct()] : []),
  ...names.flatMap((name) =>
    name in tools ? [build({ ...tools[name], outfile: `dist/${name}.js`, minify })] : [],
  ),
]);

/** Only ES modules can be split; Node and the editor get them as CommonJS. */
async function buildProduct() {
  const options = { ...node, format: 'esm', splitting: true, sourcemap: 'inline', write: false, minify };
  const { outputFiles } = await build({
    ...options,
    entryPoints: product,
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    external: ['vscode'],
  });
  await Promise.all(outputFiles.map(({ path, text }) => writeCommonJs(path, text)));
  removeOthers(outputFiles.map(({ path }) => basename(path)));
}

/** Chunks of earlier builds go after the new ones are there: somebody may be starting the product right now. */
function removeOthers(names) {
  const kept = new Set(names.flatMap((name) => [name, `${name}.map`]));
  for (const name of readdirSync('dist/chunks'))
    if (!kept.has(name)) rmSync(join('dist/chunks', name), { force: true });
}

async function writeCommonJs(path, text) {
  const { code, map } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    supported: { 'dynamic-import': false },
    sourcemap: 'external',
    sourcefile: path,
    minify,
    ...(basename(path) === 'cli.js' ? { banner } : {}),
  });
  mkdirSync(dirname(path), { recursive: true });
  writeIfChanged(path, `${code}//# sourceMappingURL=${basename(path)}.map\n`);
  writeIfChanged(`${path}.map`, map);
}

/** What is the same is left alone: builds may run at the same time. */
function writeIfChanged(path, text) {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  writeFileSync(`${path}.${process.pid}`, text);
  renameSync(`${path}.${process.pid}`, path);
}
