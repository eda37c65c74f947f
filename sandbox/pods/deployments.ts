import { createHash } from 'node:crypto';
import type { Deployment, PodItem } from './view';

/** The pods of one Deployment: which to make, and which to take away. */
export interface PodChanges {
  readonly create: readonly PodItem[];
  readonly remove: readonly PodItem[];
}

/**
 * Names are fixed by template and number, so that doing the same twice makes nothing twice. Old pods go when all
 * new ones are ready, as in a rolling update.
 */
export function podChanges(deployment: Deployment, all: readonly PodItem[]): PodChanges {
  const owned = podsOf(deployment, all);
  const wanted = deployment.metadata.deletionTimestamp === undefined ? wantedPods(deployment) : [];
  const have = new Map(owned.map((pod) => [pod.metadata.name, pod]));
  const names = new Set(wanted.map((pod) => pod.metadata.name));
  const complete = wanted.every(({ metadata }) => isReady(have.get(metadata.name)));
  return {
    create: wanted.filter(({ metadata }) => !have.has(metadata.name)),
    remove: complete
      ? owned.filter(({ metadata }) => !names.has(metadata.name) && !metadata.deletionTimestamp)
      : [],
  };
}

export function podsOf({ metadata }: Deployment, all: readonly PodItem[]): readonly PodItem[] {
  return all.filter((pod) => pod.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid));
}

/** Pods whose Deployment is gone: no garbage collector runs here. */
export function orphans(deployments: readonly Deployment[], pods: readonly PodItem[]): readonly PodItem[] {
  const uids = new Set(deployments.map(({ metadata }) => metadata.uid));
  return pods.filter(
    ({ metadata }) =>
      metadata.deletionTimestamp === undefined &&
      metadata.ownerReferences?.some(({ kind, uid }) => kind === 'Deployment' && !uids.has(uid)),
  );
}

export function isReady(pod: PodItem | undefined): boolean {
  if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return false;
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

function wantedPods({ metadata, spec }: Deployment): readonly PodItem[] {
  const hash = createHash('sha256').update(JSON.stringify(spec.template)).digest('hex').slice(0, 8);
  const { labels, annotations } = spec.template.metadata ?? {};
  const owner = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    name: metadata.name,
    uid: metadata.uid ?? '',
    controller: true,
  };
  return Array.from({ length: spec.replicas ?? 1 }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${metadata.name}-${hash}-${index}`,
      ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      labels: { ...labels, 'pod-template-hash': hash },
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [owner],
    },
    spec: { ...spec.template.spec },
  }));
}

/** What `kubectl rollout status` and `kubectl get deployments` read; undefined where it is so already. */
export function deploymentStatus(deployment: Deployment, all: readonly PodItem[]): object | undefined {
  const owned = podsOf(deployment, all);
  const wanted = new Set(wantedPods(deployment).map(({ metadata }) => metadata.name));
  const updated = owned.filter(({ metadata }) => wanted.has(metadata.name));
  const ready = owned.filter(isReady).length;
  const available = updated.filter(isReady).length === wanted.size;
  const counts = {
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas: owned.length,
    updatedReplicas: updated.length,
    readyReplicas: ready,
    availableReplicas: ready,
    unavailableReplicas: Math.max(0, wanted.size - ready),
  };
  const present = (deployment['status'] ?? {}) as Record<string, unknown>;
  if (Object.entries(counts).every(([name, count]) => (present[name] ?? 0) === count)) return undefined;
  return { ...counts, conditions: [availability(available)] };
}

function availability(available: boolean): object {
  return available
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'All pods are ready.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Some pods are not ready.',
      };
}
