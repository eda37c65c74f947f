/** Which subnets a load balancer gets, and why not the others. Pure; the resolver and its explanation both read it. */
import type { Subnet } from '@aws-sdk/client-ec2';
import { byBytes } from '../model/errors';
import type { SubnetQuery } from '../model/lookups';
import { clusterTag } from '../model/names';
import { ec2Tags } from './inventory';

/** Free addresses that a subnet must have for a load balancer (lbc: defaultMinimalAvailableIPAddressCount). */
export const MIN_FREE_ADDRESSES = 8;

export type Verdict =
  | 'fits'
  /** Another subnet of its zone is preferred. */
  | 'zone-taken'
  /** Somebody named two of one zone. */
  | 'zone-twice'
  | 'other-cluster'
  | 'no-room'
  | 'no-ipv6';

export interface Judged {
  readonly subnet: Subnet;
  readonly verdict: Verdict;
}

/** Subnets of one verdict, in the order of their ids. */
export function thoseOf(judged: readonly Judged[], wanted: Verdict): Subnet[] {
  return judged
    .filter(({ verdict }) => verdict === wanted)
    .map(({ subnet }) => subnet)
    .sort((a, b) => byBytes(a.SubnetId ?? '', b.SubnetId ?? ''));
}

/** Subnets that were found by tags or by their way to the internet: one per zone is taken. Source: lbc:pkg/networking/subnet_resolver.go chooseAndValidateSubnetsPerAZ. */
export function judgeFound(subnets: readonly Subnet[], clusterName: string, query: SubnetQuery): Judged[] {
  const own = clusterTag(clusterName);
  const first = subnets.map((subnet) => ({ subnet, verdict: alone(subnet, own, query) }));
  const best = bestPerZone(thoseOf(first, 'fits'), own);
  return first.map(({ subnet, verdict }) => ({
    subnet,
    verdict: verdict !== 'fits' || best.has(subnet) ? verdict : 'zone-taken',
  }));
}

/** Subnets that somebody named: neither their tags nor their free addresses count. */
export function judgeNamed(subnets: readonly Subnet[], query: SubnetQuery): Judged[] {
  return subnets.map((subnet) => {
    const same = subnets.filter(({ AvailabilityZone: zone }) => zone === subnet.AvailabilityZone);
    if (same.length > 1) return { subnet, verdict: 'zone-twice' };
    return { subnet, verdict: needsIpv6(query) && !hasIpv6(subnet) ? 'no-ipv6' : 'fits' };
  });
}

export function needsIpv6({ ipAddressType }: SubnetQuery): boolean {
  return ipAddressType.startsWith('dualstack');
}

/** What counts without a look at the others, in the controller's order. */
function alone(subnet: Subnet, own: string, query: SubnetQuery): Verdict {
  if (!eligible(subnet, own)) return 'other-cluster';
  if ((subnet.AvailableIpAddressCount ?? 0) < MIN_FREE_ADDRESSES) return 'no-room';
  return needsIpv6(query) && !hasIpv6(subnet) ? 'no-ipv6' : 'fits';
}

function eligible(subnet: Subnet, own: string): boolean {
  const keys = Object.keys(ec2Tags(subnet));
  return keys.includes(own) || !keys.some((key) => key.startsWith('kubernetes.io/cluster'));
}

function hasIpv6(subnet: Subnet): boolean {
  return (subnet.Ipv6CidrBlockAssociationSet ?? []).some(
    (one) => one.Ipv6CidrBlockState?.State === 'associated',
  );
}

/** Those of this cluster first, then by id. */
function bestPerZone(subnets: readonly Subnet[], own: string): Set<Subnet> {
  const rank = (subnet: Subnet) => (own in ec2Tags(subnet) ? 0 : 1);
  const ordered = [...subnets].sort(
    (a, b) => rank(a) - rank(b) || byBytes(a.SubnetId ?? '', b.SubnetId ?? ''),
  );
  const byZone = new Map<string, Subnet>();
  for (const subnet of ordered) {
    const zone = subnet.AvailabilityZone ?? '';
    if (!byZone.has(zone)) byZone.set(zone, subnet);
  }
  return new Set(byZone.values());
}
