import { Cancelled, messageOf } from '../errors';
import { findController } from '../kube/charge';
import type { Kube } from '../kube/client';
import { isOurs, isWatch, type Lease, readLease, renew } from '../kube/lease';
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

/** Why the Lease is ours no longer. What passes (silence, another run) may be waited for; a controller stays. */
export interface Loss {
  readonly why: string;
  readonly passes: boolean;
}

export interface Keeper {
  /** Ends the renewals; the Lease as it was written last. */
  stop(): Promise<Lease>;
}

/** When something happened, by the clock of the wall and by one that nobody sets. */
interface Moment {
  readonly wall: number;
  readonly steady: number;
}

function thisMoment(): Moment {
  return { wall: Date.now(), steady: performance.now() };
}

/**
 * How long ago that was, at least as others see it: while a laptop sleeps only the clock of the wall goes on, and when
 * that is set back only the other one is right.
 */
function since({ wall, steady }: Moment): number {
  return Math.max(Date.now() - wall, performance.now() - steady);
}

/** How soon it is noticed that the machine was asleep. */
const SLICE_MS = 250;
/** A renewal that is on its way when we stop. */
const LAST_MS = 200;

/** Renews the Lease until it is stopped; says once when it is lost. */
export function keep(
  kube: Kube,
  first: Lease,
  times: LeaseTimes,
  lost: (loss: Loss) => void,
  renewed: () => void = () => undefined,
): Keeper {
  const stop = new AbortController();
  const kept: Kept = { lease: first, at: thisMoment() };
  const renewing = async () => {
    for (let looked = thisMoment(); ; ) {
      const slept = thisMoment();
      while (since(slept) < times.renewMs)
        await pause(stop.signal, Math.min(SLICE_MS, times.renewMs - since(slept)));
      const loss = await renewOnce(kube, kept, times.deadlineMs);
      if (loss !== undefined) return lost(loss);
      if (since(kept.at) < times.renewMs) renewed();
      if (since(looked) < times.lookMs) continue;
      looked = thisMoment();
      const { ready, namespace } = await findController(kube).catch(() => ({ ready: false, namespace: '' }));
      if (ready)
        return lost({ why: `the AWS Load Balancer Controller has come up in ${namespace}`, passes: false });
    }
  };
  const ended = renewing().catch((error: unknown) => {
    if (!(error instanceof Cancelled)) lost({ why: messageOf(error), passes: true });
  });
  return {
    stop: async () => {
      stop.abort();
      await within(LAST_MS, ended).catch(() => undefined);
      return kept.lease;
    },
  };
}

interface Kept {
  lease: Lease;
  at: Moment;
}

/** Why the Lease is lost; undefined while it is not. One that cannot be renewed is kept for a while: the cluster may be busy. */
async function renewOnce(kube: Kube, kept: Kept, deadlineMs: number): Promise<Loss | undefined> {
  const asked = thisMoment();
  try {
    const left = Math.max(deadlineMs - since(kept.at), 1_000);
    const renewed = await within(left, renew(kube, kept.lease));
    if (renewed === undefined) return await whoTookIt(kube, kept.lease);
    Object.assign(kept, { lease: renewed, at: asked });
    return undefined;
  } catch (error) {
    if (since(kept.at) < deadlineMs) return undefined;
    const why = `the Lease could not be renewed for ${deadlineMs / 1000} seconds (${messageOf(error)})`;
    return { why, passes: true };
  }
}

/** What is not done within that time fails. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = pause(over.signal, ms).then(() => Promise.reject(new Error('no answer of the cluster')));
  try {
    return await Promise.race([work, late]);
  } finally {
    late.catch(() => undefined);
    over.abort();
  }
}

async function whoTookIt(kube: Kube, { metadata }: Lease): Promise<Loss> {
  const holder = (await readLease(kube, metadata.namespace ?? ''))?.spec?.holderIdentity;
  if (!holder) return { why: 'somebody else removed or released the Lease that this run held', passes: true };
  return isOurs(holder)
    ? { why: `another run, ${holder}, has taken over`, passes: !isWatch(holder) }
    : { why: `a controller, ${holder}, has taken over`, passes: false };
}
