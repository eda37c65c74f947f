import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { createObject, type Kube, KubeError, orMissing } from './client';
import { pathOf, RESOURCES } from './resources';
import type { KubeObject } from './types';

/** `coordination.k8s.io/v1` Lease, as far as an election needs it. */
export interface Lease extends KubeObject {
  readonly spec?: LeaseSpec;
}

export interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

/** lbc: --leader-election-id */
export const LEASE = 'aws-load-balancer-controller-leader';
/** client-go: LeaseDuration of controller-runtime's manager. */
export const LEASE_SECONDS = 15;
/** Tokens of EKS live this long: nobody whose clock is further off gets as far as a Lease. */
const CLOCKS_DIFFER_MS = 15 * 60_000;

const OURS = 'ekslb-';
const WATCHING = '-watch';

/** A name that no other run has; that of a watch says so, because it stays. */
export function newHolder(kind: 'run' | 'watch' = 'run'): string {
  const random = randomBytes(4).toString('hex');
  return `${OURS}${hostname()}-${process.pid}-${random}${kind === 'watch' ? WATCHING : ''}`;
}

/** Whether a holder is a run of ours, of any machine; others are controllers. */
export function isOurs(holder: string): boolean {
  return holder.startsWith(OURS);
}

/** Whether a holder is a run of ours that follows every change until it is stopped. */
export function isWatch(holder: string): boolean {
  return isOurs(holder) && holder.endsWith(WATCHING);
}

/** Kubernetes' MicroTime: `2006-01-02T15:04:05.000000Z`. */
export function microTime(now: Date): string {
  return now.toISOString().replace('Z', '000Z');
}

/** What a Lease said, and since when we know that, by a clock that nobody sets. */
export interface Sighting {
  readonly record: string;
  readonly since: number;
}

/** A record that has not changed was seen when it was seen first. Source: client-go:tools/leaderelection observedTime. */
export function sighted(before: Sighting | undefined, lease: Lease, now: number): Sighting {
  const record = JSON.stringify(lease.spec ?? {});
  return before?.record === record ? before : { record, since: now };
}

/**
 * Whether a Lease may be taken. It has run out when it did not change for its whole duration before our eyes: clocks
 * of two machines are compared only where they are so far apart that no clock explains it.
 */
export function isFree({ spec = {} }: Lease, { since }: Sighting, steady: number, wall: number): boolean {
  if (!spec.holderIdentity) return true;
  const age = wall - new Date(spec.renewTime ?? 0).getTime();
  return steady - since >= durationOf(spec) || age > CLOCKS_DIFFER_MS;
}

/** Whether the Lease seems to be kept, at one glance: by its own clock and ours. */
export function seemsHeld({ spec = {} }: Lease, now: number): boolean {
  if (!spec.holderIdentity || spec.renewTime === undefined) return false;
  return now - new Date(spec.renewTime).getTime() < durationOf(spec);
}

function durationOf({ leaseDurationSeconds = LEASE_SECONDS }: LeaseSpec): number {
  return leaseDurationSeconds * 1000;
}

/** The record of somebody who takes the Lease. Source: client-go:tools/leaderelection tryAcquireOrRenew. */
export function claimed(before: LeaseSpec | undefined, holder: string, now: Date): LeaseSpec {
  const time = microTime(now);
  const leaseTransitions = before === undefined ? 0 : (before.leaseTransitions ?? 0) + 1;
  const times = { acquireTime: time, renewTime: time };
  return { holderIdentity: holder, leaseDurationSeconds: LEASE_SECONDS, ...times, leaseTransitions };
}

/** The record that anyone may take at once. Source: client-go:tools/leaderelection release. */
export function released({ leaseTransitions = 0 }: LeaseSpec, now: Date): LeaseSpec {
  const time = microTime(now);
  const times = { acquireTime: time, renewTime: time };
  return { holderIdentity: '', leaseDurationSeconds: 1, ...times, leaseTransitions };
}

export type Attempt =
  | { readonly kind: 'held'; readonly lease: Lease }
  | { readonly kind: 'busy'; readonly lease: Lease; readonly sighting: Sighting };

/** Takes the Lease if it is free; whoever was faster keeps it. */
export async function tryAcquire(
  kube: Kube,
  namespace: string,
  holder: string,
  before: Sighting | undefined,
): Promise<Attempt> {
  for (;;) {
    const lease = await readLease(kube, namespace);
    // What was ours when the cluster fell silent still is.
    if (lease !== undefined && lease.spec?.holderIdentity !== holder) {
      const sighting = sighted(before, lease, performance.now());
      if (!isFree(lease, sighting, performance.now(), Date.now())) return { kind: 'busy', lease, sighting };
    }
    const written = await unlessFaster(writeClaim(kube, namespace, lease, holder, new Date()));
    if (written !== undefined) return { kind: 'held', lease: written };
  }
}

export function readLease(kube: Kube, namespace: string, last = false): Promise<Lease | undefined> {
  const path = pathOf(RESOURCES.Lease, namespace, LEASE);
  return orMissing(kube.call({ method: 'GET', path, last })) as Promise<Lease | undefined>;
}

function writeClaim(
  kube: Kube,
  namespace: string,
  lease: Lease | undefined,
  holder: string,
  now: Date,
): Promise<Lease> {
  const own = lease?.spec?.holderIdentity === holder;
  const spec = own ? { ...lease?.spec, renewTime: microTime(now) } : claimed(lease?.spec, holder, now);
  if (lease !== undefined) return replace(kube, lease, spec);
  const metadata = { namespace, name: LEASE };
  const object = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
  return createObject(kube, RESOURCES.Lease, object) as Promise<Lease>;
}

/** Says that we are still there. Undefined when somebody else has the Lease now, or nobody. */
export async function renew(kube: Kube, lease: Lease): Promise<Lease | undefined> {
  const renewed = (current: Lease) =>
    orMissing(unlessFaster(replace(kube, current, { ...lease.spec, renewTime: microTime(new Date()) })));
  const written = await renewed(lease);
  if (written !== undefined) return written;
  const current = await readLease(kube, lease.metadata.namespace ?? '');
  const ours = current?.spec?.holderIdentity === lease.spec?.holderIdentity;
  return current !== undefined && ours ? renewed(current) : undefined;
}

/** Gives the Lease back, unless somebody else has it by now; a renewal whose answer was lost does not keep it. */
export async function release(kube: Kube, lease: Lease): Promise<void> {
  const free = (current: Lease) =>
    unlessFaster(replace(kube, current, released(current.spec ?? {}, new Date()), true));
  if ((await free(lease)) !== undefined) return;
  const current = await readLease(kube, lease.metadata.namespace ?? '', true);
  if (current !== undefined && current.spec?.holderIdentity === lease.spec?.holderIdentity)
    await free(current);
}

/** The resourceVersion in the object makes the API server refuse it when somebody was faster. */
function replace(kube: Kube, lease: Lease, spec: LeaseSpec, last = false): Promise<Lease> {
  const path = pathOf(RESOURCES.Lease, lease.metadata.namespace, LEASE);
  return kube.call({ method: 'PUT', path, body: { ...lease, spec }, last }) as Promise<Lease>;
}

const FASTER = new Set(['Conflict', 'AlreadyExists']);

/** Undefined where somebody else wrote, made or removed the object since it was read. */
async function unlessFaster<T>(writing: Promise<T>): Promise<T | undefined> {
  try {
    return await writing;
  } catch (error) {
    if (error instanceof KubeError && FASTER.has(error.reason)) return undefined;
    throw error;
  }
}
