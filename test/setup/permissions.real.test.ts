import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Setup } from '../../src/setup/setup';
import type { StepId } from '../../src/setup/stepIds';
import { startWorld, type World } from '../helpers/world';
import { call, plainly } from './behind';
import { applyOf, setupOf, stepOf } from './harness';

let world: World;

beforeAll(async () => {
  world = await startWorld({ pods: false, world: { seed: 7 } });
});
afterAll(() => world?.stop());
beforeEach(() => world.reset({ seed: 7 }));

const POLICY = 'arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy';
const ROLE = 'ekslb-shop-controller';

const { check, plan, apply, undo } = plainly(() => world);

/** To do, done by its plan, and nothing left to do. */
async function becomesTrue(setup: Setup, id: StepId): Promise<string> {
  expect(await check(setup, id)).toMatch(/^false/);
  const report = await apply(setup, id);
  expect(report).toMatch(/^done/);
  expect(await plan(setup, id)).toBe('');
  return report;
}

async function trustIs(setup: Setup, change: (statement: TrustStatement) => void): Promise<void> {
  const { Role } = await call(setup, 'iam', 'GetRole', { RoleName: ROLE });
  const document = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')) as {
    Statement: TrustStatement[];
  };
  for (const statement of document.Statement) change(statement);
  const input = { RoleName: ROLE, PolicyDocument: JSON.stringify(document) };
  await call(setup, 'iam', 'UpdateAssumeRolePolicy', input);
}

interface TrustStatement {
  Principal: Record<string, string>;
  Action: string | string[];
  Condition: Record<string, Record<string, string>>;
}

describe('the IAM policy', () => {
  it('is made, found, brought up to date and deleted', async () => {
    const setup = await setupOf(world);
    expect(await plan(setup, 'iam-policy')).toMatchInlineSnapshot(`
      "  - Create the IAM policy AWSLoadBalancerControllerIAMPolicy
          $ aws iam create-policy --region eu-west-1 --endpoint-url ENDPOINT --policy-name AWSLoadBalancerControllerIAMPolicy --description 'What AWS Load Balancer Controller may do' --policy-document file://ekslb-setup-shop/iam-policy-policy-document.json --tags '[{"Key":"ekslb/made-by","Value":"setup"}]'"
    `);
    expect(await becomesTrue(setup, 'iam-policy')).toMatchInlineSnapshot(`
      "done
      arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy (version v1) allows what 3.5.0 needs."
    `);
    expect(await undo(setup, 'iam-policy')).toMatchInlineSnapshot(`
      [
        "Delete the IAM policy AWSLoadBalancerControllerIAMPolicy ! arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy",
      ]
    `);
    expect(await check(setup, 'iam-policy')).toMatchInlineSnapshot(`
      "false
      There is no IAM policy arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy."
    `);
    expect(await undo(setup, 'iam-policy')).toEqual([]);
  });

  it('of an old release lacks actions, and gets a new version', async () => {
    await applyOf(await setupOf(world, { controllerVersion: '2.8.0' }), 'iam-policy');
    const setup = await setupOf(world, { controllerVersion: '2.10.0', extraPermissions: ['web-acl-names'] });
    expect(await check(setup, 'iam-policy')).toMatchInlineSnapshot(`
      "false
      arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy (version v1) does not allow all of what 2.10.0 needs:
      ec2:GetSecurityGroupsForVpc is missing: needed since 2.10.0; without it security groups that another account shares with the VPC are not found.
      elasticloadbalancing:DescribeListenerAttributes is missing: needed since 2.9.0; without it no load balancer with a listener is reconciled any more.
      elasticloadbalancing:ModifyListenerAttributes is missing: needed since 2.9.0; without it attributes of listeners are not set.
      wafv2:ListWebACLs is missing: needed for the extra permission web-acl-names; without it web ACLs are not found by name (\`wafv2-acl-name\`)."
    `);
    expect(await plan(setup, 'iam-policy')).toMatchInlineSnapshot(`
      "  - Make a new default version of the IAM policy AWSLoadBalancerControllerIAMPolicy
          ! deletes or replaces default version v1 of arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy (it is kept, and can be made the default again)
          $ aws iam create-policy-version --region eu-west-1 --endpoint-url ENDPOINT --policy-arn arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy --policy-document file://ekslb-setup-shop/iam-policy-policy-document.json --set-as-default"
    `);
    expect(await apply(setup, 'iam-policy')).toMatchInlineSnapshot(`
      "done
      arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy (version v2) allows what 2.10.0 needs."
    `);
    // What an older release needs is allowed too.
    expect(
      await check(await setupOf(world, { controllerVersion: '2.8.0' }), 'iam-policy'),
    ).toMatchInlineSnapshot(`
      "true
      arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy (version v2) allows what 2.8.0 needs.
      Also allowed, which the controller does not need: ec2:GetSecurityGroupsForVpc, elasticloadbalancing:DescribeListenerAttributes, elasticloadbalancing:ModifyListenerAttributes, wafv2:ListWebACLs."
    `);
  });

  it('with five versions loses the oldest', async () => {
    const setup = await setupOf(world);
    await applyOf(setup, 'iam-policy');
    const empty = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' }],
    };
    for (let version = 2; version <= 5; version++) {
      await call(setup, 'iam', 'CreatePolicyVersion', {
        PolicyArn: POLICY,
        PolicyDocument: JSON.stringify(empty),
        SetAsDefault: version === 5,
      });
    }
    expect(await plan(setup, 'iam-policy')).toMatchInlineSnapshot(`
      "  - Delete version v1 of the IAM policy
          ! deletes or replaces version v1 of arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy
          $ aws iam delete-policy-version --region eu-west-1 --endpoint-url ENDPOINT --policy-arn arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy --version-id v1
        - Make a new default version of the IAM policy AWSLoadBalancerControllerIAMPolicy
          ! deletes or replaces default version v5 of arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy (it is kept, and can be made the default again; it also allows ec2:Describe*, the new one does not)
          $ aws iam create-policy-version --region eu-west-1 --endpoint-url ENDPOINT --policy-arn arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy --policy-document file://ekslb-setup-shop/iam-policy-2-policy-document.json --set-as-default"
    `);
    expect(await apply(setup, 'iam-policy')).toMatch(/^done/);
    expect(await undo(setup, 'iam-policy')).toHaveLength(5);
    expect(await check(setup, 'iam-policy')).toMatch(/^false\nThere is no IAM policy/);
  });

  it('of another name is accepted where the role has it', async () => {
    const setup = await setupOf(world);
    await call(setup, 'iam', 'CreateRole', {
      RoleName: ROLE,
      AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}',
    });
    await call(setup, 'iam', 'AttachRolePolicy', {
      RoleName: ROLE,
      PolicyArn: 'arn:aws:iam::aws:policy/PowerUserAccess',
    });
    expect(await check(setup, 'iam-policy')).toMatchInlineSnapshot(`
      "false
      There is no IAM policy arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy.
      The role ekslb-shop-controller has arn:aws:iam::aws:policy/PowerUserAccess, which do not suffice:
      iam:ListServerCertificates is missing: the controller always needs it; without it certificates that IAM keeps are not found.
      iam:GetServerCertificate is missing: the controller always needs it; without it certificates that IAM keeps are not found."
    `);
    await call(setup, 'iam', 'AttachRolePolicy', {
      RoleName: ROLE,
      PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
    });
    expect(await check(setup, 'iam-policy')).toMatchInlineSnapshot(`
      "true
      The role ekslb-shop-controller is allowed what 3.5.0 needs by arn:aws:iam::aws:policy/AdministratorAccess, arn:aws:iam::aws:policy/PowerUserAccess."
    `);
    expect(await plan(setup, 'iam-policy')).toBe('');
  });

  it('stays where somebody else uses it', async () => {
    const setup = await setupOf(world);
    await applyOf(setup, 'iam-policy');
    await call(setup, 'iam', 'AttachRolePolicy', { RoleName: 'shop-cluster', PolicyArn: POLICY });
    await expect(undo(setup, 'iam-policy')).rejects.toThrow('shop-cluster use it too');
  });
});

describe('the OIDC provider', () => {
  it('is made without a thumbprint, and deleted', async () => {
    const setup = await setupOf(world);
    expect(await plan(setup, 'oidc-provider')).toMatchInlineSnapshot(`
      "  - Make the OIDC provider ISSUER in IAM
          $ aws iam create-open-id-connect-provider --region eu-west-1 --endpoint-url ENDPOINT --url https://ISSUER --client-id-list sts.amazonaws.com --tags '[{"Key":"ekslb/made-by","Value":"setup"},{"Key":"ekslb/cluster","Value":"shop"}]'"
    `);
    expect(await becomesTrue(setup, 'oidc-provider')).toMatchInlineSnapshot(`
      "done
      arn:aws:iam::123456789012:oidc-provider/ISSUER, audience sts.amazonaws.com"
    `);
    expect(await undo(setup, 'oidc-provider')).toMatchInlineSnapshot(`
      [
        "Delete the OIDC provider ! arn:aws:iam::123456789012:oidc-provider/ISSUER",
      ]
    `);
    expect(await check(setup, 'oidc-provider')).toMatchInlineSnapshot(`
      "false
      There is no arn:aws:iam::123456789012:oidc-provider/ISSUER.
      The account has none."
    `);
  });

  it('without the audience gets it', async () => {
    const setup = await setupOf(world);
    const { cluster } = await call(setup, 'eks', 'DescribeCluster', { name: 'shop' });
    const Url = cluster?.identity?.oidc?.issuer;
    await call(setup, 'iam', 'CreateOpenIDConnectProvider', { Url, ClientIDList: ['other'] });
    expect(await check(setup, 'oidc-provider')).toMatchInlineSnapshot(`
      "false
      arn:aws:iam::123456789012:oidc-provider/ISSUER lacks the audience sts.amazonaws.com, which tokens of service accounts have; it has: other."
    `);
    expect(await plan(setup, 'oidc-provider')).toMatchInlineSnapshot(`
      "  - Add the audience sts.amazonaws.com
          $ aws iam add-client-id-to-open-id-connect-provider --region eu-west-1 --endpoint-url ENDPOINT --open-id-connect-provider-arn arn:aws:iam::123456789012:oidc-provider/ISSUER --client-id sts.amazonaws.com"
    `);
    expect(await apply(setup, 'oidc-provider')).toMatch(/^done/);
    // Somebody else made it.
    expect(await undo(setup, 'oidc-provider')).toEqual([]);
  });

  it('stays where another role trusts it', async () => {
    const setup = await setupOf(world);
    for (const id of ['oidc-provider', 'iam-policy', 'iam-role'] as const) await applyOf(setup, id);
    const { Role } = await call(setup, 'iam', 'GetRole', { RoleName: ROLE });
    const AssumeRolePolicyDocument = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '');
    await call(setup, 'iam', 'CreateRole', { RoleName: 'ebs-csi', AssumeRolePolicyDocument });
    await expect(undo(setup, 'oidc-provider')).rejects.toThrow('the roles ebs-csi trust it too');
  });

  it('is not needed for Pod Identity', async () => {
    const setup = await setupOf(world, { identity: 'pod-identity' });
    expect(await stepOf('oidc-provider').skip?.(setup)).toBe('EKS Pod Identity needs none.');
  });
});

describe('the role by IRSA', () => {
  it('is made, trusted, and deleted', async () => {
    const setup = await setupOf(world);
    for (const id of ['oidc-provider', 'iam-policy'] as const) await applyOf(setup, id);
    expect(await plan(setup, 'iam-role')).toMatchInlineSnapshot(`
      "  - Create the IAM role ekslb-shop-controller
          $ aws iam create-role --region eu-west-1 --endpoint-url ENDPOINT --role-name ekslb-shop-controller --description 'AWS Load Balancer Controller of the EKS cluster shop' --assume-role-policy-document file://ekslb-setup-shop/iam-role-1-assume-role-policy-document.json --tags '[{"Key":"ekslb/made-by","Value":"setup"},{"Key":"ekslb/cluster","Value":"shop"}]'
        - Attach arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy to the IAM role ekslb-shop-controller
          $ aws iam attach-role-policy --region eu-west-1 --endpoint-url ENDPOINT --role-name ekslb-shop-controller --policy-arn arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy"
    `);
    expect(await becomesTrue(setup, 'iam-role')).toMatchInlineSnapshot(`
      "done
      arn:aws:iam::123456789012:role/ekslb-shop-controller trusts kube-system/aws-load-balancer-controller by ISSUER.
      Attached: arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy."
    `);
    expect(await undo(setup, 'iam-role')).toMatchInlineSnapshot(`
      [
        "Detach arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy from the IAM role ekslb-shop-controller",
        "Delete the IAM role ekslb-shop-controller ! arn:aws:iam::123456789012:role/ekslb-shop-controller",
      ]
    `);
    expect(await check(setup, 'iam-role')).toMatchInlineSnapshot(`
      "false
      There is no IAM role ekslb-shop-controller."
    `);
  });

  it('is planned before there is a cluster', async () => {
    const setup = { ...(await setupOf(world, { createCluster: true })), clusterName: 'new' };
    expect(await plan(setup, 'iam-role')).toContain('--role-name ekslb-new-controller');
    const [create] = await stepOf('iam-role').plan(setup);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what is known later
    expect(JSON.stringify(create)).toContain('oidc-provider/${OIDC_ISSUER}');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what is known later
    expect(await plan(setup, 'oidc-provider')).toContain('--url "https://${OIDC_ISSUER}"');
  });

  const broken: readonly (readonly [string, (statement: TrustStatement) => void])[] = [
    ['a wrong subject', (one) => edit(one, 'sub', 'system:serviceaccount:default:other')],
    ['no audience', (one) => edit(one, 'aud', undefined)],
    ['another audience', (one) => edit(one, 'aud', 'sts.amazonaws.com.cn')],
    ['no subject', (one) => edit(one, 'sub', undefined)],
    [
      "another cluster's issuer",
      (one) => {
        one.Principal = {
          Federated: 'arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/OTHER',
        };
      },
    ],
    [
      'another action',
      (one) => {
        one.Action = 'sts:AssumeRole';
      },
    ],
  ];

  it.each(broken)('with %s is named and mended', async (_, change) => {
    const setup = await setupOf(world);
    for (const id of ['oidc-provider', 'iam-policy', 'iam-role'] as const) await applyOf(setup, id);
    await trustIs(setup, change);
    expect(await check(setup, 'iam-role')).toMatchSnapshot();
    expect(await plan(setup, 'iam-role')).toMatchSnapshot();
    expect(await apply(setup, 'iam-role')).toMatch(/^done/);
  });

  it('keeps the statements of other clusters', async () => {
    const setup = await setupOf(world);
    for (const id of ['oidc-provider', 'iam-policy', 'iam-role'] as const) await applyOf(setup, id);
    await trustIs(setup, broken[4]?.[1] ?? (() => undefined));
    await applyOf(setup, 'iam-role');
    const { Role } = await call(setup, 'iam', 'GetRole', { RoleName: ROLE });
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toMatch(/id\/OTHER.*oidc-provider/s);
  });

  it('tells of wildcards, and of a policy that is not attached', async () => {
    const setup = await setupOf(world);
    for (const id of ['oidc-provider', 'iam-policy', 'iam-role'] as const) await applyOf(setup, id);
    await trustIs(setup, (one) => {
      const [[key = '', value = ''] = []] = Object.entries(one.Condition['StringEquals'] ?? {}).filter(
        ([name]) => name.endsWith(':sub'),
      );
      edit(one, 'sub', undefined);
      one.Condition['StringLike'] = { [key]: value.replace('aws-load-balancer-controller', '*') };
    });
    expect(await check(setup, 'iam-role')).toMatchInlineSnapshot(`
      "true
      arn:aws:iam::123456789012:role/ekslb-shop-controller trusts kube-system/aws-load-balancer-controller by ISSUER.
      Attached: arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy.
      Its trust policy lets in whatever is like system:serviceaccount:kube-system:*, not only system:serviceaccount:kube-system:aws-load-balancer-controller."
    `);
    await call(setup, 'iam', 'DetachRolePolicy', { RoleName: ROLE, PolicyArn: POLICY });
    expect(await check(setup, 'iam-role')).toMatchInlineSnapshot(`
      "false
      arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy is not attached to arn:aws:iam::123456789012:role/ekslb-shop-controller."
    `);
    expect(await plan(setup, 'iam-role')).toMatchInlineSnapshot(`
      "  - Attach arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy to the IAM role ekslb-shop-controller
          $ aws iam attach-role-policy --region eu-west-1 --endpoint-url ENDPOINT --role-name ekslb-shop-controller --policy-arn arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy"
    `);
    expect(await apply(setup, 'iam-role')).toMatch(/^done/);
  });

  it('is left to eksctl where that is chosen', async () => {
    const setup = await setupOf(world, { serviceAccountBy: 'eksctl' });
    expect(await stepOf('iam-role').skip?.(setup)).toBe('eksctl makes it together with the service account.');
    expect(await plan(setup, 'iam-role')).toBe('');
  });
});

function edit(statement: TrustStatement, end: 'sub' | 'aud', value: string | undefined): void {
  const equals = statement.Condition['StringEquals'] ?? {};
  const key = Object.keys(equals).find((name) => name.endsWith(`:${end}`)) ?? '';
  if (value === undefined) delete equals[key];
  else equals[key] = value;
}

describe('Pod Identity', () => {
  const choices = { identity: 'pod-identity' } as const;
  const all = ['pod-identity-agent', 'iam-policy', 'iam-role', 'pod-identity-association'] as const;

  it('has its agent, role and association', async () => {
    const setup = await setupOf(world, choices);
    for (const id of all) {
      expect(await plan(setup, id)).toMatchSnapshot();
      expect(await becomesTrue(setup, id)).toMatchSnapshot();
    }
    for (const id of [...all].reverse()) expect(await undo(setup, id)).toMatchSnapshot();
    for (const id of all) expect(await check(setup, id)).toMatchSnapshot();
  });

  it('names a role that it is not for', async () => {
    await applyOf(await setupOf(world), 'iam-policy');
    await applyOf(await setupOf(world), 'iam-role');
    const setup = await setupOf(world, choices);
    expect(await check(setup, 'iam-role')).toMatchInlineSnapshot(`
      "false
      arn:aws:iam::123456789012:role/ekslb-shop-controller: Its trust policy does not let EKS Pod Identity in (pods.eks.amazonaws.com); it trusts arn:aws:iam::123456789012:oidc-provider/ISSUER."
    `);
    expect(await apply(setup, 'iam-role')).toMatch(/^done/);
    await trustIs(setup, (one) => {
      one.Action = 'sts:AssumeRole';
    });
    expect(await check(setup, 'iam-role')).toMatchInlineSnapshot(`
      "false
      arn:aws:iam::123456789012:role/ekslb-shop-controller: Its trust policy does not allow sts:TagSession."
    `);
  });

  it('names an association with another role', async () => {
    const setup = await setupOf(world, choices);
    for (const id of all) await applyOf(setup, id);
    const { associations = [] } = await call(setup, 'eks', 'ListPodIdentityAssociations', {
      clusterName: 'shop',
    });
    await call(setup, 'eks', 'UpdatePodIdentityAssociation', {
      clusterName: 'shop',
      associationId: associations[0]?.associationId,
      roleArn: 'arn:aws:iam::123456789012:role/other',
    });
    expect(await check(setup, 'pod-identity-association')).toMatchInlineSnapshot(`
      "false
      ASSOCIATION: kube-system/aws-load-balancer-controller has the role arn:aws:iam::123456789012:role/other, not arn:aws:iam::123456789012:role/ekslb-shop-controller."
    `);
    expect(await plan(setup, 'pod-identity-association')).toMatchInlineSnapshot(`
      "  - Associate kube-system/aws-load-balancer-controller with arn:aws:iam::123456789012:role/ekslb-shop-controller
          ! deletes or replaces the association ASSOCIATION of kube-system/aws-load-balancer-controller with arn:aws:iam::123456789012:role/other
          $ aws eks update-pod-identity-association --region eu-west-1 --endpoint-url ENDPOINT --cluster-name shop --association-id ASSOCIATION --role-arn arn:aws:iam::123456789012:role/ekslb-shop-controller"
    `);
    expect(await apply(setup, 'pod-identity-association')).toMatch(/^done/);
  });

  it('keeps the agent for the service accounts of others', async () => {
    const setup = await setupOf(world, choices);
    for (const id of all) await applyOf(setup, id);
    await call(setup, 'eks', 'CreatePodIdentityAssociation', {
      clusterName: 'shop',
      namespace: 'shop',
      serviceAccount: 'orders',
      roleArn: 'arn:aws:iam::123456789012:role/orders',
    });
    await expect(undo(setup, 'pod-identity-agent')).rejects.toThrow('shop/orders get their roles by it');
  });
});
