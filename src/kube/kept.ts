import type { RESOURCES } from './resources';
import type { EndpointSlice, KubeObject, Metadata, Node, Pod } from './types';

export type WatchedKind = Extract<
  keyof typeof RESOURCES,
  | 'Ingress'
  | 'Service'
  | 'IngressClass'
  | 'IngressClassParams'
  | 'Namespace'
  | 'Node'
  | 'EndpointSlice'
  | 'Pod'
  | 'TargetGroupBinding'
  | 'Secret'
>;

/** What is kept of an object, and the text that tells whether anything of that has changed. */
export interface Kept {
  readonly object: KubeObject;
  readonly text: string;
}

/** What a watch keeps of each kind: heartbeats of nodes and the like then change nothing, and memory stays small. */
export function keepOf(kind: WatchedKind): (object: KubeObject) => Kept {
  if (kind === 'Secret') return keepSecret;
  const cut = CUTS[kind] ?? whole;
  return (object) => {
    const kept = cut(object);
    return { object: kept, text: textOf(kept) };
  };
}

const CUTS: Partial<Record<WatchedKind, (object: KubeObject) => KubeObject>> = {
  Pod: (object) => {
    const { metadata, spec = {}, status = {} } = object as PodWithContainers;
    const { nodeName, readinessGates } = spec;
    const containers = spec.containers?.flatMap(quicOnly);
    const initContainers = spec.initContainers?.flatMap(quicOnly);
    const { podIP, conditions } = status;
    const about = { ...identityOf(metadata), ...deletionOf(metadata) };
    return pruned({
      metadata: about,
      spec: { nodeName, readinessGates, containers, initContainers },
      status: { podIP, conditions },
    });
  },
  Node: (object) => {
    const { metadata, spec = {}, status = {} } = object as Node;
    const ready = (status.conditions ?? []).filter(({ type }) => type === 'Ready');
    const conditions = ready.map(({ type, status: is }) => ({ type, status: is }));
    const { providerID, unschedulable, taints } = spec;
    const about = { ...identityOf(metadata), labels: metadata.labels };
    return pruned({ metadata: about, spec: { providerID, unschedulable, taints }, status: { conditions } });
  },
  EndpointSlice: (object) => {
    const { metadata, addressType, ports, endpoints } = object as EndpointSlice;
    return pruned({
      metadata: { ...identityOf(metadata), labels: metadata.labels },
      addressType,
      ports,
      endpoints,
    });
  },
};

function whole(object: KubeObject): KubeObject {
  return pruned({ ...object, metadata: { ...object.metadata, managedFields: undefined } });
}

/** No more than that there is one, and which version: annotations of a Secret may hold its data. */
function keepSecret({ metadata }: KubeObject): Kept {
  const object = pruned({ metadata: identityOf(metadata) });
  return { object, text: metadata.resourceVersion ?? '' };
}

/** Who it is: what takes over a name, or an address, is another one. */
function identityOf(metadata: Metadata & { readonly creationTimestamp?: string }) {
  const { name, namespace, uid, creationTimestamp } = metadata;
  return { name, namespace, uid, creationTimestamp };
}

interface Container {
  readonly restartPolicy?: string;
  readonly env?: readonly { readonly name: string }[];
  readonly ports?: readonly unknown[];
}

interface PodWithContainers extends Pod {
  readonly spec?: NonNullable<Pod['spec']> & {
    readonly containers?: readonly Container[];
    readonly initContainers?: readonly Container[];
  };
}

/** By which a QUIC listener finds a pod again (lbc:pkg/inject/quic); no other variable is anything to us. */
const QUIC_ID = 'AWS_LBC_QUIC_SERVER_ID';

function quicOnly({ restartPolicy, env = [], ports }: Container): object[] {
  const id = env.filter(({ name }) => name === QUIC_ID);
  return id.length === 0 ? [] : [{ restartPolicy, env: id, ports }];
}

function deletionOf({ deletionTimestamp }: Metadata) {
  return { deletionTimestamp };
}

/** The object's text without its version, which changes whenever anything does. */
function textOf(object: KubeObject): string {
  return JSON.stringify({ ...object, metadata: { ...object.metadata, resourceVersion: undefined } });
}

/** A copy without absent members, as JSON has it. */
function pruned(object: unknown): KubeObject {
  return JSON.parse(JSON.stringify(object)) as KubeObject;
}
