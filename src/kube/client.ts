import { KubeConfig } from '@kubernetes/client-node';
import { excerptOf, UserError } from '../errors';
import { allPages } from '../pages';
import type { Kube } from './call';
import { isMissingKind, isNotFound, orNone } from './discovery';
import { execSignIn } from './execPlugin';
import { pathOf, type Resource } from './resources';
import { linesOf, send, type Way } from './transport';
import type { KubeObject } from './types';

export { type Kube, KubeError } from './call';
export { discover, orMissing, servesGroup } from './discovery';

export interface KubeOptions {
  /** Path of a kubeconfig; the usual places when absent. */
  readonly kubeconfig?: string;
  readonly context?: string;
  /** How long an answer may take; half a minute by itself. */
  readonly timeoutMs?: number;
  /** How long the program may take that the kubeconfig runs for credentials; a minute by itself. */
  readonly execTimeoutMs?: number;
  /** Cuts every call short, those on their way, too. */
  readonly cut?: AbortSignal;
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
  const { server, tlsServerName, skipTLSVerify } = cluster;
  refuseOddAddress(server, config.getCurrentContext());
  const { timeoutMs, cut } = options;
  const way: Way = { config, server, signIn: execSignIn(config, options), timeoutMs, cut };
  return {
    context: config.getCurrentContext(),
    server,
    ...(tlsServerName === undefined ? {} : { tlsServerName }),
    ...(skipTLSVerify === true ? { insecure: true } : {}),
    call: (call) => send(way, call),
    lines: (call, signal) => linesOf(way, call, signal),
  };
}

/** "not a url", `10.0.0.1:6443`: the URL that Node makes of it is another one, or none. */
function refuseOddAddress(server: string, context: string): void {
  const protocol = URL.canParse(server) ? new URL(server).protocol : '';
  if (protocol === 'https:' || protocol === 'http:') return;
  throw new UserError(
    'bad-kubeconfig',
    `The server of the context ${context}, ${excerptOf(server) || 'an empty text'}, is not an address.`,
    {
      why: 'Nothing can be asked of the cluster.',
      advice:
        'Write it like https://HOST:PORT (clusters[].cluster.server), or make the entry anew with `aws eks update-kubeconfig`.',
    },
  );
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
  let version = '';
  try {
    const items = await allPages<T>(async (token) => {
      const query = { limit: '500', ...selected, ...(token === undefined ? {} : { continue: token }) };
      const page = await kube.call({ method: 'GET', path, query, ...accept });
      // An empty list of metadata has `items: null`.
      const { items: found, metadata } = page as { items?: T[] | null; metadata?: ListMetadata };
      version = metadata?.resourceVersion ?? version;
      return { items: found ?? [], next: metadata?.continue };
    });
    return { items, version };
  } catch (error) {
    if (isNotFound(error) && (await isMissingKind(kube, resource))) return undefined;
    throw error;
  }
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
  const asked = kube.call({ method: 'GET', path: pathOf(resource, namespace, name) });
  return (await orNone(kube, resource, asked)) as T | undefined;
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
  await orNone(kube, resource, kube.call({ method: 'DELETE', path: pathOf(resource, namespace, name) }));
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
