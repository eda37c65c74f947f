/** A door in front of a server of the sandbox: web pages of others, and names that were made to lead here, stay out. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the server behind the gate listens: in a folder that only this user may enter. */
export interface Behind {
  readonly socket: string;
  remove(): Promise<void>;
}

/** A folder for a socket; paths of sockets are short (108 characters), so it is not in the folder of the state. */
export async function privateSocket(name: string): Promise<Behind> {
  const folder = await mkdtemp(join(tmpdir(), 'ekslb-'));
  await chmod(folder, 0o700);
  return { socket: join(folder, name), remove: () => rm(folder, { recursive: true, force: true }) };
}

/**
 * Why a request is not let in; undefined where it is. Its Host has to be this address (otherwise a name was made to lead
 * here: DNS rebinding), and a page that sends it has to come from here.
 */
export function whyRefused(headers: IncomingMessage['headers'], port: number): string | undefined {
  const own = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host, origin } = headers;
  if (host === undefined || !own.includes(host.toLowerCase())) return `Host is not ${own[0]}`;
  if (origin !== undefined && !own.map((one) => `http://${one}`).includes(origin.toLowerCase())) {
    return 'Origin is another page';
  }
  // Navigations from elsewhere are links that a person follows; everything else from elsewhere is a page at work.
  const { 'sec-fetch-site': site, 'sec-fetch-mode': mode } = headers;
  return site === 'cross-site' && mode !== 'navigate' ? 'a request from another site' : undefined;
}

export interface Gate {
  close(): void;
}

/** Listens on 127.0.0.1 and passes on what may come in, WebSockets included. */
export async function openGate(port: number, { socket }: Behind): Promise<Gate> {
  const open = new Set<Socket>();
  const server = createServer((incoming, response) => {
    const refused = whyRefused(incoming.headers, port);
    if (refused !== undefined) response.writeHead(403, { 'content-type': 'text/plain' }).end(`${refused}\n`);
    else passOn(incoming, response, socket);
  });
  server.on('upgrade', (incoming, client: Socket, head) => {
    if (whyRefused(incoming.headers, port) !== undefined) client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    else upgrade(incoming, client, head, socket);
  });
  server.on('connection', (client) => {
    open.add(client);
    client.on('close', () => open.delete(client));
  });
  await new Promise<void>((ready, failed) => {
    server.once('error', failed).listen(port, '127.0.0.1', ready);
  });
  return {
    close: () => {
      server.close();
      for (const client of open) client.destroy();
    },
  };
}

function passOn(incoming: IncomingMessage, response: ServerResponse, socketPath: string): void {
  const { method, url, headers } = incoming;
  const asked = request({ socketPath, method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  asked.on('error', () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502).end();
  });
  response.on('close', () => asked.destroy());
  incoming.pipe(asked);
}

/** The connection as it is, from the first line on. */
function upgrade(incoming: IncomingMessage, client: Socket, head: Buffer, socketPath: string): void {
  const { method, url, httpVersion, rawHeaders } = incoming;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at < rawHeaders.length; at += 2) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
  const other = connect(socketPath, () => {
    other.write(`${lines.join('\r\n')}\r\n\r\n`);
    other.write(head);
    client.pipe(other).pipe(client);
  });
  other.on('error', () => client.destroy());
  client.on('error', () => other.destroy());
  client.on('close', () => other.destroy());
}
