/** What is reconciled as one: an IngressGroup, a Service with a load balancer of its own, a binding that belongs to neither. */
import type { ClusterSnapshot } from '../kube/snapshot';
import { type Ingress, type KubeObject, keyOf, type Service, type TargetGroupBinding } from '../kube/types';
import { type Group, loadGroups } from '../model/group';
import { type GroupId, groupIdText } from '../model/groupId';
import {
  BINDING_FINALIZER,
  groupFinalizer,
  SERVICE_FINALIZER,
  type StackIdentity,
  type StackKind,
  stackTag,
} from '../model/names';
import { isOurs } from '../model/service';

interface Member<T extends KubeObject> {
  /** `namespace/name` */
  readonly key: string;
  readonly object: T;
}

interface Objects<T extends KubeObject> {
  readonly members: readonly Member<T>[];
  /** Those that left or are being deleted and still carry the finalizer. */
  readonly leaving: readonly T[];
}

/** One stack and the objects that it is made for. */
export type StackOwner = StackIdentity &
  (
    | ({ readonly kind: 'ingress'; readonly ingresses: Group } & Objects<Ingress>)
    | ({ readonly kind: 'service'; readonly service: Service } & Objects<Service>)
  );

/** A TargetGroupBinding that somebody wrote, for a target group of somebody else's. */
export type BindingOwner = {
  readonly kind: 'binding';
  readonly group: GroupId;
  readonly binding: TargetGroupBinding;
} & Objects<TargetGroupBinding>;

export type Owner = StackOwner | BindingOwner;

export function isStack(owner: Owner): owner is StackOwner {
  return owner.kind !== 'binding';
}

/** All that has a load balancer, should have one, or still has to be released; then the free bindings. */
export function loadOwners(view: ClusterSnapshot): Owner[] {
  const services = [...view.services.values()].filter((one) => isOurs(one) || holdsFinalizer(one));
  const bindings = (view.bindings ?? []).filter(isFree);
  return [
    ...loadGroups(view).map(ownerOfGroup),
    ...services.map(ownerOfService),
    ...bindings.map(ownerOfBinding),
  ];
}

/** Bindings that were made for a stack carry its labels. */
function isFree(binding: TargetGroupBinding): boolean {
  return ownerOf(binding).kind === 'binding';
}

function ownerOfBinding(binding: TargetGroupBinding): BindingOwner {
  const { namespace = 'default', name, deletionTimestamp } = binding.metadata;
  const stays = deletionTimestamp === undefined;
  return {
    ...{ kind: 'binding', group: { namespace, name }, binding },
    members: stays ? [{ key: `${namespace}/${name}`, object: binding }] : [],
    leaving: stays ? [] : [binding],
  };
}

export function ownerOfGroup(group: Group): StackOwner {
  const members = group.members.map(({ key, ingress }) => ({ key, object: ingress }));
  return { kind: 'ingress', group: group.id, ingresses: group, members, leaving: group.inactive };
}

function ownerOfService(service: Service): StackOwner {
  const { namespace = 'default', name } = service.metadata;
  const key = `${namespace}/${name}`;
  const ours = isOurs(service);
  return {
    ...{ kind: 'service', group: { namespace, name }, service },
    members: ours ? [{ key, object: service }] : [],
    leaving: ours ? [] : [service],
  };
}

function holdsFinalizer({ metadata }: Service): boolean {
  return metadata.finalizers?.includes(SERVICE_FINALIZER) === true;
}

const TITLES = { ingress: 'IngressGroup', service: 'Service', binding: 'TargetGroupBinding' };

/** "IngressGroup shop", "Service web/nlb" */
export function titleOf({ kind, group }: Pick<Owner, 'kind' | 'group'>): string {
  return `${TITLES[kind]} ${groupIdText(group)}`;
}

/** By which an owner is queued and told of: the id of its group, which has no blank, or its title. */
export function ownerKey(owner: Pick<Owner, 'kind' | 'group'>): string {
  return owner.kind === 'ingress' ? groupIdText(owner.group) : titleOf(owner);
}

/** The owner that made a binding: that of the stack whose labels it carries, or the binding itself. */
export function ownerOf({ metadata }: TargetGroupBinding): Pick<Owner, 'kind' | 'group'> {
  const { labels = {}, namespace: own = 'default', name: ownName } = metadata;
  for (const kind of ['ingress', 'service'] as const) {
    const label = stackTag(kind);
    const { [label]: explicit, [`${label}-namespace`]: namespace, [`${label}-name`]: name } = labels;
    if (explicit !== undefined) return { kind, group: { namespace: '', name: explicit } };
    if (namespace !== undefined && name !== undefined) return { kind, group: { namespace, name } };
  }
  return { kind: 'binding', group: { namespace: own, name: ownName } };
}

/** What the objects of an owner carry while something may exist for them in AWS. */
export function finalizerOf({ kind, group }: Pick<Owner, 'kind' | 'group'>): string {
  if (kind === 'ingress') return groupFinalizer(group);
  return kind === 'service' ? SERVICE_FINALIZER : BINDING_FINALIZER;
}

/** What a run looks at. */
export type Selection = (owner: Owner) => boolean;

/** Ingresses and Services that a person names, by `namespace/name`. */
export type Named = Readonly<Record<StackKind, ReadonlySet<string>>>;

export function named(ingresses: Iterable<string>, services: Iterable<string> = []): Named {
  return { ingress: new Set(ingresses), service: new Set(services) };
}

/** The Ingresses among objects, and the Services that have, or should have, a load balancer of their own. */
export function namedIn(objects: readonly KubeObject[]): Named {
  const keys = (kind: string) => objects.filter((one) => one.kind === kind).map(keyOf);
  const services = objects.filter(({ kind }) => kind === 'Service').filter((one) => isOurs(one as Service));
  return named(keys('Ingress'), services.map(keyOf));
}

export function isNothing({ ingress, service }: Named): boolean {
  return ingress.size + service.size === 0;
}

/** Ingresses and Services by kind, as a sentence names them. */
export function namesOf({ ingress, service }: Named): string {
  return [...ingress, ...service].join(', ');
}

/** Those that serve any of the named objects, or did and still have to release it. */
export function ownersOf(wanted: Named): Selection {
  return (owner) => {
    if (owner.kind === 'binding') return false;
    const keys = wanted[owner.kind];
    return (
      owner.members.some(({ key }) => keys.has(key)) || owner.leaving.some((one) => keys.has(keyOf(one)))
    );
  };
}
