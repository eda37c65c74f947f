import { describe, expect, test } from 'vitest';
import { chargeOf, isController } from '../../src/kube/charge';
import {
  claimed,
  isFree,
  isOurs,
  isWatch,
  type Lease,
  type LeaseSpec,
  microTime,
  newHolder,
  released,
  seemsHeld,
  sighted,
} from '../../src/kube/lease';

const NOW = Date.parse('2026-03-01T12:00:00.000Z');

/** A Lease that was renewed so many seconds before NOW, by its holder's clock. */
function lease(seconds: number, more: LeaseSpec = {}): Lease {
  const renewTime = microTime(new Date(NOW - seconds * 1000));
  const spec = { holderIdentity: 'pod_1', leaseDurationSeconds: 15, renewTime, leaseTransitions: 3, ...more };
  return { metadata: { namespace: 'kube-system', name: 'x' }, spec };
}

test('holders of ours are known by their names, and so are watches', () => {
  expect(newHolder()).toMatch(new RegExp(`^ekslb-.+-${process.pid}-[0-9a-f]{8}$`));
  expect(newHolder()).not.toBe(newHolder());
  expect([newHolder(), newHolder('watch')].map(isWatch)).toEqual([false, true]);
  expect(isOurs(newHolder('watch'))).toBe(true);
  expect(isOurs('aws-load-balancer-controller-7d9f_4e1a')).toBe(false);
});

test('times are written as Kubernetes writes them', () => {
  expect(microTime(new Date(NOW))).toBe('2026-03-01T12:00:00.000000Z');
});

describe('a Lease may be taken', () => {
  const seen = (one: Lease, agoSeconds: number) => sighted(undefined, one, NOW - agoSeconds * 1000);

  test('when it has no holder', () => {
    const free = lease(1, { holderIdentity: '' });
    expect(isFree(free, seen(free, 0), NOW, NOW)).toBe(true);
  });

  test('when it did not change before our eyes for its duration, whatever the clocks say', () => {
    const renewedInOurFuture = lease(-120);
    expect(isFree(renewedInOurFuture, seen(renewedInOurFuture, 14), NOW, NOW)).toBe(false);
    expect(isFree(renewedInOurFuture, seen(renewedInOurFuture, 15), NOW, NOW)).toBe(true);
  });

  test('not at first sight, even if our clock says that it ran out', () => {
    const old = lease(200);
    expect(isFree(old, seen(old, 0), NOW, NOW)).toBe(false);
  });

  test('at once when no clock is so wrong', () => {
    const ancient = lease(16 * 60);
    expect(isFree(ancient, seen(ancient, 0), NOW, NOW)).toBe(true);
  });

  test('a renewal starts the wait anew, another look does not', () => {
    const first = seen(lease(1), 10);
    expect(sighted(first, lease(1), NOW)).toBe(first);
    expect(sighted(first, lease(0), NOW).since).toBe(NOW);
  });

  test('its own duration counts', () => {
    const short = lease(1, { leaseDurationSeconds: 1 });
    expect(isFree(short, seen(short, 1), NOW, NOW)).toBe(true);
  });
});

test('who takes a Lease counts as a change of holder, who makes it does not', () => {
  const now = new Date(NOW);
  expect(claimed(undefined, 'a', now)).toEqual({
    holderIdentity: 'a',
    leaseDurationSeconds: 15,
    acquireTime: '2026-03-01T12:00:00.000000Z',
    renewTime: '2026-03-01T12:00:00.000000Z',
    leaseTransitions: 0,
  });
  expect(claimed(lease(0).spec, 'a', now).leaseTransitions).toBe(4);
});

test('given back, it has nobody and lasts a second', () => {
  expect(released(lease(0).spec ?? {}, new Date(NOW))).toMatchObject({
    holderIdentity: '',
    leaseDurationSeconds: 1,
    leaseTransitions: 3,
  });
});

describe('who is in charge', () => {
  const absent = { namespace: 'kube-system', version: undefined, ready: false };
  const kindOf = (installed: typeof absent, one?: Lease) => chargeOf(installed, one, NOW).kind;

  test('a controller whose Deployment is ready, or whose Lease is kept', () => {
    expect(kindOf({ ...absent, ready: true })).toBe('controller');
    expect(chargeOf(absent, lease(2), NOW)).toMatchObject({ kind: 'controller', holder: 'pod_1' });
  });

  test('a controller that became ready while a run of ours has the Lease', () => {
    const held = lease(2, { holderIdentity: newHolder() });
    expect(chargeOf({ ...absent, ready: true }, held, NOW)).toMatchObject({ holder: undefined });
  });

  test('a watch of ours; another run of ours only keeps us waiting', () => {
    expect(kindOf(absent, lease(2, { holderIdentity: newHolder('watch') }))).toBe('watch');
    expect(kindOf(absent, lease(2, { holderIdentity: newHolder() }))).toBe('nobody');
  });

  test('nobody, when the Lease ran out, was given back or never was', () => {
    expect(kindOf(absent, lease(20))).toBe('nobody');
    expect(kindOf(absent, lease(0, { holderIdentity: '' }))).toBe('nobody');
    expect(kindOf(absent)).toBe('nobody');
    expect(seemsHeld({ metadata: { name: 'x' } }, NOW)).toBe(false);
  });
});

test.each([
  ['its name', { name: 'aws-load-balancer-controller' }, 'mirror.example/lbc:1'],
  ['its label', { name: 'lbc', labels: { 'app.kubernetes.io/name': 'aws-load-balancer-controller' } }, 'x'],
  ['its image', { name: 'lbc' }, 'mirror.example/eks/aws-load-balancer-controller:v3.5.0'],
])('a Deployment is the controller by %s', (_, metadata, image) => {
  const of = (some: string) => ({
    metadata,
    spec: { template: { spec: { containers: [{ image: some }] } } },
  });
  expect(isController(of(image))).toBe(true);
  expect(isController({ ...of('aws-load-balancer-controller-docs:1'), metadata: { name: 'lbc' } })).toBe(
    false,
  );
});
