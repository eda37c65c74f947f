import type { WorldNode } from '../../sandbox/world/aws';
import type { Manifest, Service, ServicePort } from './objects';

export const FIRST_NAMED_PORT = 8080;

/** A Pod that stands behind Services. */
export interface BackingPod {
  readonly object: Manifest;
  readonly ip: string;
  readonly node: WorldNode;
  readonly labels: Readonly<Record<string, string>>;
  /** Name of a port -> its number. */
  readonly ports: ReadonlyMap<string, number>;
}

export function selects({ spec }: Service): boolean {
  return Object.keys(spec.selector ?? {}).length > 0 && spec.type !== 'ExternalName';
}

export function podObject(
  namespace: string,
  name: string,
  node: WorldNode,
  labels: Record<string, string>,
  ports: ReadonlyMap<string, number>,
): Manifest {
  const named = [...ports].map(([port, number]) => ({ name: port.slice(0, 15), containerPort: number }));
  const open = named.length > 0 ? named : [{ containerPort: FIRST_NAMED_PORT }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels },
    spec: {
      nodeName: node.name,
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'c', image: 'example/app', ports: open }],
    },
  };
}

/** The status of a Ready Pod. */
export function running(ip: string): object {
  const now = '2026-01-01T00:00:00Z';
  const types = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'];
  const conditions = types.map((type) => ({ type, status: 'True', lastTransitionTime: now }));
  return { phase: 'Running', podIP: ip, podIPs: [{ ip }], startTime: now, conditions };
}

export function endpointSlice(service: Service, pods: readonly BackingPod[]): Manifest {
  const { name, namespace = 'default' } = service.metadata;
  const wanted = Object.entries(service.spec.selector ?? {});
  const mine = pods.filter(
    ({ object, labels }) =>
      object.metadata.namespace === namespace && wanted.every(([key, value]) => labels[key] === value),
  );
  const labels = {
    'kubernetes.io/service-name': name,
    'endpointslice.kubernetes.io/managed-by': 'conformance',
  };
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    addressType: 'IPv4',
    metadata: { namespace, name: `${name}-slice`, labels },
    ports: (service.spec.ports ?? []).map((port) => slicePort(port, mine)),
    endpoints: mine.map(endpoint),
  };
}

function slicePort(
  { name = '', protocol = 'TCP', port, targetPort }: ServicePort,
  pods: readonly BackingPod[],
) {
  const target = targetPort ?? port;
  if (typeof target === 'number') return { name, protocol, port: target };
  const numbers = pods.flatMap(({ ports }) => ports.get(target) ?? []);
  return { name, protocol, port: numbers[0] ?? FIRST_NAMED_PORT };
}

function endpoint({ object, ip, node }: BackingPod): object {
  const { name, namespace } = object.metadata;
  return {
    addresses: [ip],
    nodeName: node.name,
    zone: node.zone,
    conditions: { ready: true, serving: true, terminating: false },
    targetRef: { kind: 'Pod', namespace, name },
  };
}
