/** Subnets, security groups and address ranges (lbc:pkg/networking/subnet_resolver.go, lbc:pkg/ingress/model_build_managed_sg.go). */
import { listOf } from '../../workspace/keys';
import type { CheckContext } from '../context';
import type { Finding } from '../finding';
import { ofGroup } from '../ofGroup';
import { entryOf, familyOf, type IngressSubject, readValue, spanOfAnnotation } from '../subject';
import { groupListeners, has, isWritten, listenersOf, paramsOf, wholeGroup } from './facts';
import { found, setTo } from './found';

/** lbc:pkg/networking/subnet_resolver.go: "subnets count less than minimal required count: 1 < 2"; on an Outpost one is enough. */
export function tooFewSubnets(ingress: IngressSubject, context: CheckContext): Finding[] {
  const subnets = readValue(ingress, 'subnets') ?? [];
  const elsewhere =
    paramsOf(ingress, context).subnets !== undefined || has(ingress, 'customer-owned-ipv4-pool');
  if (!isWritten(ingress, 'subnets') || elsewhere) return [];
  const span = spanOfAnnotation(ingress, 'subnets');
  if (subnets.length === 1) {
    const message = `\`subnets\` has one entry, \`${subnets[0]}\`.`;
    const advice = 'Name subnets in at least two Availability Zones.';
    return [found('too-few-subnets', span, message, advice)];
  }
  const twice = subnets.find((subnet, at) => subnets.indexOf(subnet) !== at);
  if (twice === undefined) return [];
  const rest = [...new Set(subnets)].join(', ');
  const fix = setTo(ingress, 'subnets', rest);
  const message = `\`${twice}\` stands twice in \`subnets\`.`;
  return [found('duplicate-subnet', span, message, 'Name each subnet once.', fix)];
}

const anyManagesRules = ofGroup((members) =>
  members.some((member) => has(member, 'manage-backend-security-group-rules')),
);

const anyOwnGroups = ofGroup((members) => members.some((member) => has(member, 'security-groups')));

/** With its own groups the controller opens nothing towards nodes and pods unless it is told to (lbc:pkg/ingress/model_build_load_balancer.go). */
export function backendRulesNotManaged(ingress: IngressSubject, context: CheckContext): Finding[] {
  const members = wholeGroup(ingress, context);
  if (!has(ingress, 'security-groups') || members === undefined) return [];
  if (anyManagesRules(members, context)) return [];
  const message = 'With `security-groups` the controller does not open the way to nodes and pods.';
  const advice = "Add `manage-backend-security-group-rules: 'true'`, or 'false' if you open it yourself.";
  const fixes = ['true', 'false'].map((value) =>
    setTo(ingress, 'manage-backend-security-group-rules', value),
  );
  return [
    found(
      'backend-rules-not-managed',
      spanOfAnnotation(ingress, 'security-groups'),
      message,
      advice,
      ...fixes,
    ),
  ];
}

const MOST_RULES = 60;

/** AWS: 60 inbound rules per security group, counted by themselves for IPv4 and IPv6. */
export function tooManySecurityGroupRules(ingress: IngressSubject, context: CheckContext): Finding[] {
  const members = wholeGroup(ingress, context);
  if (members === undefined || !isWritten(ingress, 'inbound-cidrs')) return [];
  const listeners = groupListeners(members, context);
  const fixed = anyOwnGroups(members, context);
  const ofClass = listOf(paramsOf(ingress, context).inboundCIDRs);
  if (listeners === undefined || fixed || ofClass.length > 0) return [];
  const cidrs = readValue(ingress, 'inbound-cidrs') ?? [];
  const ports = listenersOf(ingress, context)?.size ?? 0;
  const counts = [false, true].map(
    (six) => cidrs.filter((cidr) => cidr.includes(':') === six).length * ports,
  );
  const [four = 0, six = 0] = counts;
  const dual = servesIpv6(ingress, context);
  const [count, family] = dual && six > four ? [six, 'IPv6'] : [four, 'IPv4'];
  if (count <= MOST_RULES) return [];
  const message = `${cidrs.length} address ranges for ${ports} ports are ${count} ${family} rules in one security group; it may have ${MOST_RULES}.`;
  const advice = 'Bring ranges together, use `security-group-prefix-lists`, or have the quota raised.';
  return [
    found('too-many-security-group-rules', spanOfAnnotation(ingress, 'inbound-cidrs'), message, advice),
  ];
}

function servesIpv6(ingress: IngressSubject, context: CheckContext): boolean {
  const type = paramsOf(ingress, context).ipAddressType ?? readValue(ingress, 'ip-address-type') ?? 'ipv4';
  return type !== 'ipv4';
}

const anyTakesMore = ofGroup((members, context) =>
  members.some(
    (one) =>
      has(one, 'security-groups') || has(one, 'security-group-prefix-lists') || servesIpv6(one, context),
  ),
);

/** lbc:pkg/ingress/model_build_managed_sg.go: IPv6 ranges are left out of an IPv4 load balancer. */
export function onlyIpv6Cidrs(ingress: IngressSubject, context: CheckContext): Finding[] {
  const members = wholeGroup(ingress, context);
  const cidrs = readValue(ingress, 'inbound-cidrs') ?? [];
  if (members === undefined || !isWritten(ingress, 'inbound-cidrs')) return [];
  const free = anyTakesMore(members, context);
  const ofClass = listOf(paramsOf(ingress, context).inboundCIDRs);
  if (free || ofClass.length > 0 || cidrs.length === 0 || !cidrs.every((cidr) => cidr.includes(':')))
    return [];
  const message = `All ranges of \`inbound-cidrs\` are IPv6, but the load balancer has IPv4 addresses only.`;
  const advice = 'Set `ip-address-type: dualstack`, or add IPv4 ranges.';
  const fix = setTo(ingress, 'ip-address-type', 'dualstack');
  return [found('inbound-cidrs-ipv6-only', spanOfAnnotation(ingress, 'inbound-cidrs'), message, advice, fix)];
}

interface OwnArn {
  readonly suffix: string;
  readonly arn: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
}

const REGIONAL =
  /arn:aws[a-z-]*:(acm|acm-pca|wafv2|elasticloadbalancing):([a-z0-9-]+):([0-9]{12}):[\w./:-]+/g;

/** What a load balancer uses must be in its region (IAM's server certificates have none), its certificates in its account. */
export function certificateRegion(ingress: IngressSubject): Finding[] {
  const all = regionalArns(ingress);
  const region = mostCommon(all.map((one) => one.region));
  const reference = all.find((one) => one.region === region);
  return all.flatMap((one) => {
    const strange = one.region !== region;
    const otherAccount =
      one.service === 'acm' && reference?.service === 'acm' && one.account !== reference.account;
    if (reference === undefined || (!strange && !otherAccount)) return [];
    const what = strange ? `region \`${one.region}\`` : `account \`${one.account}\``;
    const other = strange ? `\`${reference.region}\`` : `\`${reference.account}\``;
    const message = `\`${one.arn}\` is of ${what}, \`${reference.arn}\` of ${other}.`;
    const advice = 'Use one of the region and account of the load balancer.';
    return [found('certificate-region', spanOfArn(ingress, one), message, advice)];
  });
}

/** Certificates first, so that of two regions theirs counts. */
function regionalArns(ingress: IngressSubject): OwnArn[] {
  const actions = familyOf(ingress, 'actions').map(({ name }) => `actions.${name}`);
  const suffixes = ['certificate-arn', 'wafv2-acl-arn', 'acm-pca-arn', 'mutual-authentication', ...actions];
  return suffixes.flatMap((suffix) => {
    if (!isWritten(ingress, suffix)) return [];
    const text = entryOf(ingress, suffix)?.value ?? '';
    return [...text.matchAll(REGIONAL)].map(([arn, service = '', region = '', account = '']) => {
      return { suffix, arn, service, region, account };
    });
  });
}

function mostCommon(words: readonly string[]): string | undefined {
  const count = (word: string) => words.filter((one) => one === word).length;
  return words.reduce<string | undefined>(
    (best, word) => (best === undefined || count(word) > count(best) ? word : best),
    undefined,
  );
}

function spanOfArn(ingress: IngressSubject, { suffix, arn }: OwnArn) {
  const entry = entryOf(ingress, suffix);
  const at = entry?.value.indexOf(arn) ?? -1;
  return entry === undefined || at < 0
    ? spanOfAnnotation(ingress, suffix)
    : entry.places.span({ start: at, end: at + arn.length });
}
