import type { Aws } from '../aws/clients';
import { isGone, targetGroupByName, targetHealth } from '../aws/elbv2';
import type { Inventory } from '../aws/inventory';
import { parallel } from '../aws/paging';
import type { Kube } from '../kube/client';
import type { ClusterSnapshot } from '../kube/snapshot';
import { keyOf, type TargetGroupBinding } from '../kube/types';
import { BuildError } from '../model/errors';
import type { Change, Outputs, Step } from './change';
import { holdsCheckpoint, type Trust } from './checkpoint';
import { endpointsOf } from './endpoints';
import type { GroupPlan } from './groupPlan';
import type { BindingOwner } from './owner';
import { deleteBinding } from './resources/binding';
import { planTargets } from './resources/targets';
import { readTracked } from './resources/trackedTargets';

interface Sources {
  readonly trust: Trust;
  readonly aws: Aws;
  readonly kube: Kube | undefined;
  readonly cluster: ClusterSnapshot;
}

/**
 * The plan of a TargetGroupBinding that somebody wrote: pods in and out of a target group that was there before. The
 * target group itself is never touched. Source: lbc:controllers/elbv2/targetgroupbinding_controller.go.
 */
export async function planFreeBinding(
  sources: Sources,
  inventory: Inventory,
  outputs: Outputs,
  owner: BindingOwner,
): Promise<GroupPlan> {
  const base = {
    owner,
    notes: [],
    outputs,
    stack: undefined,
    reasons: undefined,
    refusal: undefined,
    steps: [],
    cleanup: [],
  };
  const refusal = refusalOf(owner.binding);
  if (refusal !== undefined) return { ...base, refusal };
  const resolved = await resolve(sources.aws, inventory, owner.binding);
  if (resolved instanceof BuildError) return { ...base, refusal: resolved };
  if (owner.members.length === 0) {
    return { ...base, cleanup: [step('Bindings that go', [deleteBinding(resolved, 'drained')])] };
  }
  const trusted = sources.trust === 'checkpoints' && holdsCheckpoint(resolved, sources.cluster);
  return trusted ? base : { ...base, steps: [step('Targets', await targetChanges(sources, resolved))] };
}

/**
 * Targets of the bindings that a stack has while it cannot be built: pods go on moving, and the controller keeps
 * following them, since bindings are reconciled by themselves.
 */
export async function followBindings(
  sources: Sources,
  bindings: readonly TargetGroupBinding[],
): Promise<Step[]> {
  const alive = bindings.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const ours = alive.filter((binding) => refusalOf(binding) === undefined && binding.spec.targetGroupARN);
  const due = ours.filter(
    (binding) => sources.trust !== 'checkpoints' || !holdsCheckpoint(binding, sources.cluster),
  );
  const changes = (await parallel(due, (binding) => targetChanges(sources, binding))).flat();
  return changes.length === 0 ? [] : [step('Targets', changes)];
}

function step(title: string, changes: readonly Change[]): Step {
  return { title, order: 'parallel', changes };
}

/** What the controller can do and we cannot: a target group of another account. */
function refusalOf({ metadata, spec }: TargetGroupBinding): BuildError | undefined {
  if (spec.iamRoleArnToAssume === undefined) return undefined;
  const why = `its target group is reached by the role ${spec.iamRoleArnToAssume}, which only the controller assumes`;
  return new BuildError(`TargetGroupBinding ${metadata.name} is left to the controller: ${why}`);
}

/** The binding with the ARN and the target type that the controller's webhook would have filled in. */
async function resolve(
  aws: Aws,
  inventory: Inventory,
  binding: TargetGroupBinding,
): Promise<TargetGroupBinding | BuildError> {
  const { spec } = binding;
  if (spec.targetGroupARN && spec.targetType !== undefined) return binding;
  const found = spec.targetGroupARN
    ? (await inventory.targetGroups()).find(({ value }) => value.TargetGroupArn === spec.targetGroupARN)
        ?.value
    : await targetGroupByName(aws, spec.targetGroupName ?? '');
  if (found?.TargetGroupArn === undefined || found.TargetType === undefined) {
    const what = spec.targetGroupARN || spec.targetGroupName || '(no ARN and no name)';
    return new BuildError(`the target group ${what} does not exist`);
  }
  return {
    ...binding,
    spec: { ...spec, targetGroupARN: found.TargetGroupArn, targetType: found.TargetType },
  };
}

async function targetChanges(
  { aws, kube, cluster }: Sources,
  binding: TargetGroupBinding,
): Promise<Change[]> {
  const { metadata, spec } = binding;
  const { namespace = 'default', name } = metadata;
  const shared = spec.multiClusterTargetGroup === true && kube !== undefined;
  const [current, tracked] = await Promise.all([
    healthOf(aws, spec.targetGroupARN),
    shared ? readTracked(kube, metadata) : undefined,
  ]);
  return planTargets({
    ...{ targetGroup: spec.targetGroupARN, name: keyOf(binding), current, noted: binding },
    wanted: endpointsOf(cluster, namespace, spec).targets,
    vpcId: spec.vpcID,
    shared: shared ? { binding: { namespace, name }, tracked } : undefined,
  });
}

async function healthOf(aws: Aws, arn: string) {
  try {
    return await targetHealth(aws, arn);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
