import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import type { AwsCalls } from './awsCalls';
import { securityGroupState } from './awsState';
import { content, type JsonObject, sortedBy } from './json';
import { innerOf, type NameOf, type ReplayIds, sdkTags } from './replayIds';
import type { SecurityGroupState, State } from './state';

type Groups = State['securityGroups'];

/** The security groups with their tags and rules; those of the world are there, and only get the rules that are missing. */
export async function replaySecurityGroups(
  aws: AwsCalls,
  vpcId: string,
  groups: Groups,
  ids: ReplayIds,
  nameOf: NameOf,
): Promise<void> {
  const present = new Map((await groupsIn(aws, vpcId)).map((one) => [one.GroupName ?? '', one]));
  // One after the other: world.py gives ids in the order of the calls, and a failed case should be repeatable.
  for (const [key, group] of Object.entries(groups)) {
    if (!present.has(key)) await makeGroup(aws, vpcId, key, group, ids, nameOf);
  }
  const made = new Map((await groupsIn(aws, vpcId)).map((one) => [one.GroupId ?? '', one]));
  for (const [key, group] of Object.entries(groups)) {
    const id = ids.resolve(`\${sg:${innerOf(key)}}`);
    await admit(aws, ids.resolve(group), made.get(id) ?? {});
  }
}

async function groupsIn({ ec2 }: AwsCalls, vpcId: string): Promise<SecurityGroup[]> {
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
  return (await ec2.send(new DescribeSecurityGroupsCommand({ Filters }))).SecurityGroups ?? [];
}

async function makeGroup(
  { ec2 }: AwsCalls,
  VpcId: string,
  key: string,
  { tags, description }: SecurityGroupState,
  ids: ReplayIds,
  nameOf: NameOf,
): Promise<void> {
  const GroupName = key.startsWith('$') ? (nameOf(tags) ?? '') : key;
  const TagSpecifications = [{ ResourceType: 'security-group' as const, Tags: sdkTags(tags) }];
  const { GroupId = '' } = await ec2.send(
    new CreateSecurityGroupCommand({ VpcId, GroupName, Description: description, TagSpecifications }),
  );
  ids.put(key, GroupName);
  ids.put(`\${sg:${innerOf(key)}}`, GroupId);
}

async function admit({ ec2 }: AwsCalls, wanted: SecurityGroupState, current: SecurityGroup): Promise<void> {
  const { ingress, egress } = securityGroupState(current);
  const { GroupId } = current;
  const inward = permissions(without(wanted.ingress, ingress));
  const outward = permissions(without(wanted.egress, egress));
  if (inward.length > 0)
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: inward }));
  if (outward.length > 0)
    await ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: outward }));
}

function without(rules: readonly JsonObject[], others: readonly JsonObject[]): JsonObject[] {
  const there = new Set(others.map(content));
  return rules.filter((rule) => !there.has(content(rule)));
}

/** A recorded rule is one range of ports and one source, both in one object. */
function permissions(rules: readonly JsonObject[]): IpPermission[] {
  return sortedBy(rules, content).map(({ IpProtocol, FromPort, ToPort, ...source }) => ({
    ...({ IpProtocol, FromPort, ToPort } as IpPermission),
    ...('CidrIp' in source ? { IpRanges: [source] } : {}),
    ...('CidrIpv6' in source ? { Ipv6Ranges: [source] } : {}),
    ...('PrefixListId' in source ? { PrefixListIds: [source] } : {}),
    ...('GroupId' in source ? { UserIdGroupPairs: [source] } : {}),
  }));
}
