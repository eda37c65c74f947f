import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
let folder: string;
let program: string;

/** The command line as it is now, bundled to a place of the test's own. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ekslb-'));
  program = join(folder, 'cli.js');
  await build({
    entryPoints: [join(root, 'src/cli.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    target: 'node20',
    minify: true,
    mainFields: ['module', 'main'],
    logLevel: 'error',
  });
  const cluster = (name: string, server: string) => ({ name, cluster: { server } });
  const contexts = [{ name: 'down', context: { cluster: 'down', user: 'me' } }];
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'down',
    clusters: [cluster('down', 'https://127.0.0.1:9')],
    contexts,
    users: [{ name: 'me', user: {} }],
  };
  await writeFile(join(folder, 'kubeconfig'), JSON.stringify(kubeconfig));
  await writeFile(
    join(folder, 'good.yaml'),
    'kind: Ingress\napiVersion: networking.k8s.io/v1\nmetadata: { name: web }\nspec: { ingressClassName: alb }\n',
  );
  await writeFile(
    join(folder, 'finding.yaml'),
    'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n  annotations:\n    alb.ingress.kubernetes.io/scheme: public\n',
  );
  await writeFile(join(folder, 'service.yaml'), 'kind: Service\napiVersion: v1\nmetadata: { name: web }\n');
  await writeFile(join(folder, 'broken.yaml'), 'kind: Ingress\n\tmetadata: {}\n');
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `ekslb` in the folder, with no settings of this machine. */
function ekslb(args: readonly string[], env: Record<string, string> = {}, input = ''): Promise<Ended> {
  const own = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    KUBECONFIG: join(folder, 'kubeconfig'),
    NODE_NO_WARNINGS: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [program, ...args],
      { cwd: folder, env: { ...own, ...env } },
      (error, out, err) =>
        done({ code: error === null ? 0 : Number(error.code), out, err: err.replaceAll(folder, '.') }),
    );
    child.stdin?.end(input);
  });
}

const AWS = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' };
const CLUSTER = ['--cluster-name', 'shop', '--vpc-id', 'vpc-1'];

describe.concurrent('how commands end', () => {
  test.each<[string, string[], number, string]>([
    ['no command', [], 2, 'Usage: ekslb'],
    ['an unknown command', ['provison'], 2, "unknown command 'provison'"],
    ['an unknown option', ['lint', '--fast', '.'], 2, "unknown option '--fast'"],
    ['nothing to lint', ['lint'], 2, "missing required argument 'paths'"],
    ['nothing to plan', ['plan'], 2, 'Nothing is named to work on.'],
    ['a file that is not there', ['lint', 'nowhere.yaml'], 2, 'There is no file nowhere.yaml.'],
    [
      'manifests without an Ingress',
      ['plan', '-f', 'service.yaml'],
      2,
      'There is no Ingress in these manifests, and no Service with a load balancer of its own.',
    ],
    [
      'manifests that cannot be read',
      ['plan', '-f', 'broken.yaml'],
      2,
      'broken.yaml:2:1: this is not valid YAML',
    ],
    [
      'an unknown format',
      ['lint', '--format', 'xml', 'good.yaml'],
      2,
      'Use one of: text, json, sarif, github.',
    ],
    [
      'an unknown severity',
      ['lint', '--min-severity', 'fatal', 'good.yaml'],
      2,
      'Use one of: error, warning, info, hint.',
    ],
  ])('%s: %j', async (_, args, code, text) => {
    const ended = await ekslb(args);
    expect(ended).toMatchObject({ code, out: '' });
    expect(ended.err).toContain(text);
  });

  test('help is no mistake', async () => {
    expect(await ekslb(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('lint') });
  });

  test('lint: clean, findings, findings that are asked not to count, standard input', async () => {
    expect(await ekslb(['lint', 'good.yaml'])).toMatchObject({ code: 0, out: 'no finding\n' });
    const found = await ekslb(['lint', '.']);
    expect(found.code).toBe(1);
    expect(found.out).toMatch(/finding\.yaml:6:39 error not-an-option: /);
    expect(
      (
        await ekslb(
          ['lint', '-'],
          {},
          'kind: Ingress\napiVersion: networking.k8s.io/v1\nmetadata: { name: a, annotations: { alb.ingress.kubernetes.io/shceme: internal } }\n',
        )
      ).code,
    ).toBe(1);
  });
});

describe.concurrent('what is missing is named, with what to do', () => {
  test.each<[string, string[], Record<string, string>, string[], number?]>([
    [
      'no region',
      ['plan', '-f', 'good.yaml'],
      { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' },
      ['No AWS region is configured.', '--region'],
    ],
    [
      'no credentials',
      ['plan', '-f', 'good.yaml', ...CLUSTER],
      { AWS_REGION: 'eu-west-1' },
      ['No AWS credentials were found.', 'aws sso login'],
    ],
    [
      'AWS is not there',
      ['plan', '-f', 'good.yaml', '--endpoint-url', 'http://127.0.0.1:9'],
      AWS,
      ['AWS cannot be reached.'],
    ],
    [
      'an unknown context',
      ['plan', '-f', 'good.yaml', '--context', 'up'],
      AWS,
      ["no context 'up'", 'Known contexts: down.'],
      2,
    ],
    [
      'a kubeconfig that is not there',
      ['plan', '-f', 'good.yaml', '--kubeconfig', 'nowhere'],
      AWS,
      ['The kubeconfig nowhere cannot be read.'],
      2,
    ],
  ])('%s', async (_, args, env, texts, exit = 1) => {
    const { code, out, err } = await ekslb(args, env);
    expect([code, out]).toEqual([exit, '']);
    for (const text of texts) expect(err).toContain(text);
    expect(err).not.toMatch(/ at .*:\d+:\d+/);
  });

  test('a cluster that does not answer', async () => {
    // EKS knows of no cluster; that much has to be heard before the cluster is asked anything.
    const eks = createServer((request, response) => {
      const known = request.url?.startsWith('/clusters/') !== true;
      const headers = known ? {} : { 'x-amzn-errortype': 'ResourceNotFoundException' };
      response.writeHead(known ? 200 : 404, { 'content-type': 'application/json', ...headers });
      response.end(known ? '{"clusters":[]}' : '{"message":"No cluster found"}');
    });
    await once(eks.listen(0, '127.0.0.1'), 'listening');
    const { port } = eks.address() as AddressInfo;
    const endpoint = ['--endpoint-url', `http://127.0.0.1:${port}`];
    const { code, err } = await ekslb(['sync', '--all', ...CLUSTER, ...endpoint], AWS);
    eks.close();
    expect(code).toBe(1);
    expect(err).toContain('The cluster at https://127.0.0.1:9 cannot be reached: connect ECONNREFUSED');
  });
});
