import type { ClusterSnapshot } from '../kube/snapshot';
import type {
  EndpointSlice,
  KubeObject,
  Node,
  Pod,
  Service,
  ServicePort,
  TargetGroupBinding,
} from '../kube/types';
import { matchesSelector } from '../model/group';

/** A target as AWS registers it: an instance or an address, with a port. */
export interface Target {
  readonly id: string;
  readonly port: number;
  /** By which a QUIC listener finds a pod again. */
  readonly serverId?: string;
  /** `all`: the address is outside the VPC, and every zone of the load balancer may send to it. */
  readonly zone?: 'all';
}

/** Where a binding's targets run, for their security groups. */
export type Place =
  | { readonly kind: 'pod'; readonly address: string; readonly nodeName: string | undefined }
  | { readonly kind: 'node'; readonly instanceId: string };

export interface Endpoints {
  readonly targets: readonly Target[];
  readonly places: readonly Place[];
  /** One text for each, with the time at which it was made: a pod that takes over an address is another one. */
  readonly marks: readonly string[];
}

/** A target as it is compared and noted. Source: lbc:pkg/backend/endpoint_types.go GetIdentifier. */
export function targetText({ id, port, serverId }: Target): string {
  return serverId === undefined ? `${id}:${port}` : `${id}:${port}:${serverId}`;
}

function markOf(target: Target, { metadata }: KubeObject): string {
  return `${targetText(target)}:${Date.parse(metadata.creationTimestamp ?? '') || 0}`;
}

type Binding = Pick<
  TargetGroupBinding['spec'],
  'targetType' | 'serviceRef' | 'nodeSelector' | 'ipAddressType' | 'targetGroupProtocol'
>;

/** Targets of a binding now: ready pods, or nodes that forward to them. A missing Service or port gives none. Source: lbc:pkg/backend/endpoint_resolver.go. */
export function endpointsOf(cluster: ClusterSnapshot, namespace: string, binding: Binding): Endpoints {
  const service = cluster.services.get(`${namespace}/${binding.serviceRef.name}`);
  const { port } = binding.serviceRef;
  const servicePort = service?.spec?.ports?.find((one) =>
    typeof port === 'string' ? one.name === port : one.port === port,
  );
  if (service === undefined || servicePort === undefined) return { targets: [], places: [], marks: [] };
  return binding.targetType === 'instance'
    ? nodeEndpoints(cluster, binding, servicePort)
    : podEndpoints(cluster, service, servicePort, binding);
}

function podEndpoints(
  cluster: ClusterSnapshot,
  service: Service,
  port: ServicePort,
  binding: Binding,
): Endpoints {
  const { namespace = 'default', name } = service.metadata;
  const family = binding.ipAddressType === 'ipv6' ? 'IPv6' : 'IPv4';
  const slices = slicesOf(cluster, `${namespace}/${name}`).filter(
    ({ addressType }) => addressType === family,
  );
  const found = slices.flatMap((slice) => endpointsOfSlice(cluster, slice, port, namespace));
  // Pods without a server ID cannot be targets of QUIC; as the controller does, the others are.
  const usable = isQuic(binding) ? found.filter(({ target }) => target.serverId !== undefined) : found;
  const targets = usable.map(({ target: { serverId, ...target } }) =>
    isQuic(binding) && serverId !== undefined ? { ...target, serverId } : target,
  );
  return {
    targets: unique(targets),
    places: found.map(({ place }) => place),
    marks: found.map(({ target: { serverId, ...target }, made }) =>
      markOf(isQuic(binding) && serverId !== undefined ? { ...target, serverId } : target, made),
    ),
  };
}

const slicesByService = new WeakMap<readonly EndpointSlice[], ReadonlyMap<string, EndpointSlice[]>>();

/** Slices of a Service; found by its key, since a cluster has as many as it has Services. */
function slicesOf({ endpointSlices }: ClusterSnapshot, service: string): readonly EndpointSlice[] {
  const known = slicesByService.get(endpointSlices) ?? indexOf(endpointSlices);
  slicesByService.set(endpointSlices, known);
  return known.get(service) ?? [];
}

function indexOf(slices: readonly EndpointSlice[]): Map<string, EndpointSlice[]> {
  const index = new Map<string, EndpointSlice[]>();
  for (const slice of slices) {
    const { namespace = 'default', labels = {} } = slice.metadata;
    const key = `${namespace}/${labels['kubernetes.io/service-name'] ?? ''}`;
    const found = index.get(key);
    if (found === undefined) index.set(key, [slice]);
    else found.push(slice);
  }
  return index;
}

function endpointsOfSlice(
  cluster: ClusterSnapshot,
  slice: EndpointSlice,
  port: ServicePort,
  namespace: string,
): { target: Target; place: Place; made: Pod }[] {
  const ports = (slice.ports ?? []).filter((one) => !port.name || one.name === port.name);
  return ports.flatMap((one) =>
    (slice.endpoints ?? []).flatMap((endpoint) => {
      const { targetRef, addresses, conditions } = endpoint;
      const address = addresses[0];
      if (targetRef?.kind !== 'Pod' || address === undefined) return [];
      const pod = cluster.pods.get(`${targetRef.namespace ?? namespace}/${targetRef.name ?? ''}`);
      if (pod === undefined) return [];
      // An unknown readiness counts as ready (Kubernetes API EndpointConditions.ready).
      const ready = conditions?.ready ?? true;
      if (!ready && !(containersReady(pod) && conditions?.terminating !== true && nodeReady(cluster, pod)))
        return [];
      const place: Place = { kind: 'pod', address, nodeName: endpoint.nodeName ?? pod.spec?.nodeName };
      const { port: number = 0 } = one;
      const serverId = serverIdOf(pod, number);
      const target = { id: address, port: number, ...(serverId === undefined ? {} : { serverId }) };
      return [{ target, place, made: pod }];
    }),
  );
}

function isQuic({ targetGroupProtocol = '' }: Binding): boolean {
  return targetGroupProtocol === 'QUIC' || targetGroupProtocol === 'TCP_QUIC';
}

/** lbc:pkg/inject/quic/quic_injection_config.go */
const SERVER_ID = 'AWS_LBC_QUIC_SERVER_ID';

/** The server ID of the container that has the port, or of the first one that has any. Source: lbc:pkg/k8s/pod_info.go GetQUICServerID. */
function serverIdOf({ spec }: Pod, port: number): string | undefined {
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const known = [...(spec?.containers ?? []), ...sidecars].flatMap(({ env = [], ports = [] }) => {
    const id = env.find(({ name }) => name === SERVER_ID)?.value;
    return id === undefined ? [] : [{ id, ports }];
  });
  const own = known.findLast(({ ports }) => ports.some(({ containerPort }) => containerPort === port));
  return (own ?? known[0])?.id;
}

/** Pods with a readiness gate of the target group are not ready before they are registered. */
function containersReady(pod: Pod): boolean {
  return (
    pod.status?.conditions?.some(({ type, status }) => type === 'ContainersReady' && status === 'True') ===
    true
  );
}

function nodeReady(cluster: ClusterSnapshot, pod: Pod): boolean {
  const node = cluster.nodes.find(({ metadata }) => metadata.name === pod.spec?.nodeName);
  return node !== undefined && isReady(node);
}

function isReady(node: Node): boolean {
  return node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
}

function nodeEndpoints(cluster: ClusterSnapshot, binding: Binding, port: ServicePort): Endpoints {
  const nodes = cluster.nodes.filter((node) => isReady(node) && forwardsTraffic(node, binding));
  const found = nodes.flatMap((node) => {
    const id = instanceIdOf(node);
    return id === undefined ? [] : [{ target: { id, port: port.nodePort ?? 0 }, made: node }];
  });
  return {
    targets: unique(found.map(({ target }) => target)),
    places: found.map(({ target }) => ({ kind: 'node', instanceId: target.id })),
    marks: found.map(({ target, made }) => markOf(target, made)),
  };
}

const LEAVING_TAINTS = ['ToBeDeletedByClusterAutoscaler', 'karpenter.sh/disrupted'];

/** Nodes that may be targets (lbc:pkg/backend/endpoint_utils.go). */
function forwardsTraffic(node: Node, binding: Binding): boolean {
  const labels = node.metadata.labels ?? {};
  const excluded =
    labels['node-role.kubernetes.io/master'] !== undefined ||
    labels['node.kubernetes.io/exclude-from-external-load-balancers'] !== undefined ||
    labels['alpha.service-controller.kubernetes.io/exclude-balancer'] !== undefined ||
    labels['eks.amazonaws.com/compute-type'] === 'fargate';
  const leaving = node.spec?.taints?.some(({ key }) => LEAVING_TAINTS.includes(key)) === true;
  return !excluded && !leaving && matchesSelector(binding.nodeSelector, labels);
}

/** `aws:///eu-west-1a/i-0123` -> `i-0123`. */
export function instanceIdOf(node: Node): string | undefined {
  const id = node.spec?.providerID?.split('/').at(-1);
  return id?.startsWith('i-') ? id : undefined;
}

function unique(targets: readonly Target[]): Target[] {
  return [...new Map(targets.map((target) => [targetText(target), target])).values()];
}
