import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The rows of scale.ts, which needs the services of the sandbox. */
export function measureScale(root) {
  const folder = mkdtempSync(join(tmpdir(), 'scale-'));
  const report = join(folder, 'rows.json');
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/bench/scale/vitest.config.ts'];
  try {
    const env = { ...process.env, EKSLB_REPORT: report };
    const { status } = spawnSync(process.execPath, args, { cwd: root, env, stdio: ['ignore', 2, 2] });
    if (status !== 0) throw new Error('the scale bench failed');
    return JSON.parse(readFileSync(report, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
