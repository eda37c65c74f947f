import { RegisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listLoadBalancers, listTargetGroups, targetHealth } from '../../src/aws/elbv2';
import { protectionOf } from '../../src/aws/shield';
import { webAclOf } from '../../src/aws/waf';
import { listObjects } from '../../src/kube/client';
import { RESOURCES } from '../../src/kube/resources';
import type { KubeObject } from '../../src/kube/types';
import { failuresOf } from '../../src/reconcile/provision';
import { masked } from './awsDump';
import { application, type Bench, changeLines, startBench, summary } from './bench';

let bench: Bench;
let before: string[];
beforeAll(async () => {
  bench = await startBench();
  before = await bench.aws();
});
afterAll(() => bench?.stop());
beforeEach(async () => {
  await bench.apply(WEB);
  await bench.pods('demo', 2);
});
afterEach(async () => {
  await bench.faults();
  await bench.removeAll();
  expect(await bench.aws()).toEqual(before);
  expect(await configMaps()).toEqual([]);
});

const WEB = application(2);

/** An Ingress for the application; annotations without their prefix. */
function ingress(annotations: Readonly<Record<string, string>>): KubeObject[] {
  const all = Object.entries({ 'target-type': 'ip', ...annotations });
  const metadata = {
    ...{ namespace: 'demo', name: 'web' },
    annotations: Object.fromEntries(all.map(([key, value]) => [`alb.ingress.kubernetes.io/${key}`, value])),
  };
  const defaultBackend = { service: { name: 'web', port: { number: 80 } } };
  const spec = { ingressClassName: 'alb', defaultBackend };
  return [{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec } as KubeObject];
}

async function configMaps(): Promise<string[]> {
  const { kube } = await bench.engine();
  const found = await listObjects<KubeObject & { data?: Record<string, string> }>(kube, RESOURCES.ConfigMap, {
    namespace: 'demo',
  });
  const ours = (found ?? []).filter(({ metadata }) => metadata.name.startsWith('aws-lbc-targets-'));
  return ours.map(({ metadata, data }) => `${masked(metadata.name)} ${data?.['targets']}`);
}

/** Name of the web ACL and of the protection of the one load balancer. */
async function guards(): Promise<unknown[]> {
  const { aws } = await bench.engine();
  const [lb] = await listLoadBalancers(aws);
  const arn = lb?.LoadBalancerArn ?? '';
  return [(await webAclOf(aws, arn)).split('/').at(-2), (await protectionOf(aws, arn))?.name];
}

const GUARDED = ingress({ 'wafv2-acl-name': 'shop-acl', 'shield-advanced-protection': 'true' });
const BARE = ingress({ 'wafv2-acl-name': 'none', 'shield-advanced-protection': 'false' });

describe('web ACL and Shield', () => {
  test('are put in front of the load balancer, stay, and are taken away', async () => {
    await bench.provision(GUARDED);
    expect(await guards()).toEqual(['shop-acl', 'managed by aws-load-balancer-controller']);
    expect(summary(await bench.plan())).toBe('no change');
    await bench.apply(ingress({}));
    expect(summary(await bench.plan())).toBe('no change');
    await bench.apply(BARE);
    expect(changeLines(await bench.plan())).toEqual([
      'delete Web ACL shop-acl: requests are no longer filtered by it',
      expect.stringMatching(/^delete Shield protection k8s-demo-web-\S+: the load balancer is no longer/),
    ]);
    await bench.sync();
    expect(await guards()).toEqual([undefined, undefined]);
    expect(summary(await bench.plan())).toBe('no change');
  });

  test.each(['AssociateWebACL', 'CreateProtection'])(
    '%s that fails: the next run goes on',
    async (action) => {
      await bench.apply(GUARDED);
      await bench.faults({ action: `*:${action}`, nth: 1, code: 'AccessDeniedException', status: 400 });
      const [failure] = failuresOf(await bench.trySync());
      expect(failure?.error.message).toMatch(/Failed deploy model due to .*failed to create (WAFv2|shield)/);
      await bench.faults();
      await bench.sync();
      expect(await guards()).toEqual(['shop-acl', 'managed by aws-load-balancer-controller']);
      await bench.apply(BARE);
      await bench.sync();
    },
  );

  test('WAF Classic is told not to be applied', async () => {
    await bench.apply(ingress({ 'waf-acl-id': '12345678-1234-1234-1234-123456789012' }));
    expect((await bench.plan()).groups.flatMap(({ notes }) => notes)).toEqual([
      'demo/web: waf-acl-id is not applied: AWS WAF Classic has reached its end of life, use wafv2-acl-arn',
    ]);
  });

  test('a web ACL that does not exist refuses the group in the words of the controller', async () => {
    await bench.apply(ingress({ 'wafv2-acl-name': 'nothing' }));
    const [failure] = failuresOf(await bench.trySync());
    expect(failure?.error.message).toBe(
      "Failed build model due to couldn't find WAFv2 WebACL with name: nothing",
    );
  });
});

describe('a target group that other clusters use, too', () => {
  const FOREIGN = { Id: '10.0.96.250', Port: 8080 };

  async function targets(): Promise<string[]> {
    const { aws } = await bench.engine();
    const [group] = await listTargetGroups(aws);
    const found = await targetHealth(aws, group?.TargetGroupArn ?? '');
    const staying = found.filter(({ TargetHealth }) => TargetHealth?.State !== 'draining');
    return staying.map(({ Target }) => `${Target?.Id}:${Target?.Port}`).sort();
  }

  test('keeps the targets of the others', async () => {
    await bench.provision(ingress({ 'multi-cluster-target-group': 'true' }));
    const [first = '', second = ''] = await targets();
    expect(await configMaps()).toEqual([`aws-lbc-targets-k8s-demo-web-* ${first},${second}`]);

    const { aws } = await bench.engine();
    const [group] = await listTargetGroups(aws);
    const TargetGroupArn = group?.TargetGroupArn;
    await aws.elbv2.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [FOREIGN] }));
    expect(summary(await bench.plan())).toBe('no change');

    await bench.apply(application(1));
    await bench.pods('demo', 1);
    await bench.sync();
    const [own = '', ...others] = await targets();
    expect(others).toEqual([`${FOREIGN.Id}:${FOREIGN.Port}`]);
    expect(await configMaps()).toEqual([`aws-lbc-targets-k8s-demo-web-* ${own}`]);
    expect(summary(await bench.plan())).toBe('no change');
  });

  test.each(['refused', 'lost'])('a registration that is %s: the next run goes on', async (kind) => {
    await bench.apply(ingress({ 'multi-cluster-target-group': 'true' }));
    const fault = kind === 'lost' ? { code: 'InternalFailure', lose_reply: true } : { code: 'AccessDenied' };
    await bench.faults({ action: '*:RegisterTargets', nth: 1, status: 400, ...fault });
    await bench.trySync();
    await bench.faults();
    await bench.sync();
    expect(await configMaps()).toEqual([`aws-lbc-targets-k8s-demo-web-* ${(await targets()).join()}`]);
    expect(summary(await bench.plan())).toBe('no change');
  });
});
