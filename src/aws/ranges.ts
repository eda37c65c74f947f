import type { Ranges } from '../model/lookups';
import type { Aws } from './clients';
import { describeSubnets, describeVpc } from './ec2';

/** Address ranges of subnets, in the order of their ids. Source: lbc:pkg/networking/utils.go GetSubnetAssociatedIPv6CIDRs. */
export async function subnetRanges(aws: Aws, ids: readonly string[]): Promise<Ranges[]> {
  const found = await describeSubnets(aws, { ids: [...ids] });
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

/** Ranges that are in use, not on their way in or out. */
function associated(ranges: readonly { range: string | undefined; state: string | undefined }[]): string[] {
  return ranges.flatMap(({ range, state }) => (range !== undefined && state === 'associated' ? [range] : []));
}
