import { messageOf } from '../../src/errors';
import { applyAt, ifThere, type Kube, type KubeItem, listResources, pathOf } from '../kube';
import type { WorldNode } from '../world/aws';
import { finalizeNamespace } from '../world/cluster';
import { deploymentStatus, orphans, podChanges } from './deployments';
import { type IdentityOf, withVariables } from './identity';
import { type Addresses, addressesOf, readinessChanged, runningStatus } from './kubelet';
import { sliceChanges } from './slices';
import { type PodItem, type View, watchCluster } from './view';

/** Takes what went wrong in a round; the next round tries again. */
export type Report = (problem: string) => void;

export interface PodOptions {
  readonly report: Report;
  /** What is added to the environment of new pods. */
  readonly identityOf?: IdentityOf;
  /** Another part of each round. */
  readonly keep?: ((view: View) => Promise<void>) | undefined;
}

export interface PodRunner {
  stop(): Promise<void>;
}

const PODS = { prefix: 'api/v1', plural: 'pods' };
const SLICES = { prefix: 'apis/discovery.k8s.io/v1', plural: 'endpointslices' };
const DEPLOYMENTS = { prefix: 'apis/apps/v1', plural: 'deployments' };
const SETTLE_MS = 30;
const RETRY_MS = 1000;

/**
 * Stands in for controller-manager, scheduler and kubelet: Deployments get Pods that run, Services get
 * EndpointSlices, and what is deleted goes. Each round looks at everything, so a missed event costs nothing.
 */
export async function runPods(
  kubeconfig: string,
  kube: Kube,
  nodes: readonly WorldNode[],
  options: PodOptions,
): Promise<PodRunner> {
  const addresses = addressesOf(nodes);
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> | undefined;
  let again = false;
  let view: View | undefined;
  const plan = (delay: number) => {
    if (stopped || view === undefined || timer !== undefined) return;
    timer = setTimeout(start, delay);
  };
  const start = () => {
    timer = undefined;
    if (view === undefined) return;
    if (round !== undefined) {
      again = true;
      return;
    }
    round = oneRound(kube, view, addresses, options)
      .then((settled) => (settled ? undefined : plan(RETRY_MS)))
      .finally(() => {
        round = undefined;
        if (again) plan(SETTLE_MS);
        again = false;
      });
  };
  const watched = await watchCluster(kubeconfig, kube, () => plan(SETTLE_MS));
  view = watched;
  plan(0);
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await watched.stop();
      await round;
    },
  };
}

/** Whether nothing is left that only time will change. What fails in one part does not hold up the others. */
async function oneRound(
  kube: Kube,
  view: View,
  addresses: Addresses,
  { report, identityOf = async () => [], keep }: PodOptions,
): Promise<boolean> {
  const parts = [
    runDeployments(kube, view, identityOf),
    runKubelet(kube, view, addresses),
    runSlices(kube, view),
    endNamespaces(kube, view.namespaces()),
    keep?.(view),
  ];
  const results = await Promise.allSettled(parts);
  for (const result of results) if (result.status === 'rejected') report(messageOf(result.reason));
  return results.every((result) => result.status === 'fulfilled' && result.value !== false);
}

async function runDeployments(kube: Kube, view: View, identityOf: IdentityOf): Promise<void> {
  const pods = view.pods();
  const deployments = view.deployments();
  const changes = deployments.map((deployment) => podChanges(deployment, pods));
  const removed = [...changes.flatMap(({ remove }) => remove), ...orphans(deployments, pods)];
  await Promise.all([
    ...changes.map(({ create }) => createPods(kube, create, identityOf)),
    ...removed.map((pod) => ifThere(kube.call('DELETE', pathOfItem(PODS, pod)))),
    ...deployments.map(async (deployment) => {
      const status = deploymentStatus(deployment, pods);
      if (status === undefined) return;
      const patch = { status };
      await ifThere(kube.call('PATCH', `${pathOfItem(DEPLOYMENTS, deployment)}/status`, patch, MERGE));
    }),
  ]);
}

const MERGE = 'application/merge-patch+json';

/** One after the other, so that the same pods land on the same nodes in every run. */
async function createPods(kube: Kube, pods: readonly PodItem[], identityOf: IdentityOf): Promise<void> {
  for (const pod of pods) {
    const { namespace = '' } = pod.metadata;
    const added = await identityOf(namespace, String(pod.spec['serviceAccountName'] ?? 'default'));
    // A namespace that is being deleted takes no new pods; the next round sees that it is gone.
    await kube.call('POST', pathOf(PODS, namespace), withVariables(pod, added)).catch(() => undefined);
  }
}

async function runKubelet(kube: Kube, view: View, addresses: Addresses): Promise<void> {
  const pods = [...view.pods()].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  await Promise.all(
    pods.map(async (pod) => {
      if (pod.metadata.deletionTimestamp !== undefined) return endPod(kube, pod);
      if (pod.status?.podIP === undefined) return startPod(kube, pod, pods, addresses);
      if (readinessChanged(pod)) return updateReadiness(kube, pod);
    }),
  );
}

async function endPod(kube: Kube, pod: PodItem): Promise<void> {
  await ifThere(kube.call('DELETE', pathOfItem(PODS, pod), { gracePeriodSeconds: 0 }));
}

async function startPod(
  kube: Kube,
  pod: PodItem,
  pods: readonly PodItem[],
  addresses: Addresses,
): Promise<void> {
  const place = addresses.place(pod, pods);
  if (place === undefined) return;
  const path = pathOfItem(PODS, pod);
  if (pod.spec.nodeName === undefined) {
    const target = { apiVersion: 'v1', kind: 'Node', name: place.node.name };
    const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name: pod.metadata.name }, target };
    await ifThere(kube.call('POST', `${path}/binding`, binding));
  }
  const status = runningStatus(pod, place, new Date().toISOString());
  await ifThere(kube.call('PATCH', `${path}/status`, { status }, MERGE));
}

async function updateReadiness(kube: Kube, pod: PodItem): Promise<void> {
  const ready = pod.status?.conditions?.map((condition) =>
    condition.type === 'Ready'
      ? {
          ...condition,
          status: condition.status === 'True' ? 'False' : 'True',
          lastTransitionTime: new Date().toISOString(),
        }
      : condition,
  );
  await ifThere(
    kube.call('PATCH', `${pathOfItem(PODS, pod)}/status`, { status: { conditions: ready } }, MERGE),
  );
}

async function runSlices(kube: Kube, view: View): Promise<void> {
  const { write, remove } = sliceChanges(view.services(), view.pods(), view.slices());
  const ending = new Set(
    view.namespaces().flatMap(({ metadata }) => (metadata.deletionTimestamp ? metadata.name : [])),
  );
  await Promise.all([
    ...write
      .filter(({ metadata }) => !ending.has(metadata.namespace ?? ''))
      .map((slice) => ifThere(applyAt(kube, pathOfItem(SLICES, slice), slice))),
    ...remove.map((slice) => ifThere(kube.call('DELETE', pathOfItem(SLICES, slice)))),
  ]);
}

/** Empties every deleted namespace and ends it when nothing (an Ingress with a finalizer, say) holds it any more. */
async function endNamespaces(kube: Kube, namespaces: readonly KubeItem[]): Promise<boolean> {
  const ending = namespaces.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
  if (ending.length === 0) return true;
  const resources = (await listResources(kube)).filter(({ namespaced }) => namespaced);
  const ended = await Promise.all(
    ending.map(async ({ metadata }) => {
      const left = await Promise.all(
        resources.map((resource) => emptyOut(kube, pathOf(resource, metadata.name))),
      );
      if (left.some((count) => count > 0)) return false;
      await ifThere(finalizeNamespace(kube, metadata.name));
      return true;
    }),
  );
  return ended.every((done) => done);
}

/** Deletes what is at the path and says how many objects are still there. */
async function emptyOut(kube: Kube, path: string): Promise<number> {
  const before = await kube.call<{ items: KubeItem[] }>('GET', path);
  if (before.items.length === 0) return 0;
  await Promise.all(
    before.items
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ metadata }) =>
        ifThere(kube.call('DELETE', `${path}/${metadata.name}`, { gracePeriodSeconds: 0 })),
      ),
  );
  return (await kube.call<{ items: KubeItem[] }>('GET', path)).items.length;
}

function pathOfItem(resource: { prefix: string; plural: string }, { metadata }: KubeItem): string {
  return pathOf(resource, metadata.namespace, metadata.name);
}
