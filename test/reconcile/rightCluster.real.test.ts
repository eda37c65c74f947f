import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  CreateLoadBalancerCommand,
  DescribeLoadBalancersCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { applyCommand } from '../../src/cli/apply';
import { deleteCommand, modelCommand, planCommand, syncCommand } from '../../src/cli/commands';
import { inspectCommand } from '../../src/cli/inspect';
import { watchCommand } from '../../src/cli/watch';
import { openEngine } from '../../src/reconcile/engine';
import { type TestTerminal, testTerminal } from '../helpers/testTerminal';
import { type Bench, objectsOf, startBench } from './bench';

/*
 * A kubeconfig that leads to another cluster than the name: what is planned then would be judged by objects that are
 * not its own (a production load balancer was deleted so).
 */

const GAME = 'samples/game-2048.yaml';
const INGRESS = 'game-2048/ingress-2048';
const signal = new AbortController().signal;

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench?.stop());
afterEach(() => bench.reset());

/** The world's kubeconfig with another address. */
async function elsewhere(server: (url: string) => string, extra: object = {}): Promise<string> {
  const file = join(dirname(bench.world.kubeconfig), `kubeconfig-${Math.random()}`);
  const config = JSON.parse(await readFile(bench.world.kubeconfig, 'utf8')) as {
    clusters: { cluster: Record<string, unknown> }[];
  };
  for (const { cluster } of config.clusters) {
    cluster['server'] = server(String(cluster['server']));
    Object.assign(cluster, extra);
  }
  await writeFile(file, JSON.stringify(config));
  return file;
}

const toLocalhost = (url: string) => url.replace('127.0.0.1', 'localhost');

function options(more: object = {}) {
  const { kubeconfig, region, endpoint } = bench.world;
  return { kubeconfig, region, endpointUrl: endpoint, yes: true, clusterName: 'shop', ...more };
}

describe('a kubeconfig of another cluster', () => {
  test('is refused by every command that reads, plans or changes, with both names', async () => {
    const file = [GAME];
    const kubeconfig = await elsewhere(toLocalhost);
    const more = options({ kubeconfig });
    const commands = {
      model: (t: ReturnType<typeof testTerminal>) => modelCommand({ ...more, file }, t),
      plan: (t: ReturnType<typeof testTerminal>) => planCommand({ ...more, file }, t),
      apply: (t: ReturnType<typeof testTerminal>) => applyCommand(undefined, { ...more, file }, t, signal),
      sync: (t: ReturnType<typeof testTerminal>) => syncCommand({ ...more, all: true }, t, signal),
      watch: (t: ReturnType<typeof testTerminal>) => watchCommand(more, t, signal),
      delete: (t: ReturnType<typeof testTerminal>) =>
        deleteCommand({ ...more, ingress: [INGRESS] }, t, signal),
      inspect: (t: ReturnType<typeof testTerminal>) => inspectCommand(more, t),
    };
    const writes = await bench.writes(async () => {
      for (const [name, run] of Object.entries(commands)) {
        await expect(run(testTerminal()), name).rejects.toMatchObject({
          code: 'wrong-cluster',
          message: expect.stringMatching(
            /leads to https:\/\/localhost:\d+, not to the cluster shop, whose API server is https:\/\/127/,
          ),
        });
      }
    });
    expect(writes).toEqual([]);
  });

  test('is refused where EKS knows the server by another name than the given one', async () => {
    await expect(
      openEngine(options({ clusterName: 'shpo', vpcId: bench.world.vpcId })),
    ).rejects.toMatchObject({
      code: 'wrong-cluster',
      message: expect.stringMatching(
        /leads to the EKS cluster shop \(https:.*not to the cluster shpo, which EKS does not know here/,
      ),
    });
  });

  test('a tunnel is known by tls-server-name, in any spelling of the address', async () => {
    const { server } = (await openEngine(options())).kube;
    const host = new URL(server).hostname;
    const kubeconfig = await elsewhere((url) => url.replace('127.0.0.1', 'localhost'), {
      'tls-server-name': host,
    });
    // The port of a tunnel is its own: the record has to name the usual one.
    await expect(openEngine(options({ kubeconfig }))).rejects.toMatchObject({ code: 'wrong-cluster' });
    const upper = await elsewhere((url) => url.toUpperCase().replace('HTTPS', 'https'));
    expect((await openEngine(options({ kubeconfig: upper }))).knownTo).toBe('EKS');
  });

  test('another VPC than that of the record is refused', async () => {
    await expect(openEngine(options({ vpcId: 'vpc-0123456789abcdef0' }))).rejects.toMatchObject({
      code: 'wrong-vpc',
    });
  });
});

describe('a cluster that EKS does not know', () => {
  test('needs its name and VPC by hand, and is told of once', async () => {
    await bench.world.reset({ eks: false });
    const { vpcId } = bench.world;
    await expect(openEngine(options())).rejects.toMatchObject({ code: 'unknown-cluster' });
    await expect(openEngine(options({ clusterName: undefined, vpcId }))).rejects.toMatchObject({
      code: 'unknown-cluster',
    });
    const terminal = testTerminal();
    expect(await planCommand({ ...options({ vpcId }), file: [GAME] }, terminal)).toBe(3);
    const told = terminal.printed.err.filter((line) =>
      line.includes('EKS has no record of the cluster shop'),
    );
    expect(told).toHaveLength(1);
    expect(terminal.printed.out.join('\n')).toContain('not an EKS cluster of this account and region');
  });

  test('where EKS may not be asked, nothing is planned', async () => {
    await bench.faults({ action: 'eks:GET /clusters/*', code: 'AccessDenied', status: 403, every: 1 });
    await expect(openEngine(options())).rejects.toThrow(/AWS refuses|AccessDenied/);
    await bench.faults();
  });
});

describe('tags alone', () => {
  async function tagged(
    name: string,
    cluster = 'prod',
    scheme: 'internal' | 'internet-facing' = 'internet-facing',
  ): Promise<string> {
    const { aws } = await bench.engine();
    const subnets = ['a', 'b'].map((zone) => bench.world.ids[`\${subnet:shop-public-${zone}}`] ?? '');
    const tags = {
      'elbv2.k8s.aws/cluster': cluster,
      'ingress.k8s.aws/stack': INGRESS,
      'ingress.k8s.aws/resource': 'LoadBalancer',
    };
    const { LoadBalancers = [] } = await aws.elbv2.send(
      new CreateLoadBalancerCommand({
        ...{ Name: name, Subnets: subnets, Scheme: scheme },
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    return LoadBalancers[0]?.LoadBalancerArn ?? '';
  }

  async function balancers(): Promise<(string | undefined)[]> {
    const { aws } = await bench.engine();
    const { LoadBalancers = [] } = await aws.elbv2.send(new DescribeLoadBalancersCommand({}));
    return LoadBalancers.map(({ LoadBalancerName }) => LoadBalancerName).sort();
  }

  /** The Ingress is served by its own load balancer; one of `prod`, which EKS does not know either, has the same stack. */
  async function twoClusters(): Promise<object> {
    await bench.world.reset({ eks: false });
    await bench.provision(await objectsOf(GAME));
    await tagged('prod-live');
    return options({ clusterName: 'prod', vpcId: bench.world.vpcId });
  }

  test('delete no load balancer: --yes does not answer for it', async () => {
    const prod = await twoClusters();
    const own = (await balancers()).filter((name) => name !== 'prod-live');
    for (const run of [
      (t: ReturnType<typeof testTerminal>) => deleteCommand({ ...prod, ingress: [INGRESS] }, t, signal),
      (t: ReturnType<typeof testTerminal>) => syncCommand({ ...prod, all: true }, t, signal),
    ]) {
      const terminal = testTerminal();
      expect(await run(terminal)).toBe(1);
      expect(terminal.printed.err.join('\n')).toContain('prod-live');
      expect(terminal.printed.err.join('\n')).toContain('--delete-cluster prod');
      expect(await balancers()).toEqual([...own, 'prod-live'].sort());
    }
    // What kept it is told in the plan as well.
    const plan = testTerminal();
    await planCommand({ ...prod, all: true }, plan);
    expect(plan.printed.out.join('\n')).toContain("it may be somebody else's");
  });

  test('nor those beside the one that a status names, nor those that were there before the Ingress', async () => {
    await bench.provision(await objectsOf(GAME));
    await tagged('hand', 'shop');
    const names = await balancers();
    const shop = options({ clusterName: 'shop' });
    for (const run of [
      (t: TestTerminal) => syncCommand({ ...shop, all: true }, t, signal),
      (t: TestTerminal) => deleteCommand({ ...shop, ingress: [INGRESS] }, t, signal),
    ]) {
      const terminal = testTerminal();
      expect(await run(terminal)).toBe(1);
      expect(terminal.printed.err.join('\n')).toContain('hand');
      expect(await balancers()).toEqual(names);
    }
  });

  test('nor those that were there before the Ingress', async () => {
    await tagged('hand', 'shop', 'internal');
    const terminal = testTerminal();
    const code = await applyCommand(undefined, { ...options(), file: [GAME] }, terminal, signal);
    expect([code, await balancers()]).toEqual([1, ['hand']]);
    expect(terminal.printed.err.join('\n')).toContain('no status names it');
  });

  test('--delete-cluster with its name answers', async () => {
    const prod = await twoClusters();
    const own = (await balancers()).filter((name) => name !== 'prod-live');
    const wrong = { ...prod, deleteCluster: ['shop'], ingress: [INGRESS] };
    expect(await deleteCommand(wrong, testTerminal(), signal)).toBe(1);
    expect(await syncCommand({ ...prod, all: true, deleteCluster: ['prod'] }, testTerminal(), signal)).toBe(
      0,
    );
    expect(await balancers()).toEqual(own);
  });
});
