/** Addresses of Network Load Balancers (lbc:pkg/service/model_build_load_balancer.go buildLoadBalancerSubnetMappings). */
import type { Entry } from '../../../objects';
import { listOf } from '../../../workspace/keys';
import { hasPlaceholder } from '../../annotations';
import type { Finding } from '../../finding';
import { found } from '../../ingress/found';
import { spanAt } from '../../subject';
import { entryOf, isDualStack, itemsOf, type ServiceSubject, schemeOf, shortOf, textOf } from './facts';

/** `EIP allocations can only be set for internet facing load balancers`, and the other way round for private ones. */
export function addressScheme(service: ServiceSubject): Finding[] {
  const scheme = schemeOf(service);
  const isDefault = (entryOf(service, 'scheme') ?? entryOf(service, 'internal')) === undefined;
  const elastic = entryOf(service, 'eip-allocations');
  const own = entryOf(service, 'private-ipv4-addresses');
  const findings: Finding[] = [];
  if (elastic !== undefined && scheme === 'internal') {
    const message = `Elastic IP addresses are for internet-facing load balancers; this one is internal${isDefault ? ', which is the default' : ''}.`;
    const advice = 'Set `aws-load-balancer-scheme: internet-facing`, or remove the addresses.';
    findings.push(found('nlb-address-scheme', elastic.keySpan, message, advice));
  }
  if (own !== undefined && scheme === 'internet-facing') {
    const message = 'Private addresses are for internal load balancers; this one is internet-facing.';
    const advice = 'Use `aws-load-balancer-eip-allocations`, or make it internal.';
    findings.push(found('nlb-address-scheme', own.keySpan, message, advice));
  }
  return findings;
}

const ONE_PER_SUBNET = [
  'eip-allocations',
  'private-ipv4-addresses',
  'ipv6-addresses',
  'source-nat-ipv6-prefixes',
] as const;

/** `count of EIP allocations (2) and subnets (3) must match`; silent where the subnets are looked up by tags. */
export function addressCount(service: ServiceSubject): Finding[] {
  const subnets = entryOf(service, 'subnets');
  if (subnets === undefined || hasPlaceholder(subnets.value)) return [];
  const wanted = itemsOf(subnets).length;
  return ONE_PER_SUBNET.flatMap((suffix) => {
    const entry = entryOf(service, suffix);
    if (entry === undefined || hasPlaceholder(entry.value)) return [];
    const count = itemsOf(entry).length;
    if (count === wanted || count === 0) return [];
    const message = `\`${shortOf(entry)}\` has ${count} ${count === 1 ? 'element' : 'elements'} for ${wanted} ${wanted === 1 ? 'subnet' : 'subnets'}.`;
    return [found('nlb-address-count', entry.valueSpan, message, 'Give exactly one per subnet.')];
  });
}

/** What only a dual-stack load balancer can have. */
export function needsDualStack(service: ServiceSubject): Finding[] {
  if (isDualStack(service) !== false) return [];
  const addresses = entryOf(service, 'ipv6-addresses');
  const prefixes = entryOf(service, 'source-nat-ipv6-prefixes');
  const translation =
    textOf(service, 'enable-prefix-for-ipv6-source-nat') === 'on'
      ? entryOf(service, 'enable-prefix-for-ipv6-source-nat')
      : undefined;
  const settings = [addresses, prefixes, translation].filter((entry) => entry !== undefined);
  return [...settings.map(needed), ...ipv6Ranges(service)];
}

const DUAL_STACK = 'Set `aws-load-balancer-ip-address-type: dualstack`, or remove it.';

function needed(entry: Entry): Finding {
  const message = `\`${shortOf(entry)}\` is for dual-stack load balancers; this one has IPv4 only.`;
  return found('nlb-needs-dualstack', entry.keySpan, message, DUAL_STACK);
}

/** lbc:pkg/service/model_build_managed_sg.go buildCIDRsFromSourceRanges; read only for the controller's own security group. */
function ipv6Ranges(service: ServiceSubject): Finding[] {
  if (entryOf(service, 'security-groups') !== undefined) return [];
  if (entryOf(service, 'disable-nlb-sg') !== undefined) return [];
  const inSpec = sourceRanges(service);
  const at = inSpec.findIndex((range) => String(range).includes(':'));
  if (at >= 0)
    return [ipv6Range(String(inSpec[at]), spanAt(service, 'spec', 'loadBalancerSourceRanges', at))];
  const entry = inSpec.length === 0 ? entryOf(service, 'load-balancer-source-ranges') : undefined;
  const item = entry === undefined ? undefined : itemsOf(entry).find(({ text }) => text.includes(':'));
  return entry === undefined || item === undefined ? [] : [ipv6Range(item.text, entry.places.span(item))];
}

export function sourceRanges({ value }: ServiceSubject): readonly unknown[] {
  return listOf(
    (value.spec as { loadBalancerSourceRanges?: readonly unknown[] } | undefined)?.loadBalancerSourceRanges,
  );
}

function ipv6Range(range: string, span: Finding['span']): Finding {
  const message = `\`${range}\` is a range of IPv6 addresses; the load balancer has IPv4 only.`;
  return found('nlb-needs-dualstack', span, message, DUAL_STACK);
}
