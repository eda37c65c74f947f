import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { applyCommand } from '../../src/cli/apply';
import { deleteCommand, planCommand } from '../../src/cli/commands';
import { terminalHost } from '../../src/cli/terminal';
import { Cancelled } from '../../src/errors';
import type { Host } from '../../src/reconcile/host';
import { named } from '../../src/reconcile/owner';
import { provision, unprovision } from '../../src/reconcile/provision';
import { testTerminal } from '../helpers/testTerminal';
import { application, type Bench, objectsIn, startBench } from './bench';

/*
 * Between a question and its answer somebody changes the cluster. Nothing that was not shown is created at a cost,
 * replaced or deleted without being asked for again.
 */

/** Placeholder of a certificate of the world. */
const CERTIFICATE = `\${acm:shop.example.com}`;
const signal = new AbortController().signal;
let bench: Bench;
let folder: string;
beforeAll(async () => {
  bench = await startBench();
  folder = await mkdtemp(join(tmpdir(), 'ekslb-saved-'));
});
afterAll(async () => {
  await bench?.stop();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => bench.reset());

interface Shape {
  readonly paths?: readonly string[];
  readonly scheme?: string;
  readonly interval?: number;
}

const textOf = ({ paths = ['/a', '/b'], scheme = 'internal', interval = 15 }: Shape = {}) => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  namespace: demo
  name: web
  annotations:
    alb.ingress.kubernetes.io/target-type: ip
    alb.ingress.kubernetes.io/scheme: ${scheme}
    alb.ingress.kubernetes.io/healthcheck-interval-seconds: '${interval}'
spec:
  ingressClassName: alb
  rules:
    - http:
        paths:
${paths.map((path) => `          - { path: ${path}, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }`).join('\n')}
`;
const ingress = (shape?: Shape) => objectsIn(textOf(shape));

async function running(): Promise<void> {
  await bench.apply(application(2));
  await bench.pods('demo', 2);
  await bench.provision(ingress());
}

/** Somebody who says yes, and while he reads something else happens. */
function meanwhile(happens: () => Promise<void>, second: boolean): Host & { titles: string[] } {
  const titles: string[] = [];
  return {
    titles,
    notify: () => undefined,
    confirm: async ({ title, consent }) => {
      titles.push(title);
      if (consent !== undefined) return second;
      await happens();
      return true;
    },
  };
}

describe('what runs is what was confirmed', () => {
  test('a deletion that came up meanwhile is asked for, and not carried out by the first yes', async () => {
    await running();
    const before = await bench.aws();
    const group = (name: string, paths: readonly string[]) =>
      textOf({ paths })
        .replace('name: web\n', `name: ${name}\n`)
        .replace('annotations:', 'annotations:\n    alb.ingress.kubernetes.io/group.name: all');
    await bench.provision(objectsIn(`${group('one', ['/a'])}---${group('two', ['/b', '/c'])}`));
    const between = await bench.aws();
    const shown = objectsIn(group('one', ['/a']).replace("'15'", "'20'"));
    const shrink = () => bench.apply(objectsIn(group('two', ['/b'])));
    const host = meanwhile(shrink, false);
    await expect(provision(await bench.engine(), shown, host, signal)).rejects.toBeInstanceOf(Cancelled);
    expect(host.titles).toEqual([
      expect.stringContaining('Apply the plan (1 to update)?'),
      expect.stringMatching(/Things have changed since the plan was confirmed.*1 to delete/),
    ]);
    expect(await bench.aws()).toEqual(between);
    expect(between).not.toEqual(before);
    // Agreed to, it runs.
    await provision(
      await bench.engine(),
      shown,
      meanwhile(async () => undefined, true),
      signal,
    );
    expect(await bench.aws()).not.toEqual(between);
  });

  test('delete looks again before anything is marked as deleted', async () => {
    await running();
    const group = (name: string) =>
      textOf()
        .replace('name: web\n', `name: ${name}\n`)
        .replace('annotations:', 'annotations:\n    alb.ingress.kubernetes.io/group.name: all');
    await bench.provision(objectsIn(`${group('one')}---${group('two')}`));
    const before = await bench.objects();
    // The last member but one goes while somebody reads that one of two is deleted: the whole load balancer would go.
    const host = meanwhile(() => bench.tryRemove('demo/two'), false);
    const going = unprovision(await bench.engine(), named(['demo/one']), host, signal);
    await expect(going).rejects.toBeInstanceOf(Cancelled);
    expect(host.titles).toHaveLength(2);
    const lines = (await bench.objects()).filter((line) => line.includes('demo/one'));
    expect(lines).toEqual(before.filter((line) => line.includes('demo/one')));
    expect((await bench.outline()).join('\n')).toContain('load balancer k8s-all');
  });

  test('--yes covers what was planned and no more: exit code 4, unless --accept-changes', async () => {
    const question = {
      ...{ title: 'again?', facts: ['! lost'], details: '', destructive: true },
      consent: { kind: 'changed-plan' } as const,
    };
    const host = (options: object) => terminalHost(testTerminal(), options);
    await expect(host({ yes: true }).confirm(question)).rejects.toMatchObject({ code: 'plan-changed' });
    await expect(host({}).confirm(question)).rejects.toMatchObject({ code: 'plan-changed' });
    expect(await host({ yes: true, acceptChanges: true }).confirm(question)).toBe(true);
  });
});

describe('a saved plan', () => {
  const options = () => {
    const { kubeconfig, region, endpoint, clusterName } = bench.world;
    return { kubeconfig, region, endpointUrl: endpoint, clusterName };
  };
  const file = (name: string) => join(folder, name);

  async function saved(name: string, text: string): Promise<string> {
    await writeFile(file(`${name}.yaml`), text);
    const out = file(`${name}.plan`);
    const terminal = testTerminal();
    expect(await planCommand({ ...options(), file: [file(`${name}.yaml`)], out }, terminal)).toBe(3);
    return out;
  }

  test('runs exactly as it was saved, once', async () => {
    await running();
    const out = await saved('scheme', textOf({ paths: ['/a'] }));
    expect((await stat(out)).mode & 0o777).toBe(0o600);
    expect(await applyCommand(out, options(), testTerminal(), signal)).toBe(0);
    expect((await bench.outline()).filter((line) => line.includes('rule '))).toHaveLength(1);
    await expect(applyCommand(out, options(), testTerminal(), signal)).rejects.toMatchObject({
      code: 'plan-changed',
      details: expect.arrayContaining([expect.stringContaining('no longer planned: delete Rule')]),
    });
  });

  test('refuses what differs, wherever it was changed', async () => {
    await running();
    const out = await saved('again', textOf({ interval: 20 }));
    await bench.provision(ingress({ paths: ['/a', '/b', '/c'] }));
    const writes = await bench.writes(async () => {
      await expect(applyCommand(out, options(), testTerminal(), signal)).rejects.toMatchObject({
        code: 'plan-changed',
        details: expect.arrayContaining([expect.stringContaining('not in the saved plan: delete Rule')]),
      });
    });
    expect(writes).toEqual([]);
  });

  test('refuses another place, another file, and manifests beside it', async () => {
    await running();
    const out = await saved('place', textOf({ interval: 25 }));
    const text = await readFile(out, 'utf8');
    await writeFile(
      file('other.plan'),
      text.replace('"account": "123456789012"', '"account": "999999999999"'),
    );
    const apply = (plan: string, more = {}) =>
      applyCommand(plan, { ...options(), ...more }, testTerminal(), signal);
    await expect(apply(file('other.plan'))).rejects.toMatchObject({ code: 'bad-plan-file' });
    await expect(apply(file('place.yaml'))).rejects.toMatchObject({ code: 'bad-plan-file' });
    await expect(apply(out, { file: [file('place.yaml')] })).rejects.toMatchObject({ code: 'usage' });
    await expect(apply(file('nowhere'))).rejects.toMatchObject({ code: 'unreadable-file' });
  });

  test('holds no Secret: it is read again, and has to be the same', async () => {
    await bench.apply(application(2));
    const secret = (value: string) => `
apiVersion: v1
kind: Secret
metadata: { namespace: demo, name: login }
stringData: { clientID: web, clientSecret: ${value} }
---`;
    const login = textOf().replace(
      'annotations:',
      `annotations:
    alb.ingress.kubernetes.io/listen-ports: '[{"HTTPS": 443}]'
    alb.ingress.kubernetes.io/certificate-arn: ${bench.world.ids[CERTIFICATE]}
    alb.ingress.kubernetes.io/auth-type: oidc
    alb.ingress.kubernetes.io/auth-idp-oidc: '{"issuer":"https://i.example.org","authorizationEndpoint":"https://i.example.org/a","tokenEndpoint":"https://i.example.org/t","userInfoEndpoint":"https://i.example.org/u","secretName":"login"}'`,
    );
    const out = await saved('login', `${secret('hush-hush')}${login}`);
    expect(await readFile(out, 'utf8')).not.toMatch(/hush-hush/);
    await writeFile(file('login.yaml'), `${secret('changed')}${login}`);
    await expect(applyCommand(out, options(), testTerminal(), signal)).rejects.toMatchObject({
      code: 'plan-changed',
    });
    await writeFile(file('login.yaml'), `${secret('hush-hush')}${login}`);
    expect(await applyCommand(out, options(), testTerminal(), signal)).toBe(0);
  });
});

test('delete --yes in a world at rest needs no more than it did', async () => {
  await running();
  const { kubeconfig, region, endpoint, clusterName } = bench.world;
  const common = { kubeconfig, region, endpointUrl: endpoint, clusterName, yes: true };
  expect(await deleteCommand({ ...common, ingress: ['demo/web'] }, testTerminal(), signal)).toBe(0);
  expect((await bench.outline()).filter((line) => line.startsWith('load balancer'))).toEqual([]);
});
