import http from 'node:http';
import https from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';

/** One request; a connection that the server has just closed is no failure of a read: it is asked again, on a new one. */
export function request(
  url: URL,
  options: https.RequestOptions,
  body: string | undefined,
  again = true,
): Promise<http.IncomingMessage> {
  const transport = url.protocol === 'http:' ? http : https;
  return new Promise((resolve, reject) => {
    const asked = transport.request(url, options, resolve);
    asked.on('timeout', () =>
      asked.destroy(new Error(`no answer within ${(options.timeout ?? 0) / 1000} s`)),
    );
    asked.on('error', (cause: NodeJS.ErrnoException) => {
      const stale = asked.reusedSocket && cause.code === 'ECONNRESET' && options.method === 'GET';
      if (stale && again) resolve(request(url, options, body, false));
      else reject(cause);
    });
    asked.end(body);
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
export function agentOf(config: KubeConfig, options: https.RequestOptions): https.RequestOptions['agent'] {
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
