/** What AWS allows a load balancer to have; the numbers are in src/rules/quotas.ts. */
import { LISTENER, LISTENER_RULE, type Resources, TARGET_GROUP } from '../../../src/model/stack';
import { quotas } from '../../../src/rules/quotas';
import type { Blame, Finding } from '../finding';
import { entryOf, type IngressSubject, nameSpan, spanAt, spanOfAnnotation } from '../subject';
import type { Simulation } from './simulate';
import { pathOf } from './unreachable';

export function overQuota(simulation: Simulation, members: readonly IngressSubject[]): Blame[] {
  const { stack } = simulation;
  if (stack === undefined) return [];
  return [
    ...tooManyRules(simulation, members),
    ...tooManyTargetGroups(simulation, stack.resources, members),
    ...tooManyCertificates(stack.resources, members),
  ];
}

function tooManyRules(simulation: Simulation, members: readonly IngressSubject[]): Blame[] {
  const count = Object.keys(simulation.stack?.resources[LISTENER_RULE] ?? {}).length;
  const tooMuch = simulation.rules[quotas.rulesPerLoadBalancer];
  const subject = tooMuch === undefined ? undefined : simulation.subjectOf(tooMuch.member);
  if (count <= quotas.rulesPerLoadBalancer || tooMuch === undefined || subject === undefined) return [];
  const place = pathOf(tooMuch);
  const listeners = new Set(simulation.rules.map(({ port }) => port)).size;
  return [
    blame(subject, members, {
      code: 'too-many-rules',
      span: place === undefined ? nameSpan(subject) : spanAt(subject, ...place),
      message: `${load(members)} needs ${atLeast(simulation)}${count} rules on ${listeners} ${listeners === 1 ? 'listener' : 'listeners'}; ${quotas.rulesPerLoadBalancer} are allowed, and this path is the first that does not fit.`,
      advice:
        'Move Ingresses to another group, redirect HTTP with `ssl-redirect` instead of repeating every rule on port 80, or have the quota raised.',
    }),
  ];
}

function tooManyTargetGroups(
  simulation: Simulation,
  resources: Resources,
  members: readonly IngressSubject[],
): Blame[] {
  const ids = Object.keys(resources[TARGET_GROUP] ?? {});
  const tooMuch = ids[quotas.targetGroupsPerLoadBalancer];
  if (tooMuch === undefined) return [];
  // An id begins with the member's key (src/model/build/targetGroup.ts).
  const subject = members.find(({ object }) =>
    tooMuch.startsWith(`${object.namespace ?? 'default'}/${object.name ?? ''}-`),
  );
  const culprit = subject ?? members.at(-1);
  if (culprit === undefined) return [];
  return [
    blame(culprit, members, {
      code: 'too-many-target-groups',
      span: nameSpan(culprit),
      message: `${load(members)} needs ${atLeast(simulation)}${ids.length} target groups, one for each port of a Service in each Ingress; ${quotas.targetGroupsPerLoadBalancer} are allowed.`,
      advice: 'Move Ingresses to another group. The number cannot be raised.',
    }),
  ];
}

function tooManyCertificates(resources: Resources, members: readonly IngressSubject[]): Blame[] {
  const listeners = Object.values(resources[LISTENER] ?? {});
  const most = Math.max(0, ...listeners.map(({ spec }) => spec.certificates?.length ?? 0));
  // The default certificate of a listener does not count.
  if (most - 1 <= quotas.certificatesPerLoadBalancer) return [];
  const culprit =
    members.findLast((member) => entryOf(member, 'certificate-arn') !== undefined) ?? members.at(-1);
  if (culprit === undefined) return [];
  return [
    blame(culprit, members, {
      code: 'too-many-certificates',
      span: spanOfAnnotation(culprit, 'certificate-arn'),
      message: `${load(members)} has ${most} certificates on one listener; the default one and ${quotas.certificatesPerLoadBalancer} more are allowed.`,
      advice:
        'Use certificates with several or wildcard names, move Ingresses to another group, or have the quota raised.',
    }),
  ];
}

/** Of a very large group only a part was built. */
function atLeast({ partial }: Simulation): string {
  return partial ? 'at least ' : '';
}

function load(members: readonly IngressSubject[]): string {
  return members.length === 1 ? 'This Ingress' : `The group of these ${members.length} Ingresses`;
}

function blame(subject: IngressSubject, members: readonly IngressSubject[], finding: Finding): Blame {
  const others = members.filter((member) => member !== subject).slice(0, 5);
  const related = others.map((member) => ({
    at: member.located,
    span: nameSpan(member),
    message: 'Another member of the group.',
  }));
  return { at: subject.located, finding: { ...finding, related } };
}
