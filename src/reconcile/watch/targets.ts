import { isGone, targetHealth } from '../../aws/elbv2';
import type { ClusterSnapshot } from '../../kube/snapshot';
import { keyOf, type TargetGroupBinding } from '../../kube/types';
import { type Change, newOutputs } from '../change';
import { endpointsOf } from '../endpoints';
import type { Holding } from '../hold';
import { planTargets } from '../resources/targets';
import { readTracked } from '../resources/trackedTargets';
import { type GateChange, gateChanges, writeGates } from './readiness';

/** What was done for one binding. */
export interface FollowedTargets {
  readonly done: readonly Change[];
  readonly gates: readonly GateChange[];
  /** Whether a pod waits for the health of its target. */
  readonly waiting: boolean;
}

const NOTHING: FollowedTargets = { done: [], gates: [], waiting: false };

/**
 * Brings the targets of one binding in line with the pods or nodes behind it, and tells gated pods how their targets
 * are: the short way, without a plan of the group. Source: lbc:pkg/targetgroupbinding/resource_manager.go.
 */
export async function followTargets(
  { engine, host, signal }: Holding,
  view: ClusterSnapshot,
  binding: TargetGroupBinding,
): Promise<FollowedTargets> {
  const { targetGroupARN: targetGroup } = binding.spec;
  // Named by its name only: the plan of the binding finds it.
  if (!targetGroup) return NOTHING;
  const current = await healthOf(engine, targetGroup);
  // A target group that is gone is the group's to make anew.
  if (current === undefined) return NOTHING;
  const wanted = endpointsOf(view, binding.metadata.namespace ?? 'default', binding.spec).targets;
  const shared = await sharedBy(engine, binding);
  const changes = planTargets({
    ...{ targetGroup, name: keyOf(binding), wanted, current, shared, noted: binding },
    vpcId: binding.spec.vpcID,
  });
  const run = { ...engine, outputs: newOutputs(), host, signal };
  for (const change of changes) {
    signal.throwIfAborted();
    await change.apply(run);
  }
  const gates = gateChanges(binding, view.pods.values(), wanted, current, new Date());
  await writeGates(engine.kube, gates.changes);
  return { done: changes, gates: gates.changes, waiting: gates.waiting };
}

async function healthOf({ aws }: Holding['engine'], arn: string) {
  try {
    return await targetHealth(aws, arn);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

async function sharedBy({ kube }: Holding['engine'], { metadata, spec }: TargetGroupBinding) {
  if (spec.multiClusterTargetGroup !== true) return undefined;
  const binding = { namespace: metadata.namespace ?? 'default', name: metadata.name };
  return { binding, tracked: await readTracked(kube, binding) };
}
