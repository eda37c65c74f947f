import http from 'node:http';
import https from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { UserError } from '../errors';
import { baseOf, pathOf, type Resource } from './resources';
import type { KubeObject } from './types';

/** An answer of the API server that is not a success; `reason` is its machine-readable word (NotFound, Conflict, ...). */
export class KubeError extends Error {
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.name = 'KubeError';
    this.status = status;
    this.reason = reason;
  }
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly contentType?: string;
  /** What is wanted back, if not the object as it is. */
  readonly accept?: string;
}

/** The cluster that a kubeconfig context names. All methods throw {@link KubeError} or a UserError. */
export interface Kube {
  readonly context: string;
  readonly server: string;
  call(call: Call): Promise<unknown>;
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
  const { server } = cluster;
  const { timeoutMs: timeout = TIMEOUT_MS } = options;
  return { context: config.getCurrentContext(), server, call: (call) => send(config, server, timeout, call) };
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

const TIMEOUT_MS = 30_000;

async function send(config: KubeConfig, server: string, timeout: number, call: Call): Promise<unknown> {
  const url = new URL(server.replace(/\/$/, '') + call.path);
  for (const [key, value] of Object.entries(call.query ?? {})) url.searchParams.set(key, value);
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  const headers: Record<string, string> = { accept: call.accept ?? 'application/json' };
  if (body !== undefined) headers['content-type'] = call.contentType ?? 'application/json';
  const options: https.RequestOptions = { method: call.method, headers, timeout };
  // `kubectl proxy` speaks plain HTTP and needs no credentials; the library refuses to send any there.
  if (url.protocol !== 'http:') await config.applyToHTTPSOptions(options);
  const { status, text } = await exchange(url, options, body, server);
  const answer = parseAnswer(text);
  if (status < 400) return answer;
  const { reason = '', message = text } = (answer ?? {}) as { reason?: string; message?: string };
  throw new KubeError(status, reason, message || `HTTP ${status}`);
}

function parseAnswer(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function exchange(
  url: URL,
  options: https.RequestOptions,
  body: string | undefined,
  server: string,
): Promise<{ status: number; text: string }> {
  const transport = url.protocol === 'http:' ? http : https;
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => reject(unreachable(server, cause));
    const request = transport.request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') });
      });
    });
    request.on('timeout', () =>
      request.destroy(new Error(`no answer within ${Number(options.timeout) / 1000} s`)),
    );
    request.on('error', fail);
    request.end(body);
  });
}

function unreachable(server: string, cause: unknown): UserError {
  const reason =
    cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : String(cause);
  return new UserError('cluster-unreachable', `The cluster at ${server} cannot be reached: ${reason}.`, {
    advice:
      'Check that the cluster exists, that you are on its network or VPN, and that the context is the right one.',
    cause,
  });
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
  { namespace, fieldSelector, metadataOnly = false }: ListOptions = {},
): Promise<T[] | undefined> {
  const path = pathOf(resource, namespace);
  const selected = fieldSelector === undefined ? {} : { fieldSelector };
  const accept = metadataOnly ? { accept: METADATA_ONLY } : {};
  const items: T[] = [];
  let token: string | undefined;
  do {
    const query = { limit: '500', ...selected, ...(token === undefined ? {} : { continue: token }) };
    const page = await orMissing(kube.call({ method: 'GET', path, query, ...accept }));
    if (page === undefined) return undefined;
    // An empty list of metadata has `items: null`.
    const { items: found, metadata } = page as { items?: T[] | null; metadata?: { continue?: string } };
    items.push(...(found ?? []));
    token = metadata?.continue || undefined;
  } while (token !== undefined);
  return items;
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

/** A JSON merge patch; name the resourceVersion in it to be refused when somebody was faster. */
export async function mergePatch(
  kube: Kube,
  resource: Resource,
  target: { readonly namespace?: string | undefined; readonly name: string; readonly subresource?: string },
  patch: unknown,
): Promise<unknown> {
  const path = pathOf(resource, target.namespace, target.name, target.subresource);
  return kube.call({ method: 'PATCH', path, body: patch, contentType: 'application/merge-patch+json' });
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
