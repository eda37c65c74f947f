import http from 'node:http';
import https from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { UserError } from '../errors';

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

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly contentType?: string;
  /** What is wanted back, if not the object as it is. */
  readonly accept?: string;
}

const TIMEOUT_MS = 30_000;
/** A watch says something every minute: its bookmarks. */
const SILENCE_MS = 150_000;

/** One call and its whole answer; throws KubeError or a UserError. */
export async function send(
  config: KubeConfig,
  server: string,
  call: Call,
  timeout = TIMEOUT_MS,
): Promise<unknown> {
  const response = await open(config, server, call, { timeout });
  const text = await textOf(response, server);
  const status = response.statusCode ?? 0;
  if (status >= 400) throw refusalOf(status, text);
  return parseAnswer(text);
}

/** The lines of an answer as they come, until the server ends it or the signal is aborted. */
export async function* linesOf(
  config: KubeConfig,
  server: string,
  call: Call,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const response = await open(config, server, call, { timeout: SILENCE_MS, signal });
  const status = response.statusCode ?? 0;
  if (status >= 400) throw refusalOf(status, await textOf(response, server));
  let rest = '';
  for await (const chunk of response.setEncoding('utf8')) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line !== '');
  }
}

function refusalOf(status: number, text: string): KubeError {
  const { reason = '', message = text } = (parseAnswer(text) ?? {}) as { reason?: string; message?: string };
  return new KubeError(status, reason, message || `HTTP ${status}`);
}

function parseAnswer(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function open(
  config: KubeConfig,
  server: string,
  call: Call,
  more: { readonly timeout: number; readonly signal?: AbortSignal },
): Promise<http.IncomingMessage> {
  const url = new URL(server.replace(/\/$/, '') + call.path);
  for (const [key, value] of Object.entries(call.query ?? {})) url.searchParams.set(key, value);
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  const headers: Record<string, string> = { accept: call.accept ?? 'application/json' };
  if (body !== undefined) headers['content-type'] = call.contentType ?? 'application/json';
  const options: https.RequestOptions = { method: call.method, headers, ...more };
  // `kubectl proxy` speaks plain HTTP and needs no credentials; the library refuses to send any there.
  if (url.protocol !== 'http:') {
    await config.applyToHTTPSOptions(options);
    options.agent = agentOf(config, options);
  }
  try {
    return await ask(url, options, body, true);
  } catch (cause) {
    throw unreachable(server, cause);
  }
}

/** A connection that the server has just closed is no failure of a read: it is asked again, on a new one. */
function ask(
  url: URL,
  options: https.RequestOptions,
  body: string | undefined,
  again: boolean,
): Promise<http.IncomingMessage> {
  const transport = url.protocol === 'http:' ? http : https;
  return new Promise((resolve, reject) => {
    const request = transport.request(url, options, resolve);
    request.on('timeout', () =>
      request.destroy(new Error(`no answer within ${(options.timeout ?? 0) / 1000} s`)),
    );
    request.on('error', (cause: NodeJS.ErrnoException) => {
      const stale = request.reusedSocket && cause.code === 'ECONNRESET' && options.method === 'GET';
      if (stale && again) resolve(ask(url, options, body, false));
      else reject(cause);
    });
    request.end(body);
  });
}

interface Kept {
  readonly identity: string;
  readonly agent: https.Agent;
}

const AGENTS = new WeakMap<KubeConfig, Kept>();
/** Shorter than any load balancer or API server waits: connections are closed from this side. */
const IDLE_MS = 15_000;
const TLS_OPTIONS = ['ca', 'cert', 'key', 'pfx', 'passphrase', 'servername', 'rejectUnauthorized'] as const;

/**
 * Connections stay open between calls: a new one takes three round trips, and the library makes one for every call. Other
 * certificates (an `exec` plugin may bring new ones) are another identity, and get connections of their own.
 */
function agentOf(config: KubeConfig, options: https.RequestOptions): https.RequestOptions['agent'] {
  // The library's agents for proxies make connections in their own way.
  if (config.getCurrentCluster()?.proxyUrl) return options.agent;
  const identity = TLS_OPTIONS.map((name) => String(options[name] ?? '')).join('\0');
  const known = AGENTS.get(config);
  if (known?.identity === identity) return known.agent;
  const tls = Object.fromEntries(
    TLS_OPTIONS.flatMap((name) => (name in options ? [[name, options[name]]] : [])),
  );
  const agent = new https.Agent({ ...tls, keepAlive: true, timeout: IDLE_MS });
  AGENTS.set(config, { identity, agent });
  return agent;
}

async function textOf(response: http.IncomingMessage, server: string): Promise<string> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  } catch (cause) {
    throw unreachable(server, cause);
  }
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
