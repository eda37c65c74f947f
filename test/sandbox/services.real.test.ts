import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyAt, type KubeItem } from '../../sandbox/kube';
import { startWorld, type World } from '../helpers/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

const DEPLOYMENTS = 'apis/apps/v1/namespaces/demo/deployments';

/** Deployment `web` and Service `web` with named and numbered ports, in namespace `demo`. */
async function deploy(replicas: number, image = 'demo:1'): Promise<void> {
  const labels = { app: 'web' };
  await applyAt(world.kube, 'api/v1/namespaces/demo', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'demo' },
  });
  await applyAt(world.kube, `${DEPLOYMENTS}/web`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'demo' },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'web', image, ports: [{ name: 'http', containerPort: 8080 }] }] },
      },
    },
  });
  await applyAt(world.kube, 'api/v1/namespaces/demo/services/web', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'demo' },
    spec: {
      type: 'NodePort',
      selector: labels,
      ports: [
        { name: 'named', port: 80, targetPort: 'http' },
        { name: 'plain', port: 81, targetPort: 9090 },
      ],
    },
  });
}

/** What is in the namespace, one line per object. */
async function seen(): Promise<readonly string[]> {
  const [pods, slices] = await Promise.all([
    world.kube.call<{ items: KubeItem[] }>('GET', 'api/v1/namespaces/demo/pods'),
    world.kube.call<{ items: KubeItem[] }>('GET', 'apis/discovery.k8s.io/v1/namespaces/demo/endpointslices'),
  ]);
  return [...pods.items.map(podLine), ...slices.items.map(sliceLine)].sort();
}

function podLine(pod: KubeItem): string {
  const { nodeName, containers } = pod['spec'] as { nodeName?: string; containers: { image: string }[] };
  const { phase, podIP } = (pod['status'] ?? {}) as { phase?: string; podIP?: string };
  return `pod ${phase} on ${nodeName} at ${podIP} runs ${containers[0]?.image}`;
}

function sliceLine(slice: KubeItem): string {
  const ports = slice['ports'] as { name: string; port: number }[] | null;
  const endpoints = slice['endpoints'] as { addresses: string[]; conditions: { ready: boolean } }[] | null;
  const ready = (endpoints ?? [])
    .filter(({ conditions }) => conditions.ready)
    .flatMap(({ addresses }) => addresses);
  return `slice ${(ports ?? []).map(({ name, port }) => `${name}=${port}`).join(',')} -> ${ready.sort().join(',')}`;
}

/** Looks until it sees the lines, at most 15 s. */
async function expectSeen(lines: readonly string[]): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    const now = await seen();
    if (JSON.stringify(now) === JSON.stringify(lines)) return;
    await sleep(100);
  }
  expect(await seen()).toEqual(lines);
}

async function gone(path: string): Promise<boolean> {
  return world.kube.call('GET', path).then(
    () => false,
    (error: { status?: number }) => error.status === 404,
  );
}

describe('the seeded world', () => {
  test('has three public and three private subnets with their tags', async () => {
    const ec2 = new EC2Client(clientOptions());
    const { Subnets = [] } = await ec2.send(
      new DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [world.vpcId] }] }),
    );
    const roles = Subnets.map(({ AvailabilityZone, Tags = [] }) => {
      const role = Tags.find(({ Key }) => Key?.startsWith('kubernetes.io/role/'))?.Key;
      return `${AvailabilityZone} ${role}`;
    });
    expect(roles.sort()).toEqual([
      'eu-west-1a kubernetes.io/role/elb',
      'eu-west-1a kubernetes.io/role/internal-elb',
      'eu-west-1b kubernetes.io/role/elb',
      'eu-west-1b kubernetes.io/role/internal-elb',
      'eu-west-1c kubernetes.io/role/elb',
      'eu-west-1c kubernetes.io/role/internal-elb',
    ]);
  });

  test('has an EKS cluster with an OIDC issuer in the same VPC', async () => {
    const { cluster } = await new EKSClient(clientOptions()).send(
      new DescribeClusterCommand({ name: 'shop' }),
    );
    expect(cluster?.status).toBe('ACTIVE');
    expect(cluster?.resourcesVpcConfig?.vpcId).toBe(world.vpcId);
    expect(cluster?.identity?.oidc?.issuer).toMatch(/^https:\/\/oidc\.eks\.eu-west-1\./);
  });

  test('has ready Nodes that name its instances, and the class alb', async () => {
    const { items } = await world.kube.call<{ items: KubeItem[] }>('GET', 'api/v1/nodes');
    const lines = items.map(
      (node) => `${node.metadata.name} ${(node['spec'] as { providerID: string }).providerID}`,
    );
    expect(lines).toEqual(
      world.nodes.map(({ name, zone, instance }) => `${name} aws:///${zone}/${instance}`),
    );
    const alb = await world.kube.call('GET', 'apis/networking.k8s.io/v1/ingressclasses/alb');
    expect(alb['spec']).toEqual({ controller: 'ingress.k8s.aws/alb' });
  });

  test('refuses a TargetGroupBinding without a Service', async () => {
    const binding = {
      apiVersion: 'elbv2.k8s.aws/v1beta1',
      kind: 'TargetGroupBinding',
      metadata: { name: 'x' },
      spec: {},
    };
    const made = world.kube.call(
      'POST',
      'apis/elbv2.k8s.aws/v1beta1/namespaces/default/targetgroupbindings',
      binding,
    );
    await expect(made).rejects.toThrow(/spec.serviceRef: Required value/);
  });
});

describe('pods', () => {
  test('follow a Deployment and its Service through their whole life', async () => {
    await deploy(2);
    await expectSeen([
      'pod Running on node-1 at 10.0.64.101 runs demo:1',
      'pod Running on node-2 at 10.0.80.101 runs demo:1',
      'slice named=8080,plain=9090 -> 10.0.64.101,10.0.80.101',
    ]);
    await deploy(1);
    await expectSeen([
      'pod Running on node-1 at 10.0.64.101 runs demo:1',
      'slice named=8080,plain=9090 -> 10.0.64.101',
    ]);
    await deploy(1, 'demo:2');
    await expectSeen([
      'pod Running on node-2 at 10.0.80.101 runs demo:2',
      'slice named=8080,plain=9090 -> 10.0.80.101',
    ]);
    await world.kube.call('DELETE', `${DEPLOYMENTS}/web`);
    await expectSeen(['slice  -> ']);
    await world.kube.call('DELETE', 'api/v1/namespaces/demo/services/web');
    await expectSeen([]);
  });

  test('go with their namespace, which waits for an Ingress that has a finalizer', async () => {
    await deploy(1);
    const ingresses = 'apis/networking.k8s.io/v1/namespaces/demo/ingresses';
    await world.kube.call('POST', ingresses, {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'web', namespace: 'demo', finalizers: ['ingress.k8s.aws/resources'] },
      spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
    });
    await world.kube.call('DELETE', 'api/v1/namespaces/demo');
    await expectSeen([]);
    expect(await gone(`${ingresses}/web`)).toBe(false);
    const patch = { metadata: { finalizers: null } };
    await world.kube.call('PATCH', `${ingresses}/web`, patch, 'application/merge-patch+json');
    await expect.poll(() => gone('api/v1/namespaces/demo'), { timeout: 10_000 }).toBe(true);
  });
});

test('reset leaves the seeded world and nothing else', async () => {
  const before = world.vpcId;
  await deploy(1);
  await world.reset();
  expect(await gone('api/v1/namespaces/demo')).toBe(true);
  expect(world.vpcId).toBe(before);
  await deploy(1);
  await expectSeen([
    'pod Running on node-1 at 10.0.64.101 runs demo:1',
    'slice named=8080,plain=9090 -> 10.0.64.101',
  ]);
});

function clientOptions() {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return { endpoint: world.endpoint, region: world.region, credentials };
}
