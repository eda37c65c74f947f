/** What goes wrong on AWS's side of a cluster that worked: each is broken by hand, named by `verify`, and mended. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refreshed, type Setup } from '../../src/setup/setup';
import type { StepId } from '../../src/setup/stepIds';
import { STEPS } from '../../src/setup/steps';
import { startWorld, type World } from '../helpers/world';
import { call, plainly } from './behind';
import { applyOf, setupOf, statesOf } from './harness';
import { makeDeployment } from './objects';

let world: World;
let setup: Setup;

beforeAll(async () => {
  world = await startWorld({ pods: false, world: { seed: 7 } });
});
afterAll(() => world?.stop());

const OURS: readonly StepId[] = ['subnets', 'oidc-provider', 'iam-policy', 'iam-role', 'instance-metadata'];
const steps = STEPS.filter(({ id }) => OURS.includes(id)).map((step) => ({
  ...step,
  requires: step.requires.filter((id) => OURS.includes(id)),
}));

beforeEach(async () => {
  await world.reset({ seed: 7 });
  setup = await setupOf(world);
  for (const id of OURS) await applyOf(setup, id);
  expect(new Set(Object.values(await statesOf(setup, steps)))).toEqual(new Set(['done']));
});

const { check, plan, apply } = plainly(() => world);
const open = async () =>
  Object.entries(await statesOf(setup, steps)).flatMap(([id, state]) =>
    state === 'done' ? [] : [`${id} ${state}`],
  );

const ROLE = 'ekslb-shop-controller';
const POLICY = 'arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy';

describe('broken on AWS', () => {
  it('a wrong `sub` in the trust policy of the role', async () => {
    const { Role } = await call(setup, 'iam', 'GetRole', { RoleName: ROLE });
    const trust = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '');
    const wrong = trust.replace(
      ':kube-system:aws-load-balancer-controller',
      ':default:aws-load-balancer-controller',
    );
    await call(setup, 'iam', 'UpdateAssumeRolePolicy', { RoleName: ROLE, PolicyDocument: wrong });
    expect(await open()).toEqual(['iam-role todo']);
    expect(await check(setup, 'iam-role')).toMatchInlineSnapshot(`
      "false
      arn:aws:iam::123456789012:role/ekslb-shop-controller: Its trust policy is for system:serviceaccount:default:aws-load-balancer-controller, not for system:serviceaccount:kube-system:aws-load-balancer-controller."
    `);
    expect(await plan(setup, 'iam-role')).toMatchInlineSnapshot(`
      "  - Mend the trust policy of the IAM role ekslb-shop-controller; what it says of others stays
          ! deletes or replaces the present trust policy of arn:aws:iam::123456789012:role/ekslb-shop-controller, in it the statement for system:serviceaccount:default:aws-load-balancer-controller
          $ aws iam update-assume-role-policy --region eu-west-1 --endpoint-url ENDPOINT --role-name ekslb-shop-controller --policy-document file://ekslb-setup-shop/iam-role-policy-document.json"
    `);
    await mended('iam-role');
    const after = await call(setup, 'iam', 'GetRole', { RoleName: ROLE });
    expect(JSON.parse(decodeURIComponent(after.Role?.AssumeRolePolicyDocument ?? ''))).toEqual(
      JSON.parse(trust),
    );
  });

  it('a missing action in the IAM policy', async () => {
    const { PolicyVersion } = await call(setup, 'iam', 'GetPolicyVersion', {
      PolicyArn: POLICY,
      VersionId: 'v1',
    });
    const document = decodeURIComponent(PolicyVersion?.Document ?? '');
    const PolicyDocument = document.replace('"elasticloadbalancing:RegisterTargets",', '');
    expect(PolicyDocument).not.toBe(document);
    await call(setup, 'iam', 'CreatePolicyVersion', {
      PolicyArn: POLICY,
      PolicyDocument,
      SetAsDefault: true,
    });
    expect(await open()).toEqual(['iam-policy todo', 'iam-role blocked']);
    expect(await check(setup, 'iam-policy')).toMatchInlineSnapshot(`
      "false
      arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy (version v2) does not allow all of what 3.5.0 needs:
      elasticloadbalancing:RegisterTargets is missing: the controller always needs it; without it Pods and nodes do not become targets."
    `);
    expect(await plan(setup, 'iam-policy')).toMatchInlineSnapshot(`
      "  - Make a new default version of the IAM policy AWSLoadBalancerControllerIAMPolicy
          ! deletes or replaces default version v2 of arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy (it is kept, and can be made the default again)
          $ aws iam create-policy-version --region eu-west-1 --endpoint-url ENDPOINT --policy-arn arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy --policy-document file://ekslb-setup-shop/iam-policy-policy-document.json --set-as-default"
    `);
    await mended('iam-policy');
  });

  it('a wrong tag on a subnet', async () => {
    const Resources = ['b', 'c'].map((zone) => world.ids[`\${subnet:shop-public-${zone}}`] ?? '');
    const Tags = [{ Key: 'kubernetes.io/role/elb', Value: 'true' }];
    await call(setup, 'ec2', 'CreateTags', { Resources, Tags });
    expect(await open()).toEqual(['subnets todo']);
    expect(await check(setup, 'subnets')).toMatchInlineSnapshot(`
      "false
      internet-facing: subnets in 2 zones are needed, usable are those of eu-west-1a.
        <subnet:shop-public-a> (shop-public-a, eu-west-1a, public, 4091 free): fits
        <subnet:shop-public-b> (shop-public-b, eu-west-1b, public, 4091 free): not used: its tag kubernetes.io/role/elb is 'true', and must be empty or 1
        <subnet:shop-public-c> (shop-public-c, eu-west-1c, public, 4091 free): not used: its tag kubernetes.io/role/elb is 'true', and must be empty or 1
      internal: 3 zones, <subnet:shop-private-a> (shop-private-a, eu-west-1a, private, 4030 free); <subnet:shop-private-b> (shop-private-b, eu-west-1b, private, 4030 free); <subnet:shop-private-c> (shop-private-c, eu-west-1c, private, 4030 free)"
    `);
    expect(await plan(setup, 'subnets')).toMatchInlineSnapshot(`
      "  - Tag shop-public-b, shop-public-c with kubernetes.io/role/elb
          ! deletes or replaces the present value of the tag kubernetes.io/role/elb of <subnet:shop-public-b>, <subnet:shop-public-c>
          $ aws ec2 create-tags --region eu-west-1 --endpoint-url ENDPOINT --resources <subnet:shop-public-b> <subnet:shop-public-c> --tags '[{"Key":"kubernetes.io/role/elb","Value":"1"}]'"
    `);
    await mended('subnets');
  });

  it('a hop limit of 1 on the nodes, and a controller that is not told region and VPC', async () => {
    await makeDeployment(world.kube, { namespace: 'kube-system', args: ['--cluster-name=shop'] });
    expect(await open()).toEqual(['instance-metadata todo']);
    expect(await check(setup, 'instance-metadata')).toMatchInlineSnapshot(`
      "false
      Deployment kube-system/aws-load-balancer-controller lacks --aws-region and --aws-vpc-id, and cannot read them from instance metadata.
      The hop limit of instance metadata is 1, too few for Pods, on <instance:shop-node-1>, <instance:shop-node-2>, <instance:shop-node-3>.
      Run the step controller, which gives both; by hand: Helm values region=eu-west-1 and vpcId=<vpc>."
    `);
    // Nodes are left alone; the step controller tells the controller both.
    expect(await plan(setup, 'instance-metadata')).toBe('');
  });
});

async function mended(id: StepId): Promise<void> {
  expect(await apply(setup, id)).toMatch(/^done/);
  setup = refreshed(setup);
  expect(await open()).toEqual([]);
}
