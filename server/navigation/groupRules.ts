/** The rules that the load balancer of an Ingress gets, built as the controller would. */
import type { HttpPath } from '../../src/kube/types';
import type { RuleOrigin } from '../../src/model/build';
import type { CheckContext } from '../checks/context';
import { simulate } from '../checks/group/simulate';
import { type IngressSubject, isPatch } from '../checks/subject';
import type { Steps } from '../turns';

export interface GroupRules {
  /** Undefined: the Ingress has a load balancer of its own. */
  readonly name: string | undefined;
  readonly members: readonly IngressSubject[];
  /** Undefined when the controller would refuse the group as it is. */
  readonly rules: RulesByPath | undefined;
}

export interface RulesByPath {
  readonly count: number;
  /** How many rules each listener has, by port. */
  readonly perPort: ReadonlyMap<number, number>;
  /** By the very object of the Ingress' spec. */
  readonly byPath: ReadonlyMap<HttpPath, readonly RuleOrigin[]>;
}

export type GroupOf = (ingress: IngressSubject) => Steps<GroupRules | undefined>;

/** Finds the groups of the Ingresses of one file, each once. Undefined for what is no Ingress of ours, or only a part of one. */
export function groupFinder(context: CheckContext): GroupOf {
  const found = new Map<string, GroupRules>();
  return function* (ingress) {
    if (!isOurs(ingress, context)) return undefined;
    const name = context.groupName(ingress);
    if (name === undefined) return yield* rulesOf(undefined, [ingress], context);
    const members = context.members(ingress, name);
    const group = found.get(name) ?? (yield* remembered(name, members, ingress, context));
    found.set(name, group);
    return group;
  };
}

export function isOurs(ingress: IngressSubject, context: CheckContext): boolean {
  return ingress.object.name !== undefined && !isPatch(ingress) && context.ownership(ingress) !== 'foreign';
}

/** As with the findings of a group: members in other environments make another group. */
function* remembered(
  name: string,
  members: readonly IngressSubject[],
  ingress: IngressSubject,
  context: CheckContext,
): Steps<GroupRules> {
  const ids = members.map(({ located, label }) => `${located.file.uri} ${label}`);
  // The members are asked for once more, so that the result is known to rest on them.
  return yield* context.workspace.memo.cachedInSteps(`rules ${name}\n${ids.join('\n')}`, () =>
    rulesOf(name, context.members(ingress, name), context),
  );
}

function* rulesOf(
  name: string | undefined,
  members: readonly IngressSubject[],
  context: CheckContext,
): Steps<GroupRules> {
  const { refusals, stack, rules } = yield* simulate(name ?? '', members, context);
  const built = refusals.length === 0 && stack !== undefined;
  return { name, members, rules: built ? sorted(rules) : undefined };
}

function sorted(rules: readonly RuleOrigin[]): RulesByPath {
  const perPort = new Map<number, number>();
  const byPath = new Map<HttpPath, RuleOrigin[]>();
  for (const origin of rules) {
    perPort.set(origin.port, (perPort.get(origin.port) ?? 0) + 1);
    const same = byPath.get(origin.path);
    if (same === undefined) byPath.set(origin.path, [origin]);
    else same.push(origin);
  }
  return { count: rules.length, perPort, byPath };
}
