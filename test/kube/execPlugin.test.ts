import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { explain } from '../../src/errors';
import { type Kube, openKube } from '../../src/kube/client';
import { selfSigned } from '../../src/setup/controller/certificate';

const SECRET = 'k8s-aws-v1.c2VjcmV0';

let server: Server;
let folder: string;
let authority: string;
/** What the cluster was told of who asks. */
let tokens: (string | undefined)[];
beforeAll(async () => {
  const pair = await selfSigned(['localhost']);
  authority = pair.certificate;
  folder = await mkdtemp(join(tmpdir(), 'ekslb-exec-'));
  server = createServer({ cert: pair.certificate, key: pair.key }, ({ headers }, response) => {
    tokens.push(headers.authorization);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"gitVersion":"v1.36.2"}');
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
});
beforeEach(() => {
  tokens = [];
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

async function kubeWith(exec: object, cluster: object = {}): Promise<Kube> {
  const file = join(folder, 'kubeconfig');
  const { port } = server.address() as AddressInfo;
  const where = {
    server: `https://localhost:${port}`,
    'certificate-authority-data': Buffer.from(authority).toString('base64'),
    ...cluster,
  };
  const config = {
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'shop' },
    clusters: [{ name: 'shop', cluster: where }],
    contexts: [{ name: 'shop', context: { cluster: 'shop', user: 'admin' } }],
    users: [{ name: 'admin', user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', ...exec } } }],
  };
  await writeFile(file, JSON.stringify(config));
  return openKube({ kubeconfig: file, execTimeoutMs: 2_000 });
}

/** A program that runs this. */
function running(script: string): object {
  return { command: process.execPath, args: ['-e', script] };
}

function printing(credential: unknown): object {
  return running(`process.stdout.write(${JSON.stringify(JSON.stringify(credential))})`);
}

const version = (kube: Kube) => kube.call({ method: 'GET', path: '/version' });

test('its token is used, and it is run once', async () => {
  const file = join(folder, 'runs');
  const script = `require('fs').appendFileSync(${JSON.stringify(file)}, 'x');
    process.stdout.write(JSON.stringify({ status: { token: '${SECRET}' } }))`;
  const kube = await kubeWith(running(script));
  await Promise.all([version(kube), version(kube)]);
  await version(kube);
  expect(tokens).toEqual(Array.from({ length: 3 }, () => `Bearer ${SECRET}`));
  const { readFileSync } = await import('node:fs');
  expect(readFileSync(file, 'utf8')).toBe('x');
});

test('it is told how to answer, and that nobody can be asked', async () => {
  const script = `const { spec, kind, apiVersion } = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
    process.stdout.write(JSON.stringify({ status: { token: [kind, apiVersion, spec.interactive].join() } }))`;
  await version(await kubeWith(running(script)));
  expect(tokens).toEqual(['Bearer ExecCredential,client.authentication.k8s.io/v1,false']);
});

test('when its token has expired, it is run again', async () => {
  const status = { token: SECRET, expirationTimestamp: '2020-01-01T00:00:00Z' };
  const file = join(folder, 'again');
  const script = `require('fs').appendFileSync(${JSON.stringify(file)}, 'x');
    process.stdout.write(${JSON.stringify(JSON.stringify({ status }))})`;
  const kube = await kubeWith(running(script));
  await version(kube);
  await version(kube);
  const { readFileSync } = await import('node:fs');
  expect(readFileSync(file, 'utf8')).toBe('xx');
});

test.each([
  ['hangs', running('setInterval(() => undefined, 1000)'), 'gave no answer within 2 s'],
  [
    'hangs with what it started',
    { command: 'sh', args: ['-c', 'sleep 30; true'] },
    'gave no answer within 2 s',
  ],
  ['fails', running(`process.stderr.write('${SECRET}'); process.exit(3)`), 'ended with exit code 3'],
  [
    'fails and prints',
    running(`process.stdout.write('${SECRET}'); process.exitCode = 1`),
    'ended with exit code 1',
  ],
  ['is killed', running('process.kill(process.pid, "SIGTERM")'), 'ended with signal SIGTERM'],
  ['is not there', { command: 'no-such-program' }, 'is not on the PATH'],
  ['has no name', {}, 'has no name'],
  ['prints no JSON', running(`process.stdout.write('${SECRET}')`), 'printed no ExecCredential'],
  ['prints {}', printing({}), 'printed no ExecCredential'],
  ['prints null', printing(null), 'printed no ExecCredential'],
  ['prints an empty status', printing({ status: {} }), 'printed no ExecCredential'],
  [
    'prints a token that is none',
    printing({ status: { token: { secret: SECRET } } }),
    'printed no ExecCredential',
  ],
  [
    'never stops printing',
    running(`setInterval(() => process.stdout.write('${SECRET}'.repeat(9999)), 1)`),
    'printed more',
  ],
])('a program that %s is explained, and nothing of what it prints is told', async (_, exec, why) => {
  const error = await version(await kubeWith(exec)).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: 'UserError', code: 'exec-plugin-failed' });
  expect(explain(error)).toContain(why);
  expect(explain(error)).toContain('Run it by hand');
  expect(explain(error)).not.toContain('k8s-aws');
  expect(tokens).toEqual([]);
});

test.each(['not a url', '', '127.0.0.1:6443', 'localhost:6443', 'ftp://x', '//x'])(
  'a server %j is no address',
  async (address) => {
    await expect(kubeWith({}, { server: address })).rejects.toMatchObject({
      code: expect.stringMatching(/bad-kubeconfig|no-cluster/),
    });
  },
);

test('a certificate that is not checked is a fact of the cluster', async () => {
  expect((await kubeWith({}, { 'insecure-skip-tls-verify': true })).insecure).toBe(true);
  expect((await kubeWith({})).insecure).toBeUndefined();
});
