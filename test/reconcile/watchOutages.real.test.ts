import { setTimeout as sleep } from 'node:timers/promises';
import { ConfiguredRetryStrategy } from '@smithy/core/retry';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { targetHealth } from '../../src/aws/elbv2';
import { Cancelled, UserError } from '../../src/errors';
import {
  applyObject,
  deleteObject,
  getObject,
  type Kube,
  listObjects,
  mergePatch,
} from '../../src/kube/client';
import { LEASE, type Lease, microTime } from '../../src/kube/lease';
import { RESOURCES } from '../../src/kube/resources';
import type { TargetGroupBinding } from '../../src/kube/types';
import { type Engine, openEngine } from '../../src/reconcile/engine';
import { type WatchOptions, watchCluster } from '../../src/reconcile/watch';
import { lineOf, type WatchEvent } from '../../src/reconcile/watch/text';
import { type FaultProxy, startProxy } from '../faults/proxy';
import { AWS } from '../faults/wire';
import { type Disturbed, disturbed } from '../helpers/processes';
import { recordingHost } from '../helpers/recordingHost';
import { application, type Bench, objectsIn, startBench } from './bench';

/*
 * The API server, etcd and AWS fall silent, refuse and come back; clocks jump. A watch says so once, changes nothing
 * meanwhile, and has missed nothing afterwards. Times are shortened: what a Lease does in ten seconds, it does in two.
 */

const PLACE = { namespace: 'kube-system', name: LEASE };
const SOON = { timeout: 30_000, interval: 50 };
const QUICK = { renewMs: 200, deadlineMs: 2_000, lookMs: 400, patienceMs: 3_000 };

let bench: Bench;
let engine: Engine;
let kube: Kube;
let aws: FaultProxy;
beforeAll(async () => {
  bench = await startBench();
  aws = await startProxy({ url: bench.world.endpoint }, AWS);
  const { kubeconfig, clusterName, region, vpcId } = bench.world;
  engine = await openEngine({
    ...{ kubeconfig, clusterName, region, vpcId },
    // Silence is noticed soon.
    ...{ endpointUrl: aws.url, timeoutMs: 2_000 },
  });
  ({ kube } = await bench.engine());
});
afterAll(async () => {
  aws?.close();
  await bench?.stop();
});

interface Running {
  readonly events: readonly WatchEvent[];
  lines(): string;
  stop(): Promise<unknown>;
  readonly ended: Promise<unknown>;
}

const started: Running[] = [];
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  aws.arm();
  for (const one of started.splice(0)) await one.stop();
  // Of one that was stopped in the middle of an outage it is still there.
  const gone = () => deleteObject(kube, RESOURCES.Lease, PLACE.namespace, PLACE.name).then(() => 'gone');
  await expect.poll(() => gone().catch(String), SOON).toBe('gone');
  await bench.removeAll();
});

function start(more: Partial<WatchOptions> = {}): Running {
  const events: WatchEvent[] = [];
  const stop = new AbortController();
  const ended = watchCluster(engine, recordingHost(), stop.signal, {
    tell: (event) => void events.push(event),
    lease: QUICK,
    ...more,
  }).catch((error: unknown) => error);
  const running: Running = {
    ...{ events, ended },
    lines: () => events.map((one) => lineOf(one, new Date(0))).join('\n'),
    stop: () => {
      stop.abort();
      return ended;
    },
  };
  started.push(running);
  return running;
}

async function holder(): Promise<string | undefined> {
  const found = await getObject<Lease>(kube, RESOURCES.Lease, PLACE.namespace, PLACE.name);
  return found?.spec?.holderIdentity;
}

const ingress = objectsIn(`
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { namespace: demo, name: web, annotations: { alb.ingress.kubernetes.io/target-type: ip } }
spec:
  ingressClassName: alb
  rules: [{ http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
`);

async function targets(): Promise<number> {
  const [found] = (await listObjects<TargetGroupBinding>(kube, RESOURCES.TargetGroupBinding)) ?? [];
  if (found === undefined) return 0;
  const all = await targetHealth((await bench.engine()).aws, found.spec.targetGroupARN);
  return all.filter(({ TargetHealth }) => TargetHealth?.State !== 'draining').length;
}

/** A watch, and an application with a load balancer and two targets. */
async function running(more: Partial<WatchOptions> = {}): Promise<Running> {
  const watch = start(more);
  await expect.poll(holder, SOON).toMatch(/-watch$/);
  await bench.apply([...application(2), ...ingress]);
  await expect.poll(targets, SOON).toBe(2);
  return watch;
}

async function scale(replicas: number): Promise<void> {
  const where = { namespace: 'demo', name: 'web' };
  await expect
    .poll(() => mergePatch(kube, RESOURCES.Deployment, where, { spec: { replicas } }).catch(String), SOON)
    .toMatchObject({ spec: { replicas } });
}

/** It went on by itself: it still runs, and follows what changes now. */
async function followed(watch: Running, replicas: number): Promise<void> {
  await scale(replicas);
  await expect.poll(() => targets().catch(String), SOON).toBe(replicas);
  await expect.poll(() => watch.lines(), SOON).toMatch('answers again');
  await expect.poll(holder, SOON).toMatch(/-watch$/);
  expect(await Promise.race([watch.ended, sleep(10, 'runs')])).toBe('runs');
}

const silent = (lines: string) =>
  lines.match(/warning: The cluster does not answer as it should/g)?.length ?? 0;

describe('the cluster', () => {
  test.each(['etcd', 'kube-apiserver'] as const)(
    '%s is silent, longer than the Lease is good for',
    async (program) => {
      const watch = await running();
      const service = disturbed(bench.world, program);
      service.freeze();
      await expect.poll(() => silent(watch.lines()), SOON).toBe(1);
      await sleep(4_000);
      service.thaw();
      await followed(watch, 3);
      expect(silent(watch.lines())).toBe(1);
    },
  );

  test('kube-apiserver refuses, and is started anew', async () => {
    const watch = await running();
    const service = disturbed(bench.world, 'kube-apiserver');
    await service.kill();
    await expect.poll(() => silent(watch.lines()), SOON).toBe(1);
    await sleep(3_000);
    service.restart();
    await followed(watch, 4);
  });

  test('etcd and kube-apiserver are both killed, and started anew', async () => {
    const watch = await running();
    const services: Disturbed[] = [disturbed(bench.world, 'kube-apiserver'), disturbed(bench.world, 'etcd')];
    for (const one of services) await one.kill();
    await expect.poll(() => silent(watch.lines()), SOON).toBe(1);
    for (const one of services.reverse()) one.restart();
    await followed(watch, 1);
  });

  test('nothing is changed while the Lease cannot be renewed', async () => {
    await running();
    const etcd = disturbed(bench.world, 'etcd');
    etcd.freeze();
    await sleep(3_000);
    expect(await bench.writes(() => sleep(2_000))).toEqual([]);
    etcd.thaw();
  });

  test('whose Lease a controller took meanwhile is given up, with words', async () => {
    const watch = await running();
    // As if it were longer than a controller waits.
    vi.spyOn(kubeOf(engine), 'call').mockImplementation(unreachable);
    await expect.poll(() => silent(watch.lines()), SOON).toBe(1);
    const now = microTime(new Date());
    const spec = { holderIdentity: 'aws-load-balancer-controller-1_x', acquireTime: now, renewTime: now };
    await mergePatch(kube, RESOURCES.Lease, PLACE, { spec });
    vi.restoreAllMocks();
    const error = await watch.ended;
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toMatch('aws-load-balancer-controller-1_x');
    expect(await holder()).toBe('aws-load-balancer-controller-1_x');
  });

  test('whose Lease was handed back or removed meanwhile is looked after again', async () => {
    const watch = await running();
    await mergePatch(kube, RESOURCES.Lease, PLACE, { spec: { holderIdentity: '' } });
    await expect.poll(holder, SOON).toMatch(/-watch$/);
    await deleteObject(kube, RESOURCES.Lease, PLACE.namespace, PLACE.name);
    await expect.poll(holder, SOON).toMatch(/-watch$/);
    await followed(watch, 3);
  });

  test('whose Lease another run holds for a moment is looked after again', async () => {
    const watch = await running();
    const now = microTime(new Date());
    const spec = { holderIdentity: 'ekslb-elsewhere-1-cafe', leaseDurationSeconds: 1, renewTime: now };
    await mergePatch(kube, RESOURCES.Lease, PLACE, { spec });
    await expect
      .poll(() => watch.lines(), SOON)
      .toMatch('another run, ekslb-elsewhere-1-cafe, has taken over');
    await followed(watch, 3);
  });
});

/** The cluster of a watch, and not that of the test. */
function kubeOf({ kube: own }: Engine): { call: Kube['call'] } {
  return own as { call: Kube['call'] };
}

const unreachable: Kube['call'] = async () => {
  throw new UserError('cluster-unreachable', 'The cluster cannot be reached.');
};

describe('a controller that comes up', () => {
  test('is given way, and the Lease with it', async () => {
    const watch = await running();
    const labels = { app: 'x' };
    const place = { namespace: 'kube-system', name: 'aws-load-balancer-controller' };
    await applyObject(kube, RESOURCES.Deployment, {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: place },
      spec: {
        ...{ replicas: 1, selector: { matchLabels: labels } },
        template: { metadata: { labels }, spec: { containers: [{ name: 'x', image: 'x:v3.5.0' }] } },
      },
    } as never);
    const error = await watch.ended;
    expect((error as UserError).message).toBe(
      'Stopped: the AWS Load Balancer Controller has come up in kube-system.',
    );
    expect(await holder()).toBe('');
    await deleteObject(kube, RESOURCES.Deployment, place.namespace, place.name);
  });
});

describe('AWS', () => {
  const awsSilent = (lines: string) => lines.match(/warning: AWS does not answer as it should/g)?.length ?? 0;

  test.each(['cut', 'hang'] as const)(
    'does not answer (%s): told once, and everything is made up for',
    async (how) => {
      for (const client of [engine.aws.elbv2, engine.aws.ec2]) quickly(client);
      const watch = await running();
      aws.arm({ nth: 1, times: Number.POSITIVE_INFINITY, carriedOut: false, answer: how });
      await scale(5);
      await bench.pods('demo', 5);
      await expect.poll(() => awsSilent(watch.lines()), SOON).toBe(1);
      await scale(4);
      await sleep(3_000);
      aws.arm();
      await expect.poll(targets, SOON).toBe(4);
      await expect.poll(() => watch.lines(), SOON).toMatch('AWS answers again');
      expect(awsSilent(watch.lines())).toBe(1);
    },
  );
});

/** The product tries eight times with growing pauses. */
function quickly({ config }: { config: { retryStrategy: unknown } }): void {
  config.retryStrategy = async () => new ConfiguredRetryStrategy(2, 1);
}

describe('clocks', () => {
  test.each([
    ['forwards', 26 * 3_600_000],
    ['backwards', -26 * 3_600_000],
  ])('set %s by a day: told, and it goes on', async (_, ms) => {
    const watch = await running();
    const real = Date.now.bind(Date);
    vi.spyOn(Date, 'now').mockImplementation(() => real() + ms);
    await expect.poll(() => watch.lines(), SOON).toMatch('the machine was asleep, or its clock was set');
    await scale(3);
    await expect.poll(targets, SOON).toBe(3);
    expect(await holder()).toMatch(/-watch$/);
    expect(silent(watch.lines())).toBe(0);
    vi.restoreAllMocks();
    expect(await watch.stop()).toBeInstanceOf(Cancelled);
    expect(await holder()).toBe('');
  });
});
