import { Cancelled, messageOf } from '../errors';
import { findController } from '../kube/charge';
import type { Kube } from '../kube/client';
import { isOurs, type Lease, readLease, renew } from '../kube/lease';
import { pause } from './pause';

/** client-go: RetryPeriod and RenewDeadline of controller-runtime's manager; the others are ours. */
export interface LeaseTimes {
  readonly renewMs: number;
  readonly deadlineMs: number;
  /** How long another run may keep us waiting. */
  readonly patienceMs: number;
  /** How often we look whether a controller was installed. */
  readonly lookMs: number;
}

export interface Keeper {
  /** Ends the renewals; the Lease as it was written last. */
  stop(): Promise<Lease>;
}

/** Renews the Lease until it is stopped; says once when it is lost. */
export function keep(kube: Kube, first: Lease, times: LeaseTimes, lost: (why: string) => void): Keeper {
  const stop = new AbortController();
  const kept = { lease: first, at: Date.now() };
  const renewing = async () => {
    for (let lookedAt = Date.now(); ; ) {
      await pause(stop.signal, times.renewMs);
      const why = await renewOnce(kube, kept, times.deadlineMs);
      if (why !== undefined) return lost(why);
      if (Date.now() - lookedAt < times.lookMs) continue;
      lookedAt = Date.now();
      const { ready, namespace } = await findController(kube).catch(() => ({ ready: false, namespace: '' }));
      if (ready) return lost(`the AWS Load Balancer Controller has come up in ${namespace}`);
    }
  };
  const ended = renewing().catch((error: unknown) => {
    if (!(error instanceof Cancelled)) lost(messageOf(error));
  });
  return {
    stop: async () => {
      stop.abort();
      await ended;
      return kept.lease;
    },
  };
}

/** Why the Lease is lost; undefined while it is not. One that cannot be renewed is kept for a while: the cluster may be busy. */
async function renewOnce(
  kube: Kube,
  kept: { lease: Lease; at: number },
  deadlineMs: number,
): Promise<string | undefined> {
  try {
    const left = Math.max(kept.at + deadlineMs - Date.now(), 1_000);
    const renewed = await within(left, renew(kube, kept.lease));
    if (renewed === undefined) return await whoTookIt(kube, kept.lease);
    Object.assign(kept, { lease: renewed, at: Date.now() });
    return undefined;
  } catch (error) {
    if (Date.now() - kept.at < deadlineMs) return undefined;
    return `the Lease could not be renewed for ${deadlineMs / 1000} seconds (${messageOf(error)})`;
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = pause(over.signal, ms).then(() => Promise.reject(new Error('no answer of the cluster')));
  try {
    return await Promise.race([work, late]);
  } finally {
    late.catch(() => undefined);
    over.abort();
  }
}

async function whoTookIt(kube: Kube, { metadata }: Lease): Promise<string> {
  const holder = (await readLease(kube, metadata.namespace ?? ''))?.spec?.holderIdentity;
  if (!holder) return 'somebody else removed or released the Lease that this run held';
  return isOurs(holder)
    ? `another run, ${holder}, has taken over`
    : `a controller, ${holder}, has taken over`;
}
