import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateRuleCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  ModifyTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { localAwsRoute } from '../../sandbox/services/aws';
import { targetHealth } from '../../src/aws/elbv2';
import { watchCommand } from '../../src/cli/watch';
import { Cancelled, UserError } from '../../src/errors';
import { deleteObject, getObject, type Kube, listObjects, mergePatch } from '../../src/kube/client';
import { LEASE, type Lease, microTime } from '../../src/kube/lease';
import { RESOURCES } from '../../src/kube/resources';
import type { Ingress, KubeObject, Pod, Service, TargetGroupBinding } from '../../src/kube/types';
import type { Engine } from '../../src/reconcile/engine';
import { refuseRunningController } from '../../src/reconcile/provision';
import { type WatchOptions, watchCluster } from '../../src/reconcile/watch';
import type { WatchEvent } from '../../src/reconcile/watch/text';
import { recordingHost } from '../helpers/recordingHost';
import { application, type Bench, startBench } from './bench';

const LEASE_PLACE = { namespace: 'kube-system', name: LEASE };
const SOON = { timeout: 20_000, interval: 20 };

let bench: Bench;
let engine: Engine;
let kube: Kube;
let before: { aws: string[]; objects: string[] };
beforeAll(async () => {
  bench = await startBench();
  engine = await bench.engine();
  kube = engine.kube;
  before = { aws: await bench.aws(), objects: await bench.objects() };
});
afterAll(() => bench?.stop());

/** What runs until the test ends. */
interface Running {
  readonly events: WatchEvent[];
  texts(kind?: WatchEvent['kind']): string[];
  stop(): Promise<unknown>;
  readonly ended: Promise<unknown>;
}

const started: Running[] = [];
afterEach(async () => {
  await bench.faults();
  for (const one of started.splice(0)) await one.stop();
  await bench.removeAll();
  expect(await bench.aws()).toEqual(before.aws);
  expect(await bench.objects()).toEqual(before.objects);
});

function start(more: Partial<WatchOptions> = {}): Running {
  const events: WatchEvent[] = [];
  const stop = new AbortController();
  const tell = (event: WatchEvent) => void events.push(event);
  const ended = watchCluster(engine, recordingHost(), stop.signal, { tell, ...more }).catch(
    (error: unknown) => error,
  );
  const running: Running = {
    events,
    ended,
    texts: (kind) => events.filter((one) => kind === undefined || one.kind === kind).map(({ text }) => text),
    stop: () => {
      stop.abort();
      return ended;
    },
  };
  started.push(running);
  return running;
}

const watching = async () => {
  const running = start();
  await expect.poll(() => holder(), SOON).toMatch(/-watch$/);
  return running;
};

async function holder(): Promise<string | undefined> {
  const found = await getObject<Lease>(kube, RESOURCES.Lease, LEASE_PLACE.namespace, LEASE);
  return found?.spec?.holderIdentity;
}

/** A Service with a load balancer of its own before the same pods. */
const balanced = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    ...{ namespace: 'demo', name: 'lb' },
    annotations: { 'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'ip' },
  },
  spec: {
    ...{ type: 'LoadBalancer', loadBalancerClass: 'service.k8s.aws/nlb', selector: { app: 'web' } },
    ports: [{ port: 80, targetPort: 8080 }],
  },
};

function ingress(name = 'web', annotations: Readonly<Record<string, string>> = {}): KubeObject {
  const all = Object.entries({ 'target-type': 'ip', ...annotations });
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const spec = {
    ingressClassName: 'alb',
    rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
  };
  const object = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      ...{ namespace: 'demo', name },
      annotations: Object.fromEntries(all.map(([key, value]) => [`alb.ingress.kubernetes.io/${key}`, value])),
    },
    spec,
  };
  return object;
}

async function hostname(name = 'web'): Promise<string | undefined> {
  const found = await getObject<Ingress>(kube, RESOURCES.Ingress, 'demo', name);
  return found?.status?.loadBalancer?.ingress?.[0]?.hostname;
}

async function binding(): Promise<TargetGroupBinding> {
  const [found] = (await listObjects<TargetGroupBinding>(kube, RESOURCES.TargetGroupBinding)) ?? [];
  if (found === undefined) throw new Error('there is no binding');
  return found;
}

async function targets(): Promise<number> {
  const all = await targetHealth(engine.aws, (await binding()).spec.targetGroupARN);
  return all.filter(({ TargetHealth }) => TargetHealth?.State !== 'draining').length;
}

/** A watch, and an application with a load balancer and two targets. */
async function running(): Promise<Running> {
  const watch = await watching();
  await bench.apply([...application(2), ingress()]);
  await expect.poll(() => hostname(), SOON).toBeDefined();
  await expect.poll(targets, SOON).toBe(2);
  return watch;
}

describe('a whole life', () => {
  test('an Ingress that is created gets its load balancer, and takes it along when it is deleted', async () => {
    const watch = await running();
    expect(watch.texts('error')).toEqual([]);
    expect(watch.events).toContainEqual({
      kind: 'change',
      group: 'demo/web',
      text: 'created listener HTTP:80',
    });
    expect(watch.texts('info').at(-1)).toBe(`is served by ${await hostname()}`);
    await bench.tryRemove('demo/web');
    await expect.poll(() => getObject(kube, RESOURCES.Ingress, 'demo', 'web'), SOON).toBeUndefined();
    expect(await bench.aws()).toEqual(before.aws);
    expect(await watch.stop()).toBeInstanceOf(Cancelled);
    expect(await holder()).toBe('');
  });

  test('a Service gets its Network Load Balancer, its targets follow, and it is let go', async () => {
    const watch = await watching();
    await bench.apply([...application(2), balanced]);
    await expect.poll(targets, SOON).toBe(2);
    const where = { namespace: 'demo', name: 'lb' };
    const read = () => getObject<Service>(kube, RESOURCES.Service, where.namespace, where.name);
    await expect.poll(async () => (await read())?.status?.loadBalancer?.ingress?.length, SOON).toBe(1);
    await mergePatch(
      kube,
      RESOURCES.Deployment,
      { namespace: 'demo', name: 'web' },
      { spec: { replicas: 1 } },
    );
    await expect.poll(targets, SOON).toBe(1);
    await deleteObject(kube, RESOURCES.Service, where.namespace, where.name);
    await expect.poll(read, SOON).toBeUndefined();
    expect(watch.texts('error')).toEqual([]);
    expect(watch.events).toContainEqual({
      kind: 'change',
      group: 'Service demo/lb',
      text: 'created listener TCP:80',
    });
  });

  test('what it finds at its start is brought in line first', async () => {
    await bench.apply([...application(2), ingress()]);
    await bench.pods('demo', 2);
    await watching();
    await expect.poll(() => hostname(), SOON).toBeDefined();
    await expect.poll(targets, SOON).toBe(2);
  });

  test('nothing happens, nothing is done: its own writes are no news', async () => {
    await running();
    await sleep(2_500);
    expect(await bench.writes(() => sleep(2_000))).toEqual([]);
  });
});

describe('pods', () => {
  test('come and go, and their targets within two seconds', async () => {
    const watch = await running();
    const took: number[] = [];
    for (const count of [5, 1, 3]) {
      await mergePatch(
        kube,
        RESOURCES.Deployment,
        { namespace: 'demo', name: 'web' },
        { spec: { replicas: count } },
      );
      await bench.pods('demo', count);
      const from = Date.now();
      await expect.poll(targets, { ...SOON, interval: 10 }).toBe(count);
      took.push(Date.now() - from);
    }
    console.info(`targets followed pods after ${took.join(', ')} ms`);
    expect(Math.max(...took)).toBeLessThan(2_000);
    expect(watch.texts('error')).toEqual([]);
    expect(watch.texts('drift')).toEqual([]);
  });

  test('wait for their targets by readiness gates', async () => {
    await running();
    const { name } = (await binding()).metadata;
    const gate = `target-health.elbv2.k8s.aws/${name}`;
    const arn = (await binding()).spec.targetGroupARN;
    await localAwsRoute(bench.world.endpoint, '/_test/config', { initial_s: 2 });
    await bench.apply(application(2, [gate]));
    const conditions = async () => {
      const pods = (await listObjects<Pod>(kube, RESOURCES.Pod, { namespace: 'demo' })) ?? [];
      const gated = pods.filter(({ spec }) => (spec?.readinessGates ?? []).length > 0);
      return gated.flatMap(({ status }) => status?.conditions?.filter(({ type }) => type === gate) ?? []);
    };
    await expect
      .poll(async () => (await conditions()).map(({ status }) => status), SOON)
      .toEqual(['False', 'False']);
    expect((await conditions())[0]).toMatchObject({ reason: 'Elb.RegistrationInProgress' });
    await expect
      .poll(async () => (await conditions()).map(({ status }) => status), SOON)
      .toEqual(['True', 'True']);
    await localAwsRoute(bench.world.endpoint, '/_test/config', { initial_s: 0 });
    // The old pods go only now that the new ones are ready.
    await expect.poll(targets, SOON).toBe(2);
    expect(await targetHealth(engine.aws, arn)).not.toHaveLength(0);
  });
});

describe('nodes', () => {
  test('that leave the load balancers leave the target groups, and come back', async () => {
    await watching();
    const web = application(1).map((one) =>
      one.kind === 'Service' ? { ...one, spec: { ...Object(one).spec, type: 'NodePort' } } : one,
    );
    await bench.apply([...web, ingress('web', { 'target-type': 'instance' })]);
    await expect.poll(() => hostname(), SOON).toBeDefined();
    const all = bench.world.nodes.length;
    await expect.poll(targets, SOON).toBe(all);
    const name = bench.world.nodes[0]?.name ?? '';
    const label = (value: string | null) =>
      mergePatch(
        kube,
        RESOURCES.Node,
        { name },
        {
          metadata: { labels: { 'node.kubernetes.io/exclude-from-external-load-balancers': value } },
        },
      );
    await label('true');
    await expect.poll(targets, { ...SOON, timeout: 2_000 }).toBe(all - 1);
    await label(null);
    await expect.poll(targets, { ...SOON, timeout: 2_000 }).toBe(all);
  });
});

describe('changes touch what they concern', () => {
  test('a burst of edits is one run, of one group', async () => {
    const watch = await running();
    await bench.apply([ingress('other')]);
    // Its address is in the cluster a moment before it is told, as the last news of its run.
    await expect
      .poll(() => watch.events.some(({ group, kind }) => group === 'demo/other' && kind === 'info'), SOON)
      .toBe(true);
    const from = watch.events.length;
    for (const seconds of ['20', '21', '22', '23']) {
      await bench.apply([ingress('web', { 'healthcheck-interval-seconds': seconds })]);
    }
    await expect.poll(() => watch.texts().join('\n'), SOON).toMatch(/to 23/);
    await sleep(500);
    const news = watch.events.slice(from);
    expect(new Set(news.map(({ group }) => group))).toEqual(new Set(['demo/web']));
    expect(news.length).toBeLessThan(4);
  });

  test('a binding that somebody deletes comes back', async () => {
    await running();
    const { metadata } = await binding();
    const path = { namespace: metadata.namespace, name: metadata.name };
    await mergePatch(kube, RESOURCES.TargetGroupBinding, path, { metadata: { finalizers: [] } });
    await deleteObject(kube, RESOURCES.TargetGroupBinding, path.namespace, path.name);
    await expect
      .poll(
        () =>
          binding().then(
            ({ metadata: { uid } }) => uid !== metadata.uid,
            () => false,
          ),
        SOON,
      )
      .toBe(true);
    await expect.poll(targets, SOON).toBe(2);
  });

  test('an IngressClass that comes late', async () => {
    await watching();
    const late = ingress() as KubeObject & { spec: object };
    await bench.apply([
      ...application(1),
      { ...late, spec: { ...late.spec, ingressClassName: 'late' } } as KubeObject,
    ]);
    await sleep(500);
    expect(await hostname()).toBeUndefined();
    const spec = { controller: 'ingress.k8s.aws/alb' };
    const one = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'late' },
      spec,
    };
    await bench.apply([one]);
    await expect.poll(() => hostname(), SOON).toBeDefined();
  });
});

describe('drift', () => {
  test('is set back at the next resync, and told', async () => {
    await (await running()).stop();
    const watch = start({ resyncMs: 1_500 });
    await expect.poll(() => watch.texts('info').length, SOON).toBe(1);
    const { elbv2 } = engine.aws;
    const { spec } = await binding();
    const TargetGroupArn = spec.targetGroupARN;
    await elbv2.send(new ModifyTargetGroupCommand({ TargetGroupArn, HealthCheckPath: '/wrong' }));
    await addRule();
    await expect.poll(() => watch.texts('drift').length, SOON).toBe(2);
    expect(watch.texts('drift').sort()).toEqual([
      expect.stringMatching(/^drift: rule HTTP:80 #7.* was made outside; deleted$/),
      expect.stringMatching(
        /^drift: target group demo\/web-web:80 was changed outside; set back: .*from \/wrong to \/$/,
      ),
    ]);
    const { TargetGroups = [] } = await elbv2.send(
      new DescribeTargetGroupsCommand({ TargetGroupArns: [TargetGroupArn] }),
    );
    expect(TargetGroups[0]?.HealthCheckPath).toBe('/');
  });
});

/** Somebody adds a rule in the console. */
async function addRule(): Promise<void> {
  const { elbv2 } = engine.aws;
  const { LoadBalancers = [] } = await elbv2.send(new DescribeLoadBalancersCommand({}));
  const LoadBalancerArn = LoadBalancers[0]?.LoadBalancerArn;
  const { Listeners = [] } = await elbv2.send(new DescribeListenersCommand({ LoadBalancerArn }));
  const ListenerArn = Listeners[0]?.ListenerArn;
  await elbv2.send(
    new CreateRuleCommand({
      ListenerArn,
      Priority: 7,
      Conditions: [{ Field: 'path-pattern', Values: ['/console'] }],
      Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } }],
    }),
  );
  const { Rules = [] } = await elbv2.send(new DescribeRulesCommand({ ListenerArn }));
  expect(Rules.map(({ Priority }) => Priority)).toContain('7');
}

describe('ekslb watch', () => {
  test('tells line by line, ends when it is stopped, and gives the Lease back', async () => {
    const stop = new AbortController();
    const lines: string[] = [];
    const terminal = {
      out: () => undefined,
      exact: () => undefined,
      err: (line: string) => void lines.push(line),
      interactive: false,
    };
    const { kubeconfig, clusterName, region, vpcId, endpoint } = bench.world;
    const options = { kubeconfig, clusterName, region, vpcId, endpointUrl: endpoint, yes: true };
    const done = watchCommand({ ...options, ingress: ['demo/web'] }, terminal, stop.signal);
    await bench.apply([...application(1), ingress(), ingress('other')]);
    await expect.poll(() => lines.join('\n'), SOON).toMatch(/^\d\d:\d\d:\d\d demo\/web: is served by /m);
    // It looks after what it was told, and others follow it.
    expect(await hostname('other')).toBeUndefined();
    await expect(refuseRunningController(kube)).rejects.toThrow(/-watch is at work/);
    const followed = await bench.provision([ingress('web', { 'healthcheck-path': '/up' })]);
    expect(followed).toMatchObject({ charge: { kind: 'watch' }, outcome: undefined });
    stop.abort();
    expect(await done).toBe(0);
    expect(await holder()).toBe('');
    expect(lines[0]).toMatch(/^Watching shop \(account 123456789012, eu-west-1\)\. Ctrl-C stops\.$/);
    expect(lines.join('\n')).not.toMatch('demo/other');
  });

  test('as a process: Ctrl-C ends it well, a lost Lease does not', async () => {
    const program = resolve(import.meta.dirname, '../../dist/cli.js');
    const begin = async () => {
      const options = { env: bench.world.env as NodeJS.ProcessEnv, stdio: 'ignore' as const };
      const child = spawn(process.execPath, [program, 'watch', '--yes'], options);
      await expect.poll(holder, SOON).toMatch(/-watch$/);
      return { child, ended: once(child, 'exit') };
    };
    const first = await begin();
    first.child.kill('SIGINT');
    expect(await first.ended).toEqual([0, null]);
    expect(await holder()).toBe('');
    const second = await begin();
    const spec = { holderIdentity: 'another', renewTime: microTime(new Date()) };
    await mergePatch(kube, RESOURCES.Lease, LEASE_PLACE, { spec });
    expect(await second.ended).toEqual([1, null]);
    await deleteObject(kube, RESOURCES.Lease, LEASE_PLACE.namespace, LEASE);
  });

  test('asks before its first change, and takes no for an answer', async () => {
    const err = (line: string) => void said.push(line);
    const said: string[] = [];
    const { kubeconfig, clusterName, region, vpcId, endpoint } = bench.world;
    const options = { kubeconfig, clusterName, region, vpcId, endpointUrl: endpoint };
    const terminal = { out: err, exact: err, err, interactive: false };
    const refused = watchCommand(options, terminal, new AbortController().signal);
    await expect(refused).rejects.toThrow(/^Nobody can answer here: /);
    expect(await holder()).toBe('');
    const program = resolve(import.meta.dirname, '../../dist/cli.js');
    const child = spawn(process.execPath, [program, 'watch'], { env: bench.world.env as NodeJS.ProcessEnv });
    expect(await once(child, 'exit')).toEqual([2, null]);
  });
});

describe('what goes wrong', () => {
  test('is tried again, says when, and does not hold up the other groups', async () => {
    const watch = await watching();
    await bench.faults({
      action: 'elasticloadbalancing:CreateListener',
      nth: 1,
      code: 'AccessDenied',
      status: 403,
    });
    await bench.apply([...application(1), ingress()]);
    await expect.poll(() => watch.texts('error'), SOON).toHaveLength(1);
    expect(watch.events.find(({ kind }) => kind === 'error')).toEqual({
      kind: 'error',
      group: 'demo/web',
      text: expect.stringMatching(/^Failed deploy model due to .*; next try at \d\d:\d\d:\d\d$/),
    });
    await bench.apply([ingress('other')]);
    await expect.poll(() => hostname('other'), SOON).toBeDefined();
    await expect.poll(() => hostname(), SOON).toBeDefined();
    expect(watch.texts('error')).toHaveLength(1);
  });

  test('an annotation that cannot be read: mended, it goes on at once', async () => {
    const watch = await watching();
    await bench.apply([...application(1), ingress('web', { 'listen-ports': '[{"HTTP": 80' })]);
    await expect.poll(() => watch.texts('error').length, SOON).toBeGreaterThan(0);
    expect(watch.texts('error')[0]).toMatch(/^Failed build model due to /);
    await bench.apply([ingress()]);
    await expect.poll(() => hostname(), SOON).toBeDefined();
  });

  test('the Lease that is lost ends it, and says to whom', async () => {
    const watch = await watching();
    const now = microTime(new Date());
    const spec = { holderIdentity: 'aws-load-balancer-controller-1_x', acquireTime: now, renewTime: now };
    await mergePatch(kube, RESOURCES.Lease, LEASE_PLACE, { spec });
    const error = await watch.ended;
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).code).toBe('lease-lost');
    expect((error as UserError).message).toMatch('aws-load-balancer-controller-1_x, has taken over');
    await deleteObject(kube, RESOURCES.Lease, LEASE_PLACE.namespace, LEASE);
  });
});
