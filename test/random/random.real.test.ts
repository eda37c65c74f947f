import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { installPermissiveCrds } from '../conformance/cluster';
import type { Manifest } from '../conformance/objects';
import { type Rig, startRig } from '../faults/rig';
import { stubAwsEnv } from '../helpers/awsEnv';
import { COUNT, DISTURBED, report, seeds } from './campaign';
import { namesOf } from './names';
import { randomOf } from './random';
import { disturbedRunDiffers, secondRunChanges } from './runs';
import { randomWorld } from './world';

/*
 * Random worlds against the real kube-apiserver and the local AWS, several in one cluster at a time: after a run there
 * is nothing left to do, and whatever disturbs a run, the next one ends where an undisturbed one does.
 * EKSLB_RANDOM=1000 EKSLB_SEED=N (`npm run test:random`).
 */

/** So many worlds have addresses for their pods in one cluster. */
const TOGETHER = 10;
const HOUR_MS = 3_600_000;

let rig: Rig;
const seen = { balancers: 0, refused: 0 };

beforeAll(async () => {
  const build = promisify(execFile)(process.execPath, ['scripts/build.mjs', '--only', 'cli'], {
    cwd: resolve(import.meta.dirname, '../..'),
  });
  [rig] = await Promise.all([startRig(), build]);
  await installPermissiveCrds(rig.world.kube);
  stubAwsEnv(rig.world.env);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await rig?.stop();
  console.log(`random worlds: ${seen.balancers} load balancers, ${seen.refused} groups refused`);
});

type Property = (manifests: readonly Manifest[], seed: number) => Promise<string[]>;

test(
  `${COUNT} worlds: after a run there is nothing left to do, or the same is refused again`,
  async () => expect(await held((manifests) => secondRunChanges(rig, manifests, seen))).toEqual([]),
  HOUR_MS,
);

test(
  `${DISTURBED} worlds: a run after a disturbed one ends as an undisturbed one does`,
  async () => {
    const disturbed: Property = (manifests, seed) =>
      disturbedRunDiffers(rig, manifests, randomOf(seed), (seed / TOGETHER) % 3 < 1);
    expect(await held(disturbed, DISTURBED)).toEqual([]);
  },
  HOUR_MS,
);

/** Where several worlds fail, they are looked at one by one, and the first that fails alone is told. */
async function held(property: Property, count = COUNT): Promise<string[]> {
  const failures: string[] = [];
  const all = seeds(count);
  for (let from = 0; from < all.length && failures.length < 5; from += TOGETHER) {
    const batch = all.slice(from, from + TOGETHER);
    const problems = await property(worlds(batch), batch[0] ?? 0);
    if (problems.length > 0) failures.push(await blamed(batch, problems, property));
  }
  return failures;
}

function worlds(batch: readonly number[]): Manifest[] {
  return batch.flatMap((seed, at) => randomWorld(seed, namesOf(rig.world.ids, at === 0)));
}

async function blamed(
  batch: readonly number[],
  together: readonly string[],
  property: Property,
): Promise<string> {
  for (const seed of batch.length > 1 ? batch : []) {
    const manifests = worlds([seed]);
    const problems = await property(manifests, seed);
    if (problems.length > 0) return report(seed, problems, await smallest(manifests, seed, property));
  }
  return report(
    batch[0] ?? 0,
    together,
    batch.length > 1 ? [] : await smallest(worlds(batch), batch[0] ?? 0, property),
  );
}

/** Whole objects only: every try takes seconds. */
async function smallest(
  manifests: readonly Manifest[],
  seed: number,
  property: Property,
): Promise<Manifest[]> {
  let best = [...manifests];
  for (const object of manifests) {
    if (object.kind !== 'Ingress' && (object as { spec?: { type?: string } }).spec?.type !== 'LoadBalancer')
      continue;
    const fewer = best.filter((one) => one !== object);
    if ((await property(fewer, seed)).length > 0) best = fewer;
  }
  return best;
}
