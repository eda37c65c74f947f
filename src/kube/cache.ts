import { setMaxListeners } from 'node:events';
import type { Kube } from './client';
import { keepOf, type WatchedKind } from './kept';
import { RESOURCES } from './resources';
import type { ClusterSnapshot } from './snapshot';
import {
  type EndpointSlice,
  type KubeObject,
  keyOf,
  type Namespace,
  type Node,
  type Pod,
  type Service,
  type TargetGroupBinding,
} from './types';
import { type Sink, startWatch } from './watch';

/** An object came, changed or went, in what we keep of it. */
export interface CacheEvent {
  readonly kind: WatchedKind;
  readonly before: KubeObject | undefined;
  readonly after: KubeObject | undefined;
}

/** What a cluster holds, kept up to date by watches. */
export interface Cache {
  /** The cluster as it is known now; what was handed out never changes. */
  snapshot(): ClusterSnapshot;
  /** Makes all connections anew, which may be dead without anybody having said so; they go on where they were. */
  reconnect(): void;
  /** Resolves when all watches have ended, after the signal was aborted. */
  readonly ended: Promise<void>;
}

export interface CacheOptions {
  readonly changed: (event: CacheEvent) => void;
  /** A kind that cannot be watched for the moment, and how often that failed in a row. */
  readonly trouble: (kind: WatchedKind, error: unknown, failures: number) => void;
}

/** Kinds without which nothing can be planned, and Secrets, whose lack only delays. */
const NEEDED = [
  'Ingress',
  'Service',
  'IngressClass',
  'IngressClassParams',
  'Namespace',
  'Node',
  'EndpointSlice',
  'Pod',
  'TargetGroupBinding',
] as const satisfies readonly WatchedKind[];

/** Lists all kinds, and watches them until the signal is aborted. Throws where a needed kind cannot be listed. */
export async function openCache(kube: Kube, signal: AbortSignal, options: CacheOptions): Promise<Cache> {
  const own = new AbortController();
  let connections = new AbortController();
  const reconnect = () => {
    connections.abort();
    connections = new AbortController();
    setMaxListeners(0, connections.signal);
  };
  const both = AbortSignal.any([signal, own.signal]);
  // Every connection listens to it.
  setMaxListeners(0, both);
  const shelves = new Map(NEEDED.map((kind) => [kind as WatchedKind, openShelf(kind, options)]));
  const watch = (kind: WatchedKind, sink: Sink) =>
    startWatch(kube, RESOURCES[kind], sink, both, {
      metadataOnly: kind === 'Secret',
      trouble: (error, failures) => options.trouble(kind, error, failures),
      connection: () => connections.signal,
    });
  try {
    const started = await Promise.all([...shelves].map(([kind, { sink }]) => watch(kind, sink)));
    const secrets = await watch('Secret', openShelf('Secret', options).sink).catch((error: unknown) => {
      options.trouble('Secret', error, 1);
      return { ended: Promise.resolve() };
    });
    const ended = Promise.all([...started, secrets].map((one) => one.ended)).then(() => undefined);
    return { snapshot: () => snapshotOf(shelves), reconnect, ended };
  } catch (error) {
    own.abort();
    throw error;
  }
}

/** The objects of one kind. */
interface Shelf {
  readonly sink: Sink;
  /** A copy, made when it is first asked for after a change; undefined where the cluster does not know the kind. */
  objects(): ReadonlyMap<string, KubeObject> | undefined;
  /** The same as a list, likewise copied once. */
  list(): readonly KubeObject[];
}

function openShelf(kind: WatchedKind, { changed }: CacheOptions): Shelf {
  const keep = keepOf(kind);
  const held = new Map<string, { object: KubeObject; text: string }>();
  let [known, first] = [true, true];
  let copy: ReadonlyMap<string, KubeObject> | undefined;
  let listed: { readonly of: typeof copy; readonly list: readonly KubeObject[] } | undefined;
  const tell = (before: KubeObject | undefined, after: KubeObject | undefined) => {
    if (!first) changed({ kind, before, after });
  };
  const set = (whole: KubeObject) => {
    const { object, text } = keep(whole);
    const key = keyOf(object);
    const before = held.get(key);
    held.set(key, { object, text });
    copy = undefined;
    if (before?.text !== text) tell(before?.object, object);
  };
  const drop = (key: string) => {
    const before = held.get(key);
    if (!held.delete(key)) return;
    copy = undefined;
    tell(before?.object, undefined);
  };
  const replace = (objects: readonly KubeObject[] | undefined) => {
    known = objects !== undefined;
    copy = undefined;
    const keys = new Set((objects ?? []).map(keyOf));
    for (const key of [...held.keys()].filter((one) => !keys.has(one))) drop(key);
    for (const object of objects ?? []) set(object);
    first = false;
  };
  const objects = () => {
    copy ??= new Map([...held].map(([key, { object }]) => [key, object]));
    return known ? copy : undefined;
  };
  const list = () => {
    const of = objects();
    if (listed === undefined || listed.of !== of) listed = { of, list: [...(of ?? NONE).values()] };
    return listed.list;
  };
  return { sink: { replace, set, remove: (object) => drop(keyOf(object)) }, objects, list };
}

const NONE: ReadonlyMap<string, KubeObject> = new Map();

function snapshotOf(shelves: ReadonlyMap<WatchedKind, Shelf>): ClusterSnapshot {
  const of = <T extends KubeObject>(kind: WatchedKind) =>
    (shelves.get(kind)?.objects() ?? NONE) as ReadonlyMap<string, T>;
  const list = <T extends KubeObject>(kind: WatchedKind) => (shelves.get(kind)?.list() ?? []) as readonly T[];
  const known = shelves.get('TargetGroupBinding')?.objects() !== undefined;
  return {
    ingresses: of('Ingress'),
    services: of<Service>('Service'),
    ingressClasses: of('IngressClass'),
    ingressClassParams: of('IngressClassParams'),
    namespaces: of<Namespace>('Namespace'),
    nodes: list<Node>('Node'),
    endpointSlices: list<EndpointSlice>('EndpointSlice'),
    pods: of<Pod>('Pod'),
    bindings: known ? list<TargetGroupBinding>('TargetGroupBinding') : undefined,
  };
}
