import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startWorld, type World } from '../helpers/world';
import { installPermissiveCrds } from './cluster';
import { endOf, readEndStates } from './endStates';
import { ENGINE_KEY } from './engine';

/*
 * What the controller left behind where a run of ours once left something else. EKSLB_CASES=NAME,NAME chooses cases.
 */

const cases = readEndStates(join(import.meta.dirname, 'end-states'));
const named = process.env['EKSLB_CASES'] ?? '';
let world: World;

beforeAll(async () => {
  world = await startWorld({ pods: false, world: { eks: false } });
  await installPermissiveCrds(world.kube);
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(world.env)) vi.stubEnv(name, value);
  vi.stubEnv('AWS_ACCESS_KEY_ID', ENGINE_KEY);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await world?.stop();
});

const chosen = cases.filter(({ name }) => named === '' || named.split(',').includes(name));

// Cases of other files may have been chosen.
test.runIf(chosen.length === 0)('no case of this file is asked for', () => undefined);

describe.runIf(chosen.length > 0)('ends as the controller does', () => {
  for (const testCase of chosen) {
    test(testCase.name, async () => {
      expect(await endOf(world, testCase)).toEqual([]);
    });
  }
});
