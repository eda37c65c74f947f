import { parallel } from '../aws/paging';
import { keyOf, type TargetGroupBinding } from '../kube/types';
import { BINDING } from '../model/stack';
import type { Run } from './change';
import { checkpointOf, notedCheckpoint, saveCheckpoint } from './checkpoint';
import { endpointsOf } from './endpoints';
import type { GroupPlan } from './groupPlan';
import type { Plan } from './plan';
import { bindingName, resolveBinding } from './resources/binding';

interface Ended {
  readonly plan: GroupPlan;
  readonly failure: Error | undefined;
}

/** Notes on every binding of what ended well that its targets, and the rules for them, are as its pods want them. */
export async function noteCheckpoints(
  { kube }: Run,
  { cluster }: Pick<Plan, 'cluster'>,
  ended: readonly Ended[],
): Promise<void> {
  if (kube === undefined) return;
  const current = new Map((cluster.bindings ?? []).map((one) => [keyOf(one), one]));
  const bindings = ended.flatMap(({ plan, failure }) => (failure === undefined ? bindingsOf(plan) : []));
  await parallel(bindings, async (binding) => {
    const { metadata, spec } = binding;
    const checkpoint = checkpointOf(endpointsOf(cluster, metadata.namespace ?? 'default', spec), spec);
    const before = current.get(keyOf(binding));
    if (before !== undefined && notedCheckpoint(before) === checkpoint) return;
    await saveCheckpoint(kube, binding, checkpoint);
  });
}

function bindingsOf({ owner, stack, outputs }: GroupPlan): TargetGroupBinding[] {
  if (owner.kind === 'binding') return owner.members.map(({ object }) => object);
  return Object.entries(stack?.resources[BINDING] ?? {}).map(([id, { spec }]) => ({
    metadata: bindingName(id, spec, outputs),
    spec: resolveBinding(spec, outputs.need),
  }));
}
