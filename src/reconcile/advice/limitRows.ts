/** Quotas of AWS, calls that it refuses, and what is still in use. */
import { allowed, type Use, useOf } from '../../model/quotas';
import {
  type Explanation,
  keysOf,
  placesNamed,
  placesOf,
  placeText,
  type Row,
  type Trouble,
} from './trouble';

/** Codes and what they count (Elastic Load Balancing, "Quotas for your Application Load Balancers"; EC2, "Amazon VPC quotas"). */
const QUOTAS: Readonly<Record<string, string>> = {
  TooManyLoadBalancers: 'load balancers of the region (50, can be raised)',
  TooManyTargetGroups: 'target groups of the region (3,000, can be raised)',
  TooManyUniqueTargetGroupsPerLoadBalancer: 'target groups of a load balancer (100, cannot be raised)',
  TooManyRules: 'rules of a load balancer (100, can be raised)',
  TooManyListeners: 'listeners of a load balancer (50, can be raised)',
  TooManyCertificates: 'certificates of a load balancer (25 besides the default ones, can be raised)',
  TooManyTargets: 'targets of a load balancer or target group (1,000, can be raised)',
  TooManyRegistrationsForTargetId: 'registrations of one target',
  TooManyActions: 'actions of a rule',
  TooManyTags: 'tags of a resource (50)',
  TooManyTrustStores: 'trust stores of the region (20, can be raised)',
  TooManyTrustStoreRevocationEntries: 'revocation entries of a trust store',
  TargetGroupAssociationLimit: 'load balancers of a target group (1)',
  CapacityUnitsLimitExceeded: 'reserved capacity units of the region',
  SecurityGroupLimitExceeded: 'security groups of the VPC',
  SecurityGroupsPerInterfaceLimitExceeded: 'security groups of a network interface (5, can be raised)',
  SecurityGroupsPerInstanceLimitExceeded: 'security groups of a network interface (5, can be raised)',
  RulesPerSecurityGroupLimitExceeded:
    'rules of a security group (60, can be raised; a prefix list counts as many as it may hold)',
};

const ADVICE: Readonly<Record<string, string>> = {
  TooManyCertificates:
    'Name the certificates instead of having them found, or use one with a wildcard: discovery attaches every certificate that serves a host.',
  TooManyUniqueTargetGroupsPerLoadBalancer:
    'Divide the group: give some of its Ingresses another group.name.',
  RulesPerSecurityGroupLimitExceeded:
    'Allow fewer ranges in inbound-cidrs, use a smaller prefix list, or raise the quota: ranges count once per port.',
  TargetGroupAssociationLimit: 'A target group serves one load balancer: use another one for this Ingress.',
};

export const LIMIT_ROWS: readonly Row[] = [
  {
    code: 'quota-exceeded',
    matches: new RegExp(`^(${Object.keys(QUOTAS).join('|')})\\b|too many attached|maximum number of (\\w+)`),
    why: 'AWS makes nothing beyond a quota. What was made before it stays, and the rest is not made.',
    explain: explainQuota,
  },
  {
    code: 'too-many-values',
    matches: /TooManyConditionValues|can only have '(\d+)' condition values/,
    why: 'A rule of a load balancer holds five values in all its conditions, and a Prefix path takes two of them.',
    explain: () => ({
      what: 'A rule has more than five values in its conditions: hosts, paths, headers and addresses count together.',
      advice:
        'Divide the rule, or write the path as ImplementationSpecific with a wildcard, which counts once.',
    }),
  },
  {
    code: 'access-denied',
    matches: /AccessDenied|UnauthorizedOperation|is not authorized to perform/,
    why: 'The identity that runs this may do only what its IAM policies allow; nothing was changed by this call.',
    explain: explainDenied,
  },
  {
    code: 'throttled',
    matches: /Throttl|RequestLimitExceeded|Rate exceeded|TooManyRequests|SlowDown/,
    why: 'AWS allows only so many calls per account and region, which everybody in it shares. The call was tried eight times.',
    explain: ({ stage }) => ({
      what: 'AWS answers that it is called too often (throttling), also after waiting and trying again.',
      advice: `Run the command again in some minutes${stage === 'deploy' ? ', it goes on where it stopped' : ''}; find out in CloudTrail who calls so often.`,
    }),
  },
  {
    code: 'still-in-use',
    matches: /ResourceInUse|DependencyViolation|timed out waiting/,
    why: 'AWS deletes nothing that something else uses, and a finalizer keeps the object until all is deleted.',
    explain: ({ message }) => ({
      what: `Something else uses ${/\b(sg-\w+|arn:\S+)/.exec(message)?.[1] ?? 'what is to be deleted'}.`,
      advice:
        'Find out what uses it: a security group is named by rules of other groups or by network interfaces, a target group by listeners of other load balancers. Then run the command again.',
    }),
  },
  {
    code: 'deletion-protection',
    matches: /deletion_protection is enabled, cannot delete the (\w+)|deletion protection/i,
    why: 'Somebody asked that this load balancer is not deleted by accident; its DNS name could not be had back.',
    explain: explainProtection,
  },
];

function explainQuota({ code, stack, message }: Trouble): Explanation {
  const what = QUOTAS[code] ?? /maximum number of ([\w ]+)/.exec(message)?.[1] ?? 'rules';
  const use = stack === undefined ? undefined : useOf(stack.resources);
  const kinds = use === undefined ? [] : (Object.keys(use) as (keyof Use)[]);
  return {
    what: `A quota is used up: ${what}.`,
    details: kinds.map((kind) => `  this load balancer: ${use?.[kind]} of ${allowed[kind]} ${KINDS[kind]}`),
    advice:
      ADVICE[code] ??
      'Delete what nobody needs, divide the group among several load balancers, or ask AWS for more in Service Quotas.',
  };
}

const KINDS: Readonly<Record<keyof Use, string>> = {
  listeners: 'listeners',
  rules: 'rules',
  targetGroups: 'target groups',
  certificates: 'certificates besides the default ones',
};

/** IAM names who asked for what, mostly also of which resource, and why not. */
function explainDenied({ message }: Trouble): Explanation {
  const who = /User: (\S+)/.exec(message)?.[1] ?? 'This identity';
  const action = /perform:? ?([\w-]{1,64}:\w+)/.exec(message)?.[1] ?? 'this call';
  const resource = /on resource: ("?)([^\s"]+)\1/.exec(message)?.[2];
  const explicit = /explicit deny(?: in an? ([\w -]+?)(?:$|:|\.|,))?/.exec(message);
  return {
    what: `${who} may not call ${action}${resource === undefined ? '' : ` on ${resource}`}.`,
    advice:
      explicit === null
        ? `Allow ${action} in an IAM policy of this identity; the policy that the AWS Load Balancer Controller publishes for its release has every action that is used.`
        : `A policy denies it explicitly${explicit[1] === undefined ? '' : ` (${explicit[1]})`}: ask whoever keeps it, an allowance elsewhere does not help.`,
  };
}

function explainProtection(trouble: Trouble): Explanation {
  const refused = trouble.refusal?.member;
  const places = placesOf(trouble, 'deletion_protection.enabled=true');
  const all = places.length > 0 ? places : placesNamed(trouble, 'attributes');
  const named = all.filter(({ key }) => refused === undefined || key === refused);
  return {
    what: `The load balancer is protected from deletion${placeText(named)}.`,
    blame: refused === undefined ? keysOf(named) : [refused],
    advice:
      'Set deletion_protection.enabled=false in the annotation load-balancer-attributes (of a Service: attributes), apply it, and delete again.',
  };
}
