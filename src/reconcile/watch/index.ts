import { once } from 'node:events';
import { type KeptInventory, keepInventory } from '../../aws/keptInventory';
import { parallel } from '../../aws/paging';
import { Cancelled, explainShort, messageOf } from '../../errors';
import { type Cache, type CacheEvent, openCache } from '../../kube/cache';
import { listObjects } from '../../kube/client';
import { RESOURCES } from '../../kube/resources';
import type { ClusterSnapshot } from '../../kube/snapshot';
import { keyOf, type TargetGroupBinding } from '../../kube/types';
import type { Change } from '../change';
import { type Engine, planFrom, run } from '../engine';
import { type Holding, type HoldOptions, holdingLease } from '../hold';
import type { Host } from '../host';
import { ownerKey, type Selection } from '../owner';
import type { Plan } from '../plan';
import { groupOfBinding, impactOf } from './impact';
import { type Inbox, openInbox } from './inbox';
import { type Ending, openQueue, type Queue } from './queue';
import { gateText, openedGates, writeGates } from './readiness';
import { announced, endingsOf, openReports, type Reports } from './reports';
import { keysOf, learn, type Moves, openMoves } from './state';
import { followTargets } from './targets';
import { clock, doneText, type WatchEvent } from './text';

export interface WatchOptions {
  /** Groups to look after; all by default. */
  readonly select?: Selection;
  /** How often everything is compared with AWS, whether something happened in the cluster or not. */
  readonly resyncMs?: number;
  readonly tell: (event: WatchEvent) => void;
  /** Asks before the first change, with everything that would be changed; throws Cancelled for no. */
  readonly approve?: (plan: Plan) => Promise<void>;
  readonly lease?: HoldOptions;
}

/** Why a group is looked at: something in the cluster changed, or it was time. */
export type Reason = 'change' | 'resync';

const RESYNC_MS = 10 * 60_000;
const SETTLE_GROUPS_MS = 200;
const SETTLE_TARGETS_MS = 50;
/** Pods that come and go in a row need their rules once: those of their nodes are mostly there. */
const NETWORK_MS = 1_000;
const BACKOFF = { firstMs: 2_000, longestMs: 5 * 60_000 };
/** How soon to look again at a target that a pod waits for: soon at first, in the end as often as lbc does. */
const HEALTH = { firstMs: 1_000, growth: 1.5, longestMs: 15_000 };
/** Not a group, but queued as one: rules of the security groups of nodes and pods. No key begins with a blank. */
const NETWORK = ' network';

interface Watching extends Moves {
  readonly held: Holding;
  readonly cache: Cache;
  readonly select: Selection;
  readonly tell: WatchOptions['tell'];
  readonly reports: Reports;
  readonly kept: KeptInventory;
  /** Keys of the groups that we look after. */
  ours(): ReadonlySet<string>;
}

/**
 * Keeps load balancers in step with the cluster until the signal is aborted, holding the Lease all the time. A change
 * touches its groups only; targets follow pods without a plan of their group. Throws when the Lease is lost.
 */
export async function watchCluster(
  engine: Engine,
  host: Host,
  signal: AbortSignal,
  options: WatchOptions,
): Promise<void> {
  const work = (held: Holding) => keepInStep(held, options);
  await holdingLease(engine, host, signal, work, { ...options.lease, kind: 'watch' });
}

async function keepInStep(held: Holding, options: WatchOptions): Promise<void> {
  const { select = () => true, tell, resyncMs = RESYNC_MS } = options;
  const [inbox, reports, closing] = [openInbox(), openReports(tell), new AbortController()];
  const trouble = (kind: string, error: unknown) => {
    const text = `${kind} cannot be watched, changes are noticed late: ${messageOf(error)}`;
    reports.once({ kind: 'warning', group: undefined, text });
  };
  const open = AbortSignal.any([held.signal, closing.signal]);
  const cache = await openCache(held.engine.kube, open, { changed: inbox.put, trouble });
  try {
    await options.approve?.(await planFrom(held.engine, cache.snapshot(), select));
    const ours = keysOf(cache, select);
    const { aws, settings } = held.engine;
    const kept = keepInventory(aws, settings.vpcId, settings.clusterName);
    await follow({ held, cache, select, tell, reports, ours, kept, ...openMoves() }, inbox, resyncMs);
  } finally {
    closing.abort();
    inbox.close();
    await cache.ended;
  }
}

/** Until the signal is aborted, and what runs then has ended. */
async function follow(watching: Watching, inbox: Inbox, resyncMs: number): Promise<void> {
  const targets = openTargets(watching);
  const groups = openGroups(watching, targets);
  inbox.open((events) => sortIn(watching, events, groups, targets));
  const everything = (reason: Reason) => groups.add([...watching.ours(), NETWORK], reason);
  everything('change');
  const resync = setInterval(everything, resyncMs, 'resync' as const);
  await untilAborted(watching.held.signal);
  clearInterval(resync);
  await Promise.all([groups.stop(), targets.stop()]);
  throw new Cancelled();
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

function sortIn(
  watching: Watching,
  events: readonly CacheEvent[],
  groups: Queue<Reason>,
  targets: Queue<Reason>,
): void {
  const view = watching.cache.snapshot();
  const ours = watching.ours();
  for (const event of events) {
    const impact = impactOf(event, view);
    groups.add(
      [...impact.groups].filter((key) => ours.has(key)),
      'change',
    );
    if (impact.network) groups.add([NETWORK], 'change', NETWORK_MS);
    targets.add(impact.bindings, 'change');
    for (const one of view.bindings ?? []) {
      if (impact.bindings.has(keyOf(one))) watching.moved(groupOfBinding(one));
    }
    if (event.kind === 'TargetGroupBinding' && event.after === undefined) openGates(watching, event, view);
  }
}

/** Pods wait for a binding that is gone: nobody would ever open their gates. */
function openGates({ held, tell }: Watching, { before }: CacheEvent, view: ClusterSnapshot): void {
  if (before === undefined) return;
  const changes = openedGates(before, view.pods.values(), new Date());
  writeGates(held.engine.kube, changes).catch((error: unknown) => {
    if (held.signal.aborted) return;
    tell({ kind: 'warning', group: undefined, text: `a readiness gate stays closed: ${messageOf(error)}` });
  });
}

function openGroups(watching: Watching, targets: Queue<Reason>): Queue<Reason> {
  return openQueue<Reason>({
    settleMs: SETTLE_GROUPS_MS,
    backoff: BACKOFF,
    work: async (due) => {
      const { endings, bindings } = await runGroups(watching, due);
      // The plan may be older than what the short way did meanwhile.
      targets.add(bindings, 'change');
      return endings;
    },
    failed: (keys, error, nextTry) => tellFailure(watching, keys, error, nextTry),
  });
}

function tellFailure({ held, tell }: Watching, keys: readonly string[], error: unknown, nextTry: Date): void {
  if (held.signal.aborted) return;
  const groups = keys.filter((key) => key !== NETWORK);
  const group = groups.length === 0 || groups.length > SHOWN_GROUPS ? undefined : groups.join(', ');
  tell({ kind: 'error', group, text: `${explainShort(error)}; next try at ${clock(nextTry)}` });
}

const SHOWN_GROUPS = 3;

/** Plans and runs all groups that are due, and the rules of nodes and pods. */
async function runGroups(
  { held, cache, select, reports, isMoving, kept }: Watching,
  due: ReadonlyMap<string, ReadonlySet<Reason>>,
): Promise<{ endings: ReadonlyMap<string, Ending>; bindings: string[] }> {
  const { engine, signal } = held;
  if ([...due.values()].some((reasons) => reasons.has('resync'))) kept.forget();
  const plan = await planFrom(
    engine,
    cache.snapshot(),
    (owner) => due.has(ownerKey(owner)) && select(owner),
    { network: due.has(NETWORK) ? 'always' : 'changed', inventoryOf: kept.of },
  );
  const read = async () => {
    // Bindings that were made a moment ago may not have come back as events yet.
    const bindings = await listObjects<TargetGroupBinding>(engine.kube, RESOURCES.TargetGroupBinding);
    return { ...cache.snapshot(), bindings };
  };
  const isDrift = (key: string, change: Change) =>
    due.get(key)?.has('change') === false && !(change.what === 'Targets' && isMoving(key));
  const heard = { ...held.host, notify: reports.passOn };
  const said = announced(plan, (key, change) => reports.change(key, change, isDrift(key ?? NETWORK, change)));
  const outcome = await run(engine, said.plan, heard, signal, read);
  for (const change of said.rest(outcome)) reports.change(undefined, change, isDrift(NETWORK, change));
  reports.outcome(outcome);
  learn(kept, engine.settings, outcome);
  const keys = new Set(plan.groups.map(({ owner }) => ownerKey(owner)));
  const bindings = (cache.snapshot().bindings ?? []).filter((one) => keys.has(groupOfBinding(one)));
  return { endings: endingsOf(outcome, [...due.keys()]), bindings: bindings.map(keyOf) };
}

function openTargets(watching: Watching): Queue<Reason> {
  const looks = new Map<string, number>();
  return openQueue<Reason>({
    settleMs: SETTLE_TARGETS_MS,
    backoff: BACKOFF,
    work: async (due) => {
      const ours = watching.ours();
      const endings = await parallel([...due.keys()], (key) => followOne(watching, ours, looks, key));
      return new Map(endings.flatMap((one) => (one === undefined ? [] : [one])));
    },
    failed: (keys, error, nextTry) => tellFailure(watching, keys, error, nextTry),
  });
}

async function followOne(
  { held, cache, tell }: Watching,
  ours: ReadonlySet<string>,
  looks: Map<string, number>,
  key: string,
): Promise<[string, Ending] | undefined> {
  const view = cache.snapshot();
  const binding = view.bindings?.find((one) => keyOf(one) === key);
  if (binding === undefined || binding.metadata.deletionTimestamp !== undefined) return;
  const group = groupOfBinding(binding);
  if (!ours.has(group)) return;
  try {
    const { done, gates, waiting } = await followTargets(held, view, binding);
    for (const change of done) tell({ kind: 'change', group, text: doneText(change) });
    for (const gate of gates) tell({ kind: 'change', group, text: gateText(gate) });
    if (!waiting) {
      looks.delete(key);
      return;
    }
    const look = done.length > 0 ? 0 : (looks.get(key) ?? 0);
    looks.set(key, look + 1);
    const inMs = Math.min(HEALTH.firstMs * HEALTH.growth ** look, HEALTH.longestMs);
    return [key, { kind: 'again', inMs }];
  } catch (error) {
    return [key, { kind: 'failed', error }];
  }
}
