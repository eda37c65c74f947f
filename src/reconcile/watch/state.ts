import type { KeptInventory } from '../../aws/keptInventory';
import type { Cache } from '../../kube/cache';
import type { BuildSettings } from '../../model/build';
import { LOAD_BALANCER, refTo, TARGET_GROUP } from '../../model/stack';
import { loadOwners, ownerKey, type Selection } from '../owner';
import { resourceTags } from '../resources/context';
import type { Outcome } from '../run';

/** When pods and nodes moved last, by group. */
export interface Moves {
  /** Whether pods or nodes behind a group changed a moment ago: other targets are nobody's doing then. */
  isMoving(group: string): boolean;
  moved(group: string): void;
}

const MOVING_MS = 5_000;

export function openMoves(): Moves {
  const last = new Map<string, number>();
  return {
    isMoving: (group) => performance.now() - (last.get(group) ?? -MOVING_MS) < MOVING_MS,
    moved: (group) => void last.set(group, performance.now()),
  };
}

/** Keys of the groups that we look after; found anew only when something that decides about groups has changed. */
export function keysOf(cache: Cache, select: Selection): () => ReadonlySet<string> {
  let seen: readonly unknown[] = [];
  let keys: ReadonlySet<string> = new Set();
  return () => {
    const view = cache.snapshot();
    const now = [
      ...[view.ingresses, view.ingressClasses, view.ingressClassParams, view.namespaces],
      ...[view.services, view.bindings],
    ];
    if (now.every((one, at) => one === seen[at])) return keys;
    seen = now;
    keys = new Set(loadOwners(view).filter(select).map(ownerKey));
    return keys;
  };
}

/** Remembers what a run made. What failed may have made more than was heard of: then all is listed again. */
export function learn(kept: KeptInventory, settings: BuildSettings, { groups, failures }: Outcome): void {
  if (failures.length > 0 || groups.some(({ failure }) => failure !== undefined)) {
    kept.forget();
    return;
  }
  for (const { plan } of groups) {
    const { owner, stack, outputs } = plan;
    if (owner.kind === 'binding' || stack === undefined) continue;
    const made = (type: typeof LOAD_BALANCER | typeof TARGET_GROUP, field: string) => {
      const ids = Object.keys(stack.resources[type] ?? {});
      return new Map(
        ids.map((id) => [
          outputs.need(refTo(type, id, field)),
          resourceTags({ settings, stack, outputs }, id, undefined),
        ]),
      );
    };
    const loadBalancers = made(LOAD_BALANCER, 'loadBalancerARN');
    kept.learn({ stack: owner, loadBalancers, targetGroups: made(TARGET_GROUP, 'targetGroupARN') });
  }
}
