import {
  DescribeAvailabilityZonesCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type Filter,
  type Instance,
  type NetworkInterface,
  type RouteTable,
  type SecurityGroup,
  type Subnet,
  type Vpc,
} from '@aws-sdk/client-ec2';
import type { Aws } from './clients';
import { allOf, allPages, inBatches } from './paging';

/** Paged calls must not name ids and a page size at once (EC2 refuses MaxResults with ids). */
export async function describeSubnets(
  aws: Aws,
  by: { ids: string[] } | { filters: Filter[] },
): Promise<Subnet[]> {
  const input = 'ids' in by ? { SubnetIds: by.ids } : { Filters: by.filters };
  const found = await allPages(async (NextToken) => {
    const page = await aws.ec2.send(new DescribeSubnetsCommand({ ...input, NextToken }));
    return { items: page.Subnets, next: page.NextToken };
  });
  for (const subnet of found) see(aws, subnet);
  return found;
}

interface Seen {
  readonly subnet: Subnet;
  readonly at: number;
}

/** The subnets that were read, by id. */
const seen = new WeakMap<Aws, Map<string, Seen>>();

function see(aws: Aws, subnet: Subnet): void {
  const byId = seen.get(aws) ?? new Map<string, Seen>();
  seen.set(aws, byId);
  byId.set(subnet.SubnetId ?? '', { subnet, at: Date.now() });
}

/** A plan asks for the same subnets in several ways within a second. */
const FRESH_MS = 10_000;

/** Subnets by their ids, those that were read a moment ago without asking again. */
export async function subnetsById(aws: Aws, ids: readonly string[]): Promise<Subnet[]> {
  const since = Date.now() - FRESH_MS;
  const fresh = ids.map((id) => seen.get(aws)?.get(id)).filter((one) => one !== undefined && one.at >= since);
  if (fresh.length === ids.length) return fresh.flatMap((one) => one?.subnet ?? []);
  return describeSubnets(aws, { ids: [...ids] });
}

/** IPv4 blocks of a VPC's subnets, as far as they were read with these clients. A subnet's block never changes. */
export function seenRanges(aws: Aws, vpcId: string): string[] {
  const subnets = [...(seen.get(aws)?.values() ?? [])].map(({ subnet }) => subnet);
  return subnets.flatMap(({ VpcId, CidrBlock }) => (VpcId === vpcId ? (CidrBlock ?? []) : []));
}

export async function describeSecurityGroups(
  aws: Aws,
  by: { ids: string[] } | { filters: Filter[] },
): Promise<SecurityGroup[]> {
  const input = 'ids' in by ? { GroupIds: by.ids } : { Filters: by.filters };
  const found = await allPages(async (NextToken) => {
    const page = await aws.ec2.send(new DescribeSecurityGroupsCommand({ ...input, NextToken }));
    return { items: page.SecurityGroups, next: page.NextToken };
  });
  return 'ids' in by ? [...allOf(by.ids, found, (one) => one.GroupId)] : found;
}

export async function describeRouteTables(aws: Aws, vpcId: string): Promise<RouteTable[]> {
  const filters = [{ Name: 'vpc-id', Values: [vpcId] }];
  return allPages(async (NextToken) => {
    const page = await aws.ec2.send(new DescribeRouteTablesCommand({ Filters: filters, NextToken }));
    return { items: page.RouteTables, next: page.NextToken };
  });
}

export async function describeVpc(aws: Aws, vpcId: string): Promise<Vpc | undefined> {
  const answer = await aws.ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] }));
  return answer.Vpcs?.[0];
}

/** Zone types (`availability-zone`, `local-zone`, `wavelength-zone`) by zone id. */
export async function zoneTypes(aws: Aws, zoneIds: readonly string[]): Promise<Map<string, string>> {
  const answer = await aws.ec2.send(new DescribeAvailabilityZonesCommand({ ZoneIds: [...zoneIds] }));
  return new Map(
    (answer.AvailabilityZones ?? []).map(({ ZoneId = '', ZoneType = '' }) => [ZoneId, ZoneType]),
  );
}

/** Instances of a cluster's nodes, 100 a call. */
export async function describeInstances(aws: Aws, ids: readonly string[]): Promise<Instance[]> {
  return inBatches(ids, 100, async (InstanceIds) => {
    const { Reservations = [] } = await aws.ec2.send(new DescribeInstancesCommand({ InstanceIds }));
    const found = Reservations.flatMap(({ Instances = [] }) => Instances);
    return allOf(InstanceIds, found, (one) => one.InstanceId);
  });
}

/** Network interfaces that hold any of the addresses, 200 addresses a call (EC2's limit of filter values). */
export async function interfacesOfAddresses(
  aws: Aws,
  vpcId: string,
  addresses: readonly string[],
): Promise<NetworkInterface[]> {
  return inBatches(addresses, 200, (batch) =>
    allPages(async (NextToken) => {
      const Filters = [
        { Name: 'addresses.private-ip-address', Values: batch },
        { Name: 'vpc-id', Values: [vpcId] },
      ];
      const page = await aws.ec2.send(new DescribeNetworkInterfacesCommand({ Filters, NextToken }));
      return { items: page.NetworkInterfaces, next: page.NextToken };
    }),
  );
}
