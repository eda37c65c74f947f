import type { KubeItem } from '../kube';
import { isReady } from './deployments';
import type { ContainerPort, PodItem, ServiceItem } from './view';

const MANAGER = 'sandbox';
const PER_SLICE = 100;

/** The EndpointSlices that a Service's selector stands for; several where pods differ in named ports. */
export function slicesOf(service: ServiceItem, pods: readonly PodItem[]): readonly KubeItem[] {
  const selector = Object.entries(service.spec.selector ?? {});
  if (selector.length === 0 || service.spec.type === 'ExternalName') return [];
  const selected = pods
    .filter(({ metadata, status }) => metadata.namespace === service.metadata.namespace && status?.podIP)
    .filter(({ metadata }) => selector.every(([name, value]) => metadata.labels?.[name] === value))
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const byPorts = groupBy(selected, (pod) => JSON.stringify(portsOf(service, pod)));
  if (byPorts.size === 0) byPorts.set('[]', []);
  const chunks = [...byPorts].flatMap(([ports, group]) =>
    Array.from({ length: Math.max(1, Math.ceil(group.length / PER_SLICE)) }, (_, at) => ({
      ports: JSON.parse(ports) as object[],
      group: group.slice(at * PER_SLICE, (at + 1) * PER_SLICE),
    })),
  );
  return chunks.map(({ ports, group }, number) => sliceObject(service, number, ports, group));
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

function sliceObject(
  service: ServiceItem,
  number: number,
  ports: object[],
  pods: readonly PodItem[],
): KubeItem {
  const { name, namespace, uid } = service.metadata;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-sandbox-${number}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { 'kubernetes.io/service-name': name, 'endpointslice.kubernetes.io/managed-by': MANAGER },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name, uid: uid ?? '', controller: true }],
    },
    addressType: 'IPv4',
    ports,
    endpoints: pods.map((pod) => endpointOf(service, pod)),
  };
}

function endpointOf({ spec }: ServiceItem, pod: PodItem): object {
  const ready = isReady(pod) || spec.publishNotReadyAddresses === true;
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  return {
    addresses: [pod.status?.podIP],
    conditions: { ready, serving: ready, terminating },
    nodeName: pod.spec.nodeName,
    targetRef: {
      kind: 'Pod',
      name: pod.metadata.name,
      namespace: pod.metadata.namespace,
      uid: pod.metadata.uid,
    },
  };
}

function portsOf({ spec }: ServiceItem, pod: PodItem): readonly object[] {
  const containers = pod.spec.containers?.flatMap(({ ports }) => ports ?? []) ?? [];
  return (spec.ports ?? []).flatMap(({ name, port, targetPort, protocol = 'TCP', appProtocol }) => {
    const number = numberOf(targetPort ?? port, protocol, containers);
    if (number === undefined) return [];
    return [
      { name: name ?? '', port: number, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) },
    ];
  });
}

function numberOf(
  port: number | string,
  protocol: string,
  containers: readonly ContainerPort[],
): number | undefined {
  if (typeof port === 'number') return port;
  return containers.find((found) => found.name === port && (found.protocol ?? 'TCP') === protocol)
    ?.containerPort;
}

/** Slices of ours to write, and to delete, so that the cluster has exactly the wanted ones. */
export function sliceChanges(
  services: readonly ServiceItem[],
  pods: readonly PodItem[],
  have: readonly KubeItem[],
): { write: readonly KubeItem[]; remove: readonly KubeItem[] } {
  const wanted = services
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .flatMap((service) => slicesOf(service, pods));
  const ours = have.filter(
    ({ metadata }) => metadata.labels?.['endpointslice.kubernetes.io/managed-by'] === MANAGER,
  );
  const present = new Map(ours.map((slice) => [key(slice), content(slice)]));
  const names = new Set(wanted.map(key));
  return {
    write: wanted.filter((slice) => present.get(key(slice)) !== content(slice)),
    remove: ours.filter((slice) => !names.has(key(slice))),
  };
}

function key({ metadata }: KubeItem): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** What we write of a slice, in one order of keys. */
function content(slice: KubeItem): string {
  const owner = slice.metadata.ownerReferences?.[0]?.uid;
  return sorted([owner, slice['ports'] ?? [], slice['endpoints'] ?? []]);
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
