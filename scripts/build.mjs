// Bundles the product (and, for the sandbox and the tests, their programs) with esbuild.
// usage: node scripts/build.mjs [--only NAME ...] [--minify]
import { build } from 'esbuild';

const node = {
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  bundle: true,
  sourcemap: 'linked',
  logLevel: 'warning',
  mainFields: ['module', 'main'],
};
const banner = { js: '#!/usr/bin/env node' };
const entries = {
  extension: { ...node, entryPoints: ['src/extension.ts'], external: ['vscode'] },
  server: { ...node, entryPoints: ['server/server.ts'] },
  cli: { ...node, entryPoints: ['src/cli.ts'], banner },
  sandbox: { ...node, entryPoints: ['sandbox/main.ts'], external: ['playwright-core'] },
  generate: { ...node, entryPoints: ['scripts/generate.ts'] },
  e2e: { ...node, entryPoints: ['test/e2e/index.ts'], external: ['vscode', 'mocha'] },
};

const args = process.argv.slice(2);
const only = args.flatMap((arg, at) => (args[at - 1] === '--only' ? [arg] : []));
const names = only.length > 0 ? only : ['extension', 'server', 'cli'];
await Promise.all(
  names.map((name) => {
    const options = entries[name];
    if (options === undefined)
      throw new Error(`no such bundle: ${name} (known: ${Object.keys(entries).join(', ')})`);
    return build({ ...options, outfile: `dist/${name}.js`, minify: args.includes('--minify') });
  }),
);
