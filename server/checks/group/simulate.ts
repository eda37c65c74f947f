/** Builds a group as the controller would, from what the workspace knows, and goes on behind each refusal. */

import { annotationKey } from '../../../src/annotations/read';
import type { Ingress, Service } from '../../../src/kube/types';
import { buildStack, DEFAULT_SETTINGS, type RuleOrigin } from '../../../src/model/build';
import { BuildError } from '../../../src/model/errors';
import type { Group, Member } from '../../../src/model/group';
import type { Lookups } from '../../../src/model/lookups';
import type { Stack } from '../../../src/model/stack';
import type { CheckContext } from '../context';
import type { IngressSubject } from '../subject';
import { guessService } from './guessService';

/** Why the controller would not build the group. */
export interface Refusal {
  /** The member that it is about; undefined when the controller names none. */
  readonly member: IngressSubject | undefined;
  /** In the controller's words. */
  readonly message: string;
  /** What two members contradict each other in, and the one that said it first. */
  readonly conflict: { readonly about: string; readonly first: IngressSubject | undefined } | undefined;
}

export interface Simulation {
  readonly refusals: readonly Refusal[];
  /** What the group comes to, once what is refused was left out. */
  readonly stack: Stack | undefined;
  readonly rules: readonly RuleOrigin[];
  /** The Ingress behind a member of the model. */
  subjectOf(member: Member): IngressSubject | undefined;
}

/** In which cluster it will be does not matter to what is judged here, and hashes over its name take time. */
export const SETTINGS = { ...DEFAULT_SETTINGS, clusterName: '', vpcId: 'vpc' };
/** So many mistakes in one group are enough for a while. */
const MOST_REFUSALS = 20;

export function simulate(
  name: string,
  members: readonly IngressSubject[],
  context: CheckContext,
): Simulation {
  const subjects = new Map(members.map((subject) => [keyOf(subject), subject]));
  const lookups = lookupsFor(members, context);
  const refusals: Refusal[] = [];
  let group = groupOf(name, members, context);
  for (;;) {
    const result = attempt(group, lookups);
    if (!('error' in result)) return { ...result, refusals, subjectOf: (member) => subjects.get(member.key) };
    const refusal = refusalOf(result.error, subjects);
    if (refusal !== undefined) refusals.push(refusal);
    const rest = without(group, result.error);
    if (rest === undefined || refusals.length >= MOST_REFUSALS) {
      return { refusals, stack: undefined, rules: [], subjectOf: (member) => subjects.get(member.key) };
    }
    group = rest;
  }
}

/** `namespace/name` as the model writes it. */
function keyOf({ object }: IngressSubject): string {
  return `${object.namespace ?? 'default'}/${object.name ?? ''}`;
}

function groupOf(name: string, members: readonly IngressSubject[], context: CheckContext): Group {
  const [first] = members;
  const isOwn = first !== undefined && context.groupName(first) === undefined;
  const id = isOwn
    ? { namespace: first.object.namespace ?? 'default', name: first.object.name ?? '' }
    : { namespace: '', name };
  return { id, inactive: [], members: members.map((member) => memberOf(member, context)) };
}

function memberOf(subject: IngressSubject, context: CheckContext): Member {
  const { ingressClass, params } = context.classOf(subject);
  const { metadata } = subject.value;
  const ingress: Ingress = { ...subject.value, metadata: { ...metadata, annotations: subject.annotations } };
  return { ingress, key: keyOf(subject), ingressClass: ingressClass?.value, params: params?.value.spec };
}

function attempt(
  group: Group,
  lookups: Lookups,
): { stack: Stack | undefined; rules: readonly RuleOrigin[] } | { error: BuildError } {
  const rules: RuleOrigin[] = [];
  try {
    return { stack: buildStack(group, lookups, SETTINGS, (origin) => rules.push(origin)), rules };
  } catch (error) {
    if (error instanceof BuildError) return { error };
    // Values of the wrong shape (a list where a map should stand) are for the API server to refuse.
    return { stack: undefined, rules: [] };
  }
}

function refusalOf(error: BuildError, subjects: ReadonlyMap<string, IngressSubject>): Refusal | undefined {
  const { message, member, conflict } = error;
  const first = conflict === undefined ? undefined : subjects.get(conflict.first);
  return {
    member: member === undefined ? undefined : subjects.get(member),
    message,
    conflict: conflict === undefined ? undefined : { about: conflict.about, first },
  };
}

/** The group without what was refused: an annotation or default backend that contradicts, or the whole member. */
function without(group: Group, { member: key, conflict }: BuildError): Group | undefined {
  if (key === undefined || !group.members.some((member) => member.key === key)) return undefined;
  const members = group.members.flatMap((member) => {
    if (member.key !== key) return [member];
    const mended = conflict === undefined ? undefined : withoutPart(member, conflict.about);
    return mended === undefined ? [] : [mended];
  });
  return members.length === 0 ? undefined : { ...group, members };
}

function withoutPart(member: Member, about: string): Member | undefined {
  const { ingress } = member;
  if (about === 'defaultBackend') {
    const { defaultBackend: _, ...spec } = ingress.spec ?? {};
    return { ...member, ingress: { ...ingress, spec } };
  }
  const { [annotationKey(about)]: said, ...annotations } = ingress.metadata.annotations ?? {};
  if (said === undefined) return undefined;
  return { ...member, ingress: { ...ingress, metadata: { ...ingress.metadata, annotations } } };
}

/** Answers that let every build go on: what only AWS and the cluster know is not for the editor to doubt. */
export const ANSWERS: Omit<Lookups, 'service'> = {
  subnets: (query) => (query.by === 'names' ? query.namesOrIds : []),
  currentLoadBalancer: () => undefined,
  securityGroups: (names) => names,
  backendSecurityGroup: () => 'new:backend',
  certificates: () => [],
  targetGroupArn: (name) => name,
  trustStoreArn: (name) => name,
  webAclArn: (name) => name,
  secret: () => ({ clientID: '', clientSecret: '' }),
};

function lookupsFor(members: readonly IngressSubject[], context: CheckContext): Lookups {
  const services = new Map<string, Service | undefined>();
  const find = (key: string): Service | undefined => {
    const [namespace, name = ''] = key.split('/');
    const asking = members.find(({ object }) => (object.namespace ?? 'default') === namespace);
    const known = asking === undefined ? undefined : context.service(asking, name)?.value;
    return guessService(key, known, members);
  };
  return {
    ...ANSWERS,
    service(key) {
      if (!services.has(key)) services.set(key, find(key));
      return services.get(key);
    },
  };
}
