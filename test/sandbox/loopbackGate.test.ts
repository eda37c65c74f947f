import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Behind,
  type Gate,
  openGate,
  privateSocket,
  whyRefused,
} from '../../sandbox/services/loopbackGate';
import { choosePort } from '../../sandbox/services/ports';

let behind: Behind;
let gate: Gate;
let port: number;
const seen: string[] = [];
const server = createServer((incoming, response) => {
  seen.push(incoming.url ?? '');
  response.end(`hello ${incoming.url}`);
});
server.on('upgrade', (incoming, socket) => {
  seen.push(`upgrade ${incoming.url}`);
  socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\nhi');
});

beforeAll(async () => {
  behind = await privateSocket('test');
  await once(server.listen(behind.socket), 'listening');
  port = await choosePort('the gate');
  gate = await openGate(port, behind);
});
afterAll(async () => {
  gate.close();
  server.close();
  await behind.remove();
});

function ask(path: string, headers: IncomingHttpHeaders = {}): Promise<[number, string]> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => resolve([answer.statusCode ?? 0, text]));
    });
    asked.on('error', reject).end();
  });
}

async function upgrade(lines: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(
    `${['GET /ws HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket', ...lines].join('\r\n')}\r\n\r\n`,
  );
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  await once(socket, 'close');
  return text;
}

describe('the gate of the editor', () => {
  test('lets in who comes to this address', async () => {
    expect(await ask('/a')).toEqual([200, 'hello /a']);
    expect(await ask('/b', { host: `localhost:${port}`, origin: `http://localhost:${port}` })).toEqual([
      200,
      'hello /b',
    ]);
    expect(await ask('/c', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).toEqual([
      200,
      'hello /c',
    ]);
    expect(await upgrade([`Host: 127.0.0.1:${port}`, `Origin: http://127.0.0.1:${port}`])).toMatch(
      /^HTTP\/1.1 101 .*hi$/s,
    );
  });

  test.each<IncomingHttpHeaders>([
    { host: 'evil.example' },
    { host: 'evil.example:8080' },
    { host: '127.0.0.1' },
    { host: '127.0.0.1:1' },
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:1' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
  ])('refuses %j', async (headers) => {
    const before = seen.length;
    expect((await ask('/vscode-remote-resource?path=/etc/passwd', headers))[0]).toBe(403);
    const lines = Object.entries({ host: `127.0.0.1:${port}`, ...headers }).map(
      ([name, value]) => `${name}: ${value}`,
    );
    expect(await upgrade(lines)).toMatch(/^HTTP\/1.1 403/);
    expect(seen).toHaveLength(before);
  });

  test('says why', () => {
    expect(whyRefused({}, 1)).toContain('Host');
    expect(whyRefused({ host: '127.0.0.1:1', origin: 'https://evil.example' }, 1)).toContain('Origin');
  });
});
