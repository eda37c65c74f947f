import { stringify } from 'yaml';
import type { Manifest } from '../conformance/objects';
import type { Names } from './names';
import { shrunk } from './shrink';
import { randomWorld } from './world';

/** How many worlds, and where their seeds begin: EKSLB_RANDOM=1000 EKSLB_SEED=7. */
export const COUNT = Number(process.env['EKSLB_RANDOM'] ?? 50);
/** Those that are disturbed live twice, so that within `npm test` there are fewer. */
export const DISTURBED = process.env['EKSLB_RANDOM'] === undefined ? 20 : COUNT;
export const FIRST_SEED = Number(process.env['EKSLB_SEED'] ?? 1);

export function seeds(count = COUNT): number[] {
  return Array.from({ length: count }, (_, at) => FIRST_SEED + at);
}

/** How to have it again, what is wrong, and the smallest manifests with the same mistake. */
export function report(seed: number, problems: readonly string[], manifests: readonly Manifest[]): string {
  const yaml = manifests.map((one) => stringify(one)).join('---\n');
  return [`EKSLB_SEED=${seed} EKSLB_RANDOM=1`, ...problems.slice(0, 10), yaml].join('\n');
}

/** Holds the property against each world; the first failures come back with their smallest manifests. */
export function holdAgainst(
  names: Names,
  problemsOf: (manifests: readonly Manifest[], seed: number) => string[],
  most = 3,
): string[] {
  const failures: string[] = [];
  for (const seed of seeds()) {
    if (failures.length >= most) break;
    const manifests = randomWorld(seed, names);
    if (problemsOf(manifests, seed).length === 0) continue;
    const smallest = shrunk(manifests, (fewer) => problemsOf(fewer, seed).length > 0);
    failures.push(report(seed, problemsOf(smallest, seed), smallest));
  }
  return failures;
}
