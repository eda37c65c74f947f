import { afterAll, beforeAll, expect, test } from 'vitest';
import { createObject } from '../../src/kube/client';
import { RESOURCES } from '../../src/kube/resources';
import { createLiveAnswers } from '../../src/liveValues';
import type { LiveSource } from '../../src/protocol';
import { type Engine, openEngine } from '../../src/reconcile/engine';
import { startWorld, type World } from '../helpers/world';

let world: World;
let engine: Engine;
const warnings: string[] = [];

beforeAll(async () => {
  world = await startWorld();
  Object.assign(
    process.env,
    Object.fromEntries(Object.entries(world.env).filter(([name]) => name.startsWith('AWS_'))),
  );
  delete process.env['AWS_PROFILE'];
  await world.reset({ legacy_target_group: true });
  const { kubeconfig, clusterName, region, vpcId, endpoint } = world;
  engine = await openEngine({ kubeconfig, clusterName, region, vpcId, endpointUrl: endpoint });
  await createObject(engine.kube, RESOURCES.Secret, {
    ...{ apiVersion: 'v1', kind: 'Secret', type: 'Opaque', stringData: { clientSecret: 'x' } },
    metadata: { name: 'oidc', namespace: 'default' },
  } as never);
  await createObject(engine.kube, RESOURCES.Service, {
    ...{ apiVersion: 'v1', kind: 'Service', spec: { ports: [{ name: 'http', port: 80 }] } },
    metadata: { name: 'web', namespace: 'default' },
  } as never);
});
afterAll(() => world?.stop());

/** What is offered, as "value: label" lines. */
async function offered(source: LiveSource, namespace?: string): Promise<string[]> {
  const host = {
    isTrusted: () => true,
    engine: async () => engine,
    warn: (text: string) => void warnings.push(text),
  };
  const params = namespace === undefined ? { source } : { source, namespace };
  const result = await createLiveAnswers(host).answer(params);
  if (result.status === 'unknown') throw new Error(warnings.join('\n'));
  return result.values.map(({ value, label }) => `${value}: ${label}`);
}

test('subnets', async () => {
  const found = await offered('subnets');
  expect(found).toHaveLength(6);
  expect(found).toContain(
    `${world.ids['${' + 'subnet:shop-public-a}']}: shop-public-a, eu-west-1a, public, role elb, 10.0.0.0/20`,
  );
  expect(found.join('\n')).toContain('shop-private-b, eu-west-1b, private, role internal-elb');
});

test('certificates', async () => {
  expect((await offered('certificates')).map((line) => line.replace(/^.*certificate\/\S+: /, ''))).toEqual([
    '*.shop.example.com, issued, until 2045-01-01, eu-west-1',
    'api.example.org, issued, until 2045-01-01, eu-west-1',
    'shop.example.com, issued, until 2045-01-01, eu-west-1',
  ]);
});

test.each<[LiveSource, string]>([
  ['securityGroups', 'shop-frontend'],
  ['webAcls', 'shop-acl, eu-west-1'],
  ['webAclNames', 'shop-acl: shop-acl'],
  ['sslPolicies', 'ELBSecurityPolicy-TLS13-1-2-2021-06: TLSv1.2 TLSv1.3'],
  ['prefixLists', 'shop-offices, IPv4'],
  ['elasticIps', 'shop-eip-a'],
  ['targetGroups', 'shop-legacy, HTTP 8080, ip'],
  ['targetGroupNames', 'shop-legacy: shop-legacy'],
  ['buckets', 'shop-alb-logs: bucket in eu-west-1'],
  ['trustStores', 'shop-trust: active, 1 certificate'],
  ['ingressClasses', 'alb: ingress.k8s.aws/alb'],
])('%s', async (source, part) => {
  expect((await offered(source)).join('\n')).toContain(part);
});

test.each<LiveSource>(['ipamPools', 'certificateAuthorities'])('%s: none', async (source) => {
  expect(await offered(source)).toEqual([]);
});

test('Services and Secrets of a namespace', async () => {
  expect(await offered('services', 'default')).toContain('web: ClusterIP, http 80');
  expect(await offered('secrets', 'default')).toEqual(['oidc: Secret']);
  expect(await offered('secrets', 'elsewhere')).toEqual([]);
  expect(await offered('secrets')).toContain('oidc: Secret, in default');
});
