import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { localAwsRoute } from '../../../sandbox/services/aws';
import { type KeptInventory, keepInventory } from '../../../src/aws/keptInventory';
import { type Engine, openEngine, planFrom, run } from '../../../src/reconcile/engine';
import { changesOf } from '../../../src/reconcile/plan';
import { learn } from '../../../src/reconcile/watch/state';
import { recordingHost } from '../../helpers/recordingHost';
import { startWorld, type World } from '../../helpers/world';
import { type SimulatedCluster, simulate } from './cluster';

/*
 * How much a plan costs in a cluster of many groups: calls of AWS, time and memory. Run by `npm run bench`; the rows
 * go to the file that EKSLB_REPORT names.
 */

/** Groups of five Ingresses. */
const SIZES = [2, 20, 200];
/** What an account of this size has had raised. */
const LIMITS = { 'load-balancers': 1000 };

interface Step {
  readonly calls: number;
  readonly ms: number;
  /** Of our own process; the rest of the time is the local AWS's. */
  readonly cpuMs: number;
}

export interface ScaleRow {
  readonly groups: number;
  readonly first: Step;
  readonly build: Step;
  readonly resync: Step;
  readonly change: Step;
  /** MB of the whole process, local AWS not included. */
  readonly memory: number;
}

const rows: ScaleRow[] = [];
let world: World;

beforeAll(async () => {
  world = await startWorld({ pods: false });
  for (const [name, value] of Object.entries(world.env)) {
    if (name.startsWith('AWS_')) vi.stubEnv(name, value);
  }
});
afterAll(async () => {
  const { EKSLB_REPORT: report } = process.env;
  if (report !== undefined) writeFileSync(report, JSON.stringify(rows));
  vi.unstubAllEnvs();
  await world?.stop();
});

async function measured<T>(work: () => Promise<T>): Promise<Step & { readonly result: T }> {
  await localAwsRoute(world.endpoint, '/_test/log', {});
  const cpu = process.cpuUsage();
  const began = performance.now();
  const result = await work();
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  const stats = await fetch(`${world.endpoint}/_test/stats`);
  return {
    ms,
    cpuMs: (user + system) / 1000,
    calls: ((await stats.json()) as { calls: number }).calls,
    result,
  };
}

for (const groups of SIZES) {
  test(`${groups} groups`, async () => {
    await world.reset();
    await localAwsRoute(world.endpoint, '/_test/config', { limits: LIMITS });
    const cluster = simulate(groups, world.nodes);
    const { kubeconfig, clusterName, region, vpcId, endpoint: endpointUrl } = world;
    const opened = await openEngine({ kubeconfig, clusterName, region, vpcId, endpointUrl });
    const engine = { ...opened, kube: cluster.kube };
    const kept = keepInventory(engine.aws, vpcId, clusterName);
    const all = () => planFrom(engine, cluster.snapshot(), () => true, { inventoryOf: kept.of });
    const first = await measured(all);
    const build = await measured(() => apply(engine, cluster, kept, first.result));
    kept.forget();
    const resync = await measured(all);
    expect(changesOf(resync.result)).toEqual([]);
    const change = await measured(() => changeOne(engine, cluster, kept));
    const memory = process.memoryUsage().rss / 2 ** 20;
    rows.push({ groups, ...stepsOf({ first, build, resync, change }), memory });
  });
}

function stepsOf<Name extends string>(steps: Record<Name, Step>): Record<Name, Step> {
  const entries = Object.entries<Step>(steps).map(([name, { calls, ms, cpuMs }]) => [
    name,
    { calls, ms, cpuMs },
  ]);
  return Object.fromEntries(entries) as Record<Name, Step>;
}

async function apply(
  engine: Engine,
  cluster: SimulatedCluster,
  kept: KeptInventory,
  plan: Awaited<ReturnType<typeof planFrom>>,
): Promise<void> {
  const { signal } = new AbortController();
  const outcome = await run(engine, plan, recordingHost(), signal, async () => cluster.snapshot());
  expect(outcome.failures).toEqual([]);
  expect(outcome.groups.flatMap(({ failure }) => failure ?? [])).toEqual([]);
  learn(kept, engine.settings, outcome);
}

/** As a watch does it: one group is looked at, and what is known of the others is left as it is. */
async function changeOne(engine: Engine, cluster: SimulatedCluster, kept: KeptInventory): Promise<void> {
  cluster.annotate('i3', 'healthcheck-path', '/ready');
  const plan = await planFrom(engine, cluster.snapshot(), ({ group }) => group.name === 'g0', {
    ...{ network: 'changed', inventoryOf: kept.of },
  });
  expect(changesOf(plan)).toHaveLength(1);
  await apply(engine, cluster, kept, plan);
}
