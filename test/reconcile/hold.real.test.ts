import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Cancelled, explain, UserError } from '../../src/errors';
import { applyObject, deleteObject, getObject, type Kube, mergePatch } from '../../src/kube/client';
import { isOurs, LEASE, type Lease, microTime } from '../../src/kube/lease';
import { RESOURCES } from '../../src/kube/resources';
import type { KubeObject } from '../../src/kube/types';
import type { Engine } from '../../src/reconcile/engine';
import { type Holding, type HoldOptions, holdingLease } from '../../src/reconcile/hold';
import { recordingHost } from '../helpers/recordingHost';
import { type Bench, objectsOf, startBench } from './bench';

const GAME = 'samples/game-2048.yaml';
const INGRESS = 'game-2048/ingress-2048';
const PLACE = { namespace: 'kube-system', name: LEASE };
const QUICK: HoldOptions = { renewMs: 100, lookMs: 200, patienceMs: 1_500 };
const never = new AbortController().signal;

let bench: Bench;
let engine: Engine;
let kube: Kube;
beforeAll(async () => {
  bench = await startBench();
  engine = await bench.engine();
  kube = engine.kube;
});
afterAll(() => bench?.stop());
beforeEach(() => deleteObject(kube, RESOURCES.Lease, PLACE.namespace, PLACE.name));

const lease = () => getObject<Lease>(kube, RESOURCES.Lease, PLACE.namespace, PLACE.name);
const holder = async () => (await lease())?.spec?.holderIdentity;
const hold = <T>(work: (held: Holding) => Promise<T>, options = QUICK, host = recordingHost()) =>
  holdingLease(engine, host, never, work, options);

/** Somebody takes the Lease, whoever has it. */
async function takeOver(holderIdentity: string): Promise<void> {
  const now = microTime(new Date());
  const spec = { holderIdentity, leaseDurationSeconds: 15, acquireTime: now, renewTime: now };
  if ((await lease()) !== undefined) await mergePatch(kube, RESOURCES.Lease, PLACE, { spec });
  else await makeLease(spec);
}

function makeLease(spec: Lease['spec']): Promise<unknown> {
  const object = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: PLACE, spec };
  return applyObject(kube, RESOURCES.Lease, object as KubeObject);
}

async function failureOf(work: Promise<unknown>): Promise<UserError> {
  const error = await work.then(
    () => new Error('it went through'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof UserError)) throw error;
  return error;
}

const untilAborted = async ({ signal }: Holding) => {
  await sleep(20_000, undefined, { signal }).catch(() => undefined);
  throw new Cancelled();
};

describe('the Lease of the controller', () => {
  test('is held while work goes on, renewed, and given back after success', async () => {
    const first = await hold(async () => {
      const before = await lease();
      await sleep(400);
      const after = await lease();
      expect(isOurs(after?.spec?.holderIdentity ?? '')).toBe(true);
      expect(after?.spec?.renewTime).not.toBe(before?.spec?.renewTime);
      expect(after?.spec?.acquireTime).toBe(before?.spec?.acquireTime);
      return after;
    });
    expect(await lease()).toMatchObject({ spec: { holderIdentity: '', leaseDurationSeconds: 1 } });
    await hold(async () => undefined);
    expect((await lease())?.spec?.leaseTransitions).toBe((first?.spec?.leaseTransitions ?? 0) + 1);
  });

  test('is given back after a failure, and after being cancelled', async () => {
    await expect(hold(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await holder()).toBe('');
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 300);
    const held = holdingLease(engine, recordingHost(), stop.signal, untilAborted, QUICK);
    await expect(held).rejects.toBeInstanceOf(Cancelled);
    expect(await holder()).toBe('');
  });

  test('two runs at once: one waits, says for whom, and then works', async () => {
    const order: string[] = [];
    const work = (name: string) => async () => {
      order.push(`${name} begins`);
      await sleep(400);
      order.push(`${name} ends`);
    };
    const host = recordingHost();
    const first = hold(work('first'));
    await expect.poll(holder).toMatch(/^ekslb-/);
    const name = await holder();
    await Promise.all([first, hold(work('second'), QUICK, host)]);
    expect(order).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
    expect(host.events.map(({ text }) => text)).toEqual([`Waiting for ${name}, which is at work here`]);
  });

  test('a run that takes too long is named to the one that waits', async () => {
    const stop = new AbortController();
    const first = holdingLease(engine, recordingHost(), stop.signal, untilAborted, QUICK);
    await expect.poll(holder).toMatch(/^ekslb-/);
    const name = await holder();
    const error = await failureOf(hold(async () => undefined));
    expect([error.code, error.message]).toEqual([
      'lease-busy',
      `${name} is at work on the load balancers of this cluster.`,
    ]);
    stop.abort();
    await expect(first).rejects.toBeInstanceOf(Cancelled);
  });

  test('waiting can be cancelled', async () => {
    await takeOver('ekslb-elsewhere-1-cafe');
    const waiting = holdingLease(engine, recordingHost(), AbortSignal.timeout(300), untilAborted, QUICK);
    await expect(waiting).rejects.toBeInstanceOf(Cancelled);
    expect(await holder()).toBe('ekslb-elsewhere-1-cafe');
  });

  test('a run that died gives way when its Lease runs out before our eyes', async () => {
    const now = microTime(new Date());
    await makeLease({ holderIdentity: 'ekslb-dead-1-cafe', leaseDurationSeconds: 1, renewTime: now });
    const start = Date.now();
    await hold(async () => expect(isOurs((await holder()) ?? '')).toBe(true));
    expect(Date.now() - start).toBeGreaterThan(900);
  });

  test('of a controller it is refused', async () => {
    await takeOver('aws-load-balancer-controller-1_x');
    const error = await failureOf(hold(async () => undefined));
    expect([error.code, error.message]).toEqual([
      'controller-in-charge',
      'The AWS Load Balancer Controller runs in kube-system (its lease is held by aws-load-balancer-controller-1_x).',
    ]);
  });
});

describe('somebody takes over during a run', () => {
  test('no further change is started, and what was done is listed', async () => {
    const manifests = await objectsOf(GAME);
    await bench.apply(manifests);
    const working = hold(async (held) => {
      const object = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { namespace: 'default', name: 'late' },
      };
      held.host.notify({ level: 'info', text: 'Created one', progress: { done: 1, total: 2 } });
      await takeOver('aws-load-balancer-controller-1_x');
      await expect.poll(() => held.signal.aborted).toBe(true);
      // Reads go on, writes do not.
      await getObject(held.engine.kube, RESOURCES.ConfigMap, 'default', 'late');
      await applyObject(held.engine.kube, RESOURCES.ConfigMap, object);
    });
    const error = await failureOf(working);
    expect(explain(error).split('\n').slice(0, 2)).toEqual([
      'Stopped: a controller, aws-load-balancer-controller-1_x, has taken over.',
      'Two at the same work would undo each other, so no further change was started. Done before: Created one.',
    ]);
    expect(await getObject(kube, RESOURCES.ConfigMap, 'default', 'late')).toBeUndefined();
    expect(await holder()).toBe('aws-load-balancer-controller-1_x');
  });

  test('a controller that comes up without the Lease is given way, too', async () => {
    const controller = await readyController();
    const error = await failureOf(
      hold(async (held) => {
        await controller.start();
        await untilAborted(held);
      }),
    );
    expect(error.message).toBe('Stopped: the AWS Load Balancer Controller has come up in kube-system.');
    expect(await holder()).toBe('');
    await controller.remove();
  });

  test('a real run stops between two changes, and the next one goes on', async () => {
    const manifests = await objectsOf(GAME);
    await bench.faults({ action: 'elasticloadbalancing:CreateLoadBalancer', delay_ms: 4_000 });
    const host = recordingHost();
    const working = bench.provision(manifests, host);
    await expect
      .poll(() => host.events.some(({ text }) => /target group/.test(text)), { timeout: 20_000 })
      .toBe(true);
    await takeOver('aws-load-balancer-controller-1_x');
    const error = await failureOf(working);
    expect(error.code).toBe('lease-lost');
    expect(error.why.join(' ')).toMatch(/Done before: .*Created target group/);
    await bench.faults();
    await deleteObject(kube, RESOURCES.Lease, PLACE.namespace, PLACE.name);
    await bench.provision(manifests);
    await bench.remove(INGRESS);
    expect(await holder()).toBe('');
  });
});

describe('an Ingress of EKS Auto Mode', () => {
  const objects = async () =>
    (await objectsOf(GAME)).flatMap((one) =>
      one.kind === 'Ingress' ? [autoClass, { ...one, spec: { ...Object(one).spec, ...AUTO } }] : [one],
    );

  test('is refused where the cluster does not have it', async () => {
    const error = await failureOf(bench.provision(await objects()));
    expect([error.code, error.message]).toEqual(['no-auto-mode', `${INGRESS} has a class of EKS Auto Mode.`]);
  });

  test('is applied and followed, and nothing in AWS is touched', async () => {
    await applyObject(kube, { ...CRDS, namespaced: false }, AUTO_MODE_CRD);
    await expect
      .poll(() => kube.call({ method: 'GET', path: '/apis/eks.amazonaws.com' }).catch(String))
      .toMatchObject({});
    const host = recordingHost();
    const manifests = await objects();
    const writes = await bench.writes(async () => {
      const provisioned = bench.provision(manifests, host);
      const [namespace = '', name = ''] = INGRESS.split('/');
      const target = { namespace, name, subresource: 'status' };
      await expect.poll(() => host.events.at(-1)?.text, { timeout: 10_000 }).toMatch('takes over');
      const status = { loadBalancer: { ingress: [{ hostname: 'k8s-auto.example.com' }] } };
      await mergePatch(kube, RESOURCES.Ingress, target, { status });
      expect(await provisioned).toMatchObject({
        charge: { kind: 'autoMode' },
        dnsNames: ['k8s-auto.example.com'],
      });
    });
    expect(writes).toEqual([]);
    expect(host.events.at(-1)?.text).toBe('EKS Auto Mode takes over; waiting for it');
    expect(await holder()).toBeUndefined();
  });
});

const AUTO = { ingressClassName: 'auto' };
const autoClass: KubeObject & { spec: object } = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'auto' },
  spec: { controller: 'eks.amazonaws.com/alb' },
};
const CRDS = { base: '/apis/apiextensions.k8s.io/v1', plural: 'customresourcedefinitions' };
const AUTO_MODE_CRD: KubeObject & { spec: object } = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'ingressclassparams.eks.amazonaws.com' },
  spec: {
    group: 'eks.amazonaws.com',
    scope: 'Cluster',
    names: { kind: 'IngressClassParams', plural: 'ingressclassparams' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
};

/** A Deployment that looks like the controller's. */
async function readyController() {
  const place = { namespace: 'kube-system', name: 'aws-load-balancer-controller' };
  const labels = { app: 'x' };
  const spec = {
    replicas: 0,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'x', image: 'x:v3.5.0' }] } },
  };
  const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: place, spec };
  return {
    start: async () => {
      await applyObject(kube, RESOURCES.Deployment, object);
      await mergePatch(kube, RESOURCES.Deployment, place, { spec: { replicas: 1 } });
    },
    remove: () => deleteObject(kube, RESOURCES.Deployment, place.namespace, place.name),
  };
}
