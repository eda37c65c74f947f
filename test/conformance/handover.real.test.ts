import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startWorld, type World } from '../helpers/world';
import { readCases, recordedOf } from './case';
import { installPermissiveCrds } from './cluster';
import { handOver, stepsWithoutError } from './handover';
import { HANDOVER_DAMAGES } from './handoverDamage';

/*
 * The controller has worked, and `ekslb` takes over: there is nothing to change. What the controller left is made
 * anew from its recording; whether that succeeded is looked at first. EKSLB_CASES=NAME,NAME chooses cases.
 */

const named = process.env['EKSLB_CASES'] ?? '';
const steps = readCases(join(import.meta.dirname, 'cases'))
  .filter(({ name }) => named === '' || named === 'all' || named.split(',').includes(name))
  .flatMap((testCase) => stepsWithoutError(testCase).map((step) => ({ testCase, step })));

let world: World;
const ended = { inStep: 0 };

beforeAll(async () => {
  world = await startWorld({ pods: false, world: { eks: false } });
  await installPermissiveCrds(world.kube);
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(world.env)) vi.stubEnv(name, value);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await world?.stop();
  console.log(`hand-over: no change in ${ended.inStep} of ${steps.length} steps`);
});

describe('after the controller there is nothing to change', () => {
  for (const { testCase, step } of steps) {
    test(step === 1 ? testCase.name : `${testCase.name}/${step}`, async () => {
      const { replayed, changesBefore, changes } = await handOver(world, testCase, step);
      expect(replayed, 'what was made anew is what was recorded').toEqual([]);
      expect(changes).toEqual([]);
      const { loadBalancers } = recordedOf(testCase, step).state;
      if (Object.keys(loadBalancers).length > 0) expect(changesBefore).not.toEqual([]);
      ended.inStep += 1;
    });
  }
});

describe('what differs is seen', () => {
  const testCase = readCases(join(import.meta.dirname, 'cases')).find(({ name }) => name === 'update-rules');
  for (const [title, damage, expected] of HANDOVER_DAMAGES) {
    test(title, async () => {
      if (testCase === undefined) throw new Error('the case update-rules is gone');
      const { changes } = await handOver(world, testCase, 1, damage);
      expect(changes).toEqual([expect.stringMatching(expected)]);
    });
  }
});
