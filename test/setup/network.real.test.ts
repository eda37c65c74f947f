import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Setup } from '../../src/setup/setup';
import { terraformOf } from '../../src/setup/steps/network';
import { startWorld, type World } from '../helpers/world';
import { call, plainly } from './behind';
import { setupOf, stepOf } from './harness';

let world: World;

beforeAll(async () => {
  world = await startWorld({ pods: false, world: { seed: 7 } });
});
afterAll(() => world?.stop());
beforeEach(() => world.reset({ seed: 7 }));

const { check, plan, apply, plain } = plainly(() => world);
const PUBLIC = 'kubernetes.io/role/elb';
const INTERNAL = 'kubernetes.io/role/internal-elb';

const subnet = (name: string) => world.ids[`\${subnet:${name}}`] ?? '';
const subnets = (kind: string) => ['a', 'b', 'c'].map((zone) => subnet(`shop-${kind}-${zone}`));

async function untag(setup: Setup, Resources: string[], Key: string): Promise<void> {
  await call(setup, 'ec2', 'DeleteTags', { Resources, Tags: [{ Key }] });
}

async function tag(setup: Setup, Resources: string[], Key: string, Value = '1'): Promise<void> {
  await call(setup, 'ec2', 'CreateTags', { Resources, Tags: [{ Key, Value }] });
}

describe('the subnets', () => {
  it('are fine as the world has them', async () => {
    const setup = await setupOf(world);
    expect(await check(setup, 'subnets')).toMatchInlineSnapshot(`
      "true
      internet-facing: 3 zones, <subnet:shop-public-a> (shop-public-a, eu-west-1a, public, 4091 free); <subnet:shop-public-b> (shop-public-b, eu-west-1b, public, 4091 free); <subnet:shop-public-c> (shop-public-c, eu-west-1c, public, 4091 free)
      internal: 3 zones, <subnet:shop-private-a> (shop-private-a, eu-west-1a, private, 4030 free); <subnet:shop-private-b> (shop-private-b, eu-west-1b, private, 4030 free); <subnet:shop-private-c> (shop-private-c, eu-west-1c, private, 4030 free)"
    `);
    expect(await plan(setup, 'subnets')).toBe('');
    expect(await terraformOf(setup)).toBe('');
  });

  it('without tags are found by their routes, but not by old releases', async () => {
    const setup = await setupOf(world);
    await untag(setup, subnets('public'), PUBLIC);
    await untag(setup, subnets('private'), INTERNAL);
    expect(await check(setup, 'subnets')).toMatch(/^true/);
    const old = await setupOf(world, { controllerVersion: '2.8.0' });
    expect(await check(old, 'subnets')).toMatchInlineSnapshot(`
      "false
      internet-facing: subnets in 2 zones are needed, usable are those of none.
        <subnet:shop-public-a> (shop-public-a, eu-west-1a, public, 4091 free): not used: no tag kubernetes.io/role/elb
        <subnet:shop-public-b> (shop-public-b, eu-west-1b, public, 4091 free): not used: no tag kubernetes.io/role/elb
        <subnet:shop-public-c> (shop-public-c, eu-west-1c, public, 4091 free): not used: no tag kubernetes.io/role/elb
      internal: subnets in 2 zones are needed, usable are those of none.
        <subnet:shop-private-a> (shop-private-a, eu-west-1a, private, 4030 free): not used: no tag kubernetes.io/role/internal-elb
        <subnet:shop-private-b> (shop-private-b, eu-west-1b, private, 4030 free): not used: no tag kubernetes.io/role/internal-elb
        <subnet:shop-private-c> (shop-private-c, eu-west-1c, private, 4030 free): not used: no tag kubernetes.io/role/internal-elb"
    `);
    expect(await plan(old, 'subnets')).toMatchInlineSnapshot(`
      "  - Tag shop-public-a, shop-public-b, shop-public-c with kubernetes.io/role/elb
          $ aws ec2 create-tags --region eu-west-1 --endpoint-url ENDPOINT --resources <subnet:shop-public-a> <subnet:shop-public-b> <subnet:shop-public-c> --tags '[{"Key":"kubernetes.io/role/elb","Value":"1"}]'
        - Tag shop-private-a, shop-private-b, shop-private-c with kubernetes.io/role/internal-elb
          $ aws ec2 create-tags --region eu-west-1 --endpoint-url ENDPOINT --resources <subnet:shop-private-a> <subnet:shop-private-b> <subnet:shop-private-c> --tags '[{"Key":"kubernetes.io/role/internal-elb","Value":"1"}]'"
    `);
    expect(await apply(old, 'subnets')).toMatch(/^done/);
    expect(await plan(old, 'subnets')).toBe('');
  });

  it('lack a tag in two zones', async () => {
    const setup = await setupOf(world);
    await untag(setup, subnets('public').slice(1), PUBLIC);
    expect(await check(setup, 'subnets')).toMatchInlineSnapshot(`
      "false
      internet-facing: subnets in 2 zones are needed, usable are those of eu-west-1a.
        <subnet:shop-public-a> (shop-public-a, eu-west-1a, public, 4091 free): fits
        <subnet:shop-public-b> (shop-public-b, eu-west-1b, public, 4091 free): not used: no tag kubernetes.io/role/elb
        <subnet:shop-public-c> (shop-public-c, eu-west-1c, public, 4091 free): not used: no tag kubernetes.io/role/elb
      internal: 3 zones, <subnet:shop-private-a> (shop-private-a, eu-west-1a, private, 4030 free); <subnet:shop-private-b> (shop-private-b, eu-west-1b, private, 4030 free); <subnet:shop-private-c> (shop-private-c, eu-west-1c, private, 4030 free)"
    `);
    const declined = await setupOf(world, { tagSubnets: false });
    expect(await plan(declined, 'subnets')).toBe('');
    expect(await check(declined, 'subnets')).toMatchInlineSnapshot(`
      "false
      internet-facing: subnets in 2 zones are needed, usable are those of eu-west-1a.
        <subnet:shop-public-a> (shop-public-a, eu-west-1a, public, 4091 free): fits
        <subnet:shop-public-b> (shop-public-b, eu-west-1b, public, 4091 free): not used: no tag kubernetes.io/role/elb
        <subnet:shop-public-c> (shop-public-c, eu-west-1c, public, 4091 free): not used: no tag kubernetes.io/role/elb
      Tagging was declined; where the subnets are kept in Terraform, add:
      resource "aws_ec2_tag" "<subnet:shop-public-b>_kubernetes_io_role_elb" {
        resource_id = "<subnet:shop-public-b>"
        key         = "kubernetes.io/role/elb"
        value       = "1"
      }

      resource "aws_ec2_tag" "<subnet:shop-public-c>_kubernetes_io_role_elb" {
        resource_id = "<subnet:shop-public-c>"
        key         = "kubernetes.io/role/elb"
        value       = "1"
      }
      internal: 3 zones, <subnet:shop-private-a> (shop-private-a, eu-west-1a, private, 4030 free); <subnet:shop-private-b> (shop-private-b, eu-west-1b, private, 4030 free); <subnet:shop-private-c> (shop-private-c, eu-west-1c, private, 4030 free)"
    `);
    expect(plain(await terraformOf(declined))).toMatchInlineSnapshot(`
      "resource "aws_ec2_tag" "<subnet:shop-public-b>_kubernetes_io_role_elb" {
        resource_id = "<subnet:shop-public-b>"
        key         = "kubernetes.io/role/elb"
        value       = "1"
      }

      resource "aws_ec2_tag" "<subnet:shop-public-c>_kubernetes_io_role_elb" {
        resource_id = "<subnet:shop-public-c>"
        key         = "kubernetes.io/role/elb"
        value       = "1"
      }
      "
    `);
    expect(await apply(setup, 'subnets')).toMatch(/^done/);
  });

  it('that are private must not be tagged as public', async () => {
    const setup = await setupOf(world);
    await tag(setup, [subnet('shop-private-a')], PUBLIC);
    expect(await check(setup, 'subnets')).toMatchInlineSnapshot(`
      "false
      <subnet:shop-private-a> (shop-private-a, eu-west-1a, private, 4030 free) is private and has the tag kubernetes.io/role/elb: an internet-facing load balancer in it is not reached.
      internal: 3 zones, <subnet:shop-private-a> (shop-private-a, eu-west-1a, private, 4030 free); <subnet:shop-private-b> (shop-private-b, eu-west-1b, private, 4030 free); <subnet:shop-private-c> (shop-private-c, eu-west-1c, private, 4030 free)"
    `);
    expect(await plan(setup, 'subnets')).toMatchInlineSnapshot(`
      "  - Remove the tag kubernetes.io/role/elb from the private subnet <subnet:shop-private-a>
          ! deletes or replaces the tag kubernetes.io/role/elb of <subnet:shop-private-a>
          $ aws ec2 delete-tags --region eu-west-1 --endpoint-url ENDPOINT --resources <subnet:shop-private-a> --tags '[{"Key":"kubernetes.io/role/elb"}]'"
    `);
    expect(await apply(setup, 'subnets')).toMatch(/^done/);
  });

  it('of other clusters are shared by a tag', async () => {
    const setup = await setupOf(world);
    for (const id of subnets('private')) {
      await untag(setup, [id], 'kubernetes.io/cluster/shop');
      await tag(setup, [id], 'kubernetes.io/cluster/other', 'owned');
    }
    expect(await check(setup, 'subnets')).toMatchInlineSnapshot(`
      "false
      internet-facing: 3 zones, <subnet:shop-public-a> (shop-public-a, eu-west-1a, public, 4091 free); <subnet:shop-public-b> (shop-public-b, eu-west-1b, public, 4091 free); <subnet:shop-public-c> (shop-public-c, eu-west-1c, public, 4091 free)
      internal: subnets in 2 zones are needed, usable are those of none.
        <subnet:shop-private-a> (shop-private-a, eu-west-1a, private, 4030 free): not used: tagged for another cluster (kubernetes.io/cluster/other)
        <subnet:shop-private-b> (shop-private-b, eu-west-1b, private, 4030 free): not used: tagged for another cluster (kubernetes.io/cluster/other)
        <subnet:shop-private-c> (shop-private-c, eu-west-1c, private, 4030 free): not used: tagged for another cluster (kubernetes.io/cluster/other)"
    `);
    expect(await plan(setup, 'subnets')).toMatchInlineSnapshot(`
      "  - Tag shop-private-a, shop-private-b, shop-private-c with kubernetes.io/cluster/shop
          $ aws ec2 create-tags --region eu-west-1 --endpoint-url ENDPOINT --resources <subnet:shop-private-a> <subnet:shop-private-b> <subnet:shop-private-c> --tags '[{"Key":"kubernetes.io/cluster/shop","Value":"shared"}]'"
    `);
    expect(await apply(setup, 'subnets')).toMatch(/^done/);
  });

  it('have a role tag with a value that does not count', async () => {
    const setup = await setupOf(world);
    await tag(setup, subnets('public').slice(1), PUBLIC, 'yes');
    expect(await plan(setup, 'subnets')).toMatchInlineSnapshot(`
      "  - Tag shop-public-b, shop-public-c with kubernetes.io/role/elb
          ! deletes or replaces the present value of the tag kubernetes.io/role/elb of <subnet:shop-public-b>, <subnet:shop-public-c>
          $ aws ec2 create-tags --region eu-west-1 --endpoint-url ENDPOINT --resources <subnet:shop-public-b> <subnet:shop-public-c> --tags '[{"Key":"kubernetes.io/role/elb","Value":"1"}]'"
    `);
    expect(await apply(setup, 'subnets')).toMatch(/^done/);
  });

  it('may all be private', async () => {
    const setup = await setupOf(world);
    await untag(setup, subnets('public'), PUBLIC);
    await call(setup, 'ec2', 'DeleteRoute', {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how the map spells it
      RouteTableId: world.ids['${rtb:shop-public}'],
      DestinationCidrBlock: '0.0.0.0/0',
    });
    expect(await check(setup, 'subnets')).toMatchInlineSnapshot(`
      "true
      internet-facing: not possible, the VPC has no public subnets.
      internal: 3 zones, <subnet:shop-private-a> (shop-private-a, eu-west-1a, private, 4030 free); <subnet:shop-private-b> (shop-private-b, eu-west-1b, private, 4030 free); <subnet:shop-private-c> (shop-private-c, eu-west-1c, private, 4030 free)"
    `);
  });

  it('are not asked about before there is a cluster', async () => {
    const setup = { ...(await setupOf(world)), clusterName: 'new' };
    expect(await plan(setup, 'subnets')).toBe('');
    expect(await check(setup, 'subnets')).toMatch(/^unknown/);
  });
});

describe('instance metadata', () => {
  const deployment = (args: readonly string[]) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'aws-load-balancer-controller', namespace: 'kube-system' },
    spec: {
      selector: { matchLabels: { app: 'lbc' } },
      template: {
        metadata: { labels: { app: 'lbc' } },
        spec: { containers: [{ name: 'controller', image: 'controller:v3', args }] },
      },
    },
  });

  async function install(args: readonly string[]): Promise<void> {
    const path = 'apis/apps/v1/namespaces/kube-system/deployments';
    await world.kube.call('DELETE', `${path}/aws-load-balancer-controller`).catch(() => undefined);
    await world.kube.call('POST', path, deployment(args));
  }

  it('is not needed where the controller is told region and VPC', async () => {
    const setup = await setupOf(world);
    expect(await check(setup, 'instance-metadata')).toMatchInlineSnapshot(`
      "true
      The controller will be told region and VPC, and needs no instance metadata.
      The hop limit of instance metadata is 1, too few for Pods, on <instance:shop-node-1>, <instance:shop-node-2>, <instance:shop-node-3>."
    `);
    await install(['--cluster-name=shop', '--aws-region=eu-west-1', '--aws-vpc-id', 'vpc-1']);
    expect(await check(setup, 'instance-metadata')).toMatchInlineSnapshot(`
      "true
      Deployment kube-system/aws-load-balancer-controller is told region and VPC.
      The hop limit of instance metadata is 1, too few for Pods, on <instance:shop-node-1>, <instance:shop-node-2>, <instance:shop-node-3>."
    `);
  });

  it('is out of reach with a hop limit of 1', async () => {
    const setup = await setupOf(world);
    await install(['--cluster-name=shop']);
    expect(await check(setup, 'instance-metadata')).toMatchInlineSnapshot(`
      "false
      Deployment kube-system/aws-load-balancer-controller lacks --aws-region and --aws-vpc-id, and cannot read them from instance metadata.
      The hop limit of instance metadata is 1, too few for Pods, on <instance:shop-node-1>, <instance:shop-node-2>, <instance:shop-node-3>.
      Run the step controller, which gives both; by hand: Helm values region=eu-west-1 and vpcId=<vpc>."
    `);
    for (const { instance: InstanceId } of world.nodes) {
      await call(setup, 'ec2', 'ModifyInstanceMetadataOptions', { InstanceId, HttpPutResponseHopLimit: 2 });
    }
    expect(await check(setup, 'instance-metadata')).toMatchInlineSnapshot(`
      "true
      Deployment kube-system/aws-load-balancer-controller lacks --aws-region and --aws-vpc-id, and reads them from instance metadata."
    `);
    expect(await plan(setup, 'instance-metadata')).toBe('');
  });

  it('is not there on Fargate', async () => {
    const setup = await setupOf(world);
    await install(['--cluster-name=shop']);
    for (const { instance: InstanceId } of world.nodes) {
      await call(setup, 'ec2', 'ModifyInstanceMetadataOptions', { InstanceId, HttpPutResponseHopLimit: 2 });
    }
    await call(setup, 'eks', 'CreateFargateProfile', {
      clusterName: 'shop',
      fargateProfileName: 'system',
      podExecutionRoleArn: 'arn:aws:iam::123456789012:role/shop-cluster',
      selectors: [{ namespace: 'kube-system' }],
    });
    expect(await check(setup, 'instance-metadata')).toMatchInlineSnapshot(`
      "false
      Deployment kube-system/aws-load-balancer-controller lacks --aws-region and --aws-vpc-id, and cannot read them from instance metadata.
      Pods of kube-system run on Fargate, which has no instance metadata.
      Run the step controller, which gives both; by hand: Helm values region=eu-west-1 and vpcId=<vpc>."
    `);
  });

  it('is no matter of EKS Auto Mode', async () => {
    const setup = await setupOf(world, { createCluster: true, compute: 'auto' });
    expect(await stepOf('instance-metadata').skip?.({ ...setup, clusterName: 'new' })).toMatch(/Auto Mode/);
  });
});
