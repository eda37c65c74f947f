import { DescribeSecurityGroupsCommand, type IpPermission, type SecurityGroup } from '@aws-sdk/client-ec2';
import {
  DescribeCapacityReservationCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetHealthCommand,
  type LoadBalancer,
  paginateDescribeListeners,
  paginateDescribeLoadBalancers,
  paginateDescribeTargetGroups,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type AwsCalls, attributeMap, collect, type Tags, tagMap, tagsOf } from './awsCalls';
import { content, type JsonObject, plain, sortedBy } from './json';
import { listenerState } from './listenerState';
import type { Names } from './names';
import type { LoadBalancerState, SecurityGroupState, State, TargetGroupState } from './state';

/** Load balancers with listeners and rules, target groups with targets, security groups; all with placeholders. */
export async function readState(aws: AwsCalls, names: Names, vpcId: string): Promise<State> {
  const [balancers, groups, securityGroups, protections] = await Promise.all([
    collect(paginateDescribeLoadBalancers({ client: aws.elb }, {}), ({ LoadBalancers }) => LoadBalancers),
    collect(paginateDescribeTargetGroups({ client: aws.elb }, {}), ({ TargetGroups }) => TargetGroups),
    readSecurityGroups(aws, vpcId),
    readProtections(aws),
  ]);
  const arns = [...balancers.map(arnOf), ...groups.map(({ TargetGroupArn = '' }) => TargetGroupArn)];
  const tags = await tagsOf(aws.elb, arns);
  nameAll(names, balancers, groups, securityGroups, tags);
  const [loadBalancers, targetGroups] = await Promise.all([
    Promise.all(balancers.map((lb) => loadBalancerState(aws, lb, tags.get(arnOf(lb)) ?? {}))),
    Promise.all(
      groups.map((group) => targetGroupState(aws, group, tags.get(group.TargetGroupArn ?? '') ?? {})),
    ),
  ]);
  const state: State = {
    loadBalancers: keyed(balancers, ({ LoadBalancerName = '' }) => LoadBalancerName, loadBalancers),
    targetGroups: keyed(groups, ({ TargetGroupArn = '' }) => TargetGroupArn, targetGroups),
    securityGroups: Object.fromEntries(
      securityGroups
        .filter(({ GroupName }) => GroupName !== 'default')
        .map((group) => [group.GroupName ?? '', securityGroupState(group)]),
    ),
    ...(protections.length > 0 ? { shieldProtections: protections } : {}),
  };
  return names.rename(state);
}

function keyed<T, V>(items: readonly T[], key: (item: T) => string, values: readonly V[]): Record<string, V> {
  return Object.fromEntries(items.map((item, index) => [key(item), values[index] as V]));
}

function arnOf({ LoadBalancerArn = '' }: LoadBalancer): string {
  return LoadBalancerArn;
}

function nameAll(
  names: Names,
  balancers: readonly LoadBalancer[],
  groups: readonly TargetGroup[],
  securityGroups: readonly SecurityGroup[],
  tags: ReadonlyMap<string, Tags>,
): void {
  for (const { LoadBalancerArn: arn = '', LoadBalancerName: name = '', DNSName: dnsName = '' } of balancers) {
    names.loadBalancer({ arn, name, dnsName }, tags.get(arn) ?? {});
  }
  for (const { TargetGroupArn: arn = '', TargetGroupName: name = '' } of groups) {
    names.targetGroup({ arn, name }, tags.get(arn) ?? {});
  }
  for (const { GroupId: id = '', GroupName: name = '', Tags } of securityGroups) {
    names.securityGroup({ id, name }, tagMap(Tags));
  }
}

async function readSecurityGroups({ ec2 }: AwsCalls, vpcId: string): Promise<SecurityGroup[]> {
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
  return (await ec2.send(new DescribeSecurityGroupsCommand({ Filters }))).SecurityGroups ?? [];
}

async function readProtections(aws: AwsCalls): Promise<JsonObject[]> {
  type Protection = { Name: string; ResourceArn: string };
  const answer = await aws.json('shield', 'AWSShield_20160616.ListProtections', {});
  const found = (answer?.['Protections'] ?? []) as Protection[];
  return found.map(({ Name, ResourceArn }) => ({ name: Name, resource: ResourceArn }));
}

/** Rarely used settings, recorded only where they are set. */
const OPTIONAL_SETTINGS = [
  'CustomerOwnedIpv4Pool',
  'EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic',
  'EnablePrefixForIpv6SourceNat',
  'IpamPools',
] as const;

async function loadBalancerState(aws: AwsCalls, lb: LoadBalancer, tags: Tags): Promise<LoadBalancerState> {
  const arn = { LoadBalancerArn: arnOf(lb) };
  const [attributes, reservation, webACL, listeners] = await Promise.all([
    aws.elb.send(new DescribeLoadBalancerAttributesCommand(arn)),
    aws.elb.send(new DescribeCapacityReservationCommand(arn)),
    webAclOf(aws, arnOf(lb)),
    collect(paginateDescribeListeners({ client: aws.elb }, arn), ({ Listeners }) => Listeners),
  ]);
  const listenerTags = await tagsOf(
    aws.elb,
    listeners.map(({ ListenerArn = '' }) => ListenerArn),
  );
  const states = await Promise.all(
    listeners.map((listener) =>
      listenerState(aws, listener, listenerTags.get(listener.ListenerArn ?? '') ?? {}),
    ),
  );
  const minimumCapacity = reservation.MinimumLoadBalancerCapacity;
  return plain({
    type: lb.Type,
    scheme: lb.Scheme ?? null,
    ipAddressType: lb.IpAddressType ?? null,
    securityGroups: lb.SecurityGroups ?? [],
    zones: sortedBy((lb.AvailabilityZones ?? []) as JsonObject[], (zone) => String(zone['ZoneName'])),
    attributes: attributeMap(attributes.Attributes),
    tags,
    listeners: keyed(listeners, ({ Port }) => String(Port), states),
    ...Object.fromEntries(OPTIONAL_SETTINGS.filter((key) => lb[key]).map((key) => [key, lb[key]])),
    ...(minimumCapacity === undefined ? {} : { minimumCapacity }),
    ...(webACL === undefined ? {} : { webACL }),
  });
}

/** Not every kind of load balancer can have one. */
async function webAclOf(aws: AwsCalls, ResourceArn: string): Promise<string | undefined> {
  const answer = await aws.json('wafv2', 'AWSWAF_20190729.GetWebACLForResource', { ResourceArn });
  return (answer?.['WebACL'] as { ARN?: string } | undefined)?.ARN;
}

async function targetGroupState(aws: AwsCalls, group: TargetGroup, tags: Tags): Promise<TargetGroupState> {
  const { TargetGroupArn, TargetGroupName = '', LoadBalancerArns, VpcId: _vpc, ...rest } = group;
  const [attributes, health] = await Promise.all([
    aws.elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn })),
    aws.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn })),
  ]);
  const fields = Object.entries(rest).map(([key, value]) => [
    key.charAt(0).toLowerCase() + key.slice(1),
    value,
  ]);
  return plain({
    ...(Object.fromEntries(fields) as object),
    attributes: attributeMap(attributes.Attributes),
    tags,
    targets: (health.TargetHealthDescriptions ?? []).map(({ Target }) => ({ ...Target })),
    loadBalancers: [...new Set(LoadBalancerArns)].sort(),
    name: TargetGroupName.replace(/^(k8s-.*-)[0-9a-f]{10}$/, '$1*'),
  });
}

export function securityGroupState(group: SecurityGroup): SecurityGroupState {
  return {
    description: group.Description ?? '',
    tags: tagMap(group.Tags),
    ingress: groupRules(group.IpPermissions),
    egress: groupRules(group.IpPermissionsEgress),
  };
}

/** One entry per port range and source. */
function groupRules(permissions: readonly IpPermission[] | undefined): JsonObject[] {
  const rules = (permissions ?? []).flatMap((permission) => {
    const { IpProtocol, FromPort, ToPort } = permission;
    return sourcesOf(permission).map((source) => plain({ IpProtocol, FromPort, ToPort, ...source }));
  });
  return sortedBy(rules, content);
}

function sourcesOf({ IpRanges, Ipv6Ranges, PrefixListIds, UserIdGroupPairs }: IpPermission): JsonObject[] {
  const described = (source: JsonObject, Description: string | undefined) =>
    Description ? { ...source, Description } : source;
  return [
    ...(IpRanges ?? []).map(({ CidrIp, Description }) => described({ CidrIp }, Description)),
    ...(Ipv6Ranges ?? []).map(({ CidrIpv6, Description }) => described({ CidrIpv6 }, Description)),
    ...(PrefixListIds ?? []).map(({ PrefixListId, Description }) => described({ PrefixListId }, Description)),
    ...(UserIdGroupPairs ?? []).map(({ GroupId, Description }) => described({ GroupId }, Description)),
  ];
}
