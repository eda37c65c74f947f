import type { Aws } from '../aws/clients';
import type { Inventory } from '../aws/inventory';
import type { ClusterSnapshot } from '../kube/snapshot';
import { type ClusterView, keyOf, type TargetGroupBinding } from '../kube/types';
import type { BuildSettings } from '../model/build';
import { BINDING, type Stack } from '../model/stack';
import { type Change, canonical, type Outputs } from './change';
import { holdsCheckpoint, type Trust } from './checkpoint';
import type { GroupPlan } from './groupPlan';
import { bindingsAfter, planNetworking } from './networking';
import { bindingsOfStack, resolveBinding } from './resources/binding';

interface Sources {
  readonly aws: Aws;
  readonly settings: BuildSettings;
  readonly cluster: ClusterSnapshot;
  readonly view: ClusterView;
  readonly trust: Trust;
}

/** Rules of nodes' and pods' security groups once the groups are as planned; all bindings of the cluster count. */
export async function planNetwork(
  sources: Sources,
  inventory: Inventory,
  groups: readonly GroupPlan[],
): Promise<Change[]> {
  const { aws, settings, cluster, view } = sources;
  const bindings = cluster.bindings ?? [];
  const built = groups.filter(({ refusal }) => refusal === undefined);
  const planned = built.flatMap(({ stack, outputs }) =>
    stack === undefined ? [] : plannedBindings(stack, outputs),
  );
  const leaving = leavingBindings(bindings, built, planned);
  const after = bindingsAfter(bindings, planned, leaving);
  // A run that stopped halfway may have left rules behind: what is being released is looked at without bindings too.
  const released = groups.some(({ owner }) => owner.leaving.length > 0);
  if (after.length === 0 && !released && bindings.length === 0) return [];
  const later = { ...cluster, ...view };
  if (!released && leaving.size === 0 && isTrusted(sources, after, later)) return [];
  return planNetworking({ aws, settings, inventory }, later, after);
}

function leavingBindings(
  bindings: readonly TargetGroupBinding[],
  built: readonly GroupPlan[],
  planned: readonly TargetGroupBinding[],
): Set<string> {
  const kept = new Set(planned.map(keyOf));
  const known = built.flatMap(({ owner }) =>
    owner.kind === 'binding' ? owner.leaving : bindingsOfStack(bindings, owner),
  );
  return new Set(known.map(keyOf).filter((key) => !kept.has(key)));
}

/** Nothing about the bindings changes, and what is noted on each holds: then the rules were right when it was noted. */
function isTrusted(
  { cluster, trust }: Sources,
  after: readonly TargetGroupBinding[],
  later: ClusterSnapshot,
): boolean {
  if (trust === 'nothing') return false;
  const current = new Map((cluster.bindings ?? []).map((one) => [keyOf(one), one]));
  return after.every((one) => {
    const actual = current.get(keyOf(one));
    if (actual === undefined || canonical(actual.spec) !== canonical(one.spec)) return false;
    return holdsCheckpoint(actual, later);
  });
}

function plannedBindings(stack: Stack, outputs: Outputs): TargetGroupBinding[] {
  const show = (token: Parameters<Outputs['find']>[0]) =>
    outputs.find(token) ?? (typeof token === 'string' ? token : '(new)');
  return Object.values(stack.resources[BINDING] ?? {}).map(({ spec }) => ({
    metadata: spec.template.metadata,
    spec: resolveBinding(spec, show),
  }));
}
