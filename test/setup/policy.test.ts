import { describe, expect, it } from 'vitest';
import {
  listOf,
  type PolicyDocument,
  parseDocument,
  sizeOf,
  statementsOf,
} from '../../src/setup/iam/documents';
import { driftOf, faultText, moreText } from '../../src/setup/iam/drift';
import { actionsAdded, policyDocument } from '../../src/setup/iam/statements';

const place = { account: '123456789012', region: 'eu-west-1' };
const full = policyDocument({ version: '3.5.0', partition: 'aws' });
const everything = policyDocument({
  version: '3.5.0',
  partition: 'aws',
  extras: ['certificates', 'web-acl-names', 'tagging-api'],
});

function actionsOf(document: PolicyDocument): string[] {
  return [...new Set(statementsOf(document).flatMap(({ Action }) => listOf(Action)))].sort();
}

/** The document without an action, wherever it stands. */
function without(document: PolicyDocument, ...gone: readonly string[]): PolicyDocument {
  const statements = statementsOf(document).map((one) => ({
    ...one,
    Action: listOf(one.Action).filter((action) => !gone.includes(action)),
  }));
  return { ...document, Statement: statements.filter(({ Action }) => Action.length > 0) };
}

function told(document: PolicyDocument, wanted = full): string[] {
  const drift = driftOf([document], wanted, place);
  return [...drift.faults.map(faultText), ...moreText(drift)];
}

describe('the policy', () => {
  it('has the published statements and actions', () => {
    expect(statementsOf(full)).toHaveLength(16);
    expect(actionsOf(full)).toHaveLength(80);
  });

  it('stays below the size of a managed policy, extras and long partitions included', () => {
    expect(sizeOf(full)).toBeLessThan(6_144);
    expect(sizeOf(everything)).toBeLessThan(6_144);
    expect(
      sizeOf(policyDocument({ version: '3.5.0', partition: 'aws-us-gov', extras: ['certificates'] })),
    ).toBeLessThan(6_144);
  });

  it.each([
    ['2.1.0', 66],
    ['2.4.7', 70],
    ['2.8.0', 71],
    ['2.9.0', 73],
    ['2.12.0', 79],
    ['2.13.0', 80],
  ])('has for %s only its actions', (version, count) => {
    expect(actionsOf(policyDocument({ version, partition: 'aws' }))).toHaveLength(count);
  });

  it('names the actions of an upgrade', () => {
    expect(actionsAdded('2.8.0', '2.10.0')).toEqual([
      'ec2:GetSecurityGroupsForVpc',
      'elasticloadbalancing:DescribeListenerAttributes',
      'elasticloadbalancing:ModifyListenerAttributes',
    ]);
  });

  it('lacks in isolated partitions what they have not got, and names the partition', () => {
    const isolated = policyDocument({ version: '3.5.0', partition: 'aws-iso-b' });
    expect(actionsOf(full).filter((one) => !actionsOf(isolated).includes(one))).toHaveLength(5);
    const arns = statementsOf(isolated).flatMap(({ Resource }) => listOf(Resource));
    expect(new Set(arns.map((arn) => arn.split(':')[1]))).toEqual(new Set([undefined, 'aws-iso-b']));
  });
});

describe('drift', () => {
  it('is none of a policy against itself, in one statement or in many', () => {
    expect(told(full)).toEqual([]);
    expect(driftOf([full], full, place).faults).toEqual([]);
  });

  it('names a missing action, its release and what fails', () => {
    expect(
      told(without(full, 'elasticloadbalancing:DescribeListenerAttributes', 'shield:DeleteProtection')),
    ).toMatchInlineSnapshot(`
        [
          "elasticloadbalancing:DescribeListenerAttributes is missing: needed since 2.9.0; without it no load balancer with a listener is reconciled any more.",
          "shield:DeleteProtection is missing: the controller always needs it; without it Shield Advanced is neither switched on nor off.",
        ]
      `);
  });

  it('tells what is allowed beside it, and takes wildcards for what they are', () => {
    const wide = {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: ['*'], Resource: '*' },
    };
    expect(driftOf([wide], everything, place).faults).toEqual([]);
    expect(told(wide)).toMatchInlineSnapshot(`
      [
        "Also allowed, which the controller does not need: *.",
      ]
    `);
  });

  it('sees narrower resources and conditions, and a Deny', () => {
    const [first, ...rest] = statementsOf(full);
    const narrow = (more: object) =>
      ({ ...full, Statement: [{ ...first, ...more }, ...rest] }) as PolicyDocument;
    expect(told(narrow({ Resource: 'arn:aws:iam::123456789012:role/x' }))).toMatchInlineSnapshot(`
      [
        "iam:CreateServiceLinkedRole is allowed only for the resources arn:aws:iam::123456789012:role/x and the condition {"StringEquals":{"iam:AWSServiceName":"elasticloadbalancing.amazonaws.com"}}: the controller always needs it; without it the first load balancer of an account cannot be made.",
      ]
    `);
    expect(told(narrow({ Condition: { Bool: { 'aws:SecureTransport': 'true' } } }))).toMatchInlineSnapshot(`
      [
        "iam:CreateServiceLinkedRole is allowed only for the condition {"Bool":{"aws:SecureTransport":"true"}}: the controller always needs it; without it the first load balancer of an account cannot be made.",
      ]
    `);
    const denied = { Effect: 'Deny', Action: 'waf-regional:Get*', Resource: '*' };
    expect(told({ ...full, Statement: [...statementsOf(full), denied] })).toMatchInlineSnapshot(`
      [
        "waf-regional:GetWebACL is denied: the controller always needs it; without it web ACLs are neither attached nor taken away.",
        "waf-regional:GetWebACLForResource is denied: the controller always needs it; without it web ACLs are neither attached nor taken away.",
      ]
    `);
  });

  it('takes a limit to this region and account for none', () => {
    const text = JSON.stringify(full).replaceAll(':*:*:', ':eu-west-1:123456789012:');
    expect(told(parseDocument(text))).toEqual([]);
    expect(told(parseDocument(text.replaceAll('eu-west-1', 'eu-west-2')))).not.toEqual([]);
    const regional = statementsOf(full).map((one) => ({
      ...one,
      Condition: {
        ...one.Condition,
        StringEquals: { ...one.Condition?.['StringEquals'], 'aws:RequestedRegion': 'eu-west-1' },
      },
    }));
    expect(told({ ...full, Statement: regional })).toEqual([]);
  });

  it('joins several policies of a role', () => {
    const reads = statementsOf(full).slice(0, 8);
    const writes = statementsOf(full).slice(8);
    const parts = [reads, writes].map((Statement) => ({ ...full, Statement }));
    expect(driftOf(parts, full, place).faults).toEqual([]);
  });

  it('reads documents as IAM sends them', () => {
    expect(parseDocument(encodeURIComponent(JSON.stringify(full)))).toEqual(full);
    expect(parseDocument('nonsense')).toEqual({ Version: '2012-10-17', Statement: [] });
  });
});
