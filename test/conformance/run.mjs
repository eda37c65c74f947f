// Runs recorded cases and compares what `ekslb` does with what the AWS Load Balancer Controller did.
// usage: npm run conformance [-- CASE ...]      all cases, or these
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const names = process.argv.slice(2);
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const args = [vitest, 'run', '--project', 'real', join(here, 'conformance.real.test.ts')];
const env = { ...process.env, EKSLB_CASES: names.length === 0 ? 'all' : names.join(',') };
spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' }).once('close', (code) => {
  process.exitCode = code ?? 1;
});
