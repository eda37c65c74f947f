import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Dialect, Refusal, Wire } from './wire';

/** What happens to some calls. */
export interface Fault {
  /** The first of them, counted from 1. */
  readonly nth: number;
  /** How many, one after the other. */
  readonly times: number;
  /** Whether the first is carried out before; the others are not. */
  readonly carriedOut: boolean;
  /** The connection is cut, or there is never an answer, or the server's own one comes, or it is a refusal. */
  readonly answer: 'cut' | 'hang' | 'pass' | Refusal;
  /** What happens elsewhere before the first of them is carried out. */
  readonly meanwhile?: () => Promise<void>;
}

export interface FaultProxy {
  readonly url: string;
  /** Counts anew, with this fault or with none. */
  arm(fault?: Fault): void;
  /** What is answered instead of the right answers; with none they are passed on. */
  lie(lie?: Lie): void;
  /** The calls since then. */
  calls(): readonly string[];
  /** Resolves with the name of the first call that the fault met, when the fault has done what it does. */
  readonly met: () => Promise<string>;
  /** Resolves when no call is on its way. */
  quiet(): Promise<void>;
  close(): void;
}

/** Another answer than the right one, or the right one. */
export type Lie = (wire: Wire, right: Answer) => Answer;

/** Where calls go: a server, and what it wants with every call. */
export interface Target {
  readonly url: string;
  readonly ca?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server on 127.0.0.1 in front of another one, which passes everything on but for what it is asked to disturb. */
export async function startProxy(target: Target, dialect: Dialect): Promise<FaultProxy> {
  const forward = forwarder(target);
  let round = newRound(undefined);
  let lying: Lie = (_, right) => right;
  const hung = new Set<ServerResponse>();
  const onItsWay = new Set<Promise<void>>();
  const server = http.createServer((request, response) => {
    const work = serve(request, response).catch(() => void response.destroy());
    onItsWay.add(work);
    void work.finally(() => onItsWay.delete(work));
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const wire = await wireOf(request);
    const current = round;
    const name = dialect.nameOf(wire);
    const index = name === undefined ? 0 : current.calls.push(name);
    const { fault } = current;
    if (fault === undefined || name === undefined || !isDue(fault, index)) {
      answer(response, lying(wire, await forward.send(wire)));
      return;
    }
    if (index === fault.nth) await fault.meanwhile?.();
    if (fault.answer === 'pass') {
      answer(response, await forward.send(wire));
      current.meet(name);
      return;
    }
    if (fault.carriedOut && index === fault.nth) await forward.send(wire);
    if (fault.answer === 'hang') hung.add(response);
    else if (fault.answer === 'cut') response.destroy();
    else {
      const { type, body } = dialect.refuse(wire, fault.answer);
      answer(response, {
        status: fault.answer.status,
        headers: { 'content-type': type },
        body: Buffer.from(body),
      });
    }
    current.meet(name);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arm: (fault) => {
      for (const response of hung) response.destroy();
      hung.clear();
      round = newRound(fault);
    },
    lie: (lie = (_, right) => right) => {
      lying = lie;
    },
    calls: () => round.calls,
    met: () => round.met,
    quiet: async () => {
      while (onItsWay.size > 0) await Promise.all(onItsWay);
    },
    close: () => {
      server.closeAllConnections();
      server.close();
      forward.close();
    },
  };
}

function newRound(fault: Fault | undefined) {
  let meet: (name: string) => void = () => undefined;
  const met = new Promise<string>((resolve) => {
    meet = resolve;
  });
  return { fault, calls: [] as string[], met, meet };
}

function isDue({ nth, times }: Fault, index: number): boolean {
  return index >= nth && index < nth + times;
}

async function wireOf(request: IncomingMessage): Promise<Wire> {
  const { method = 'GET', url = '/', headers } = request;
  return { method, path: url, headers, body: (await bytesOf(request)).toString('utf8') };
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

export interface Answer {
  readonly status: number;
  readonly headers: http.OutgoingHttpHeaders;
  readonly body: Buffer;
}

function answer(response: ServerResponse, { status, headers, body }: Answer): void {
  const { 'transfer-encoding': _chunked, connection: _own, ...rest } = headers;
  response.writeHead(status, { ...rest, 'content-length': body.length }).end(body);
}

function forwarder({ url, ca, headers = {} }: Target) {
  const secure = url.startsWith('https:');
  const agent = secure
    ? new https.Agent({ keepAlive: true, ...(ca === undefined ? {} : { ca }) })
    : new http.Agent({ keepAlive: true });
  const send = ({ method, path, headers: given, body }: Wire) =>
    new Promise<Answer>((resolve, reject) => {
      const { connection: _own, ...rest } = given;
      const options = { method, agent, headers: { ...rest, ...headers } };
      const asked = (secure ? https : http).request(new URL(path, url), options, (reply) => {
        bytesOf(reply).then(
          (all) => resolve({ status: reply.statusCode ?? 502, headers: reply.headers, body: all }),
          reject,
        );
      });
      asked.on('error', reject).end(body);
    });
  return { send, close: () => agent.destroy() };
}
