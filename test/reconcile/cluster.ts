import { parseManifests } from '../../src/kube/manifests';
import type { ClusterSnapshot } from '../../src/kube/snapshot';
import { byKey } from '../../src/kube/snapshot';
import type { EndpointSlice, KubeObject, Node, Pod, TargetGroupBinding } from '../../src/kube/types';

/** A cluster as manifests describe it. */
export function clusterOf(text: string): ClusterSnapshot {
  const objects = parseManifests(text, 'cluster.yaml').map(({ object }) => object);
  const list = <T extends KubeObject>(kind: string) => objects.filter((one) => one.kind === kind) as T[];
  return {
    ingresses: byKey(list('Ingress')),
    services: byKey(list('Service')),
    ingressClasses: byKey(list('IngressClass')),
    ingressClassParams: byKey(list('IngressClassParams')),
    namespaces: byKey(list('Namespace')),
    nodes: list<Node>('Node'),
    endpointSlices: list<EndpointSlice>('EndpointSlice'),
    pods: byKey(list<Pod>('Pod')),
    bindings: list<TargetGroupBinding>('TargetGroupBinding'),
  };
}

interface Endpoint {
  readonly address: string;
  readonly node?: string;
  readonly ready?: boolean;
  readonly terminating?: boolean;
  readonly containersReady?: boolean;
}

/** A Service `web` (port 80, NodePort 30080) with pods behind it, one slice for all of them. */
export function web(...endpoints: readonly Endpoint[]): string {
  const pods = endpoints.map(({ address, node = 'n1', containersReady = true }) => ({
    kind: 'Pod',
    metadata: { name: `pod-${address}` },
    spec: { nodeName: node },
    status: {
      podIP: address,
      conditions: [{ type: 'ContainersReady', status: containersReady ? 'True' : 'False' }],
    },
  }));
  const slice = {
    kind: 'EndpointSlice',
    metadata: { name: 'web-1', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 8080 }],
    endpoints: endpoints.map(({ address, node = 'n1', ready, terminating }) => ({
      ...{
        addresses: [address],
        nodeName: node,
        targetRef: { kind: 'Pod', namespace: 'default', name: `pod-${address}` },
      },
      conditions: { ready, terminating },
    })),
  };
  const service = {
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { ports: [{ name: 'http', port: 80, nodePort: 30080 }] },
  };
  return [service, slice, ...pods].map((one) => JSON.stringify(one)).join('\n---\n');
}

export function node(name: string, more: { ready?: boolean; labels?: object; taint?: string } = {}): string {
  const { ready = true, labels = {}, taint } = more;
  return JSON.stringify({
    kind: 'Node',
    metadata: { name, labels },
    spec: {
      providerID: `aws:///eu-west-1a/i-${name}`,
      taints: taint === undefined ? [] : [{ key: taint, effect: 'NoSchedule' }],
    },
    status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  });
}

export function cluster(...documents: readonly string[]): ClusterSnapshot {
  return clusterOf(documents.join('\n---\n'));
}
