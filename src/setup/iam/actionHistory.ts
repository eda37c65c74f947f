/** Since which release the controller needs an action, and what does not work without it. */

interface Since {
  readonly version: string;
  readonly loss: string;
}

const TRUST_STORES = 'mutual TLS with trust stores that are named, not given by ARN';
const LISTENERS = 'no load balancer with a listener is reconciled any more';
const COIP = 'pools of customer-owned addresses (Outposts) cannot be used';
const CAPACITY = 'the minimum capacity of load balancers can neither be read nor set';
const IPAM = 'addresses for load balancers cannot be taken from IPAM pools';

/** Actions that a release added (differences of lbc:docs/install/iam_policy.json from tag to tag); all others are as old as v2. */
const ADDED: Readonly<Record<string, Since>> = {
  'ec2:DescribeCoipPools': { version: '2.1.2', loss: COIP },
  'ec2:GetCoipPoolUsage': { version: '2.1.2', loss: COIP },
  'ec2:DescribeAvailabilityZones': {
    version: '2.2.0',
    loss: 'subnets cannot be chosen, so no load balancer is made',
  },
  'ec2:DescribeVpcPeeringConnections': {
    version: '2.3.0',
    loss: 'targets in peered VPCs are taken for strangers',
  },
  'elasticloadbalancing:DescribeTrustStores': { version: '2.7.0', loss: TRUST_STORES },
  'elasticloadbalancing:DescribeListenerAttributes': { version: '2.9.0', loss: LISTENERS },
  'elasticloadbalancing:ModifyListenerAttributes': {
    version: '2.9.0',
    loss: 'attributes of listeners are not set',
  },
  'ec2:GetSecurityGroupsForVpc': {
    version: '2.10.0',
    loss: 'security groups that another account shares with the VPC are not found',
  },
  'elasticloadbalancing:DescribeCapacityReservation': { version: '2.11.0', loss: CAPACITY },
  'elasticloadbalancing:ModifyCapacityReservation': { version: '2.11.0', loss: CAPACITY },
  'ec2:DescribeIpamPools': { version: '2.12.0', loss: IPAM },
  'elasticloadbalancing:ModifyIpPools': { version: '2.12.0', loss: IPAM },
  'elasticloadbalancing:SetRulePriorities': {
    version: '2.12.0',
    loss: 'rules of a listener cannot be put into another order, so a shared load balancer stops growing',
  },
  'ec2:DescribeRouteTables': {
    version: '2.13.0',
    loss: 'subnets without role tags cannot be told public from private',
  },
};

/** What the rest is for, by the beginning of its name; the first that fits. */
const LOSSES: readonly (readonly [RegExp, string])[] = [
  [/^ec2:(Describe|Get)/, 'the network cannot be read, so nothing is reconciled'],
  [/^ec2:/, 'security groups of load balancers are not made, tagged, opened or deleted'],
  [/^elasticloadbalancing:Describe/, 'load balancers cannot be read, so nothing is reconciled'],
  [/^elasticloadbalancing:(Register|Deregister)/, 'Pods and nodes do not become targets'],
  [/^elasticloadbalancing:(AddTags|RemoveTags)/, 'what is made cannot be tagged, so it is not made at all'],
  [/^elasticloadbalancing:SetWebAcl/, 'web ACLs of AWS WAF Classic are not attached'],
  [/^elasticloadbalancing:/, 'load balancers and what belongs to them are not made, changed or deleted'],
  [/^acm-pca:/, 'certificates of a private authority are not made'],
  [/^acm:(List|Describe)/, 'certificates are not found for the hosts of an Ingress'],
  [/^acm:/, 'certificates are not made, tagged or deleted (`create-acm-cert`)'],
  [/^route53:/, 'certificates are not validated by DNS (`create-acm-cert`)'],
  [/^wafv2:ListWebACLs/, 'web ACLs are not found by name (`wafv2-acl-name`)'],
  [/^waf/, 'web ACLs are neither attached nor taken away'],
  [/^shield:/, 'Shield Advanced is neither switched on nor off'],
  [/^cognito-idp:/, 'authentication by Cognito is not set up'],
  [/^iam:CreateServiceLinkedRole/, 'the first load balancer of an account cannot be made'],
  [/^iam:/, 'certificates that IAM keeps are not found'],
  [/^tag:/, 'resources are not found by tag (feature gate EnableRGTAPI)'],
];

/** The release that began to need the action; undefined for those that v2 always needed. */
export function sinceOf(action: string): string | undefined {
  return ADDED[action]?.version;
}

/** What does not work without the action. */
export function lossOf(action: string): string {
  return ADDED[action]?.loss ?? LOSSES.find(([start]) => start.test(action))?.[1] ?? 'what it is for fails';
}
