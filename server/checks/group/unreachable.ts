import type { HttpPath } from '../../../src/kube/types';
import type { RuleOrigin } from '../../../src/model/build';
import { listOf } from '../../workspace/keys';
import type { Blame, Finding } from '../finding';
import { spanAt } from '../subject';
import { covers } from './coverage';
import type { Simulation } from './simulate';

/** So many rules are compared each with each; a load balancer has room for a hundred. */
const MOST_RULES = 400;

/** Paths whose requests an earlier rule answers on every listener that has them. */
export function unreachablePaths(simulation: Simulation): Blame[] {
  if (simulation.rules.length > MOST_RULES) return [];
  const byPath = new Map<HttpPath, { origin: RuleOrigin; by: RuleOrigin | undefined }[]>();
  for (const origin of simulation.rules) {
    const verdicts = byPath.get(origin.path) ?? [];
    byPath.set(origin.path, verdicts);
    verdicts.push({ origin, by: earlierThatCovers(origin, simulation.rules) });
  }
  return [...byPath.values()].flatMap((verdicts) => {
    const [first] = verdicts;
    if (first?.by === undefined || verdicts.some(({ by }) => by === undefined)) return [];
    return blame(first.origin, first.by, simulation);
  });
}

function earlierThatCovers(origin: RuleOrigin, rules: readonly RuleOrigin[]): RuleOrigin | undefined {
  return rules.find(
    (other) =>
      other.port === origin.port &&
      other.priority < origin.priority &&
      covers(other.rule.conditions, origin.rule.conditions),
  );
}

function blame(origin: RuleOrigin, by: RuleOrigin, simulation: Simulation): Blame[] {
  const [subject, winner] = [simulation.subjectOf(origin.member), simulation.subjectOf(by.member)];
  // The same answer twice is no harm.
  if (subject === undefined || winner === undefined || answer(origin) === answer(by)) return [];
  const [place, winning] = [pathOf(origin), pathOf(by)];
  if (place === undefined || winning === undefined) return [];
  const own = winner === subject ? '' : ` of Ingress \`${winner.label}\``;
  const finding: Finding = {
    code: 'unreachable-rule',
    span: spanAt(subject, ...place),
    message: `No request reaches the path ${shown(origin)}: the rule for ${shown(by)}${own} comes first (priority ${by.priority}, this one ${origin.priority}).`,
    advice: winner === subject ? WITHIN : ACROSS,
    related: [{ at: winner.located, span: spanAt(winner, ...winning), message: 'This rule answers first.' }],
  };
  return [{ at: subject.located, finding }];
}

const WITHIN =
  'Put the more special path first: Exact paths come before prefixes, long prefixes before short ones, and paths of type ImplementationSpecific last, as they are listed.';
const ACROSS =
  'Give this Ingress a smaller `group.order` than the other, or a path that the other does not answer.';

function answer({ rule }: RuleOrigin): string {
  return JSON.stringify([rule.actions, rule.transforms]);
}

function shown({ member, path }: RuleOrigin): string {
  const host = listOf(member.ingress.spec?.rules).find((rule) =>
    listOf(rule?.http?.paths).includes(path),
  )?.host;
  return `\`${host ?? ''}${path.path ?? '/*'}\``;
}

/** Where in its Ingress the path stands. */
export function pathOf({
  member,
  path,
}: Pick<RuleOrigin, 'member' | 'path'>): (string | number)[] | undefined {
  const rules = listOf(member.ingress.spec?.rules);
  for (const [at, rule] of rules.entries()) {
    const index = listOf(rule?.http?.paths).indexOf(path);
    if (index >= 0) return ['spec', 'rules', at, 'http', 'paths', index, 'path'];
  }
  return undefined;
}
