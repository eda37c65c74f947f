import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';

/**
 * The way from the API server to pods and nodes. Their addresses lead nowhere on this machine, so the API server hands
 * every such connection to this proxy (k8s.io/apiserver: EgressSelectorConfiguration, HTTPConnect), which looks the
 * address up in a table.
 */
export interface Network {
  /** Path of the socket on which the proxy listens. */
  readonly socket: string;
  /** `host:port` -> port of this machine; `*:port` stands for any host. */
  readonly routes: Map<string, number>;
  stop(): Promise<void>;
}

export async function startNetwork(): Promise<Network> {
  const routes = new Map<string, number>();
  const sockets = new Set<Duplex>();
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on('connect', ({ url = '' }, socket: Duplex, head: Buffer) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    const port = routes.get(url) ?? routes.get(`*:${url.split(':').at(-1)}`);
    if (port === undefined) socket.end('HTTP/1.1 504 no route to host\r\n\r\n');
    else pass(socket, head, port);
  });
  // Paths of sockets are short (108 characters), so it is not in the folder of the state.
  const folder = await mkdtemp(join(tmpdir(), 'ekslb-'));
  const path = join(folder, 'network');
  await new Promise<void>((ready) => server.listen(path, ready));
  return {
    socket: path,
    routes,
    stop: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function pass(socket: Duplex, head: Buffer, port: number): void {
  const other = connect(port, '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    other.write(head);
    socket.pipe(other).pipe(socket);
  });
  other.on('error', () => socket.destroy());
  socket.on('error', () => other.destroy());
  socket.on('close', () => other.destroy());
}

/** What the API server is told about it, as a file: everything to pods and nodes goes through the proxy. */
export function egressConfig({ socket }: Network): string {
  const transport = { uds: { udsName: socket } };
  return JSON.stringify({
    apiVersion: 'apiserver.k8s.io/v1beta1',
    kind: 'EgressSelectorConfiguration',
    egressSelections: [{ name: 'cluster', connection: { proxyProtocol: 'HTTPConnect', transport } }],
  });
}
