import { KubeConfig } from '@kubernetes/client-node';
import { UserError } from '../errors';
import { baseOf, pathOf, type Resource } from './resources';
import { type Call, KubeError, linesOf, send } from './transport';
import type { KubeObject } from './types';

export { KubeError };

/** The cluster that a kubeconfig context names. All methods throw {@link KubeError} or a UserError. */
export interface Kube {
  readonly context: string;
  readonly server: string;
  /** Whom its certificate is for, where that is not the host of the address: `tls-server-name` of the kubeconfig. */
  readonly tlsServerName?: string;
  call(call: Call): Promise<unknown>;
  /** Lines of an answer that goes on until it is aborted, as they come: a watch. */
  lines(call: Call, signal: AbortSignal): AsyncIterable<string>;
}

export interface KubeOptions {
  /** Path of a kubeconfig; the usual places when absent. */
  readonly kubeconfig?: string;
  readonly context?: string;
  /** How long an answer may take; half a minute by itself. */
  readonly timeoutMs?: number;
}

/** Reads the kubeconfig and picks the context; asks nothing of the cluster yet. */
export function openKube(options: KubeOptions = {}): Kube {
  const config = loadConfig(options);
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw new UserError('no-cluster', 'No Kubernetes cluster is configured.', {
      why: 'Without one there is nothing to read Ingresses from.',
      advice:
        'Run `aws eks update-kubeconfig --name CLUSTER`, set KUBECONFIG, or pass --kubeconfig and --context.',
    });
  }
  const { server, tlsServerName } = cluster;
  return {
    context: config.getCurrentContext(),
    server,
    ...(tlsServerName === undefined ? {} : { tlsServerName }),
    call: (call) => send(config, server, call, options.timeoutMs),
    lines: (call, signal) => linesOf(config, server, call, signal),
  };
}

function loadConfig(options: KubeOptions): KubeConfig {
  const config = new KubeConfig();
  try {
    if (options.kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(options.kubeconfig);
  } catch (cause) {
    const from = options.kubeconfig ?? process.env['KUBECONFIG'] ?? '~/.kube/config';
    throw new UserError('bad-kubeconfig', `The kubeconfig ${from} cannot be read.`, {
      advice: 'Check the path and that it is valid YAML, or make a new one with `aws eks update-kubeconfig`.',
      cause,
    });
  }
  if (options.context !== undefined) useContext(config, options.context);
  return config;
}

function useContext(config: KubeConfig, context: string): void {
  const known = config.getContexts().map(({ name }) => name);
  if (!known.includes(context)) {
    const advice =
      known.length === 0 ? 'The kubeconfig has no context.' : `Known contexts: ${known.join(', ')}.`;
    throw new UserError('no-context', `The kubeconfig has no context '${context}'.`, { advice });
  }
  config.setCurrentContext(context);
}

/** Contexts of the kubeconfig, the current one first. */
export function listContexts(options: KubeOptions = {}): string[] {
  const config = loadConfig(options);
  const current = config.getCurrentContext();
  const names = config.getContexts().map(({ name }) => name);
  return [...names.filter((name) => name === current), ...names.filter((name) => name !== current)];
}

export interface ListOptions {
  /** Only of this one; otherwise of all. */
  readonly namespace?: string | undefined;
  readonly fieldSelector?: string;
  /** Without spec, status and data. */
  readonly metadataOnly?: boolean;
}

const METADATA_ONLY = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';

/** All objects of a kind, in pages of 500; a kind that the cluster does not know gives undefined. */
export async function listObjects<T extends KubeObject>(
  kube: Kube,
  resource: Resource,
  options: ListOptions = {},
): Promise<T[] | undefined> {
  return (await listVersioned<T>(kube, resource, options))?.items;
}

/** The same, with the version of the list, from which a watch goes on. */
export async function listVersioned<T extends KubeObject>(
  kube: Kube,
  resource: Resource,
  { namespace, fieldSelector, metadataOnly = false }: ListOptions = {},
): Promise<{ items: T[]; version: string } | undefined> {
  const path = pathOf(resource, namespace);
  const selected = fieldSelector === undefined ? {} : { fieldSelector };
  const accept = metadataOnly ? { accept: METADATA_ONLY } : {};
  const items: T[] = [];
  let version = '';
  let token: string | undefined;
  do {
    const query = { limit: '500', ...selected, ...(token === undefined ? {} : { continue: token }) };
    const page = await orMissing(kube.call({ method: 'GET', path, query, ...accept }));
    if (page === undefined) return undefined;
    // An empty list of metadata has `items: null`.
    const { items: found, metadata } = page as { items?: T[] | null; metadata?: ListMetadata };
    items.push(...(found ?? []));
    version = metadata?.resourceVersion ?? version;
    token = metadata?.continue || undefined;
  } while (token !== undefined);
  return { items, version };
}

interface ListMetadata {
  readonly continue?: string;
  readonly resourceVersion?: string;
}

export async function getObject<T extends KubeObject>(
  kube: Kube,
  resource: Resource,
  namespace: string | undefined,
  name: string,
): Promise<T | undefined> {
  return (await orMissing(kube.call({ method: 'GET', path: pathOf(resource, namespace, name) }))) as
    | T
    | undefined;
}

/** Undefined where the API server says 404. */
export async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return undefined;
    throw error;
  }
}

export async function createObject(kube: Kube, resource: Resource, object: KubeObject): Promise<unknown> {
  return kube.call({ method: 'POST', path: pathOf(resource, object.metadata.namespace), body: object });
}

/** A JSON merge patch, or one that joins lists by their keys; name the resourceVersion in it to be refused when somebody was faster. */
export async function mergePatch(
  kube: Kube,
  resource: Resource,
  target: { readonly namespace?: string | undefined; readonly name: string; readonly subresource?: string },
  patch: unknown,
  kind: 'merge' | 'strategic' = 'merge',
): Promise<unknown> {
  const path = pathOf(resource, target.namespace, target.name, target.subresource);
  const prefix = kind === 'strategic' ? 'strategic-merge' : 'merge';
  return kube.call({ method: 'PATCH', path, body: patch, contentType: `application/${prefix}-patch+json` });
}

/** Deletes an object; one that is gone already counts as deleted. */
export async function deleteObject(
  kube: Kube,
  resource: Resource,
  namespace: string | undefined,
  name: string,
): Promise<void> {
  await orMissing(kube.call({ method: 'DELETE', path: pathOf(resource, namespace, name) }));
}

/** Server-side apply under our field manager, as `kubectl apply --server-side` does. */
export async function applyObject(kube: Kube, resource: Resource, object: KubeObject): Promise<unknown> {
  const { namespace, name } = object.metadata;
  return kube.call({
    method: 'PATCH',
    path: pathOf(resource, namespace, name),
    query: { fieldManager: 'ekslb', force: 'true' },
    body: object,
    contentType: 'application/apply-patch+yaml',
  });
}

/** Where the cluster keeps the kind of an object, by asking it once per apiVersion. */
export async function discover(
  kube: Kube,
  seen: Map<string, Promise<unknown>>,
  object: KubeObject,
): Promise<Resource> {
  const { apiVersion = 'v1', kind = '' } = object;
  const base = baseOf(apiVersion);
  const asked = seen.get(base) ?? orMissing(kube.call({ method: 'GET', path: base }));
  seen.set(base, asked);
  const { resources = [] } = ((await asked) ?? {}) as {
    resources?: { name: string; kind: string; namespaced: boolean }[];
  };
  const found = resources.find((one) => one.kind === kind && !one.name.includes('/'));
  if (found !== undefined) return { base, plural: found.name, namespaced: found.namespaced };
  throw new UserError('unknown-kind', `The cluster does not know ${kind} of ${apiVersion}.`, {
    advice: 'Install the custom resource definition first, or check apiVersion and kind for a typing error.',
  });
}
