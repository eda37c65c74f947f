// Random worlds: language server and model against each other, runs against the local services.
// usage: npm run test:random      1,000 worlds from seed 1; EKSLB_RANDOM=COUNT and EKSLB_SEED=N choose others
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', here];
const env = { ...process.env, EKSLB_RANDOM: process.env.EKSLB_RANDOM ?? '1000' };
spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' }).once('close', (code) => {
  process.exitCode = code ?? 1;
});
