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
    const { metadata, spec = {}, status = {} } = object as Pod;
    const { nodeName, readinessGates } = spec;
    const { podIP, conditions } = status;
    const about = { ...identityOf(metadata), ...deletionOf(metadata) };
    return pruned({ metadata: about, spec: { nodeName, readinessGates }, status: { podIP, conditions } });
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

function identityOf({ name, namespace, uid }: Metadata) {
  return { name, namespace, uid };
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
