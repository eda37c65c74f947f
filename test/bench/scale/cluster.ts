/** A cluster of a chosen size that lives in memory: what a plan reads, and the few writes of a run. */
import type { WorldNode } from '../../../sandbox/world/aws';
import { type Kube, KubeError } from '../../../src/kube/client';
import { RESOURCES } from '../../../src/kube/resources';
import { byKey, type ClusterSnapshot } from '../../../src/kube/snapshot';
import {
  type EndpointSlice,
  type Ingress,
  type KubeObject,
  keyOf,
  type Pod,
  type Service,
  type TargetGroupBinding,
} from '../../../src/kube/types';

const NAMESPACE = 'scale';
const INGRESSES_PER_GROUP = 5;
const ENDPOINTS_PER_SERVICE = 20;

export interface SimulatedCluster {
  readonly kube: Kube;
  snapshot(): ClusterSnapshot;
  /** Writes an annotation into one Ingress. */
  annotate(ingress: string, suffix: string, value: string): void;
}

/** Groups of five Ingresses, each with a Service of its own and twenty pods behind it. */
export function simulate(groups: number, nodes: readonly WorldNode[]): SimulatedCluster {
  const numbers = Array.from({ length: groups * INGRESSES_PER_GROUP }, (_, at) => at);
  const places = nodes.flatMap(({ name, pod_ips }) => pod_ips.map((ip) => ({ node: name, ip })));
  const ingresses = byKey(numbers.map(ingress));
  const services = byKey(numbers.map(service));
  const backends = numbers.map((at) => backendsOf(at, places));
  const bindings = new Map<string, TargetGroupBinding>();
  const kube = storing(
    new Map<string, Map<string, KubeObject>>([
      [RESOURCES.Ingress.plural, ingresses],
      [RESOURCES.TargetGroupBinding.plural, bindings],
    ]),
  );
  const fixed = {
    services,
    ingressClasses: byKey([{ metadata: { name: 'alb' }, spec: { controller: 'ingress.k8s.aws/alb' } }]),
    ...{ ingressClassParams: new Map(), namespaces: new Map() },
    nodes: nodes.map(nodeOf),
    endpointSlices: backends.map(({ slice }) => slice),
    pods: byKey(backends.flatMap(({ pods }) => pods)),
  };
  return {
    kube,
    snapshot: () => ({ ...fixed, ingresses, bindings: [...bindings.values()] }),
    annotate(name, suffix, value) {
      const key = `${NAMESPACE}/${name}`;
      const before = ingresses.get(key);
      if (before === undefined) throw new Error(`there is no Ingress ${key}`);
      const annotations = { ...before.metadata.annotations, [`alb.ingress.kubernetes.io/${suffix}`]: value };
      ingresses.set(key, { ...before, metadata: { ...before.metadata, annotations } });
    },
  };
}

function ingress(at: number): Ingress {
  const backend = { service: { name: `s${at}`, port: { number: 80 } } };
  return {
    metadata: {
      ...{ namespace: NAMESPACE, name: `i${at}` },
      annotations: {
        'alb.ingress.kubernetes.io/group.name': `g${Math.floor(at / INGRESSES_PER_GROUP)}`,
        'alb.ingress.kubernetes.io/target-type': 'ip',
      },
    },
    spec: {
      ingressClassName: 'alb',
      rules: [{ http: { paths: [{ path: `/${at}`, pathType: 'Prefix', backend }] } }],
    },
  };
}

function service(at: number): Service {
  return {
    metadata: { namespace: NAMESPACE, name: `s${at}`, uid: `uid-${at}` },
    spec: { selector: { app: `s${at}` }, ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }] },
  };
}

/** Pods of many Services share the few addresses of the world: target groups do not mind. */
function backendsOf(
  at: number,
  places: readonly { readonly node: string; readonly ip: string }[],
): { readonly pods: Pod[]; readonly slice: EndpointSlice } {
  const own = Array.from(
    { length: ENDPOINTS_PER_SERVICE },
    (_, of) => places[(at + of) % places.length] ?? { node: '', ip: '' },
  );
  const pods = own.map(({ node, ip }, of) => ({
    metadata: { namespace: NAMESPACE, name: `p${at}-${of}`, creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { nodeName: node },
    status: { podIP: ip },
  }));
  const slice = {
    metadata: { namespace: NAMESPACE, name: `s${at}`, labels: { 'kubernetes.io/service-name': `s${at}` } },
    addressType: 'IPv4',
    ports: [{ port: 8080 }],
    endpoints: own.map(({ node, ip }, of) => ({
      ...{ addresses: [ip], nodeName: node, conditions: { ready: true } },
      targetRef: { kind: 'Pod', namespace: NAMESPACE, name: `p${at}-${of}` },
    })),
  };
  return { pods, slice };
}

function nodeOf({ name, instance, zone }: WorldNode) {
  return {
    metadata: { name },
    spec: { providerID: `aws:///${zone}/${instance}` },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  };
}

/** Reads and writes of the kinds that a run touches; whatever else is asked for is not there. */
function storing(kinds: ReadonlyMap<string, Map<string, KubeObject>>): Kube {
  const call: Kube['call'] = async ({ method, path, body }) => {
    const [, plural = '', name] =
      /\/namespaces\/[^/]+\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(path) ?? [];
    const objects = kinds.get(plural);
    if (objects === undefined) throw new KubeError(404, 'NotFound', `there is no ${path}`);
    const sent = (body ?? {}) as KubeObject;
    const key = name === undefined ? keyOf(sent) : `${NAMESPACE}/${name}`;
    if (method === 'DELETE') return void objects.delete(key);
    if (method === 'POST' || method === 'PATCH') objects.set(key, merged(objects.get(key), sent));
    return objects.get(key);
  };
  const lines: Kube['lines'] = () => {
    throw new Error('nobody watches here');
  };
  return { context: 'scale', server: 'https://scale', call, lines };
}

/** As a merge patch joins them, as far as the writes of a run need it. */
function merged(before: KubeObject | undefined, patch: KubeObject): KubeObject {
  const annotations = { ...before?.metadata.annotations, ...patch.metadata?.annotations };
  const metadata = { ...before?.metadata, ...patch.metadata, annotations };
  return { ...before, ...patch, metadata } as KubeObject;
}
