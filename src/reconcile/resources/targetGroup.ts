import {
  AddTagsCommand,
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  RemoveTagsCommand,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { networkTargetGroupAttributes } from '../../annotations/attributes';
import type { Aws } from '../../aws/clients';
import { isGone, type Tagged, targetGroupAttributes } from '../../aws/elbv2';
import { awsCode } from '../../aws/errors';
import { diffTags } from '../../aws/inventory';
import { resourceTag } from '../../model/names';
import { type Attribute, refTo, TARGET_GROUP, type TargetGroupSpec } from '../../model/stack';
import { type Change, diffRecords, type FieldChange, showPort } from '../change';
import { sdkHealthCheck, sdkTags } from '../sdk';
import { matchById, resourceTags, type StackContext } from './context';
import { retryWhile } from './retry';
import { tagFields } from './securityGroup';

const WHAT = 'Target group';
type Attributes = Readonly<Record<string, string>>;

/**
 * Creates and updates of target groups, and the surplus ones, which go last because a rule may still use them.
 * `attributes` holds what AWS says of the groups for which any attribute is wanted. Source: lbc:pkg/deploy/elbv2/target_group_*.go.
 */
export function planTargetGroups(
  context: StackContext,
  actual: readonly Tagged<TargetGroup>[],
  attributes: ReadonlyMap<string, Attributes>,
): { changes: Change[]; surplus: Change[]; leaving: readonly Tagged<TargetGroup>[] } {
  const desired = context.stack.resources[TARGET_GROUP] ?? {};
  const { pairs, missing, surplus } = matchById(context.stack.kind, desired, actual, mustReplace);
  for (const { id, actual: one } of pairs) {
    context.outputs.put(refTo(TARGET_GROUP, id, 'targetGroupARN'), one.value.TargetGroupArn ?? '');
  }
  const replaced = new Set(surplus.map(({ tags }) => tags[resourceTag(context.stack.kind)] ?? ''));
  return {
    changes: [
      ...missing.map(({ id, spec }) => createTargetGroup(context, id, spec, replaced.has(id))),
      ...pairs.flatMap(({ id, spec, actual: one }) =>
        updateTargetGroup(context, id, spec, one, attributes.get(one.value.TargetGroupArn ?? '') ?? {}),
      ),
    ],
    surplus: surplus.map(({ value }) => deleteTargetGroup(value)),
    leaving: surplus,
  };
}

/** What AWS cannot change in place (API ModifyTargetGroup has no such fields). */
function mustReplace(spec: TargetGroupSpec, actual: TargetGroup): boolean {
  return (
    spec.targetType !== actual.TargetType ||
    spec.protocol !== actual.Protocol ||
    (spec.protocolVersion !== undefined && spec.protocolVersion !== actual.ProtocolVersion) ||
    spec.targetControlPort !== actual.TargetControlPort
  );
}

function createTargetGroup(
  context: StackContext,
  id: string,
  spec: TargetGroupSpec,
  replaces: boolean,
): Change {
  return {
    kind: replaces ? 'replace' : 'create',
    what: WHAT,
    name: id,
    of: { type: TARGET_GROUP, id },
    fields: summary(spec),
    async apply(run) {
      const input = {
        ...{
          Name: spec.name,
          TargetType: spec.targetType,
          Port: spec.port,
          TargetControlPort: spec.targetControlPort,
        },
        Protocol: spec.protocol as TargetGroup['Protocol'],
        ProtocolVersion: spec.protocolVersion,
        IpAddressType: spec.ipAddressType === 'ipv4' ? undefined : spec.ipAddressType,
        VpcId: run.settings.vpcId,
        ...sdkHealthCheck(spec.healthCheckConfig),
        Tags: sdkTags(resourceTags(context, id, spec.tags)),
      };
      const { TargetGroups } = await run.aws.elbv2.send(new CreateTargetGroupCommand(input));
      const arn = TargetGroups?.[0]?.TargetGroupArn ?? '';
      run.outputs.put(refTo(TARGET_GROUP, id, 'targetGroupARN'), arn);
      await writeFirstAttributes(run.aws, arn, spec.targetGroupAttributes ?? []);
    },
  };
}

function summary(spec: TargetGroupSpec): FieldChange[] {
  const { port, path = '', protocol } = spec.healthCheckConfig;
  return [
    { path: 'name', after: spec.name },
    { path: 'target type', after: spec.targetType },
    { path: 'protocol', after: `${spec.protocol} ${spec.protocolVersion ?? ''}`.trim() },
    { path: 'port', after: showPort(spec.port) },
    { path: 'health check', after: `${protocol} ${port} ${path}` },
    ...(spec.targetGroupAttributes ?? []).map(({ key, value }) => ({ path: key, after: value })),
  ];
}

function updateTargetGroup(
  context: StackContext,
  id: string,
  spec: TargetGroupSpec,
  { value: actual, tags: current }: Tagged<TargetGroup>,
  currentAttributes: Attributes,
): Change[] {
  const { clusterName, externalManagedTags } = context.settings;
  const arn = actual.TargetGroupArn ?? '';
  const tags = diffTags(resourceTags(context, id, spec.tags), current, clusterName, externalManagedTags);
  const check = healthCheckFields(spec, actual);
  const attributes = (spec.targetGroupAttributes ?? []).filter(
    ({ key, value }) => currentAttributes[key] !== value,
  );
  const fields = [...check, ...attributeFields(attributes, currentAttributes), ...tagFields(tags, current)];
  if (fields.length === 0) return [];
  return [
    {
      ...{ kind: 'update', what: WHAT, name: id, of: { type: TARGET_GROUP, id }, arn, fields },
      async apply({ aws }) {
        await writeElbTags(aws, arn, tags);
        if (check.length > 0) {
          const settings = sdkHealthCheck(spec.healthCheckConfig);
          await aws.elbv2.send(new ModifyTargetGroupCommand({ TargetGroupArn: arn, ...settings }));
        }
        await writeAttributes(aws, arn, attributes);
      },
    },
  ];
}

function healthCheckFields(spec: TargetGroupSpec, actual: TargetGroup): FieldChange[] {
  const { HealthCheckEnabled: _, Matcher: wantedCodes, ...wanted } = sdkHealthCheck(spec.healthCheckConfig);
  const current = Object.fromEntries(
    Object.keys(wanted).map((key) => [key, actual[key as keyof TargetGroup]]),
  );
  const codes = (matcher: TargetGroup['Matcher']) => matcher?.HttpCode ?? matcher?.GrpcCode;
  return [
    ...diffRecords('', current, wanted),
    ...diffRecords('', { SuccessCodes: codes(actual.Matcher) }, { SuccessCodes: codes(wantedCodes) }),
  ];
}

export function attributeFields(wanted: readonly Attribute[], current: Attributes): FieldChange[] {
  return wanted.map(({ key, value }) => ({ path: key, before: current[key], after: value }));
}

/** What the controller writes of every port of an NLB is AWS's default: then reading shows that nothing is to be written. */
async function writeFirstAttributes(aws: Aws, arn: string, wanted: readonly Attribute[]): Promise<void> {
  if (wanted.length === 0) return;
  const { attributes } = networkTargetGroupAttributes;
  const usual = wanted.every(({ key, value }) => attributes[key]?.fallback === value);
  const current = usual ? await targetGroupAttributes(aws, arn) : {};
  await writeAttributes(
    aws,
    arn,
    wanted.filter(({ key, value }) => current[key] !== value),
  );
}

async function writeAttributes(aws: Aws, arn: string, attributes: readonly Attribute[]): Promise<void> {
  if (attributes.length === 0) return;
  const Attributes = attributes.map(({ key, value }) => ({ Key: key, Value: value }));
  await aws.elbv2.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: arn, Attributes }));
}

/** Writes and removes tags of any ELBv2 resource. */
export async function writeElbTags(
  aws: Aws,
  arn: string,
  { set, remove }: { set: Readonly<Record<string, string>>; remove: readonly string[] },
): Promise<void> {
  if (Object.keys(set).length > 0) {
    await aws.elbv2.send(new AddTagsCommand({ ResourceArns: [arn], Tags: sdkTags(set) }));
  }
  if (remove.length > 0) {
    await aws.elbv2.send(new RemoveTagsCommand({ ResourceArns: [arn], TagKeys: [...remove] }));
  }
}

function deleteTargetGroup({ TargetGroupArn = '', TargetGroupName = '' }: TargetGroup): Change {
  return {
    ...{ kind: 'delete', what: WHAT, name: TargetGroupName, arn: TargetGroupArn, fields: [] },
    destructive: 'all its targets drain',
    async apply(run) {
      const inUse = (error: unknown) => awsCode(error) === 'ResourceInUse';
      await retryWhile(run.signal, inUse, async () => {
        try {
          await run.aws.elbv2.send(new DeleteTargetGroupCommand({ TargetGroupArn }));
        } catch (error) {
          if (!isGone(error)) throw error;
        }
      });
    },
  };
}
