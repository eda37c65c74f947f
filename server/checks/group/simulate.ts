/** Builds a group as the controller would, from what the workspace knows, and goes on behind each refusal. */

import { annotationKey } from '../../../src/annotations/read';
import { misshapen } from '../../../src/kube/shape';
import { SHAPES } from '../../../src/kube/shapes';
import type { Ingress, Service } from '../../../src/kube/types';
import { buildStack, DEFAULT_SETTINGS, type RuleOrigin } from '../../../src/model/build';
import { BuildError } from '../../../src/model/errors';
import type { Group, Member } from '../../../src/model/group';
import type { Lookups } from '../../../src/model/lookups';
import type { Stack } from '../../../src/model/stack';
import type { Steps } from '../../turns';
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
  /** The group is so large that only its beginning was built. */
  readonly partial: boolean;
  /** The Ingress behind a member of the model. */
  subjectOf(member: Member): IngressSubject | undefined;
}

/** In which cluster it will be does not matter to what is judged here, and hashes over its name take time. */
export const SETTINGS = { ...DEFAULT_SETTINGS, clusterName: '', vpcId: 'vpc' };
/** So many mistakes in one group are enough for a while; for each the group is built anew. */
const MOST_REFUSALS = 20;
const MOST_BUILDS = 2_000;

/** A load balancer has room for a hundred rules: of a group that is far beyond it, a part tells as much as the whole. */
const MOST_MEMBERS = 300;
const MOST_PATHS = 1_000;

/** In steps, each of which builds the group once. */
export function* simulate(
  name: string,
  all: readonly IngressSubject[],
  context: CheckContext,
): Steps<Simulation> {
  const members = all.slice(0, MOST_MEMBERS).filter(isWhole);
  const most = Math.min(MOST_REFUSALS, Math.ceil(MOST_BUILDS / (members.length + 1)));
  const subjects = new Map(members.map((subject) => [keyOf(subject), subject]));
  const lookups = lookupsFor(members, context);
  const refusals: Refusal[] = [];
  const common = {
    refusals,
    partial: all.length > MOST_MEMBERS || members.some(({ value }) => beginningOf(value) !== value),
    subjectOf: (member: Member) => subjects.get(member.key),
  };
  let group = groupOf(name, members, context);
  for (;;) {
    yield;
    const result = attempt(group, lookups);
    if (!('error' in result)) return { ...result, ...common };
    const refusal = refusalOf(result.error, subjects);
    if (refusal !== undefined) refusals.push(refusal);
    const rest = without(group, result.error);
    if (rest === undefined || refusals.length >= most) {
      return { stack: undefined, rules: [], ...common };
    }
    group = rest;
  }
}

/** What lacks something that the API server wants, as it does while somebody types, reaches no controller. */
function isWhole({ value }: IngressSubject): boolean {
  return misshapen(value, SHAPES.get('Ingress') ?? 'anything') === undefined;
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
  const ingress: Ingress = {
    ...beginningOf(subject.value),
    metadata: { ...metadata, annotations: subject.annotations },
  };
  return { ingress, key: keyOf(subject), ingressClass: ingressClass?.value, params: params?.value.spec };
}

/** An Ingress with no more paths than a load balancer has room for, many times over; the places of those stay. */
function beginningOf(ingress: Ingress): Ingress {
  const rules = ingress.spec?.rules ?? [];
  const count = rules.reduce((sum, { http }) => sum + (http?.paths.length ?? 0), 0);
  if (count <= MOST_PATHS) return ingress;
  let left = MOST_PATHS;
  const kept = rules.map((rule) => {
    if (rule.http === undefined) return rule;
    const paths = rule.http.paths.slice(0, left);
    left -= paths.length;
    return { ...rule, http: { ...rule.http, paths } };
  });
  return { ...ingress, spec: { ...ingress.spec, rules: kept } };
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
