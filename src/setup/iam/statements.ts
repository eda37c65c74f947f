import { gt } from 'semver';
import type { ExtraPermission } from '../choices';
import { sinceOf } from './actionHistory';
import { type Condition, documentOf, type PolicyDocument, type PolicyStatement } from './documents';

/** A row of what the controller may do. Facts of lbc:docs/install/iam_policy.json v3.5.0, and of its variants per partition. */
interface Row {
  readonly actions: readonly string[];
  /** Ends of ARNs after `arn:PARTITION:`; everything when absent. */
  readonly on?: readonly string[];
  readonly when?: Condition;
  /** Only where it was chosen. */
  readonly extra?: ExtraPermission;
}

const TAG = 'elbv2.k8s.aws/cluster';
/** `Null: false` says that the tag is there: IAM's way to ask for it (IAM: "Null condition operator"). */
const taggedRequest = { Null: { [`aws:RequestTag/${TAG}`]: 'false' } };
const taggedResource = { Null: { [`aws:ResourceTag/${TAG}`]: 'false' } };
/** What is tagged stays so: the tag itself is neither given nor taken. */
const otherTags = { Null: { [`aws:RequestTag/${TAG}`]: 'true', [`aws:ResourceTag/${TAG}`]: 'false' } };

const SECURITY_GROUPS = ['ec2:*:*:security-group/*'];
const elb = (kinds: readonly string[]) => kinds.map((kind) => `elasticloadbalancing:*:*:${kind}`);
const BALANCERS = elb(['targetgroup/*/*', 'loadbalancer/net/*/*', 'loadbalancer/app/*/*']);
const LISTENERS = elb([
  'listener/net/*/*/*',
  'listener/app/*/*/*',
  'listener-rule/net/*/*/*',
  'listener-rule/app/*/*/*',
]);

const of = (service: string, ...names: readonly string[]) => names.map((name) => `${service}:${name}`);
const ofElb = (...names: readonly string[]) => of('elasticloadbalancing', ...names);
const describes = (service: string, ...nouns: readonly string[]) =>
  of(service, ...nouns.map((noun) => `Describe${noun}`));

const READS: readonly string[] = [
  ...describes('ec2', 'AccountAttributes', 'Addresses', 'AvailabilityZones', 'InternetGateways', 'Vpcs'),
  ...describes('ec2', 'VpcPeeringConnections', 'Subnets', 'SecurityGroups', 'Instances', 'NetworkInterfaces'),
  ...describes('ec2', 'Tags', 'CoipPools', 'IpamPools', 'RouteTables'),
  ...of('ec2', 'GetCoipPoolUsage', 'GetSecurityGroupsForVpc'),
  ...describes('elasticloadbalancing', 'LoadBalancers', 'LoadBalancerAttributes', 'Listeners'),
  ...describes('elasticloadbalancing', 'ListenerCertificates', 'ListenerAttributes', 'SSLPolicies', 'Rules'),
  ...describes('elasticloadbalancing', 'TargetGroups', 'TargetGroupAttributes', 'TargetHealth', 'Tags'),
  ...describes('elasticloadbalancing', 'TrustStores', 'CapacityReservation'),
];

const webAcls = ['GetWebACL', 'GetWebACLForResource', 'AssociateWebACL', 'DisassociateWebACL'];
const OF_OTHERS: readonly string[] = [
  'cognito-idp:DescribeUserPoolClient',
  ...of('acm', 'ListCertificates', 'DescribeCertificate'),
  ...of('iam', 'ListServerCertificates', 'GetServerCertificate'),
  ...of('waf-regional', ...webAcls),
  ...of('wafv2', ...webAcls),
  ...of('shield', 'GetSubscriptionState', 'DescribeProtection', 'CreateProtection', 'DeleteProtection'),
];

const openings = of('ec2', 'AuthorizeSecurityGroupIngress', 'RevokeSecurityGroupIngress');
const changes = ofElb(
  ...['ModifyLoadBalancerAttributes', 'SetIpAddressType', 'SetSecurityGroups', 'SetSubnets'],
  ...['DeleteLoadBalancer', 'ModifyTargetGroup', 'ModifyTargetGroupAttributes', 'DeleteTargetGroup'],
  ...['ModifyListenerAttributes', 'ModifyCapacityReservation', 'ModifyIpPools'],
);
const ofListeners = ofElb(
  ...['SetWebAcl', 'ModifyListener', 'AddListenerCertificates', 'RemoveListenerCertificates'],
  ...['ModifyRule', 'SetRulePriorities'],
);
const linkedRole = {
  StringEquals: { 'iam:AWSServiceName': 'elasticloadbalancing.amazonaws.com' },
};
const onCreation = {
  StringEquals: { 'elasticloadbalancing:CreateAction': ['CreateTargetGroup', 'CreateLoadBalancer'] },
  ...taggedRequest,
};
const onGroupCreation = { StringEquals: { 'ec2:CreateAction': 'CreateSecurityGroup' }, ...taggedRequest };

const ROWS: readonly Row[] = [
  { actions: ['iam:CreateServiceLinkedRole'], when: linkedRole },
  { actions: READS },
  { actions: OF_OTHERS },
  { actions: openings },
  { actions: ['ec2:CreateSecurityGroup'] },
  { actions: ['ec2:CreateTags'], on: SECURITY_GROUPS, when: onGroupCreation },
  { actions: of('ec2', 'CreateTags', 'DeleteTags'), on: SECURITY_GROUPS, when: otherTags },
  { actions: [...openings, 'ec2:DeleteSecurityGroup'], when: taggedResource },
  { actions: ofElb('CreateLoadBalancer', 'CreateTargetGroup'), when: taggedRequest },
  { actions: ofElb('CreateListener', 'DeleteListener', 'CreateRule', 'DeleteRule') },
  { actions: ofElb('AddTags', 'RemoveTags'), on: BALANCERS, when: otherTags },
  { actions: ofElb('AddTags', 'RemoveTags'), on: LISTENERS },
  { actions: changes, when: taggedResource },
  { actions: ofElb('AddTags'), on: BALANCERS, when: onCreation },
  { actions: ofElb('RegisterTargets', 'DeregisterTargets'), on: elb(['targetgroup/*/*']) },
  { actions: ofListeners },
  // lbc:docs/install/iam_policy_acm_certs.json
  {
    extra: 'certificates',
    actions: [
      ...of('acm', 'ListTagsForCertificate', 'AddTagsToCertificate'),
      ...of('route53', 'ListHostedZones', 'ListHostedZonesByName', 'ChangeResourceRecordSets'),
      ...of('acm-pca', 'IssueCertificate', 'GetCertificate', 'ListPermissions'),
    ],
  },
  { extra: 'certificates', actions: ['acm:RequestCertificate'], when: taggedRequest },
  { extra: 'certificates', actions: ['acm:DeleteCertificate'], when: taggedResource },
  { extra: 'web-acl-names', actions: ['wafv2:ListWebACLs'] },
  { extra: 'tagging-api', actions: ['tag:GetResources'] },
];

/** What the published policies of isolated partitions lack (lbc:docs/install/iam_policy_iso*.json). */
const NOT_ISOLATED: ReadonlySet<string> = new Set(
  ofElb(
    ...['DescribeCapacityReservation', 'DescribeListenerAttributes', 'DescribeTrustStores'],
    ...['ModifyCapacityReservation', 'ModifyListenerAttributes'],
  ),
);

export interface PolicyQuery {
  /** Of the controller: `2.9.0`. */
  readonly version: string;
  readonly partition: string;
  readonly extras?: readonly ExtraPermission[];
}

/** The IAM policy that a release of the controller needs. */
export function policyDocument({ version, partition, extras = [] }: PolicyQuery): PolicyDocument {
  const needed = (action: string) =>
    !gt(sinceOf(action) ?? '0.0.0', version) &&
    !(partition.startsWith('aws-iso') && NOT_ISOLATED.has(action));
  const statements = ROWS.flatMap(({ actions, on, when, extra }): PolicyStatement[] => {
    const left = actions.filter(needed);
    if (left.length === 0 || (extra !== undefined && !extras.includes(extra))) return [];
    const condition = when === undefined ? {} : { Condition: when };
    const resources = on?.map((end) => `arn:${partition}:${end}`) ?? '*';
    return [{ Effect: 'Allow', Action: left, Resource: resources, ...condition }];
  });
  return documentOf(statements);
}

/** The choice that an action is needed for, where the published policy lacks it. */
export function extraOf(action: string): ExtraPermission | undefined {
  return ROWS.find(({ actions, extra }) => extra !== undefined && actions.includes(action))?.extra;
}

/** Actions that a newer release needs and an older one did not: what an upgrade asks of the policy. */
export function actionsAdded(from: string, to: string): string[] {
  const all = [...new Set(ROWS.flatMap(({ actions }) => actions))];
  return all.filter((action) => {
    const since = sinceOf(action);
    return since !== undefined && gt(since, from) && !gt(since, to);
  });
}
