import { readdirSync, readFileSync, statSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World } from '../helpers/world';

/* A web page in the same browser, a name that leads to 127.0.0.1, and another user of the machine, at the sandbox's ports. */

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

type Headers = Readonly<Record<string, string>>;

function ask(url: string, headers: Headers = {}, method = 'GET'): Promise<number> {
  return new Promise((resolve) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest;
    // Whoever attacks does not check certificates.
    const asked = send(url, { method, headers, rejectUnauthorized: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asked.on('error', () => resolve(0)).end();
  });
}

/** Where etcd listens, as the sandbox told it. */
function etcdPorts(): string[] {
  const text = readFileSync(join(dirname(world.kubeconfig), 'log', 'etcd.log'), 'utf8');
  return [...new Set([...text.matchAll(/(?:127\.0\.0\.1|localhost):(\d+)/g)].map(([, port]) => port ?? ''))];
}

describe('the local AWS', () => {
  test.each<Headers>([
    { host: 'evil.example' },
    { host: '127.0.0.1.evil.example' },
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
  ])('refuses %j', async (headers) => {
    for (const path of ['/_test/config', '/moto-api/data.json', '/?Action=DescribeLoadBalancers']) {
      expect(await ask(`${world.endpoint}${path}`, headers)).toBe(403);
    }
    expect(await ask(`${world.endpoint}/_test/world`, headers, 'POST')).toBe(403);
  });

  test('answers programs of this machine', async () => {
    expect(await ask(`${world.endpoint}/_test/config`)).toBe(200);
    expect(await ask(`${world.endpoint}/_test/config`, { host: 'localhost' })).toBe(200);
  });
});

describe('the cluster', () => {
  test('the API server knows nobody without the token', async () => {
    const { server } = JSON.parse(readFileSync(world.kubeconfig, 'utf8')).clusters[0].cluster as {
      server: string;
    };
    for (const path of ['/api/v1/secrets', '/api/v1/namespaces/kube-system/pods', '/version']) {
      expect(await ask(`${server}${path}`)).toBe(401);
      expect(await ask(`${server}${path}`, { authorization: 'Bearer wrong' })).toBe(401);
    }
  });

  test('etcd talks to nobody without its certificate', async () => {
    const ports = etcdPorts();
    expect(ports.length).toBeGreaterThanOrEqual(2);
    for (const port of ports) {
      for (const path of ['/health', '/v2/keys', '/v3/kv/range']) {
        expect(await ask(`https://127.0.0.1:${port}${path}`)).toBe(0);
        expect(await ask(`http://127.0.0.1:${port}${path}`)).not.toBe(200);
      }
    }
  });
});

test('what the sandbox writes is for its user alone', () => {
  if (process.platform === 'win32') return;
  const files = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? files(path) : entry.isFile() ? [path] : [];
    });
  // Tests that share the sandbox leave kubeconfigs of their own beside it.
  const folder = dirname(world.kubeconfig);
  const own = [world.kubeconfig, ...['cluster', 'log'].flatMap((name) => files(join(folder, name)))];
  const open = own.filter((file) => (statSync(file).mode & 0o077) !== 0);
  expect(own.length).toBeGreaterThan(2);
  expect(open).toEqual([]);
});
