import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deleteObject, getObject, openKube } from '../../src/kube/client';
import { LEASE, type Lease } from '../../src/kube/lease';
import { RESOURCES } from '../../src/kube/resources';
import { disturbed } from '../helpers/processes';
import { startWorld, type World } from '../helpers/world';

/* Ctrl-C while somebody does not answer: every command ends within a second, and hands the Lease back where it can. */

const ROOT = resolve(import.meta.dirname, '../..');
const SAMPLE = join(ROOT, 'samples/game-2048.yaml');
/** A second, and what a busy machine adds. */
const A_SECOND = 2_000;

const NOT_FOUND = { 'x-amzn-errortype': 'ResourceNotFoundException' };

let world: World;
let silent: http.Server;
let nowhere: string;
/** Calls that get no answer. */
let met = 0;
/** Whether EKS answers that it has no such cluster, so that commands come to what they ask next. */
let eksAnswers = false;
beforeAll(async () => {
  await promisify(execFile)(process.execPath, ['scripts/build.mjs', '--only', 'cli'], { cwd: ROOT });
  // Without a record in EKS: these kubeconfigs lead elsewhere than it, and that would be refused first.
  world = await startWorld({ world: { eks: false } });
  silent = http.createServer(({ url }, response) => {
    if (!eksAnswers || url?.startsWith('/clusters') !== true) met += 1;
    else if (/^\/clusters\/./.test(url)) response.writeHead(404, NOT_FOUND).end('{}');
    else response.end('{"clusters":[]}');
  });
  await new Promise<void>((ready) => silent.listen(0, '127.0.0.1', ready));
  nowhere = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
});
afterAll(async () => {
  silent?.closeAllConnections();
  silent?.close();
  await deleteObject(openKube({ kubeconfig: world.kubeconfig }), RESOURCES.Lease, 'kube-system', LEASE);
  await world?.stop();
});

interface Ended {
  readonly ms: number;
  readonly code: number | null;
  readonly signal: string | null;
  readonly err: string;
}

function start(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): { child: ChildProcess; err(): string } {
  const all = { ...world.env, ...env } as NodeJS.ProcessEnv;
  const child = spawn(process.execPath, [join(ROOT, 'dist/cli.js'), ...args], {
    env: all,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  return { child, err: () => text };
}

/** Starts a command, waits until it waits, and presses Ctrl-C. */
async function interrupted(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  waits: () => Promise<boolean> | boolean = () => met > 0,
  before: () => void = () => undefined,
): Promise<Ended> {
  met = 0;
  const { child, err } = start(args, env);
  const ended = once(child, 'exit');
  await expect.poll(waits, { timeout: 20_000, interval: 20 }).toBe(true);
  await sleep(200);
  before();
  const from = performance.now();
  child.kill('SIGINT');
  const [code, signal] = (await ended) as [number | null, string | null];
  return { ms: performance.now() - from, code, signal, err: err() };
}

async function holder(): Promise<string | undefined> {
  const kube = openKube({ kubeconfig: world.kubeconfig });
  return (await getObject<Lease>(kube, RESOURCES.Lease, 'kube-system', LEASE))?.spec?.holderIdentity;
}

async function silentKubeconfig(): Promise<string> {
  const file = join(world.kubeconfig, '..', 'kubeconfig-silent');
  const cluster = { clusters: [{ name: 'shop', cluster: { server: nowhere } }] };
  const rest = { users: [{ name: 'admin', user: {} }], 'current-context': 'shop' };
  const contexts = [{ name: 'shop', context: { cluster: 'shop', user: 'admin' } }];
  await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'Config', ...cluster, ...rest, contexts }));
  return file;
}

/** What each of them asks first. */
const ASK_THE_CLUSTER: readonly string[][] = [
  ['plan', '--all'],
  ['apply', '-f', SAMPLE, '--yes'],
  ['sync', '--all', '--yes'],
  ['watch', '--yes'],
  ['delete', '--ingress', 'demo/web', '--yes'],
  ['setup', 'verify'],
];
const ASK_AWS: readonly string[][] = [
  ['model', '-f', SAMPLE],
  ['plan', '--all'],
  ['sync', '--all', '--yes'],
  ['watch', '--yes'],
  ['inspect'],
  ['setup', 'apply', '--yes'],
];

describe('while the cluster is silent', () => {
  test.each(ASK_THE_CLUSTER.map((args) => [args]))('ekslb %j ends within a second', async (args) => {
    const ended = await interrupted(args, { KUBECONFIG: await silentKubeconfig() });
    expect(ended).toMatchObject({ code: 1, signal: null, err: expect.stringContaining('Stopped') });
    expect(ended.ms).toBeLessThan(A_SECOND);
  });
});

describe('while AWS is silent', () => {
  test.each(ASK_AWS.map((args) => [args]))(
    'ekslb %j ends within a second, and holds no Lease any more',
    async (args) => {
      const ended = await interrupted(args, { AWS_ENDPOINT_URL: nowhere });
      expect(ended).toMatchObject({ signal: null, err: expect.stringContaining('Stopped') });
      expect(ended.ms).toBeLessThan(A_SECOND);
      expect((await holder()) ?? '').toBe('');
    },
  );
});

test('a Lease that cannot be handed back is told', async () => {
  const server = disturbed(world, 'kube-apiserver');
  eksAnswers = true;
  const waits = async () => met > 0 && /^ekslb-/.test((await holder()) ?? '');
  const ended = await interrupted(
    ['sync', '--all', '--yes'],
    { AWS_ENDPOINT_URL: nowhere },
    waits,
    server.freeze,
  );
  server.thaw();
  eksAnswers = false;
  expect(ended.err).toMatch('The Lease could not be given back and runs out by itself within 15 seconds');
  expect(ended.ms).toBeLessThan(A_SECOND);
});

test('a program that the kubeconfig runs and that hangs is ended, too', async () => {
  const file = join(world.kubeconfig, '..', 'kubeconfig-hanging');
  const user = { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'sleep', args: ['600'] } };
  const cluster = { clusters: [{ name: 'shop', cluster: { server: 'https://127.0.0.1:9' } }] };
  const rest = { users: [{ name: 'admin', user }], 'current-context': 'shop' };
  const contexts = [{ name: 'shop', context: { cluster: 'shop', user: 'admin' } }];
  await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'Config', ...cluster, ...rest, contexts }));
  const from = Date.now();
  const ended = await interrupted(['plan', '--all'], { KUBECONFIG: file }, () => Date.now() - from > 2_500);
  expect(ended).toMatchObject({ code: 1, err: expect.stringContaining('Stopped') });
  expect(ended.ms).toBeLessThan(A_SECOND);
});
