import { type Kube, listObjects } from './client';
import { RESOURCES } from './resources';
import type { ClusterView } from './types';
import {
  type EndpointSlice,
  type KubeObject,
  keyOf,
  type Node,
  type Pod,
  type TargetGroupBinding,
} from './types';

/** Everything of a cluster that decides about its load balancers, read at one time. */
export interface ClusterSnapshot extends ClusterView {
  readonly nodes: readonly Node[];
  readonly endpointSlices: readonly EndpointSlice[];
  readonly pods: ReadonlyMap<string, Pod>;
  /** Undefined when the cluster does not have the CRD. */
  readonly bindings: readonly TargetGroupBinding[] | undefined;
}

/** Reads the cluster in pages, all kinds at once. */
export async function readCluster(kube: Kube): Promise<ClusterSnapshot> {
  const list = async <T extends KubeObject>(kind: keyof typeof RESOURCES) =>
    (await listObjects<T>(kube, RESOURCES[kind])) ?? [];
  const [ingresses, services, ingressClasses, params, namespaces, nodes, slices, pods, bindings] =
    await Promise.all([
      list('Ingress'),
      list('Service'),
      list('IngressClass'),
      list('IngressClassParams'),
      list('Namespace'),
      list<Node>('Node'),
      list<EndpointSlice>('EndpointSlice'),
      list<Pod>('Pod'),
      listObjects<TargetGroupBinding>(kube, RESOURCES.TargetGroupBinding),
    ]);
  return {
    ingresses: byKey(ingresses),
    services: byKey(services),
    ingressClasses: byKey(ingressClasses),
    ingressClassParams: byKey(params),
    namespaces: byKey(namespaces),
    nodes,
    endpointSlices: slices,
    pods: byKey(pods),
    bindings,
  };
}

export function byKey<T extends KubeObject>(objects: readonly T[]): Map<string, T> {
  return new Map(objects.map((object) => [keyOf(object), object]));
}

/** The view with objects of manifests laid over it; what the cluster knows of them (uid, ports, finalizers) stays. */
export function overlay(view: ClusterView, objects: readonly KubeObject[]): ClusterView {
  const lay = <T extends KubeObject>(kind: string, live: ReadonlyMap<string, T>): Map<string, T> => {
    const merged = new Map(live);
    for (const object of objects.filter((one) => one.kind === kind)) {
      const key = keyOf(object);
      merged.set(key, withLiveFacts(object, live.get(key)) as T);
    }
    return merged;
  };
  return {
    ingresses: lay('Ingress', view.ingresses),
    services: lay('Service', view.services),
    ingressClasses: lay('IngressClass', view.ingressClasses),
    ingressClassParams: lay('IngressClassParams', view.ingressClassParams),
    namespaces: lay('Namespace', view.namespaces),
  };
}

function withLiveFacts(object: KubeObject, live: KubeObject | undefined): KubeObject {
  const { uid, finalizers, resourceVersion } = live?.metadata ?? {};
  const facts = {
    ...(uid === undefined ? {} : { uid }),
    ...(finalizers === undefined ? {} : { finalizers }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
  const metadata = { ...object.metadata, ...facts };
  return object.kind === 'Service' ? { ...withNodePorts(object, live), metadata } : { ...object, metadata };
}

/** Stands for a node port that the cluster has yet to choose; never reaches AWS, because a run plans anew. */
export const PENDING_NODE_PORT = -1;

interface WithPorts extends KubeObject {
  readonly spec?: {
    readonly type?: string;
    readonly allocateLoadBalancerNodePorts?: boolean;
    readonly ports?: readonly { readonly port: number; readonly name?: string; readonly nodePort?: number }[];
  };
}

/** Node ports that the manifest leaves open are those that the cluster gave, or will give. */
function withNodePorts(object: WithPorts, live: WithPorts | undefined): KubeObject {
  const given = live?.spec?.ports ?? [];
  const { type = '', allocateLoadBalancerNodePorts = true } = object.spec ?? {};
  const wantsNodePort = type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts);
  const ports = (object.spec?.ports ?? []).map((port) => {
    const known =
      port.nodePort ?? given.find((one) => one.port === port.port && one.name === port.name)?.nodePort;
    const nodePort = known ?? (wantsNodePort ? PENDING_NODE_PORT : undefined);
    return nodePort === undefined ? port : { ...port, nodePort };
  });
  return { ...object, spec: { ...object.spec, ports } } as KubeObject;
}
