import { CONTROLLERS } from '../annotations/controllers';
import { GROUP_NAME, GROUP_NAME_MAX } from '../annotations/formats';
import { readAnnotation, readOrDefault } from '../annotations/read';
import type { ClusterView, Ingress, IngressClass, IngressClassParams, LabelSelector } from '../kube/types';
import { keyOf } from '../kube/types';
import { byBytes, LoadError } from './errors';
import { type GroupId, groupIdText } from './groupId';
import { GROUP_FINALIZER_PREFIX, IMPLICIT_FINALIZER } from './names';

/** An Ingress of our class, with the class and parameters that apply to it. */
export interface Member {
  readonly ingress: Ingress;
  /** `namespace/name` */
  readonly key: string;
  readonly ingressClass: IngressClass | undefined;
  readonly params: IngressClassParams['spec'] | undefined;
}

export interface Group {
  readonly id: GroupId;
  /** In the order in which their rules are laid: group.order, then namespace/name. */
  readonly members: readonly Member[];
  /** Ingresses that left the group or are being deleted and still carry its finalizer. */
  readonly inactive: readonly Ingress[];
  /**
   * Why nothing of the group may be touched: an Ingress that belonged to it has a class that cannot be read, perhaps by
   * accident (lbc issue 2731).
   */
  readonly broken?: LoadError;
}

/** Why an Ingress is in no group of ours. */
export type Membership =
  | { readonly kind: 'member'; readonly id: GroupId; readonly member: Member }
  | { readonly kind: 'foreign'; readonly why: string }
  | { readonly kind: 'deleting' }
  | { readonly kind: 'invalid-class' | 'invalid-group'; readonly message: string };

const PARAMS_GROUP = 'elbv2.k8s.aws';
const DEFAULT_CLASS = 'ingressclass.kubernetes.io/is-default-class';
const LEGACY_CLASS = 'kubernetes.io/ingress.class';

/** All groups that have a member or an Ingress still to be released, sorted by id; one look at each Ingress. Sources: lbc:pkg/ingress/group_loader.go. */
export function loadGroups(view: ClusterView): Group[] {
  const groups = new Map<string, LoadingGroup>();
  const groupOf = (id: GroupId) => {
    const text = groupIdText(id);
    const group = groups.get(text) ?? { id, members: [], inactive: [] };
    groups.set(text, group);
    return group;
  };
  for (const ingress of view.ingresses.values()) {
    const membership = membershipOf(ingress, view);
    const own = membership.kind === 'member' ? groupOf(membership.id) : undefined;
    if (membership.kind === 'member') own?.members.push(membership.member);
    for (const id of pendingGroups(ingress)) {
      const group = groupOf(id);
      if (membership.kind === 'invalid-class') group.broken ??= brokenClass(ingress, membership.message);
      else if (group !== own) group.inactive.push(ingress);
    }
  }
  return [...groups.values()].sort((a, b) => byBytes(groupIdText(a.id), groupIdText(b.id)));
}

interface LoadingGroup {
  readonly id: GroupId;
  readonly members: Member[];
  readonly inactive: Ingress[];
  broken?: LoadError;
}

/** Worded as the controller's error (lbc:pkg/ingress/group_loader.go checkGroupMembershipType). */
function brokenClass(ingress: Ingress, message: string): LoadError {
  const key = keyOf(ingress);
  return new LoadError(`Ingress: ${key}: Ingress has invalid IngressClass configuration: ${message}`, key);
}

/** The group of one id; throws LoadError when a member's order cannot be read. */
export function sortMembers(members: readonly Member[]): Member[] {
  const ordered = members.map((member) => ({ member, order: groupOrder(member) }));
  ordered.sort((a, b) => a.order - b.order || byBytes(a.member.key, b.member.key));
  return ordered.map(({ member }) => member);
}

function groupOrder(member: Member): number {
  const annotations = member.ingress.metadata.annotations;
  let order: number;
  try {
    order = readOrDefault('group.order', annotations);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LoadError(
      `failed to load Ingress group order for ingress: ${member.key}: ${reason}`,
      member.key,
    );
  }
  if (order < -1000 || order > 1000) {
    const message = `explicit Ingress group order must be within [-1000:1000], Ingress: ${member.key}, order: ${order}`;
    throw new LoadError(message, member.key);
  }
  return order;
}

/** Decides whether and where an Ingress belongs; never throws. */
export function membershipOf(ingress: Ingress, view: ClusterView): Membership {
  if (ingress.metadata.deletionTimestamp !== undefined) return { kind: 'deleting' };
  const legacy = ingress.metadata.annotations?.[LEGACY_CLASS];
  if (legacy !== undefined) {
    if (legacy !== 'alb')
      return { kind: 'foreign', why: `its annotation ${LEGACY_CLASS} says '${legacy}', not 'alb'` };
    return inGroup({ ingress, key: keyOf(ingress), ingressClass: undefined, params: undefined });
  }
  return byClass(ingress, view);
}

function byClass(ingress: Ingress, view: ClusterView): Membership {
  const className = ingress.spec?.ingressClassName ?? defaultClass(view);
  // Its Helm chart starts the controller with --ingress-class=alb: then an Ingress without any class is nobody's.
  if (className === undefined)
    return { kind: 'foreign', why: 'it has no class, and no class is the default' };
  const ingressClass = view.ingressClasses.get(className);
  if (ingressClass === undefined) {
    const message = `invalid ingress class: IngressClass.networking.k8s.io "${className}" not found`;
    return { kind: 'invalid-class', message };
  }
  const controller = ingressClass.spec?.controller ?? '';
  if (controller !== CONTROLLERS.alb) {
    return { kind: 'foreign', why: `its class '${className}' belongs to the controller '${controller}'` };
  }
  return withParams(ingress, ingressClass, view);
}

function withParams(ingress: Ingress, ingressClass: IngressClass, view: ClusterView): Membership {
  const reference = ingressClass.spec?.parameters;
  const member = { ingress, key: keyOf(ingress), ingressClass, params: undefined };
  if (reference === undefined) return inGroup(member);
  const name = ingressClass.metadata.name;
  if (reference.apiGroup !== PARAMS_GROUP || reference.kind !== 'IngressClassParams') {
    const message = `invalid ingress class: IngressClass ${name} references unknown parameters`;
    return { kind: 'invalid-class', message };
  }
  const params = view.ingressClassParams.get(reference.name);
  if (params === undefined) {
    const message = `invalid ingress class: IngressClassParams.elbv2.k8s.aws "${reference.name}" not found`;
    return { kind: 'invalid-class', message };
  }
  const namespace = view.namespaces.get(ingress.metadata.namespace ?? 'default');
  if (!matchesSelector(params.spec?.namespaceSelector, namespace?.metadata.labels ?? {})) {
    const message = `invalid ingress class: namespaceSelector of IngressClassParams ${reference.name} mismatch`;
    return { kind: 'invalid-class', message };
  }
  return inGroup({ ...member, params: params.spec });
}

function defaultClass(view: ClusterView): string | undefined {
  for (const ingressClass of view.ingressClasses.values()) {
    if (ingressClass.metadata.annotations?.[DEFAULT_CLASS] === 'true') return ingressClass.metadata.name;
  }
  return undefined;
}

/** `group` of IngressClassParams beats the annotation. */
function inGroup(member: Member): Membership {
  const { namespace = 'default', name } = member.ingress.metadata;
  const groupName =
    member.params?.group?.name ?? readAnnotation('group.name', member.ingress.metadata.annotations);
  if (groupName === undefined) return { kind: 'member', id: { namespace, name }, member };
  const problem = groupNameProblem(groupName);
  if (problem !== undefined) return { kind: 'invalid-group', message: `invalid ingress group: ${problem}` };
  return { kind: 'member', id: { namespace: '', name: groupName }, member };
}

/** What is wrong with the name of an IngressGroup, in the controller's words. */
export function groupNameProblem(name: string): string | undefined {
  if (!GROUP_NAME.test(name)) {
    return "groupName must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
  }
  return name.length > GROUP_NAME_MAX
    ? `groupName must be no more than ${GROUP_NAME_MAX} characters`
    : undefined;
}

/** Groups whose finalizer the Ingress carries (lbc: LoadGroupIDsPendingFinalization). */
export function pendingGroups(ingress: Ingress): GroupId[] {
  const { namespace = 'default', name, finalizers = [] } = ingress.metadata;
  return finalizers.flatMap((finalizer) => {
    if (finalizer === IMPLICIT_FINALIZER) return [{ namespace, name }];
    if (!finalizer.startsWith(GROUP_FINALIZER_PREFIX)) return [];
    return [{ namespace: '', name: finalizer.slice(GROUP_FINALIZER_PREFIX.length) }];
  });
}

/** Kubernetes' label selector semantics; an absent selector matches everything. */
export function matchesSelector(
  selector: LabelSelector | undefined,
  labels: Readonly<Record<string, string>>,
): boolean {
  if (selector === undefined) return true;
  const exact = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return (
    exact && (selector.matchExpressions ?? []).every((expression) => matchesExpression(expression, labels))
  );
}

function matchesExpression(
  expression: NonNullable<LabelSelector['matchExpressions']>[number],
  labels: Readonly<Record<string, string>>,
): boolean {
  const value = labels[expression.key];
  const listed = value !== undefined && (expression.values ?? []).includes(value);
  switch (expression.operator) {
    case 'In':
      return listed;
    case 'NotIn':
      return !listed;
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}
