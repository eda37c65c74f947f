/** The names under which an object is looked up by others. */
import { annotationKey } from '../../src/annotations/read';
import type { Ingress, KubeObject } from '../../src/kube/types';
import type { Entry, ObjectNode } from '../objects';
import { nodeAt, pairsOf, stringOf } from '../yaml/node';

export const keys = {
  object: (kind: string, name: string) => `${kind} ${name}`,
  every: (kind: string) => `${kind} *`,
  /** Objects of a kind that say in which namespace they are, to find names that are alike. */
  inNamespace: (kind: string, namespace: string) => `${kind} in ${namespace}`,
  /** Ingresses that name the group in an annotation. */
  group: (name: string) => `group ${name}`,
  /** Ingresses that name the class. */
  className: (name: string) => `class ${name}`,
  loadBalancerName: (name: string) => `load balancer ${name}`,
  /** Ingresses that send traffic to the Service. */
  backend: (service: string) => `backend ${service}`,
  /** Workloads whose pods carry the label. */
  podLabel: (key: string, value: string) => `pods ${key}=${value}`,
} as const;

/** Kinds of which there are few, so that they may be looked through. */
const FEW: ReadonlySet<string> = new Set(['IngressClass', 'IngressClassParams', 'Namespace']);

/** Kinds whose names are written by hand elsewhere, and so are misspelled. */
const REFERRED: ReadonlySet<string> = new Set(['Service', 'Secret']);

/** Made once: an object enters and leaves under the same keys. */
export function keysOf(object: ObjectNode): readonly string[] {
  const known = madeKeys.get(object) ?? makeKeys(object);
  madeKeys.set(object, known);
  return known;
}

const madeKeys = new WeakMap<ObjectNode, readonly string[]>();

function makeKeys(object: ObjectNode): readonly string[] {
  const { kind, name, namespace } = object;
  const named = name === undefined ? [] : [keys.object(kind, name)];
  const every = FEW.has(kind) ? [keys.every(kind)] : [];
  const placed = namespace === undefined || !REFERRED.has(kind) ? [] : [keys.inNamespace(kind, namespace)];
  return [...named, ...every, ...placed, ...ownKeys(object)];
}

function ownKeys(object: ObjectNode): string[] {
  if (object.kind === 'Ingress') return ingressKeys(object);
  if (object.kind === 'Pod') return labelKeys(object, 'metadata', 'labels');
  if (object.kind === 'SealedSecret') return [];
  return labelKeys(object, 'spec', 'template', 'metadata', 'labels');
}

function labelKeys(object: ObjectNode, ...path: readonly string[]): string[] {
  return pairsOf(nodeAt(object.root, ...path)).flatMap(({ key, value }) => {
    const text = stringOf(value);
    return text === undefined ? [] : [keys.podLabel(key.value, text)];
  });
}

function ingressKeys(object: ObjectNode): string[] {
  const group = annotationAt(object, 'group.name');
  const loadBalancer = annotationAt(object, 'load-balancer-name');
  const className = stringOf(nodeAt(object.root, 'spec', 'ingressClassName'));
  const services = new Set(backendsOf(object.value as Ingress).map(({ name }) => name));
  return [
    ...(group === undefined ? [] : [keys.group(group)]),
    ...(loadBalancer === undefined ? [] : [keys.loadBalancerName(loadBalancer)]),
    ...(className === undefined ? [] : [keys.className(className)]),
    ...[...services].map(keys.backend),
  ];
}

/** The annotations whose values are strings, as Kubernetes would take them. */
export function annotationsOf({ annotations }: ObjectNode): Readonly<Record<string, string>> {
  return Object.fromEntries(annotations.filter(isString).map(({ key, value }) => [key, value]));
}

function annotationAt({ annotations }: ObjectNode, suffix: string): string | undefined {
  const key = annotationKey(suffix);
  return annotations.findLast((entry) => entry.key === key && isString(entry))?.value;
}

function isString({ type }: Entry): boolean {
  return type === 'string' || type === 'alias';
}

export interface BackendPlace {
  readonly name: string;
  readonly port: { readonly name?: string; readonly number?: number } | undefined;
  /** The path to the backend within the object, e.g. `spec`, `rules`, 0, `http`, `paths`, 1, `backend`. */
  readonly path: readonly (string | number)[];
}

/** Services that the rules and the default backend name. Whatever a person writes may stand where a list should. */
export function backendsOf(ingress: Ingress | KubeObject): BackendPlace[] {
  const spec = (ingress as Ingress).spec;
  const rules = listOf(spec?.rules).flatMap((rule, at) =>
    listOf(rule?.http?.paths).map((path, index) => ({
      backend: path?.backend,
      path: ['spec', 'rules', at, 'http', 'paths', index, 'backend'],
    })),
  );
  const all = [...rules, { backend: spec?.defaultBackend, path: ['spec', 'defaultBackend'] }];
  return all.flatMap(({ backend, path }) => {
    const service = backend?.service;
    const name: unknown = service?.name;
    return typeof name === 'string' ? [{ name, port: service?.port ?? undefined, path }] : [];
  });
}

/** A list, whatever was written where it should stand. */
export function listOf<T>(value: readonly T[] | undefined | null): readonly (T | undefined)[] {
  return Array.isArray(value) ? value : [];
}
