import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { stubAwsEnv } from '../helpers/awsEnv';
import { begin, type Cell, cellsOf, type Life, type Result, runCells, undisturbedLife } from './matrix';
import { type Rig, startRig } from './rig';
import { SCENARIOS, type Scenario } from './scenario';
import { problemsOf, summaryOf, tableOf } from './table';

/*
 * Runs are disturbed at every call of AWS and at every write to Kubernetes. Whatever happens, the next run ends as an
 * undisturbed one does: nothing is missing, nothing is left over, and what others have is as it was.
 *
 * EKSLB_FAULTS=all runs the whole matrix (`npm run test:faults`), otherwise a sample; EKSLB_FAULTS=all,nlb,up those
 * cells only; EKSLB_REPORT=FILE keeps the table.
 */

const wanted = (process.env['EKSLB_FAULTS'] ?? '').split(',').filter((word) => word !== '');
const all = wanted.includes('all');
/** A prime, so that the sample meets other faults at other calls. */
const SAMPLE = 41;
const HOUR_MS = 3_600_000;

const rigs: Rig[] = [];
const results: Result[] = [];
const began = Date.now();

beforeAll(async () => {
  const [started] = await Promise.all([
    Promise.all(Array.from({ length: all ? 2 : 1 }, startRig)),
    promisify(execFile)(process.execPath, ['scripts/build.mjs', '--only', 'cli'], {
      cwd: resolve(import.meta.dirname, '../..'),
    }),
  ]);
  rigs.push(...started);
  stubAwsEnv(rigs[0]?.world.env ?? {});
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all(rigs.map((rig) => rig.stop()));
  const report = [tableOf(results), ...problemsOf(results), summaryOf(results, (Date.now() - began) / 1000)];
  if (all) console.log(report.join('\n'));
  else console.log(`a sample of the faults: ${report.at(-1)}`);
  const { EKSLB_REPORT: file } = process.env;
  if (file !== undefined) writeFileSync(file, report.join('\n'));
});

test.each(SCENARIOS)(
  '%s: whatever fails, the next run ends as an undisturbed one',
  async (scenario) => {
    const cells: Cell[] = [];
    const lives = new Map<Rig, Life>();
    for (const rig of rigs) lives.set(rig, await undisturbedLife(rig, await begin(rig, scenario)));
    const first = [...lives.values()][0];
    if (first !== undefined) cells.push(...cellsOf(scenario, first).filter(isWanted));
    const own = await runAll(scenario, lives, cells);
    expect(problemsOf(own)).toEqual([]);
  },
  HOUR_MS,
);

function isWanted({ scenario, phase, side, kind }: Cell, index: number): boolean {
  if (!all) return index % SAMPLE === 0;
  const words = wanted.filter((word) => word !== 'all');
  const own: readonly string[] = [scenario, phase, side, kind.name];
  return words.every((word) => own.includes(word));
}

/** Every world takes its share. */
async function runAll(
  scenario: Scenario,
  lives: ReadonlyMap<Rig, Life>,
  cells: readonly Cell[],
): Promise<Result[]> {
  const own: Result[] = [];
  const tell = (result: Result) => {
    own.push(result);
    results.push(result);
    if (all && own.length % 25 === 0) console.log(`${scenario}: ${own.length} of ${cells.length} cells`);
    for (const text of problemsOf([result])) console.log(text);
  };
  const shares = [...lives].map(([rig, life], at) => {
    const share = cells.filter((_, index) => index % lives.size === at);
    return runCells(rig, scenario, life, share, tell);
  });
  await Promise.all(shares);
  return own;
}
