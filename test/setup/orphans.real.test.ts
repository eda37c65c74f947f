import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findOrphans, type Orphan } from '../../src/setup/orphans/find';
import { perform } from '../../src/setup/perform';
import { refreshed } from '../../src/setup/setup';
import { startWorld, type World } from '../helpers/world';
import { call, plainly } from './behind';
import { setupOf } from './harness';
import { leftovers } from './leftovers';

let world: World;

beforeAll(async () => {
  world = await startWorld({ pods: false, world: { seed: 7 } });
});
afterAll(() => world?.stop());

const { plain } = plainly(() => world);
const { balancer, targetGroup, securityGroup, ingress } = leftovers(() => world);

function rowOf({ kind, name, why, actions }: Orphan): string[] {
  const told = actions.map(({ text, loses }) => `  ${text} ! ${loses}`);
  return [`${kind} ${name}: ${why}`, ...told].map((line) =>
    plain(line)
      .replace(/\b[0-9a-f]{16,17}\b/g, 'ID')
      .replace(/sg-\w+/g, 'sg-ID'),
  );
}

describe('orphans', () => {
  it('are found, of clusters that are gone and of objects that are gone, and deleted', async () => {
    const setup = await setupOf(world);
    await ingress('front');
    await balancer(setup, 'front', 'shop', { 'ingress.k8s.aws/stack': 'shop/front' });
    await balancer(setup, 'left', 'shop', { 'ingress.k8s.aws/stack': 'shop/left' });
    await balancer(setup, 'group', 'shop', { 'ingress.k8s.aws/stack': 'everything' });
    await balancer(setup, 'nlb', 'shop', { 'service.k8s.aws/stack': 'shop/nlb' });
    await balancer(setup, 'gateway', 'shop', { 'gateway.k8s.aws.alb/stack': 'shop/gateway' });
    await balancer(setup, 'gone', 'gone', { 'ingress.k8s.aws/stack': 'shop/front' });
    await targetGroup(setup, 'gone', 'gone');
    const group = await securityGroup(setup, 'gone', 'gone');
    await call(setup, 'ec2', 'AuthorizeSecurityGroupIngress', {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how the map spells it
      GroupId: world.ids['${sg:shop-node}'],
      IpPermissions: [
        {
          IpProtocol: 'tcp',
          FromPort: 80,
          ToPort: 90,
          UserIdGroupPairs: [{ GroupId: group }],
          IpRanges: [{ CidrIp: '10.0.0.0/8' }],
        },
      ],
    });

    const { orphans, untold } = await findOrphans(setup);
    expect(untold).toEqual([]);
    expect(orphans.flatMap(rowOf).join('\n')).toMatchInlineSnapshot(`
      "load-balancer left: The cluster shop has no Ingress shop/left any more.
        Delete the load balancer left with its listeners ! arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/left/ID
      load-balancer group: The cluster shop has no IngressGroup everything any more.
        Delete the load balancer group with its listeners ! arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/group/ID
      load-balancer nlb: The cluster shop has no Service shop/nlb any more.
        Delete the load balancer nlb with its listeners ! arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/nlb/ID
      load-balancer gone: There is no EKS cluster gone in this account and region; one that is not of EKS, or of another account, would not be seen.
        Delete the load balancer gone with its listeners ! arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/gone/ID
      target-group gone: There is no EKS cluster gone in this account and region; one that is not of EKS, or of another account, would not be seen.
        Delete the target group gone ! arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/gone/ID
      security-group gone: There is no EKS cluster gone in this account and region; one that is not of EKS, or of another account, would not be seen.
        Remove the rules of <sg:shop-node> that let sg-ID in ! the rules of <sg:shop-node> for sg-ID (ports 80-90)
        Delete the security group sg-ID (gone) ! sg-ID (gone)"
    `);

    for (const { actions } of orphans) {
      for (const action of actions) await perform(setup, action, new AbortController().signal);
    }
    expect(await findOrphans(refreshed(setup))).toEqual({ orphans: [], untold: [] });
    const left = await call(setup, 'elbv2', 'DescribeLoadBalancers', {});
    expect(left.LoadBalancers?.map(({ LoadBalancerName }) => LoadBalancerName).sort()).toEqual([
      'front',
      'gateway',
    ]);
  });

  it('cannot be told of a cluster that is there and does not answer', async () => {
    const setup = await setupOf(world);
    const away = { ...setup, options: { ...setup.options, kubeconfig: '/nowhere/kubeconfig' } };
    expect(await findOrphans(refreshed(away))).toMatchInlineSnapshot(`
      {
        "orphans": [],
        "untold": [
          "Could not tell of 2 resources of shop whether they are still needed: the cluster cannot be reached.",
        ],
      }
    `);
  });
});
