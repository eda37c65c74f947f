import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startWorld, type World } from '../helpers/world';
import { type Case, readCases } from './case';
import { installPermissiveCrds } from './cluster';
import { ENGINE_KEY } from './engine';
import { type Row, runCase } from './runner';
import { differencesOf, matches, tableOf } from './table';

/*
 * Does `ekslb` do what the AWS Load Balancer Controller does? The cases are recordings of the controller.
 *
 * EKSLB_CASES=NAME,NAME chooses cases (default: all); EKSLB_REPORT=FILE keeps all rows as JSON; EKSLB_PROGRAM=FILE
 * runs every case through that command line.
 */

const root = resolve(import.meta.dirname, '../..');
const cases = readCases(join(import.meta.dirname, 'cases'));

/** These run as the bundled program. */
const CORE = /^(tutorial-(?!nlb-service)|minimal-|pathtype-|missing-service)/;

const named = process.env['EKSLB_CASES'] ?? '';

function chosen(): Case[] {
  const all = named === '' || named === 'all';
  const found = cases.filter(({ name }) => all || named.split(',').includes(name));
  if (found.length === 0) throw new Error(`EKSLB_CASES=${named}: there is no such case`);
  return found;
}

const rows: Row[] = [];
let world: World;

beforeAll(async () => {
  [world] = await Promise.all([startWorld({ pods: false, world: { eks: false } }), bundle()]);
  await installPermissiveCrds(world.kube);
  // The commands that run in this process read their credentials here.
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(world.env)) vi.stubEnv(name, value);
  vi.stubEnv('AWS_ACCESS_KEY_ID', ENGINE_KEY);
});

async function bundle(): Promise<void> {
  if (process.env['EKSLB_PROGRAM'] !== undefined) return;
  await promisify(execFile)(process.execPath, ['scripts/build.mjs', '--only', 'cli'], { cwd: root });
}

/** The core cases run as the bundled program, that is, what ships; the others in this process, which is quicker. */
function programFor({ name }: Case): string | undefined {
  return process.env['EKSLB_PROGRAM'] ?? (CORE.test(name) ? join(root, 'dist', 'cli.js') : undefined);
}

afterAll(async () => {
  vi.unstubAllEnvs();
  await world?.stop();
  if (rows.length > 0) console.log(tableOf(rows));
  if (named !== 'all' && named !== '') console.log(differencesOf(rows, Number.POSITIVE_INFINITY));
  const { EKSLB_REPORT: report } = process.env;
  if (report !== undefined) writeFileSync(report, JSON.stringify(rows, null, 1));
});

describe('does what the controller did', () => {
  for (const testCase of chosen()) {
    test(testCase.name, async () => {
      const { rows: own, settled } = await runCase(world, testCase, programFor(testCase));
      rows.push(...own);
      if (!matches(own)) throw new Error(`differs from its recording:\n${differencesOf(own)}`);
      // A stable result: called again, the engine has nothing to change.
      if (settled !== undefined) expect(settled).toMatchObject({ exit: 0, writes: 0 });
      expect(tooManyCalls(own)).toEqual([]);
    });
  }
});

/** EKS is asked for the cluster, and for all clusters where it has no record of it; the controller is told its name. */
const READS_OF_EKS = 2;
/** Bindings to target groups that are there already take so few calls that there is nothing to halve. */
const FEW_READS = 5;

/** Steps that change AWS more often than the controller did; fresh builds that read more than half as often. */
function tooManyCalls(own: readonly Row[]): string[] {
  return own.flatMap(({ step, errorExpected, calls, writes, callsRecorded, writesRecorded }) => {
    const reads = callsRecorded - writesRecorded;
    const ours = calls - writes - READS_OF_EKS;
    const tooManyReads = step === 1 && reads > FEW_READS && ours > reads / 2;
    if (errorExpected || (writes <= writesRecorded && !tooManyReads)) return [];
    return [`step ${step}: ${writes} writes (${writesRecorded}), ${ours} reads (${reads} of the controller)`];
  });
}
