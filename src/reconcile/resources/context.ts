import type { Tagged } from '../../aws/elbv2';
import type { Kube } from '../../kube/client';
import type { BuildSettings } from '../../model/build';
import { resourceTag, type StackKind, stackTags } from '../../model/names';
import type { Stack } from '../../model/stack';
import type { Outputs, Run } from '../change';

/** What planning one stack needs to know. */
export interface StackContext {
  readonly settings: BuildSettings;
  readonly stack: Stack;
  readonly outputs: Outputs;
}

/** The cluster that a change writes to. */
export function kubeOf(run: Run): Kube {
  if (run.kube === undefined) throw new Error('a binding was planned without a cluster');
  return run.kube;
}

/** All tags of a resource: those by which it is found, and its own. */
export function resourceTags(
  { settings, stack }: StackContext,
  id: string,
  own: Readonly<Record<string, string>> | undefined,
): Record<string, string> {
  return { ...own, [resourceTag(stack.kind)]: id, ...stackTags(settings.clusterName, stack) };
}

export interface Matched<Spec, Actual> {
  readonly pairs: readonly { readonly id: string; readonly spec: Spec; readonly actual: Tagged<Actual> }[];
  readonly missing: readonly { readonly id: string; readonly spec: Spec }[];
  readonly surplus: readonly Tagged<Actual>[];
}

/** Desired and actual resources joined by their resource-id tag; what must be replaced counts as missing and surplus. */
export function matchById<Spec, Actual>(
  kind: StackKind,
  desired: Readonly<Record<string, { readonly spec: Spec }>>,
  actual: readonly Tagged<Actual>[],
  mustReplace: (spec: Spec, actual: Actual) => boolean,
): Matched<Spec, Actual> {
  const pairs: { id: string; spec: Spec; actual: Tagged<Actual> }[] = [];
  const surplus: Tagged<Actual>[] = [];
  const found = new Set<string>();
  for (const one of actual) {
    const id = one.tags[resourceTag(kind)] ?? '';
    const spec = desired[id]?.spec;
    if (spec === undefined || found.has(id) || mustReplace(spec, one.value)) {
      surplus.push(one);
      continue;
    }
    found.add(id);
    pairs.push({ id, spec, actual: one });
  }
  const missing = Object.entries(desired).filter(([id]) => !found.has(id));
  return { pairs, missing: missing.map(([id, { spec }]) => ({ id, spec })), surplus };
}
