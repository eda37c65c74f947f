import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  DeleteTagsCommand,
  RevokeSecurityGroupIngressCommand,
  type IpPermission as SdkPermission,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import type { Aws } from '../../aws/clients';
import type { Tagged } from '../../aws/elbv2';
import { awsCode } from '../../aws/errors';
import { diffTags } from '../../aws/inventory';
import { BACKEND_SG_RESOURCE, TAG_CLUSTER, TAG_RESOURCE_SHARED } from '../../model/names';
import { type IpPermission, refTo, SECURITY_GROUP, type SecurityGroupSpec } from '../../model/stack';
import { type Change, type FieldChange, type Run, showPort, showToken } from '../change';
import { sdkTags } from '../sdk';
import { matchById, resourceTags, type StackContext } from './context';
import { retryWhile } from './retry';

const WHAT = 'Security group';

/** Creates and updates of the stack's own groups; groups that it has no longer are deleted last, by `surplus`. */
export function planSecurityGroups(
  context: StackContext,
  actual: readonly Tagged<SecurityGroup>[],
): { changes: Change[]; surplus: Change[] } {
  const desired = context.stack.resources[SECURITY_GROUP] ?? {};
  const { pairs, missing, surplus } = matchById(context.stack.kind, desired, actual, () => false);
  for (const { id, actual: group } of pairs) {
    context.outputs.put(refTo(SECURITY_GROUP, id, 'groupID'), group.value.GroupId ?? '');
  }
  return {
    changes: [
      ...missing.map(({ id, spec }) => createGroup(context, id, spec)),
      ...pairs.flatMap(({ id, spec, actual: group }) => updateGroup(context, id, spec, group)),
    ],
    surplus: surplus.map(({ value }) => deleteGroup(value.GroupId ?? '', value.GroupName ?? '')),
  };
}

function createGroup(context: StackContext, id: string, spec: SecurityGroupSpec): Change {
  const tags = resourceTags(context, id, spec.tags);
  return {
    kind: 'create',
    what: WHAT,
    name: spec.groupName,
    of: { type: SECURITY_GROUP, id },
    fields: permissionTexts(spec.ingress ?? []).map((after) => ({ path: 'inbound', after })),
    async apply(run) {
      const groupId = await makeGroup(run, spec.groupName, spec.description, tags);
      run.outputs.put(refTo(SECURITY_GROUP, id, 'groupID'), groupId);
      await writeRules(run.aws, groupId, diffPermissions((spec.ingress ?? []).map(toSdk), []));
    },
  };
}

async function makeGroup(
  run: Run,
  GroupName: string,
  Description: string,
  tags: Readonly<Record<string, string>>,
): Promise<string> {
  const { GroupId = '' } = await run.aws.ec2.send(
    new CreateSecurityGroupCommand({
      ...{ GroupName, Description, VpcId: run.settings.vpcId },
      TagSpecifications: [{ ResourceType: 'security-group', Tags: sdkTags(tags) }],
    }),
  );
  return GroupId;
}

function updateGroup(
  context: StackContext,
  id: string,
  spec: SecurityGroupSpec,
  { value: group, tags: current }: Tagged<SecurityGroup>,
): Change[] {
  const { clusterName, externalManagedTags } = context.settings;
  const tags = diffTags(resourceTags(context, id, spec.tags), current, clusterName, externalManagedTags);
  const rules = diffPermissions((spec.ingress ?? []).map(toSdk), splitPermissions(group.IpPermissions ?? []));
  const fields = [...tagFields(tags, current), ...ruleFields(rules)];
  if (fields.length === 0) return [];
  const groupId = group.GroupId ?? '';
  return [
    {
      ...{ kind: 'update', what: WHAT, name: spec.groupName, arn: groupId, fields },
      of: { type: SECURITY_GROUP, id },
      async apply(run) {
        await writeTags(run.aws, groupId, tags);
        await writeRules(run.aws, groupId, rules);
      },
    },
  ];
}

export function tagFields(
  { set, remove }: { set: Readonly<Record<string, string>>; remove: readonly string[] },
  current: Readonly<Record<string, string>>,
): FieldChange[] {
  return [
    ...Object.entries(set).map(([key, after]) => ({ path: `tags.${key}`, before: current[key], after })),
    ...remove.map((key) => ({ path: `tags.${key}`, before: current[key] })),
  ];
}

async function writeTags(
  aws: Aws,
  id: string,
  { set, remove }: { set: Readonly<Record<string, string>>; remove: readonly string[] },
): Promise<void> {
  if (Object.keys(set).length > 0) {
    await aws.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: sdkTags(set) }));
  }
  if (remove.length > 0) {
    await aws.ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: remove.map((Key) => ({ Key })) }));
  }
}

/** Rules to add and to take away, each a permission with one source. */
export interface RuleDiff {
  readonly grant: readonly SdkPermission[];
  readonly revoke: readonly SdkPermission[];
}

export function diffPermissions(
  wanted: readonly SdkPermission[],
  current: readonly SdkPermission[],
): RuleDiff {
  const [want, have] = [wanted, current].map((all) => new Map(all.map((one) => [permissionKey(one), one])));
  return {
    grant: [...(want ?? [])].filter(([key]) => !have?.has(key)).map(([, one]) => one),
    revoke: [...(have ?? [])].filter(([key]) => !want?.has(key)).map(([, one]) => one),
  };
}

/** Grants before revokes, so that nothing is ever closed in between. */
export async function writeRules(aws: Aws, groupId: string, { grant, revoke }: RuleDiff): Promise<void> {
  await authorize(aws, groupId, grant);
  if (revoke.length === 0) return;
  try {
    await aws.ec2.send(
      new RevokeSecurityGroupIngressCommand({ GroupId: groupId, IpPermissions: [...revoke] }),
    );
  } catch (error) {
    if (awsCode(error) !== 'InvalidPermission.NotFound') throw error;
  }
}

async function authorize(aws: Aws, groupId: string, permissions: readonly SdkPermission[]): Promise<void> {
  if (permissions.length === 0) return;
  try {
    await aws.ec2.send(
      new AuthorizeSecurityGroupIngressCommand({ GroupId: groupId, IpPermissions: [...permissions] }),
    );
  } catch (error) {
    if (awsCode(error) !== 'InvalidPermission.Duplicate') throw error;
    // One of several exists already (an earlier run got that far): the others still have to be granted.
    if (permissions.length > 1) for (const one of permissions) await authorize(aws, groupId, [one]);
  }
}

export function ruleFields({ grant, revoke }: RuleDiff): FieldChange[] {
  return [
    ...grant.map((one) => ({ path: 'inbound', after: sdkText(one) })),
    ...revoke.map((one) => ({ path: 'inbound', before: sdkText(one) })),
  ];
}

function toSdk(permission: IpPermission): SdkPermission {
  const { ipRanges, ipv6Ranges, userIDGroupPairs, prefixLists } = permission;
  return {
    ...{ IpProtocol: permission.ipProtocol, FromPort: permission.fromPort, ToPort: permission.toPort },
    ...(ipRanges && {
      IpRanges: ipRanges.map((one) => ({ CidrIp: one.cidrIP, Description: one.description })),
    }),
    ...(ipv6Ranges && {
      Ipv6Ranges: ipv6Ranges.map((one) => ({ CidrIpv6: one.cidrIPv6, Description: one.description })),
    }),
    ...(userIDGroupPairs && {
      UserIdGroupPairs: userIDGroupPairs.map((one) => ({
        GroupId: one.groupID,
        Description: one.description,
      })),
    }),
    ...(prefixLists && {
      PrefixListIds: prefixLists.map((one) => ({ PrefixListId: one.listID, Description: one.description })),
    }),
  };
}

/** EC2 joins the sources of one port range; we look at them one by one. */
export function splitPermissions(permissions: readonly SdkPermission[]): SdkPermission[] {
  return permissions.flatMap(({ IpProtocol, FromPort, ToPort, ...sources }) => {
    const base = { IpProtocol, FromPort, ToPort };
    return [
      ...(sources.IpRanges ?? []).map((one) => ({ ...base, IpRanges: [one] })),
      ...(sources.Ipv6Ranges ?? []).map((one) => ({ ...base, Ipv6Ranges: [one] })),
      ...(sources.UserIdGroupPairs ?? []).map(({ GroupId, Description }) => ({
        ...base,
        UserIdGroupPairs: [{ GroupId, Description }],
      })),
      ...(sources.PrefixListIds ?? []).map((one) => ({ ...base, PrefixListIds: [one] })),
    ];
  });
}

function permissionKey(permission: SdkPermission): string {
  return `${permission.IpProtocol} ${permission.FromPort ?? ''} ${permission.ToPort ?? ''} ${sourceOf(permission)} ${descriptionOf(permission)}`;
}

function sourceOf(permission: SdkPermission): string {
  return (
    permission.IpRanges?.[0]?.CidrIp ??
    permission.Ipv6Ranges?.[0]?.CidrIpv6 ??
    permission.UserIdGroupPairs?.[0]?.GroupId ??
    permission.PrefixListIds?.[0]?.PrefixListId ??
    ''
  );
}

export function descriptionOf(permission: SdkPermission): string {
  const sources = [
    permission.IpRanges,
    permission.Ipv6Ranges,
    permission.UserIdGroupPairs,
    permission.PrefixListIds,
  ];
  return sources.map((source) => source?.[0]?.Description).find((text) => text !== undefined) ?? '';
}

function sdkText(permission: SdkPermission): string {
  const { IpProtocol = '', FromPort, ToPort } = permission;
  const ports = FromPort === ToPort ? showPort(FromPort ?? 0) : `${FromPort}-${ToPort}`;
  return `${IpProtocol} ${ports} from ${sourceOf(permission)}`;
}

function permissionTexts(permissions: readonly IpPermission[]): string[] {
  return permissions.map((one) => sdkText(toSdk(one)));
}

/** Deleting waits while load balancers, just deleted, still hold their network interfaces in the group. */
function deleteGroup(groupId: string, name: string): Change {
  return {
    ...{ kind: 'delete', what: WHAT, name, arn: groupId, fields: [] },
    async apply(run) {
      await retryWhile(
        run.signal,
        (error) => awsCode(error) === 'DependencyViolation',
        async () => {
          try {
            await run.aws.ec2.send(new DeleteSecurityGroupCommand({ GroupId: groupId }));
          } catch (error) {
            if (awsCode(error) !== 'InvalidGroup.NotFound') throw error;
          }
        },
      );
    },
  };
}

/** Makes the shared back-end group; `token` is the `new:NAME` by which stacks refer to it. */
export function createBackendGroup(context: Omit<StackContext, 'stack'>, token: string): Change {
  const name = token.slice('new:'.length);
  const { clusterName, defaultTags } = context.settings;
  const tags = { ...defaultTags, [TAG_CLUSTER]: clusterName, [TAG_RESOURCE_SHARED]: BACKEND_SG_RESOURCE };
  return {
    ...{ kind: 'create', what: WHAT, name },
    fields: [{ path: 'purpose', after: 'shared by all load balancers of the cluster; targets admit it' }],
    async apply(run) {
      const description = '[k8s] Shared Backend SecurityGroup for LoadBalancer';
      run.outputs.put(token, await makeGroup(run, name, description, tags));
    },
  };
}

export function deleteBackendGroup(groupId: string, name: string): Change {
  return deleteGroup(groupId, name);
}

export function showGroups(
  tokens: readonly Parameters<typeof showToken>[0][],
  context: StackContext,
): string[] {
  return tokens.map((token) => showToken(token, context.outputs)).sort();
}
