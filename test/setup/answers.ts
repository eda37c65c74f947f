/** Small real servers for what the test's API server has nobody behind: logs of pods, and an admission webhook. */
import { writeFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { KubeError } from '../../sandbox/kube';
import { selfSigned } from '../../src/setup/controller/certificate';
import type { World } from '../helpers/world';

export interface Answering {
  stop(): void;
}

export interface Logs extends Answering {
  /** Of a cluster whose pods have logs. */
  readonly kubeconfig: string;
  readonly server: string;
  /** Log by name of the pod. */
  readonly of: Map<string, string>;
}

/**
 * In front of the API server, which asks a kubelet for logs and here has none. It passes reads on and answers for logs
 * as the API server does when a kubelet answers it: text; while the container has not started, a Status.
 */
export async function startLogs(world: World): Promise<Logs> {
  const of = new Map<string, string>();
  const server = http.createServer(async ({ url = '/' }, response) => {
    const pod = /\/pods\/([^/?]+)\/log/.exec(url)?.[1];
    if (pod === undefined) {
      const [status, body] = await passedOn(world, url);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      return;
    }
    const log = of.get(pod);
    const message = `container "main" in pod "${pod}" is waiting to start: ContainerCreating`;
    if (log === undefined)
      response.writeHead(400).end(JSON.stringify({ kind: 'Status', reason: 'BadRequest', message }));
    else response.writeHead(200, { 'content-type': 'text/plain' }).end(log);
  });
  const port = await listening(server);
  const kubeconfig = join(world.kubeconfig, '..', 'kubeconfig-logs');
  const address = `http://127.0.0.1:${port}`;
  await writeFile(kubeconfig, plainKubeconfig(address));
  return { kubeconfig, server: address, of, stop: () => ending(server) };
}

async function passedOn({ kube }: World, url: string): Promise<[number, object]> {
  try {
    return [200, await kube.call('GET', url.slice(1))];
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    return [error.status, { kind: 'Status', message: error.message }];
  }
}

function plainKubeconfig(server: string): string {
  const name = 'logs';
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    users: [{ name, user: {} }],
  });
}

export interface Webhook extends Answering {
  readonly url: string;
  /** PEM: the authority that has signed its certificate. */
  readonly authority: string;
  /** What it says against objects; nothing lets them pass. */
  refusal: string | undefined;
}

/** Answers over TLS as a validating webhook, with a certificate as the setup makes it. */
export async function startWebhook(): Promise<Webhook> {
  const { certificate, key } = await selfSigned(['localhost']);
  const server = https.createServer({ cert: certificate, key }, async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const review = JSON.parse(Buffer.concat(parts).toString()) as { request: { uid: string } };
    const { refusal } = webhook;
    const status = refusal === undefined ? {} : { status: { message: refusal } };
    const answer = { uid: review.request.uid, allowed: refusal === undefined, ...status };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...review, response: answer }));
  });
  const url = `https://localhost:${await listening(server)}/validate-networking-v1-ingress`;
  const webhook: Webhook = {
    ...{ url, authority: certificate, refusal: undefined },
    stop: () => ending(server),
  };
  return webhook;
}

async function listening(server: http.Server | https.Server): Promise<number> {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return (server.address() as AddressInfo).port;
}

function ending(server: http.Server | https.Server): void {
  server.closeAllConnections();
  server.close();
}
