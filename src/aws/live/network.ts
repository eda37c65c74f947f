import {
  type Address,
  DescribeAddressesCommand,
  DescribeIpamPoolsCommand,
  DescribeManagedPrefixListsCommand,
  type Filter,
  type IpamPool,
  type ManagedPrefixList,
  type RouteTable,
  type SecurityGroup,
  type Subnet,
} from '@aws-sdk/client-ec2';
import type { LiveValue } from '../../protocol';
import type { Aws } from '../clients';
import { describeRouteTables, describeSecurityGroups, describeSubnets } from '../ec2';
import { ec2Tags } from '../inventory';
import { allPages } from '../paging';
import { reachesInternet } from '../subnets';
import { label } from './label';

/** Name, zone, whether the internet reaches it, and its role tag (EC2 DescribeSubnets, DescribeRouteTables). */
export async function subnets(aws: Aws, vpcId: string | undefined): Promise<LiveValue[]> {
  const [found, tables] = await Promise.all([
    describeSubnets(aws, { filters: ofVpc(vpcId) }),
    vpcId === undefined ? [] : describeRouteTables(aws, vpcId),
  ]);
  return found.map((subnet) => subnetValue(subnet, tables));
}

function subnetValue(subnet: Subnet, tables: readonly RouteTable[]): LiveValue {
  const { SubnetId = '', AvailabilityZone, AvailableIpAddressCount: free, CidrBlock } = subnet;
  const reach = tables.length === 0 ? undefined : reachesInternet(subnet, tables) ? 'public' : 'private';
  const room = free !== undefined && free < 8 && `only ${free} free addresses`;
  return {
    value: SubnetId,
    label: label(nameOf(subnet), AvailabilityZone, reach, roleOf(subnet), CidrBlock, room),
    facts: { name: nameOf(subnet), zone: AvailabilityZone ?? '' },
  };
}

/** The tag by which the controller finds subnets by itself (lbc:docs/deploy/subnet_discovery.md). */
function roleOf(subnet: Subnet): string | undefined {
  const tags = ec2Tags(subnet);
  if ('kubernetes.io/role/elb' in tags) return 'role elb';
  return 'kubernetes.io/role/internal-elb' in tags ? 'role internal-elb' : undefined;
}

/** Name tag and group name (EC2 DescribeSecurityGroups). */
export async function securityGroups(aws: Aws, vpcId: string | undefined): Promise<LiveValue[]> {
  return (await describeSecurityGroups(aws, { filters: ofVpc(vpcId) })).map(securityGroupValue);
}

function securityGroupValue(group: SecurityGroup): LiveValue {
  const { GroupId = '', GroupName = '', Description = '' } = group;
  const name = nameOf(group);
  const text = Description === GroupName || Description === name ? '' : Description;
  return {
    value: GroupId,
    label: label(name, GroupName !== name && GroupName, text),
    facts: { name },
  };
}

/** EC2 DescribeManagedPrefixLists: those of AWS, too, such as CloudFront's. */
export async function prefixLists(aws: Aws): Promise<LiveValue[]> {
  const found = await allPages<ManagedPrefixList>(async (NextToken) => {
    const page = await aws.ec2.send(new DescribeManagedPrefixListsCommand({ NextToken }));
    return { items: page.PrefixLists, next: page.NextToken };
  });
  return found.map(({ PrefixListId = '', PrefixListName, AddressFamily, OwnerId }) => ({
    value: PrefixListId,
    label: label(PrefixListName, AddressFamily, OwnerId === 'AWS' && 'of AWS'),
  }));
}

/** EC2 DescribeAddresses, which has no pages. One that is in use cannot be given to another load balancer. */
export async function elasticIps(aws: Aws): Promise<LiveValue[]> {
  const { Addresses = [] } = await aws.ec2.send(new DescribeAddressesCommand({}));
  return Addresses.filter(({ AllocationId }) => AllocationId !== undefined).map(elasticIpValue);
}

function elasticIpValue(address: Address): LiveValue {
  const { AllocationId = '', PublicIp, AssociationId, NetworkBorderGroup } = address;
  const taken = AssociationId === undefined ? 'free' : 'in use';
  return { value: AllocationId, label: label(nameOf(address), PublicIp, NetworkBorderGroup, taken) };
}

/** EC2 DescribeIpamPools. An ALB takes its addresses from a public IPv4 pool. */
export async function ipamPools(aws: Aws): Promise<LiveValue[]> {
  const pools = await allPages<IpamPool>(async (NextToken) => {
    const page = await aws.ec2.send(new DescribeIpamPoolsCommand({ NextToken }));
    return { items: page.IpamPools, next: page.NextToken };
  });
  return pools.map((pool) => ({
    value: pool.IpamPoolId ?? '',
    label: label(nameOf(pool), pool.Description, pool.Locale, pool.AddressFamily, pool.IpamScopeType),
  }));
}

function ofVpc(vpcId: string | undefined): Filter[] {
  return vpcId === undefined ? [] : [{ Name: 'vpc-id', Values: [vpcId] }];
}

function nameOf(of: Parameters<typeof ec2Tags>[0]): string {
  return ec2Tags(of)['Name'] ?? '';
}
