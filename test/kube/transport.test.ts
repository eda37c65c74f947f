import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { send } from '../../src/kube/transport';
import { selfSigned } from '../../src/setup/controller/certificate';

let server: Server;
let address: string;
let certificate: string;
/** Connections that were made. */
let connections: Socket[];
/** What the server does with a request, by its path. */
let asked: string[];

beforeEach(async () => {
  const pair = await selfSigned(['localhost']);
  certificate = pair.certificate;
  connections = [];
  asked = [];
  server = createServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    // The first answer to this path is a connection that breaks.
    if (request.url === '/broken' && asked.filter((one) => one.endsWith('/broken')).length === 1) {
      request.socket.destroy();
    } else response.end('{"ok":true}');
  });
  server.on('secureConnection', (socket) => connections.push(socket));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  address = `https://localhost:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function configWith(ca: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: 'c', server: address, caData: Buffer.from(ca).toString('base64') }],
    users: [{ name: 'u', token: 't' }],
    contexts: [{ name: 'x', cluster: 'c', user: 'u' }],
    currentContext: 'x',
  });
  return config;
}

test('calls in a row share a connection; another kubeconfig has its own', async () => {
  const config = configWith(certificate);
  for (const path of ['/a', '/b', '/c']) {
    expect(await send(config, address, { method: 'GET', path })).toEqual({ ok: true });
  }
  expect(connections).toHaveLength(1);
  await send(configWith(certificate), address, { method: 'GET', path: '/d' });
  expect(connections).toHaveLength(2);
});

test('an authority that is not the server’s is not believed, however often it was asked before', async () => {
  await send(configWith(certificate), address, { method: 'GET', path: '/a' });
  const other = configWith((await selfSigned(['localhost'])).certificate);
  await expect(send(other, address, { method: 'GET', path: '/a' })).rejects.toThrow('cannot be reached');
});

test('a read on a connection that the server has closed is asked again, a write is not', async () => {
  const config = configWith(certificate);
  await send(config, address, { method: 'GET', path: '/a' });
  expect(await send(config, address, { method: 'GET', path: '/broken' })).toEqual({ ok: true });
  expect(asked).toEqual(['GET /a', 'GET /broken', 'GET /broken']);

  asked = [];
  await expect(send(config, address, { method: 'POST', path: '/broken', body: {} })).rejects.toThrow(
    'cannot be reached',
  );
  expect(asked).toEqual(['POST /broken']);
});
