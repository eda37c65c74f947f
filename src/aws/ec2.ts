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
import { allPages, inBatches } from './paging';

/** Paged calls must not name ids and a page size at once (EC2 refuses MaxResults with ids). */
export async function describeSubnets(
  aws: Aws,
  by: { ids: string[] } | { filters: Filter[] },
): Promise<Subnet[]> {
  const input = 'ids' in by ? { SubnetIds: by.ids } : { Filters: by.filters };
  return allPages(async (NextToken) => {
    const page = await aws.ec2.send(new DescribeSubnetsCommand({ ...input, NextToken }));
    return { items: page.Subnets, next: page.NextToken };
  });
}

export async function describeSecurityGroups(
  aws: Aws,
  by: { ids: string[] } | { filters: Filter[] },
): Promise<SecurityGroup[]> {
  const input = 'ids' in by ? { GroupIds: by.ids } : { Filters: by.filters };
  return allPages(async (NextToken) => {
    const page = await aws.ec2.send(new DescribeSecurityGroupsCommand({ ...input, NextToken }));
    return { items: page.SecurityGroups, next: page.NextToken };
  });
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
    const answer = await aws.ec2.send(new DescribeInstancesCommand({ InstanceIds }));
    return (answer.Reservations ?? []).flatMap(({ Instances = [] }) => Instances);
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
