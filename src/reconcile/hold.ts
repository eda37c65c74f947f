import { setMaxListeners } from 'node:events';
import { Cancelled, messageOf, UserError } from '../errors';
import { findController } from '../kube/charge';
import { type Kube, KubeError } from '../kube/client';
import {
  isOurs,
  isWatch,
  LEASE_SECONDS,
  type Lease,
  newHolder,
  release,
  type Sighting,
  seemsHeld,
  tryAcquire,
} from '../kube/lease';
import type { Engine } from './engine';
import type { Host } from './host';
import { keep, type LeaseTimes, type Loss, within } from './keeper';
import { pause } from './pause';

/** What work gets that may change things, for as long as it may. */
export interface Holding {
  /** Its cluster takes no more writes once the Lease is lost. */
  readonly engine: Engine;
  /** Remembers which changes were made. */
  readonly host: Host;
  /** Aborted by the caller, or by the loss of the Lease. */
  readonly signal: AbortSignal;
}

const TIMES: LeaseTimes = { renewMs: 2_000, deadlineMs: 10_000, patienceMs: 60_000, lookMs: 15_000 };

export interface HoldOptions extends Partial<LeaseTimes> {
  readonly kind?: 'run' | 'watch';
  /** Under which name the Lease is held; one of its own by itself. */
  readonly holder?: string;
  /** Whether it was held before, by this name: then a controller may have come up meanwhile. */
  readonly back?: boolean;
  /** Told of each renewal. */
  readonly renewed?: () => void;
}

/**
 * Runs `work` while we hold the Lease that the AWS Load Balancer Controller would hold, so that two runs, or a run
 * and a controller, never change load balancers at the same time. Waits for another run; refuses where a controller
 * is in charge; stops the work when the Lease is lost. It is given back however the work ends.
 */
export async function holdingLease<T>(
  engine: Engine,
  host: Host,
  signal: AbortSignal,
  work: (holding: Holding) => Promise<T>,
  { kind = 'run', holder = newHolder(kind), ...more }: HoldOptions = {},
): Promise<T> {
  const times = { ...TIMES, ...more };
  const { cut } = engine.options;
  const lease = await acquire(engine.kube, holder, host, signal, times);
  const lost = new AbortController();
  const keeper = keep(engine.kube, lease, times, (loss) => lost.abort(loss), more.renewed);
  const done: string[] = [];
  const limited = AbortSignal.any([signal, lost.signal]);
  // As many wait for it as there are changes at a time.
  setMaxListeners(0, limited);
  const holding = {
    engine: { ...engine, kube: guarded(engine.kube, limited) },
    host: remembering(host, done),
    signal: limited,
  };
  try {
    return await orCut(work(holding), cut);
  } catch (error) {
    if (!lost.signal.aborted) throw error;
    throw leaseLost(lost.signal.reason as Loss, kind === 'watch' ? undefined : done, error);
  } finally {
    await giveBack(engine.kube, await keeper.stop(), host, signal.aborted || lost.signal.aborted);
  }
}

/** The work, as long as it is waited for: a process that is stopped has no time for the calls that it cut short. */
function orCut<T>(work: Promise<T>, cut: AbortSignal | undefined): Promise<T> {
  if (cut === undefined) return work;
  const stopped = new Promise<never>((_, reject) => {
    const stop = () => reject(new Cancelled());
    if (cut.aborted) stop();
    else cut.addEventListener('abort', stop, { once: true });
  });
  work.catch(() => undefined);
  return Promise.race([work, stopped]);
}

/** Reads stay possible: a run that stops may still say how far it came. */
function guarded(kube: Kube, signal: AbortSignal): Kube {
  return {
    ...kube,
    call: async (call) => {
      if (signal.aborted && call.method !== 'GET') throw new Cancelled();
      return kube.call(call);
    },
  };
}

/** Changes that were made are told with their place in the count. */
function remembering(host: Host, done: string[]): Host {
  return {
    ...host,
    notify: (event) => {
      if (event.progress !== undefined) done.push(event.text);
      host.notify(event);
    },
  };
}

/** Who stops is not kept waiting by a cluster that is silent. */
const GIVE_BACK_MS = { stopping: 400, otherwise: 10_000 };

/** What somebody else has taken is left alone. */
async function giveBack(kube: Kube, lease: Lease, host: Host, stopping: boolean): Promise<void> {
  try {
    await within(GIVE_BACK_MS[stopping ? 'stopping' : 'otherwise'], release(kube, lease));
  } catch (error) {
    const text = `The Lease could not be given back and runs out by itself within ${LEASE_SECONDS} seconds: ${messageOf(error)}`;
    host.notify({ level: 'warning', text });
  }
}

async function acquire(
  kube: Kube,
  holder: string,
  host: Host,
  signal: AbortSignal,
  { patienceMs, renewMs, back = false }: LeaseTimes & Pick<HoldOptions, 'back'>,
): Promise<Lease> {
  const { namespace, ready } = await findController(kube);
  if (ready && back) throw controllerInCharge(namespace, undefined);
  const end = performance.now() + patienceMs;
  let sighting: Sighting | undefined;
  for (let told = ''; ; ) {
    if (signal.aborted) throw new Cancelled();
    const attempt = await inLeaseWords(namespace, tryAcquire(kube, namespace, holder, sighting));
    if (attempt.kind === 'held') return attempt.lease;
    const other = attempt.lease.spec?.holderIdentity ?? '';
    refuseController(attempt.lease, namespace, sighting, attempt.sighting);
    sighting = attempt.sighting;
    // A watch does not end by itself; one that died is waited for like any other.
    const stays = isWatch(other) && seemsHeld(attempt.lease, Date.now());
    if (stays || performance.now() > end) throw busy(other);
    if (other !== told) host.notify({ level: 'info', text: `Waiting for ${other}, which is at work here` });
    told = other;
    await pause(signal, renewMs);
  }
}

/** A controller that died leaves a Lease that nobody renews: that one is waited for. */
function refuseController(lease: Lease, namespace: string, before: Sighting | undefined, now: Sighting) {
  const holder = lease.spec?.holderIdentity ?? '';
  if (isOurs(holder)) return;
  const renewed = before !== undefined && before !== now;
  if (renewed || seemsHeld(lease, Date.now())) throw controllerInCharge(namespace, holder);
}

/** What to say where a controller does the work already. */
export function controllerInCharge(namespace: string, holder: string | undefined): UserError {
  const who = holder === undefined ? '' : ` (its lease is held by ${holder})`;
  return new UserError(
    'controller-in-charge',
    `The AWS Load Balancer Controller runs in ${namespace}${who}.`,
    {
      why: 'It reconciles the Ingresses of this cluster by itself; two at the same work would undo each other.',
      advice: 'Apply the manifests and let it work, or scale its Deployment to 0 first.',
    },
  );
}

/** What to say where another run of ours does the work. */
export function busy(holder: string): UserError {
  const advice = isWatch(holder)
    ? 'Apply the manifests and let it work, or stop it there.'
    : 'Wait until it is done, or stop it there; a run that died gives way after 15 seconds.';
  return new UserError('lease-busy', `${holder} is at work on the load balancers of this cluster.`, {
    why: 'Its name says on which machine it runs and as which process; two at the same work would undo each other.',
    advice,
  });
}

async function inLeaseWords<T>(namespace: string, asking: Promise<T>): Promise<T> {
  try {
    return await asking;
  } catch (cause) {
    if (!(cause instanceof KubeError) || (cause.status !== 403 && cause.status !== 404)) throw cause;
    const message = `The Lease aws-load-balancer-controller-leader in ${namespace} cannot be written: ${cause.message}`;
    throw new UserError('lease-refused', message, {
      why: 'Who changes load balancers holds it, so that no two runs and no controller undo each other. Nothing was changed.',
      advice: `Ask for a Role in ${namespace} with get, create and update on leases of coordination.k8s.io.`,
      cause,
    });
  }
}

/** Whether a watch lost the Lease to what passes: the cluster is silent, or another run of ours is at work. */
export function isInterruption(error: unknown): boolean {
  return error instanceof UserError && error.code === 'lease-interrupted';
}

/** A watch tells of every change when it is made. */
function leaseLost({ why, passes }: Loss, done: readonly string[] | undefined, cause: unknown): UserError {
  const all = done?.length === 0 ? 'Nothing was changed.' : `Done before: ${done?.join('; ')}.`;
  const made = done === undefined ? 'What was done is told above.' : all;
  const more = {
    why: `Two at the same work would undo each other, so no further change was started. ${made}`,
    advice:
      'What was made is found again by its tags: let whoever is in charge go on, or run the command again.',
    cause,
  };
  if (passes && done === undefined) return new UserError('lease-interrupted', `Stopped: ${why}.`, more);
  return new UserError('lease-lost', `Stopped: ${why}.`, more);
}
