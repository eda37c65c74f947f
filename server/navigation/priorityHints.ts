/** The number of each path's rule on the load balancer. */
import type { HttpPath } from '../../src/kube/types';
import { codeSpan } from '../../src/markdown';
import type { IngressSubject } from '../checks/subject';
import { listOf } from '../workspace/keys';
import type { GroupRules, RulesByPath } from './groupRules';
import type { Hint } from './hint';
import { writtenAt } from './symbol';

/** A path by itself needs no number. */
export function priorityHints(ingress: IngressSubject, group: GroupRules | undefined): Hint[] {
  const rules = group?.rules;
  if (group === undefined || rules === undefined || Math.max(0, ...rules.perPort.values()) < 2) return [];
  return pathsOf(ingress).flatMap(({ path, place }) => {
    const written = writtenAt(ingress.located, place);
    const label = written === undefined ? undefined : labelOf(path, rules);
    if (written === undefined || label === undefined) return [];
    return [
      { behind: { at: ingress.located, span: written.span }, label, tooltip: tooltipOf(path, group, rules) },
    ];
  });
}

interface PathPlace {
  readonly path: HttpPath;
  readonly place: readonly (string | number)[];
}

function pathsOf({ value }: IngressSubject): PathPlace[] {
  return listOf(value.spec?.rules).flatMap((rule, at) =>
    listOf(rule?.http?.paths).flatMap((path, index) =>
      path === undefined || path === null
        ? []
        : [{ path, place: ['spec', 'rules', at, 'http', 'paths', index, 'path'] }],
    ),
  );
}

/** `rule 3`, or `rule 3 on 80, none on 443` where the listeners differ. Undefined: no listener has rules. */
function labelOf(path: HttpPath, { byPath, perPort }: RulesByPath): string | undefined {
  const own = new Map((byPath.get(path) ?? []).map(({ port, priority }) => [port, priority]));
  const all = [...perPort.keys()].map((port) => ({ port, priority: own.get(port) }));
  const different = new Set(all.map(({ priority }) => priority));
  if (different.size === 0) return undefined;
  if (different.size === 1) return `rule ${all[0]?.priority ?? 'none'}`;
  return `rule ${all.map(({ port, priority }) => `${priority ?? 'none'} on ${port}`).join(', ')}`;
}

function tooltipOf(path: HttpPath, { name, members }: GroupRules, { byPath, perPort }: RulesByPath): string {
  const own = byPath.get(path) ?? [];
  if (own.length === 0)
    return 'The controller makes no rule of this path: a redirect before it answers all its requests.';
  const ranks = own.map(({ port, priority }) => `${priority} of ${perPort.get(port) ?? 0} on port ${port}`);
  const where =
    name === undefined
      ? ''
      : ` in group ${codeSpan(name)} of ${members.length} ${members.length === 1 ? 'Ingress' : 'Ingresses'}`;
  return `Priority ${ranks.join(', ')}${where}. The load balancer takes the first rule that fits.`;
}
