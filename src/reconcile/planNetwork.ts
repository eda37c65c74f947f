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
import { bindingName, bindingsOfStack, resolveBinding } from './resources/binding';

interface Sources {
  readonly aws: Aws;
  readonly settings: BuildSettings;
  readonly cluster: ClusterSnapshot;
  readonly view: ClusterView;
  readonly trust: Trust;
  readonly network: 'always' | 'changed';
}

/**
 * Rules of nodes' and pods' security groups once the groups are as planned; all bindings of the cluster count.
 * Undefined where they need not be looked at.
 */
export async function planNetwork(
  sources: Sources,
  inventory: Inventory,
  groups: readonly GroupPlan[],
): Promise<Change[] | undefined> {
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
  const same = !released && leaving.size === 0 && areSame(bindings, planned);
  if (same && sources.network === 'changed') return undefined;
  const later = { ...cluster, ...view };
  if (same && isTrusted(sources, after, later)) return [];
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

/** Whether the planned bindings are there already, as they are planned. */
function areSame(current: readonly TargetGroupBinding[], planned: readonly TargetGroupBinding[]): boolean {
  const wanted = new Map(planned.map((one) => [keyOf(one), one]));
  const there = current.filter((one) => {
    const other = wanted.get(keyOf(one));
    return other !== undefined && canonical(other.spec) === canonical(one.spec);
  });
  return there.length === planned.length;
}

/** What is noted on each binding holds: then the rules were right when it was noted. */
function isTrusted(
  { cluster, trust }: Sources,
  after: readonly TargetGroupBinding[],
  later: ClusterSnapshot,
) {
  if (trust === 'nothing') return false;
  const current = new Map((cluster.bindings ?? []).map((one) => [keyOf(one), one]));
  return after.every((one) => holdsCheckpoint(current.get(keyOf(one)) ?? one, later));
}

function plannedBindings(stack: Stack, outputs: Outputs): TargetGroupBinding[] {
  const show = (token: Parameters<Outputs['find']>[0]) =>
    outputs.find(token) ?? (typeof token === 'string' ? token : '(new)');
  return Object.entries(stack.resources[BINDING] ?? {}).map(([id, { spec }]) => ({
    metadata: bindingName(id, spec, outputs),
    spec: resolveBinding(spec, show),
  }));
}
