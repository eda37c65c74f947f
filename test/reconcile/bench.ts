import { setTimeout as sleep } from 'node:timers/promises';
import { localAwsRoute } from '../../sandbox/services/aws';
import { deleteObject } from '../../src/kube/client';
import { parseManifests, readManifests } from '../../src/kube/manifests';
import { RESOURCES } from '../../src/kube/resources';
import { readCluster } from '../../src/kube/snapshot';
import { type KubeObject, keyOf } from '../../src/kube/types';
import { type Engine, openEngine, planOf, run } from '../../src/reconcile/engine';
import { named, ownersOf } from '../../src/reconcile/owner';
import { changesOf, type Plan } from '../../src/reconcile/plan';
import { summaryOf } from '../../src/reconcile/planText';
import {
  applyManifests,
  failuresOf,
  type Provisioned,
  provision,
  unprovision,
} from '../../src/reconcile/provision';
import type { Outcome } from '../../src/reconcile/run';
import { type RecordingHost, recordingHost } from '../helpers/recordingHost';
import { startWorld, type World } from '../helpers/world';
import { dumpAws, masked, outlineAws } from './awsDump';

const never = new AbortController().signal;
const WAIT_MS = 20_000;

/** One call of AWS as its log has it. */
export interface LoggedCall {
  readonly service: string;
  readonly action: string;
  readonly status: number;
  readonly fault: boolean;
}

/** What the tests of the engine do with a real cluster and a local AWS. */
export interface Bench {
  readonly world: World;
  engine(): Promise<Engine>;
  /** The command as the editor runs it. */
  provision(manifests: readonly KubeObject[], host?: RecordingHost): Promise<Provisioned>;
  apply(manifests: readonly KubeObject[]): Promise<void>;
  plan(keys?: readonly string[]): Promise<Plan>;
  /** Plans and runs, for these Ingresses or for all; throws the first failure. */
  sync(keys?: readonly string[]): Promise<Outcome>;
  /** The same, keeping failures in the outcome. */
  trySync(keys?: readonly string[]): Promise<Outcome>;
  /** Deletes Ingresses and what was made for them. */
  remove(...keys: string[]): Promise<void>;
  /** The same, told to a host. */
  removeWith(host: RecordingHost, ...keys: string[]): Promise<void>;
  /** Asks the cluster to delete an Ingress; its finalizer keeps it. */
  tryRemove(key: string): Promise<void>;
  removeAll(): Promise<void>;
  aws(): Promise<string[]>;
  outline(): Promise<string[]>;
  objects(): Promise<string[]>;
  /** Waits until so many pods of a namespace are ready and in EndpointSlices. */
  pods(namespace: string, count: number): Promise<void>;
  /** Write calls that `work` makes. */
  writes(work: () => Promise<unknown>): Promise<string[]>;
  faults(...faults: object[]): Promise<void>;
  reset(): Promise<void>;
  stop(): Promise<void>;
}

export async function startBench(): Promise<Bench> {
  const world = await startWorld();
  Object.assign(
    process.env,
    Object.fromEntries(Object.entries(world.env).filter(([name]) => name.startsWith('AWS_'))),
  );
  delete process.env['AWS_PROFILE'];
  const engine = () => openEngineOf(world);
  const bench: Bench = {
    world,
    engine,
    provision: async (manifests, host = recordingHost()) => provision(await engine(), manifests, host, never),
    apply: async (manifests) => applyManifests((await engine()).kube, manifests, never),
    plan: async (keys) => planOf(await engine(), selection(keys)),
    sync: async (keys) => succeeded(await bench.trySync(keys)),
    trySync: async (keys) => {
      const one = await engine();
      return run(one, await planOf(one, selection(keys)), recordingHost(), never);
    },
    remove: (...keys) => bench.removeWith(recordingHost(), ...keys),
    removeWith: async (host, ...keys) => {
      const outcome = await unprovision(await engine(), named(keys), host, never);
      if (outcome !== undefined) succeeded(outcome);
    },
    tryRemove: async (key) => {
      const [namespace, name = ''] = key.split('/');
      await deleteObject((await engine()).kube, RESOURCES.Ingress, namespace, name);
    },
    removeAll: async () => {
      const { ingresses } = await readCluster((await engine()).kube);
      if (ingresses.size > 0) await bench.remove(...ingresses.keys());
    },
    aws: async () => dumpAws((await engine()).aws, world.vpcId),
    outline: async () => outlineAws((await engine()).aws, world.vpcId),
    objects: async () => objectLines(await engine()),
    pods: async (namespace, count) => waitForPods(await engine(), namespace, count),
    writes: (work) => writesOf(world, work),
    faults: async (...faults) => {
      await localAwsRoute(world.endpoint, '/_test/faults', faults);
    },
    reset: () => world.reset(),
    stop: () => world.stop(),
  };
  return bench;
}

function openEngineOf({ kubeconfig, clusterName, region, vpcId, endpoint }: World): Promise<Engine> {
  return openEngine({ kubeconfig, clusterName, region, vpcId, endpointUrl: endpoint });
}

function selection(keys: readonly string[] | undefined) {
  return keys === undefined ? () => true : ownersOf(named(keys));
}

function succeeded(outcome: Outcome): Outcome {
  const [first] = failuresOf(outcome);
  if (first !== undefined) throw first.error;
  return outcome;
}

/** Objects of files of this repository. */
export async function objectsOf(...files: string[]): Promise<KubeObject[]> {
  return (await readManifests(files)).manifests.map(({ object }) => object);
}

export function objectsIn(text: string): KubeObject[] {
  return parseManifests(text, 'test.yaml').map(({ object }) => object);
}

/** An application `web` in the namespace `demo`: so many pods, which may wait for readiness gates, and a Service. */
export function application(replicas: number, gates: readonly string[] = []): KubeObject[] {
  return objectsIn(`
apiVersion: v1
kind: Namespace
metadata: { name: demo }
---
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: demo, name: web }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      readinessGates: [${gates.map((gate) => `{ conditionType: ${gate} }`).join(', ')}]
      containers: [{ name: web, image: web, ports: [{ containerPort: 8080 }] }]
---
apiVersion: v1
kind: Service
metadata: { namespace: demo, name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
`);
}

/** "3 to create, 1 to update", or "no change". */
export function summary(plan: Plan): string {
  return summaryOf(changesOf(plan));
}

/** Changes as `kind what name`, with what is lost. */
export function changeLines(plan: Plan): string[] {
  return changesOf(plan).map(({ kind, what, name, destructive }) =>
    [`${kind} ${what} ${masked(name)}`, ...(destructive === undefined ? [] : [destructive])].join(': '),
  );
}

async function objectLines({ kube }: Engine): Promise<string[]> {
  const { ingresses, bindings = [] } = await readCluster(kube);
  return [
    ...[...ingresses.values()].map((one) => {
      const entries = one.status?.loadBalancer?.ingress ?? [];
      const status = entries.map(
        ({ hostname = '', ports = [] }) => `${stem(hostname)}:${ports.map(({ port }) => port)}`,
      );
      return `Ingress ${keyOf(one)} [${(one.metadata.finalizers ?? []).join()}] ${status.join() || 'no status'}`;
    }),
    ...bindings.map(
      (one) =>
        `TargetGroupBinding ${masked(keyOf(one))} [${(one.metadata.finalizers ?? []).join()}] ${one.spec.serviceRef.name}:${one.spec.serviceRef.port}`,
    ),
  ].sort();
}

/** A load balancer's DNS name without the number that AWS gives. */
function stem(hostname: string): string {
  return hostname.replace(/-\d+\..*$/, '');
}

async function waitForPods({ kube }: Engine, namespace: string, count: number): Promise<void> {
  const end = Date.now() + WAIT_MS;
  for (;;) {
    const { endpointSlices } = await readCluster(kube);
    const ready = endpointSlices
      .filter(({ metadata }) => metadata.namespace === namespace)
      .flatMap(({ endpoints }) => endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready === true && conditions.terminating !== true);
    if (ready.length === count) return;
    if (Date.now() > end)
      throw new Error(`${ready.length} instead of ${count} pods are ready in ${namespace}`);
    await sleep(50);
  }
}

const READS = /^(Describe|List|Get|GET )/;

async function writesOf({ endpoint }: World, work: () => Promise<unknown>): Promise<string[]> {
  await localAwsRoute(endpoint, '/_test/log', {});
  await work();
  return (await logOf(endpoint)).filter(({ action }) => !READS.test(action)).map(({ action }) => action);
}

async function logOf(endpoint: string): Promise<LoggedCall[]> {
  const answer = await fetch(`${endpoint}/_test/log`);
  const text = await answer.text();
  return text.trim() === '' ? [] : (JSON.parse(text) as LoggedCall[]);
}
