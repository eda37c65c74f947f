import {
  CreateTargetGroupCommand,
  type CreateTargetGroupCommandInput,
  DescribeTargetGroupAttributesCommand,
  ModifyTargetGroupAttributesCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type AwsCalls, attributeMap, type Tags } from './awsCalls';
import { attributesToSet, innerOf, type NameOf, type ReplayIds, sdkTags } from './replayIds';
import type { State, TargetGroupState } from './state';

type Groups = State['targetGroups'];

/** The target groups with their health checks, attributes and tags; still without targets. */
export async function replayTargetGroups(
  aws: AwsCalls,
  vpcId: string,
  groups: Groups,
  ids: ReplayIds,
  nameOf: NameOf,
): Promise<void> {
  for (const [key, group] of Object.entries(groups)) {
    // What nobody manages was there before: the world has it.
    if (key in ids.all()) continue;
    const name = nameOf(group['tags'] as Tags) ?? String(group['name']).replace('*', '0123456789');
    const arn = await makeGroup(aws, vpcId, name, group);
    ids.put(key, arn);
    // A replacement may have the name of what it replaces, and is called by that then.
    const [resource = ''] = innerOf(key).split('#');
    for (const inner of [resource, innerOf(key)]) ids.put(`\${tgname:${inner}}`, name);
  }
}

async function makeGroup(
  { elb }: AwsCalls,
  VpcId: string,
  Name: string,
  group: TargetGroupState,
): Promise<string> {
  const { attributes, tags, targets: _later, loadBalancers: _follow, name: _masked, ...settings } = group;
  const capitals = Object.entries(settings).map(([key, value]) => [
    key.charAt(0).toUpperCase() + key.slice(1),
    value,
  ]);
  const input = Object.fromEntries(capitals) as CreateTargetGroupCommandInput;
  const { TargetGroups } = await elb.send(
    new CreateTargetGroupCommand({ ...input, Name, VpcId, Tags: sdkTags(tags as Tags) }),
  );
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? '';
  const fresh = await elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }));
  const Attributes = attributesToSet(attributes as Tags, attributeMap(fresh.Attributes));
  if (Attributes.length > 0)
    await elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }));
  return TargetGroupArn;
}

/** Targets come last: a target group of type alb takes only a load balancer that listens. */
export async function replayTargets({ elb }: AwsCalls, groups: Groups, ids: ReplayIds): Promise<void> {
  for (const [key, { targets }] of Object.entries(groups)) {
    if (targets.length === 0) continue;
    const TargetGroupArn = ids.resolve(key);
    const Targets = ids.resolve(targets).map(({ Id, ...rest }) => ({ ...rest, Id: String(Id) }));
    await elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets }));
  }
}
