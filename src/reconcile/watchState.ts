import type { Cache } from '../kube/cache';
import { loadOwners, ownerKey, type Selection } from './owner';

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
    isMoving: (group) => Date.now() - (last.get(group) ?? 0) < MOVING_MS,
    moved: (group) => void last.set(group, Date.now()),
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
