import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { changesOf, type Plan } from '../../src/reconcile/plan';
import { stubAwsEnv } from '../helpers/awsEnv';
import { LIES, readOf } from './lies';
import { begin } from './matrix';
import type { Answer } from './proxy';
import { type Rig, startRig } from './rig';
import { SCENARIOS } from './scenario';

/*
 * Every read of a plan is answered wrongly, alone and with another one: by a login page, by nothing, by the answer to
 * another question, by half an answer. No plan may lose anything that the plan with the right answers does not.
 *
 * EKSLB_ANSWERS=2000 makes so many plans, otherwise a sample; EKSLB_ANSWERS=each answers each read wrongly in each way.
 */

const wanted = process.env['EKSLB_ANSWERS'] ?? '80';
const HOUR_MS = 3_600_000;

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
  stubAwsEnv(rig.world.env);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rig?.stop();
});

/** One read that is answered wrongly. */
interface Wrong {
  readonly read: string;
  readonly lie: string;
}

/** What a plan takes away: whole resources, and targets, rules and certificates of those that stay. */
function lossesOf(plan: Plan): string[] {
  return changesOf(plan).flatMap(({ kind, what, name, destructive, fields }) => {
    const whole = kind === 'delete' || kind === 'replace' || destructive !== undefined;
    const parts = fields.filter(({ before, after }) => before !== undefined && after === undefined);
    return [
      ...(whole ? [`${kind} ${what} ${name}`] : []),
      ...parts.map(({ path, before }) => `${what} ${name}: ${path} ${JSON.stringify(before)}`),
    ];
  });
}

/** The right answers, by their reads. */
async function learn(): Promise<Map<string, Answer>> {
  const known = new Map<string, Answer>();
  for (const proxy of [rig.aws, rig.kube]) {
    proxy.lie((wire, right) => {
      known.set(readOf(wire), right);
      return right;
    });
  }
  await rig.plan();
  // Asked only when something is missing.
  for (const path of ['/apis', '/apis/elbv2.k8s.aws/v1beta1', '/apis/networking.k8s.io/v1'])
    await (await fetch(rig.kube.url + path)).arrayBuffer();
  for (const proxy of [rig.aws, rig.kube]) proxy.lie();
  return known;
}

async function planWith(wrong: readonly Wrong[], known: ReadonlyMap<string, Answer>): Promise<Plan | Error> {
  for (const proxy of [rig.aws, rig.kube]) {
    proxy.lie((wire, right) => {
      const read = readOf(wire);
      const lie = wrong.find((one) => one.read === read)?.lie;
      return lie === undefined ? right : (LIES[lie]?.(read, right, known) ?? right);
    });
  }
  try {
    return await rig.plan();
  } catch (error) {
    return error as Error;
  } finally {
    for (const proxy of [rig.aws, rig.kube]) proxy.lie();
  }
}

describe.each(SCENARIOS)('a plan of %s', (scenario) => {
  let known: ReadonlyMap<string, Answer>;
  let right: readonly string[];
  beforeAll(async () => {
    const stage = await begin(rig, scenario);
    await stage.ask('up');
    expect(await rig.sync()).toBeUndefined();
    known = await learn();
    right = lossesOf(await rig.plan());
    expect(right).toEqual([]);
  });

  async function check(...wrong: readonly Wrong[]): Promise<'refused' | 'planned'> {
    const plan = await planWith(wrong, known);
    if (plan instanceof Error) return 'refused';
    const losses = lossesOf(plan).filter((one) => !right.includes(one));
    expect({ wrong, losses }).toEqual({ wrong, losses: [] });
    return 'planned';
  }

  test('with wrong answers to one or two of its reads loses nothing', { timeout: HOUR_MS }, async () => {
    const ends = { refused: 0, planned: 0 };
    const wrong = fc.record({
      read: fc.constantFrom(...known.keys()),
      lie: fc.constantFrom(...Object.keys(LIES)),
    });
    if (wanted === 'each') {
      for (const read of known.keys())
        for (const lie of Object.keys(LIES)) ends[await check({ read, lie })] += 1;
    } else {
      const wrongs = fc.array(wrong, { minLength: 1, maxLength: 2 });
      await fc.assert(
        fc.asyncProperty(wrongs, async (all) => {
          ends[await check(...all)] += 1;
        }),
        { numRuns: Number(wanted), ...(wanted === '80' ? { seed: 12 } : {}) },
      );
    }
    console.info(
      `${scenario}: ${known.size} reads; ${ends.refused} plans refused, ${ends.planned} as before`,
    );
    expect(ends.refused).toBeGreaterThan(ends.planned);
  });

  test('is refused where the cluster seems to have nothing', async () => {
    for (const lie of ['a page', 'nothing', '{} of the right type', 'plain 404', '404 of a gateway']) {
      for (const read of [...known.keys()].filter((one) => /^GET \S+\?limit=500/.test(one))) {
        expect([read, lie, await check({ read, lie })]).toEqual([read, lie, 'refused']);
      }
    }
  });
});
