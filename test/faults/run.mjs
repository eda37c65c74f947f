// Disturbs runs of the reconciler at every call of AWS and every write to Kubernetes, and prints a table.
// usage: npm run test:faults [-- WORD ...]      all cells, or those with these words: group, nlb, up, down, aws, kube, cut, ...
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const args = [vitest, 'run', '--project', 'real', join(here, 'faults.real.test.ts')];
const env = { ...process.env, EKSLB_FAULTS: ['all', ...process.argv.slice(2)].join(',') };
spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' }).once('close', (code) => {
  process.exitCode = code ?? 1;
});
