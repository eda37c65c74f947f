import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { UserError } from '../../src/errors';
import { type Call, KubeError } from '../../src/kube/call';
import { linesOf, send, type Way } from '../../src/kube/transport';
import { selfSigned } from '../../src/setup/controller/certificate';

let server: Server;
let address: string;
let certificate: string;
let pair: Awaited<ReturnType<typeof selfSigned>>;
/** Connections that were made. */
let connections: Socket[];
/** What the server was asked. */
let asked: string[];
/** What it answers. */
let answer: (request: IncomingMessage, response: ServerResponse) => void;

const JSON_TYPE = { 'content-type': 'application/json' };
const VERSION = { gitVersion: 'v1.36.2' };

beforeAll(async () => {
  pair = await selfSigned(['localhost']);
});
beforeEach(async () => {
  certificate = pair.certificate;
  connections = [];
  asked = [];
  answer = (_, response) => response.writeHead(200, JSON_TYPE).end(JSON.stringify(VERSION));
  server = createServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  server.on('secureConnection', (socket) => connections.push(socket));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  address = `https://localhost:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const TOKEN = 'k8s-aws-v1.c2VjcmV0';

function wayWith(ca: string, more: Partial<Way> = {}): Way {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: 'c', server: address, caData: Buffer.from(ca).toString('base64') }],
    users: [{ name: 'u', token: TOKEN }],
    contexts: [{ name: 'x', cluster: 'c', user: 'u' }],
    currentContext: 'x',
  });
  return { config, server: address, signIn: async () => undefined, ...more };
}

const GET_VERSION: Call = { method: 'GET', path: '/version' };

describe('connections', () => {
  test('calls in a row share one; another kubeconfig has its own', async () => {
    const way = wayWith(certificate);
    for (let count = 0; count < 3; count++) expect(await send(way, GET_VERSION)).toEqual(VERSION);
    expect(connections).toHaveLength(1);
    await send(wayWith(certificate), GET_VERSION);
    expect(connections).toHaveLength(2);
  });

  test('an authority that is not the server’s is not believed, however often it was asked before', async () => {
    await send(wayWith(certificate), GET_VERSION);
    const other = wayWith((await selfSigned(['localhost'])).certificate);
    await expect(send(other, GET_VERSION)).rejects.toThrow('cannot be reached');
  });

  test('a read on one that the server has closed is asked again, a write is not', async () => {
    const way = wayWith(certificate);
    await send(way, GET_VERSION);
    const right = answer;
    const breakFirst = ({ socket }: IncomingMessage) => {
      answer = right;
      socket.destroy();
    };
    answer = breakFirst;
    expect(await send(way, GET_VERSION)).toEqual(VERSION);
    expect(asked).toEqual(['GET /version', 'GET /version', 'GET /version']);

    answer = breakFirst;
    asked = [];
    const write = { method: 'POST', path: '/version', body: {} };
    await expect(send(way, write)).rejects.toThrow('cannot be reached');
    expect(asked).toEqual(['POST /version']);
  });
});

const INGRESSES = '/apis/networking.k8s.io/v1/ingresses';
const INGRESS = '/apis/networking.k8s.io/v1/namespaces/shop/ingresses/web';

/** Answers everything with this. */
function answerWith(status: number, headers: Readonly<Record<string, string>>, body: string): void {
  answer = (_, response) => void response.writeHead(status, headers).end(body);
}

async function failureOf(path: string, method = 'GET'): Promise<Error> {
  const error = await send(wayWith(certificate), { method, path }).then(
    (answered) => new Error(`answered: ${JSON.stringify(answered)}`),
    (thrown: unknown) => thrown,
  );
  return error as Error;
}

function listOf(items: unknown, more: object = {}): string {
  return JSON.stringify({
    kind: 'IngressList',
    apiVersion: 'networking.k8s.io/v1',
    metadata: {},
    items,
    ...more,
  });
}

const named = { metadata: { namespace: 'shop', name: 'web' } };

describe('an answer that is none of an API server', () => {
  const cases: readonly (readonly [string, number, Readonly<Record<string, string>>, string])[] = [
    ['a redirection', 302, { location: 'https://login.example/' }, ''],
    ['a redirection with a body', 301, { ...JSON_TYPE, location: '/' }, listOf([])],
    ['a page', 200, { 'content-type': 'text/html' }, '<html>Sign in</html>'],
    ['a page that says it is JSON', 200, JSON_TYPE, '<html>Sign in</html>'],
    ['a list that says it is a page', 200, { 'content-type': 'text/html' }, listOf([])],
    ['nothing', 200, JSON_TYPE, ''],
    ['nothing, well said', 204, {}, ''],
    ['an empty object', 200, JSON_TYPE, '{}'],
    ['null', 200, JSON_TYPE, 'null'],
    ['an array', 200, JSON_TYPE, '[]'],
    ['half an answer', 200, JSON_TYPE, listOf([named]).slice(0, 90)],
    ['a list without items', 200, JSON_TYPE, listOf(undefined)],
    ['a list whose items are null', 200, JSON_TYPE, listOf(null)],
    ['a list with null in it', 200, JSON_TYPE, listOf([named, null])],
    ['a list with an item without a name', 200, JSON_TYPE, listOf([{ metadata: {} }])],
    ['a list of another kind', 200, JSON_TYPE, listOf([], { kind: 'IngressClassList' })],
    ['a list of another group', 200, JSON_TYPE, listOf([], { apiVersion: 'v1' })],
    [
      'a list of metadata that nobody asked for',
      200,
      JSON_TYPE,
      listOf([], { kind: 'PartialObjectMetadataList' }),
    ],
    ['a Status', 200, JSON_TYPE, '{"kind":"Status","apiVersion":"v1","status":"Success"}'],
    ['a page with 404', 404, { 'content-type': 'text/html' }, '<html>not found</html>'],
    ['the words of a gateway with 404', 404, JSON_TYPE, '{"message":"Not Found"}'],
    ['a page with 500', 500, { 'content-type': 'text/html' }, '<html>oops</html>'],
  ];

  test.each(cases)('%s is an error of its own', async (_, status, headers, body) => {
    answerWith(status, headers, body);
    const error = await failureOf(INGRESSES);
    expect(error).toMatchObject({ name: 'UserError', code: 'unexpected-answer' });
    expect(error.message).toContain(
      `${address}${INGRESSES} to GET is not what an API server answers: HTTP ${status}`,
    );
  });

  test('is told by its beginning, without escapes and credentials; a redirection is not followed', async () => {
    const headers = { 'content-type': 'text/html', location: `${address}/elsewhere?token=${TOKEN}` };
    answerWith(302, headers, `\u001b[2J\nBearer ${'a'.repeat(40)} ${TOKEN} ${'x'.repeat(900)}`);
    const error = await failureOf(INGRESSES);
    const [details = ''] = (error as UserError).details;
    expect(details).toMatch(
      /^It begins: ␛\[2J␊\(credentials\) \(credentials\) x+… It leads to https:.*\(credentials\)\.$/,
    );
    expect(details.length).toBeLessThan(400);
    expect(asked).toEqual([`GET ${INGRESSES}`]);
  });

  test.each([
    ['another name', { ...named, metadata: { name: 'other' } }],
    ['another kind', { ...named, kind: 'Service' }],
    ['a longer kind', { ...named, kind: 'IngressClass' }],
    ['no metadata', { metadata: undefined }],
  ])('an object with %s is not the one that was asked for', async (_, more) => {
    const object = { kind: 'Ingress', apiVersion: 'networking.k8s.io/v1', ...named, ...more };
    for (const method of ['GET', 'PUT', 'PATCH']) {
      answerWith(200, JSON_TYPE, JSON.stringify(object));
      expect(await failureOf(INGRESS, method)).toMatchObject({ code: 'unexpected-answer' });
    }
  });

  test('discovery must be discovery', async () => {
    for (const [path, body] of [
      ['/apis', { kind: 'APIGroupList' }],
      ['/apis', { kind: 'APIGroupList', groups: [null] }],
      ['/apis/apps/v1', { kind: 'APIResourceList', groupVersion: 'v1', resources: [] }],
      ['/api/v1', { kind: 'APIResourceList', groupVersion: 'v1' }],
      ['/apis/apps', { kind: 'APIGroup', name: 'batch' }],
      ['/version', {}],
    ] as const) {
      answerWith(200, JSON_TYPE, JSON.stringify(body));
      expect(await failureOf(path)).toMatchObject({ code: 'unexpected-answer' });
    }
  });

  test('an answer that is too slow, byte by byte, is not waited for', async () => {
    answer = (_, response) => {
      response.writeHead(200, JSON_TYPE);
      const dripping = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(dripping));
    };
    const asking = send(wayWith(certificate, { timeoutMs: 50 }), GET_VERSION);
    await expect(asking).rejects.toMatchObject({ code: 'cluster-unreachable' });
  });
});

describe('an answer of an API server', () => {
  test.each([
    ['an empty list', INGRESSES, JSON.parse(listOf([]))],
    ['a list', INGRESSES, JSON.parse(listOf([named]))],
    ['an object', INGRESS, { kind: 'Ingress', apiVersion: 'networking.k8s.io/v1', ...named }],
    [
      'a namespace',
      '/api/v1/namespaces/shop',
      { kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'shop' } },
    ],
    [
      'its status',
      '/api/v1/namespaces/shop/status',
      { kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'shop' } },
    ],
  ])('%s is taken', async (_, path, body) => {
    answerWith(200, { 'content-type': 'application/json;charset=utf-8' }, JSON.stringify(body));
    expect(await send(wayWith(certificate), { method: 'GET', path })).toEqual(body);
  });

  test('a refusal keeps its words', async () => {
    answerWith(403, JSON_TYPE, '{"kind":"Status","reason":"Forbidden","message":"not yours","code":403}');
    const error = await failureOf(INGRESSES);
    expect(error).toBeInstanceOf(KubeError);
    expect(error).toMatchObject({ status: 403, reason: 'Forbidden', message: 'not yours' });
  });
});

describe('a watch', () => {
  const lines = async (call: Partial<Call> = {}) => {
    const got: string[] = [];
    const way = wayWith(certificate);
    for await (const line of linesOf(
      way,
      { method: 'GET', path: INGRESSES, ...call },
      new AbortController().signal,
    ))
      got.push(line);
    return got;
  };

  test('is JSON, and a page is none', async () => {
    answerWith(200, JSON_TYPE, '{"a":1}\n\n{"b":2}\n{"c":');
    expect(await lines()).toEqual(['{"a":1}', '{"b":2}']);
    answerWith(200, { 'content-type': 'text/html' }, '<html>\n');
    await expect(lines()).rejects.toMatchObject({ code: 'unexpected-answer' });
    answerWith(302, { location: '/' }, '');
    await expect(lines()).rejects.toMatchObject({ code: 'unexpected-answer' });
  });

  test('a log is text where text is wanted', async () => {
    answerWith(200, { 'content-type': 'text/plain' }, 'one\ntwo\n');
    expect(await lines({ accept: 'application/json, */*' })).toEqual(['one', 'two']);
  });

  test('a line that never ends is not kept', async () => {
    answer = (_, response) => {
      response.writeHead(200, JSON_TYPE);
      const more = () => void response.write('x'.repeat(1024 * 1024), more);
      more();
    };
    await expect(lines()).rejects.toMatchObject({ code: 'unexpected-answer' });
  });
});

describe('calls that are cut short', () => {
  test('end at once, also on a server that is silent', async () => {
    answer = () => undefined;
    const cut = new AbortController();
    const asking = send(wayWith(certificate, { cut: cut.signal }), GET_VERSION);
    setTimeout(() => cut.abort(), 50);
    await expect(asking).rejects.toMatchObject({ name: 'Cancelled' });
    await expect(send(wayWith(certificate, { cut: cut.signal }), GET_VERSION)).rejects.toMatchObject({
      name: 'Cancelled',
    });
    expect(asked).toHaveLength(1);
  });
});
