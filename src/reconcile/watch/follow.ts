import { once } from 'node:events';
import type { KeptInventory } from '../../aws/keptInventory';
import { parallel } from '../../aws/paging';
import { Cancelled, explainShort, messageOf } from '../../errors';
import type { Backoff } from '../../kube/backoff';
import type { Cache, CacheEvent } from '../../kube/cache';
import { listObjects } from '../../kube/client';
import { RESOURCES } from '../../kube/resources';
import type { ClusterSnapshot } from '../../kube/snapshot';
import { keyOf, type TargetGroupBinding } from '../../kube/types';
import type { Change } from '../change';
import { planFrom, run } from '../engine';
import type { Holding } from '../hold';
import { ownerKey, type Selection } from '../owner';
import type { Outcome } from '../run';
import { groupOfBinding, impactOf } from './impact';
import type { Inbox } from './inbox';
import { type Outages, silentParty } from './outages';
import { type Ending, openQueue, type Queue } from './queue';
import { gateText, openedGates, writeGates } from './readiness';
import { announced, endingsOf, type Reports } from './reports';
import { learn, type Moves } from './state';
import { followTargets } from './targets';
import { clock, doneText, type WatchEvent } from './text';
import { onWake } from './wake';

/** Why a group is looked at: something in the cluster changed, or it was time. */
export type Reason = 'change' | 'resync';

const SETTLE_GROUPS_MS = 200;
const SETTLE_TARGETS_MS = 50;
/** Pods that come and go in a row need their rules once: those of their nodes are mostly there. */
const NETWORK_MS = 1_000;
const BACKOFF = { firstMs: 2_000, longestMs: 5 * 60_000 };
/** Who does not answer is not spared, and everything waits for it. */
const SILENT = { firstMs: 2_000, longestMs: 30_000 };
/** How soon to look again at a target that a pod waits for: soon at first, in the end as often as lbc does. */
const HEALTH = { firstMs: 1_000, growth: 1.5, longestMs: 15_000 };
/** Not a group, but queued as one: rules of the security groups of nodes and pods. No key begins with a blank. */
const NETWORK = ' network';

export interface Watching extends Moves {
  readonly held: Holding;
  readonly cache: Cache;
  readonly select: Selection;
  readonly tell: (event: WatchEvent) => void;
  readonly reports: Reports;
  readonly outages: Outages;
  readonly kept: KeptInventory;
  /** Keys of the groups that we look after. */
  ours(): ReadonlySet<string>;
}

/** Until the signal is aborted, and what runs then has ended. */
export async function follow(watching: Watching, inbox: Inbox, resyncMs: number): Promise<void> {
  const targets = openTargets(watching);
  const groups = openGroups(watching, targets);
  inbox.open((events) => sortIn(watching, events, groups, targets));
  const everything = (reason: Reason) => groups.add([...watching.ours(), NETWORK], reason);
  everything('change');
  const resync = setInterval(everything, resyncMs, 'resync' as const);
  onWake(watching.held.signal, () => {
    const text = 'the machine was asleep, or its clock was set: everything is looked at again';
    watching.tell({ kind: 'info', group: undefined, text });
    watching.cache.reconnect();
    everything('resync');
  });
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
    backoff: backoffOf,
    work: async (due) => {
      const { endings, bindings } = await runGroups(watching, due);
      // The plan may be older than what the short way did meanwhile.
      targets.add(bindings, 'change');
      return endings;
    },
    failed: (keys, error, nextTry) => tellFailure(watching, keys, error, nextTry),
  });
}

function backoffOf(error: unknown): Backoff {
  return silentParty(error) === undefined ? BACKOFF : SILENT;
}

function tellFailure(
  { held, tell, outages }: Watching,
  keys: readonly string[],
  error: unknown,
  nextTry: Date,
): void {
  if (held.signal.aborted) return;
  const silent = silentParty(error);
  if (silent !== undefined) {
    outages.failed(silent, error);
    return;
  }
  const groups = keys.filter((key) => key !== NETWORK);
  const group = groups.length === 0 || groups.length > SHOWN_GROUPS ? undefined : groups.join(', ');
  tell({ kind: 'error', group, text: `${explainShort(error)}; next try at ${clock(nextTry)}` });
}

const SHOWN_GROUPS = 3;

/** Plans and runs all groups that are due, and the rules of nodes and pods. */
async function runGroups(
  { held, cache, select, reports, outages, isMoving, kept }: Watching,
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
  // Whether a plan asks AWS or not, a run that ends well does.
  if (plan.groups.length > 0 && failureIn(outcome) === undefined) outages.works('AWS');
  for (const change of said.rest(outcome)) reports.change(undefined, change, isDrift(NETWORK, change));
  reports.outcome(outcome);
  learn(kept, engine.settings, outcome);
  const keys = new Set(plan.groups.map(({ owner }) => ownerKey(owner)));
  const bindings = (cache.snapshot().bindings ?? []).filter((one) => keys.has(groupOfBinding(one)));
  return { endings: endingsOf(outcome, [...due.keys()]), bindings: bindings.map(keyOf) };
}

function failureIn({ groups, failures }: Outcome): Error | undefined {
  return failures[0] ?? groups.find(({ failure }) => failure !== undefined)?.failure;
}

function openTargets(watching: Watching): Queue<Reason> {
  const looks = new Map<string, number>();
  return openQueue<Reason>({
    settleMs: SETTLE_TARGETS_MS,
    backoff: backoffOf,
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
