import ipaddr from 'ipaddr.js';
import type { Ranges } from '../model/lookups';
import type { Aws } from './clients';
import { describeVpc, seenRanges, subnetsById } from './ec2';

/** Address ranges of subnets, in the order of their ids. Source: lbc:pkg/networking/utils.go GetSubnetAssociatedIPv6CIDRs. */
export async function subnetRanges(aws: Aws, ids: readonly string[]): Promise<Ranges[]> {
  const found = await subnetsById(aws, ids);
  return ids.map((id) => {
    const { CidrBlock, Ipv6CidrBlockAssociationSet = [] } =
      found.find(({ SubnetId }) => SubnetId === id) ?? {};
    const ipv6 = Ipv6CidrBlockAssociationSet.map(({ Ipv6CidrBlock, Ipv6CidrBlockState }) => ({
      range: Ipv6CidrBlock,
      state: Ipv6CidrBlockState?.State,
    }));
    return { ipv4: CidrBlock === undefined ? [] : [CidrBlock], ipv6: associated(ipv6) };
  });
}

/** lbc:pkg/networking/vpc_info_provider.go AssociatedIPv4CIDRs, AssociatedIPv6CIDRs */
export async function vpcRanges(aws: Aws, vpcId: string): Promise<Ranges> {
  const vpc = await describeVpc(aws, vpcId);
  const { CidrBlockAssociationSet = [], Ipv6CidrBlockAssociationSet = [] } = vpc ?? {};
  const ipv4 = CidrBlockAssociationSet.map(({ CidrBlock, CidrBlockState }) => ({
    range: CidrBlock,
    state: CidrBlockState?.State,
  }));
  const ipv6 = Ipv6CidrBlockAssociationSet.map(({ Ipv6CidrBlock, Ipv6CidrBlockState }) => ({
    range: Ipv6CidrBlock,
    state: Ipv6CidrBlockState?.State,
  }));
  return { ipv4: associated(ipv4), ipv6: associated(ipv6) };
}

const KEPT_MS = 10 * 60_000;
const known = new WeakMap<Aws, Map<string, { readonly until: number; readonly ranges: Promise<Ranges> }>>();

/**
 * Which addresses are outside a VPC. The VPC is asked for its ranges only where an address is in no subnet that was
 * read anyhow, and then every ten minutes, as the controller does (lbc:pkg/networking/vpc_info_provider.go).
 */
export async function outsideVpc(
  aws: Aws,
  vpcId: string,
  addresses: readonly string[],
): Promise<ReadonlySet<string>> {
  const seen = { ipv4: seenRanges(aws, vpcId), ipv6: [] };
  const open = addresses.filter((address) => !isWithin(address, seen));
  if (open.length === 0) return new Set();
  const ranges = await knownRanges(aws, vpcId);
  return new Set(open.filter((address) => !isWithin(address, ranges)));
}

function knownRanges(aws: Aws, vpcId: string): Promise<Ranges> {
  const byVpc = known.get(aws) ?? new Map();
  known.set(aws, byVpc);
  const kept = byVpc.get(vpcId);
  if (kept !== undefined && kept.until > Date.now()) return kept.ranges;
  const ranges = vpcRanges(aws, vpcId);
  byVpc.set(vpcId, { until: Date.now() + KEPT_MS, ranges });
  ranges.catch(() => byVpc.delete(vpcId));
  return ranges;
}

/** Whether an address is in one of the ranges. */
function isWithin(address: string, { ipv4, ipv6 }: Ranges): boolean {
  const one = ipaddr.parse(address);
  return [...ipv4, ...ipv6].some((range) => {
    const [base, bits] = ipaddr.parseCIDR(range);
    return base.kind() === one.kind() && one.match(base, bits);
  });
}

/** Ranges that are in use, not on their way in or out. */
function associated(ranges: readonly { range: string | undefined; state: string | undefined }[]): string[] {
  return ranges.flatMap(({ range, state }) => (range !== undefined && state === 'associated' ? [range] : []));
}
