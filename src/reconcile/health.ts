import { exploreTargets, type TargetInfo } from '../aws/explore';
import { whoIsInCharge } from '../kube/charge';
import { refTo, TARGET_GROUP } from '../model/stack';
import type { Change } from './change';
import { type Engine, planOf, run } from './engine';
import { holdingLease } from './hold';
import type { Host } from './host';
import type { Selection } from './owner';
import { POLL_MS, pause } from './pause';
import { changesOf, type Plan } from './plan';
import type { Outcome } from './run';

/** Each look is a whole plan: the first come quickly, those of a slow start are few, as AWS bounds how often one may ask. */
const SLOWER = 1.3;
const SLOWEST_MS = 10_000;

/** Targets of the groups of an outcome, as AWS sees them. */
export interface Health {
  readonly targets: readonly TargetInfo[];
  readonly settled: boolean;
}

/**
 * Waits until every target is healthy, registering pods that come up meanwhile. Gives up after `patienceMs` and says
 * how far it got: a target that stays unhealthy is a finding, not a failure of the run.
 */
export async function waitForHealth(
  engine: Engine,
  select: Selection,
  host: Host,
  signal: AbortSignal,
  patienceMs: number,
): Promise<Health> {
  const end = Date.now() + patienceMs;
  for (let look = 0; ; look += 1) {
    const plan = await planOf(engine, select);
    // Where somebody is in charge, pods are followed without us.
    const ours = (await whoIsInCharge(engine.kube, new Date())).kind === 'nobody';
    const late = changesOf(plan).filter(isFollowUp);
    const outcome = late.length === 0 || !ours ? undefined : await runFollowUps(engine, plan, host, signal);
    const failed = outcome?.groups.find(({ failure }) => failure !== undefined);
    if (failed?.failure !== undefined) throw failed.failure;
    const targets = await targetsOf(engine, plan);
    const settled =
      late.length === 0 && targets.length > 0 && targets.every(({ state }) => state === 'healthy');
    if (settled || Date.now() > end) return { targets, settled };
    host.notify({ level: 'info', text: healthText(targets) });
    await pause(signal, Math.min(POLL_MS * SLOWER ** look, SLOWEST_MS));
  }
}

/** "2 of 3 targets healthy (1 initial)". */
export function healthText(targets: readonly Pick<TargetInfo, 'state'>[]): string {
  const healthy = targets.filter(({ state }) => state === 'healthy').length;
  const others = [...new Set(targets.map(({ state }) => state))].filter((state) => state !== 'healthy');
  const counts = others.map((state) => `${targets.filter((one) => one.state === state).length} ${state}`);
  const rest = counts.length === 0 ? '' : ` (${counts.join(', ')})`;
  return targets.length === 0
    ? 'no target registered yet'
    : `${healthy} of ${targets.length} targets healthy${rest}`;
}

/** Pods come and go: their targets and rules follow without being asked for again. */
function isFollowUp({ what }: Change): boolean {
  return what === 'Targets' || what === 'Security group of targets';
}

function runFollowUps(engine: Engine, plan: Plan, host: Host, signal: AbortSignal): Promise<Outcome> {
  return holdingLease(engine, host, signal, (held) =>
    run(held.engine, onlyFollowUps(plan), held.host, held.signal),
  );
}

function onlyFollowUps(plan: Plan): Plan {
  const groups = plan.groups.map((group) => ({
    ...group,
    steps: group.steps.map((step) => ({ ...step, changes: step.changes.filter(isFollowUp) })),
    cleanup: [],
  }));
  return { ...plan, groups, prepare: [], finish: [] };
}

async function targetsOf(engine: Engine, plan: Plan): Promise<TargetInfo[]> {
  const arns = plan.groups.flatMap(({ stack, outputs }) =>
    Object.keys(stack?.resources[TARGET_GROUP] ?? {}).flatMap(
      (id) => outputs.find(refTo(TARGET_GROUP, id, 'targetGroupARN')) ?? [],
    ),
  );
  return (await Promise.all(arns.map((arn) => exploreTargets(engine.aws, arn)))).flat();
}
