import type { KubeItem } from '../../sandbox/kube';
import type { WorldNode } from '../../sandbox/world/aws';
import { sortedBy } from './json';
import { CREATION_ORDER, kindOf } from './kinds';
import { type BackingPod, endpointSlice, FIRST_NAMED_PORT, podObject, selects } from './pods';

export interface Manifest extends KubeItem {
  kind: string;
}

export interface ServicePort {
  name?: string;
  protocol?: string;
  port: number;
  targetPort?: number | string;
  nodePort?: number;
}

export interface Service extends Manifest {
  spec: {
    type?: string;
    selector?: Record<string, string>;
    ports?: ServicePort[];
    allocateLoadBalancerNodePorts?: boolean;
    externalTrafficPolicy?: string;
    healthCheckNodePort?: number;
    [field: string]: unknown;
  };
}

export interface Objects {
  /** What a person would apply. */
  readonly written: Manifest[];
  /** The Pods and EndpointSlices behind it. */
  readonly behind: Manifest[];
  /** `namespace/name` of a Pod -> its address. */
  readonly podAddresses: ReadonlyMap<string, string>;
}

/** Turns the manifests of a step into all objects of a cluster. */
export type Furnish = (manifests: readonly Manifest[]) => Objects;

const NODE_PORT_BASE = 31001;
/** Every selector gets one Pod on each of so many nodes. */
const POD_NODES = 2;

/** One for all steps of a case, so that a Service keeps its node ports and its Pods their addresses. */
export function furnisher(nodes: readonly WorldNode[]): Furnish {
  const nodePorts = new Map<string, number>();
  const podIndex = new Map<string, number>();
  return (manifests) => {
    const docs = structuredClone(manifests) as Manifest[];
    const written = [...surroundings(docs), ...docs];
    const services = docs.filter(isService);
    for (const service of services) numberPorts(service, nodePorts);
    const pods = podsOf(services, nodes, podIndex);
    const own = new Set(docs.filter(({ kind }) => kind === 'EndpointSlice').map(serviceOfSlice));
    const slices = services
      .filter((service) => selects(service) && !own.has(keyOf(service)))
      .map((service) => endpointSlice(service, pods));
    return {
      written: inCreationOrder(written),
      behind: inCreationOrder([...pods.map(({ object }) => object), ...slices]),
      podAddresses: new Map(pods.map(({ object, ip }) => [keyOf(object), ip])),
    };
  };
}

export function inCreationOrder(objects: readonly Manifest[]): Manifest[] {
  return sortedBy(objects, ({ kind }) => CREATION_ORDER.indexOf(kind));
}

export function keyOf({ metadata }: Manifest): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

export function identityOf(object: Manifest): string {
  return `${object.kind}/${keyOf(object)}`;
}

function isService(object: Manifest): object is Service {
  return object.kind === 'Service';
}

function serviceOfSlice({ metadata }: Manifest): string {
  return `${metadata.namespace ?? ''}/${metadata.labels?.['kubernetes.io/service-name'] ?? ''}`;
}

/** What manifests take for granted: their namespaces, and the class alb. */
function surroundings(docs: readonly Manifest[]): Manifest[] {
  const namespaced = docs.filter(({ kind }) => kindOf(kind).namespaced);
  for (const { metadata } of namespaced) metadata.namespace ??= 'default';
  const have = new Set(docs.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name));
  const needed = new Set(namespaced.map(({ metadata }) => metadata.namespace ?? 'default'));
  const out: Manifest[] = [...needed]
    .filter((name) => name !== 'default' && !have.has(name))
    .map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
  if (!docs.some((doc) => identityOf(doc) === 'IngressClass//alb')) {
    const spec = { controller: 'ingress.k8s.aws/alb' };
    out.push({ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'alb' }, spec });
  }
  return out;
}

/** Fixed node ports: the API server would draw random ones. */
function numberPorts(service: Service, taken: Map<string, number>): void {
  service.spec ??= {};
  const { spec } = service;
  const balanced = spec.type === 'LoadBalancer';
  if (spec.type !== 'NodePort' && !(balanced && (spec.allocateLoadBalancerNodePorts ?? true))) return;
  const draw = (what: string): number => {
    const key = `${keyOf(service)} ${what}`;
    const port = taken.get(key) ?? NODE_PORT_BASE + taken.size;
    taken.set(key, port);
    return port;
  };
  for (const port of spec.ports ?? []) port.nodePort ||= draw(`${port.port} ${port.protocol ?? 'TCP'}`);
  if (balanced && spec.externalTrafficPolicy === 'Local') spec.healthCheckNodePort ||= draw('health');
}

/** Ready Pods for every selector, their container ports named as the Services name them. */
function podsOf(
  services: readonly Service[],
  nodes: readonly WorldNode[],
  podIndex: Map<string, number>,
): BackingPod[] {
  const selectors = new Map<string, { namespace: string; labels: Record<string, string> }>();
  for (const { metadata, spec } of services.filter(selects)) {
    const labels = spec.selector ?? {};
    const namespace = metadata.namespace ?? '';
    const key = JSON.stringify([namespace, Object.entries(labels).sort()]);
    if (!podIndex.has(key)) podIndex.set(key, podIndex.size);
    if (!selectors.has(key)) selectors.set(key, { namespace, labels });
  }
  return [...selectors].flatMap(([key, { namespace, labels }]) => {
    const index = podIndex.get(key) ?? 0;
    const ports = portNumbers(namespace, labels, services);
    return nodes.slice(0, POD_NODES).map((node) => {
      const object = podObject(namespace, `p${index}-${node.name}`, node, labels, ports);
      return { object, ip: node.pod_ips[index] ?? '', node, labels, ports };
    });
  });
}

/** Numbers for the named target ports of the Services that select these Pods. */
function portNumbers(
  namespace: string,
  labels: Readonly<Record<string, string>>,
  services: readonly Service[],
): Map<string, number> {
  const selecting = services.filter(({ metadata, spec }) => {
    const wanted = Object.entries(spec.selector ?? {});
    return (
      metadata.namespace === namespace &&
      wanted.length > 0 &&
      wanted.every(([key, value]) => labels[key] === value)
    );
  });
  const names = selecting
    .flatMap(({ spec }) => (spec.ports ?? []).map(({ targetPort }) => targetPort))
    .filter((port) => typeof port === 'string');
  return new Map([...new Set(names)].sort().map((name, index) => [name, FIRST_NAMED_PORT + index]));
}
