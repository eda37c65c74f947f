/** The whole group of an Ingress, built as the controller would. */
import { ruleOf } from '../../src/rules';
import type { Steps } from '../turns';
import type { Located } from '../workspace/workspace';
import type { CheckContext } from './context';
import type { Blame, Finding } from './finding';
import { refusals } from './group/conflicts';
import { overQuota } from './group/quotas';
import { simulate } from './group/simulate';
import { unreachablePaths } from './group/unreachable';
import type { IngressSubject } from './subject';

/** What the group of an Ingress says of it. `known` are the findings that it has already. */
export function* groupChecks(
  ingress: IngressSubject,
  context: CheckContext,
  known: readonly Finding[],
): Steps<readonly Finding[]> {
  if (ingress.object.name === undefined) return [];
  const own = (yield* blamesFor(ingress, context)).get(ingress.located) ?? [];
  const isRefused = known.some(({ code }) => ruleOf(code).severity === 'error');
  // The reason of a refusal has been told better by whoever found it.
  return isRefused ? own.filter(({ code }) => code !== 'group-build-failed') : own;
}

type Blames = ReadonlyMap<Located, readonly Finding[]>;

function* blamesFor(ingress: IngressSubject, context: CheckContext): Steps<Blames> {
  const name = context.groupName(ingress);
  if (name === undefined) return byObject(yield* blamesOf('', [ingress], context));
  const id = idOf(name, context.members(ingress, name));
  return yield* context.workspace.memo.cachedInSteps(id, function* () {
    // The members are asked for once more, so that the result is known to rest on them.
    const anew = context.anew();
    return byObject(yield* blamesOf(name, anew.members(ingress, name), anew));
  });
}

function byObject(blames: readonly Blame[]): Blames {
  const found = new Map<Located, Finding[]>();
  for (const { at, finding } of blames) {
    const known = found.get(at) ?? [];
    found.set(at, known);
    known.push(finding);
  }
  return found;
}

const ids = new WeakMap<readonly IngressSubject[], string>();

/** Groups of one name in different environments are different groups. */
function idOf(name: string, members: readonly IngressSubject[]): string {
  const known = ids.get(members);
  if (known !== undefined) return known;
  const id = `group ${name}\n${members.map(({ located, label }) => `${located.file.uri} ${label}`).join('\n')}`;
  ids.set(members, id);
  return id;
}

function* blamesOf(
  name: string,
  members: readonly IngressSubject[],
  context: CheckContext,
): Steps<readonly Blame[]> {
  const simulation = yield* simulate(name, members, context);
  const blames = [...refusals(simulation, members)];
  yield;
  blames.push(...unreachablePaths(simulation));
  yield;
  return [...blames, ...overQuota(simulation, members)];
}
