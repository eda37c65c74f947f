import { keepInventory } from '../../aws/keptInventory';
import { messageOf, UserError } from '../../errors';
import { backoffMs, wait } from '../../kube/backoff';
import { type Cache, openCache } from '../../kube/cache';
import { KubeError } from '../../kube/client';
import { newHolder } from '../../kube/lease';
import { type Engine, planFrom } from '../engine';
import { type Holding, type HoldOptions, holdingLease, isInterruption } from '../hold';
import type { Host } from '../host';
import type { Selection } from '../owner';
import type { Plan } from '../plan';
import { placeWarnings } from '../planText';
import { follow } from './follow';
import { openInbox } from './inbox';
import { type Outages, openOutages, silentParty } from './outages';
import { openReports, type Reports } from './reports';
import { keysOf, openMoves } from './state';
import type { WatchEvent } from './text';

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

const RESYNC_MS = 10 * 60_000;
const REOPEN = { firstMs: 1_000, longestMs: 15_000 };

/**
 * Keeps load balancers in step with the cluster until the signal is aborted, holding the Lease all the time. A change
 * touches its groups only; targets follow pods without a plan of their group. While the cluster does not
 * answer, nothing is changed; when it does again, and nobody else has the Lease, everything is looked at again. Throws when
 * somebody else has it.
 */
export async function watchCluster(
  engine: Engine,
  host: Host,
  signal: AbortSignal,
  options: WatchOptions,
): Promise<void> {
  const outages = openOutages(options.tell);
  const reports = openReports(options.tell);
  for (const text of placeWarnings(engine)) options.tell({ kind: 'warning', group: undefined, text });
  let started = false;
  const work = (held: Holding) =>
    keepInStep(held, { outages, reports }, options, async (cache) => {
      if (!started)
        await options.approve?.(await planFrom(held.engine, cache.snapshot(), options.select ?? ALL));
      started = true;
    });
  const lease = { holder: newHolder('watch'), renewed: () => outages.works('The cluster'), ...options.lease };
  for (let failures = 0; ; ) {
    try {
      return await holdingLease(engine, host, signal, work, { ...lease, kind: 'watch', back: started });
    } catch (error) {
      if (signal.aborted || !started || !passes(error)) throw error;
      outages.failed('The cluster', error);
      failures = isInterruption(error) ? 1 : failures + 1;
      await wait(backoffMs(failures, REOPEN), signal);
    }
  }
}

/** Whether it may be over in a while, so that a watch that has begun does not end for it. */
function passes(error: unknown): boolean {
  if (isInterruption(error) || error instanceof KubeError) return true;
  return (
    silentParty(error) === 'The cluster' || (error instanceof UserError && error.code === 'lease-refused')
  );
}

interface Telling {
  readonly outages: Outages;
  readonly reports: Reports;
}

/** Everything is listed and planned when it begins, so that it may end at any time, and begin again. */
async function keepInStep(
  held: Holding,
  { outages, reports }: Telling,
  options: WatchOptions,
  begin: (cache: Cache) => Promise<void>,
): Promise<void> {
  const { select = ALL, tell, resyncMs = RESYNC_MS } = options;
  const [inbox, closing] = [openInbox(), new AbortController()];
  const trouble = (kind: string, error: unknown, failures: number) => {
    // Connections end, and the next one goes on where they were.
    if (silentParty(error) === 'The cluster')
      return failures > 1 ? outages.failed('The cluster', error) : undefined;
    const text = `${kind} cannot be watched, changes are noticed late: ${messageOf(error)}`;
    reports.once({ kind: 'warning', group: undefined, text });
  };
  const open = AbortSignal.any([held.signal, closing.signal]);
  const cache = await openCache(held.engine.kube, open, { changed: inbox.put, trouble });
  try {
    await begin(cache);
    const ours = keysOf(cache, select);
    const { aws, settings } = held.engine;
    const kept = keepInventory(aws, settings.vpcId, settings.clusterName);
    const watching = { held, cache, select, tell, reports, outages, ours, kept, ...openMoves() };
    await follow(watching, inbox, resyncMs);
  } finally {
    closing.abort();
    inbox.close();
    await cache.ended;
  }
}

const ALL: Selection = () => true;
