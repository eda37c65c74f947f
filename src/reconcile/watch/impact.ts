import type { CacheEvent } from '../../kube/cache';
import type { ClusterSnapshot } from '../../kube/snapshot';
import type {
  ClusterView,
  EndpointSlice,
  Ingress,
  KubeObject,
  Pod,
  Service,
  TargetGroupBinding,
} from '../../kube/types';
import { keyOf } from '../../kube/types';
import { membershipOf, pendingGroups } from '../../model/group';
import { isOurs } from '../../model/service';
import { canonical } from '../change';
import { finalizerOf, ownerKey, ownerOf } from '../owner';

/** What has to be looked at again after a change of the cluster. */
export interface Impact {
  /** Keys of groups to plan. */
  readonly groups: ReadonlySet<string>;
  /** Bindings whose targets may have moved, by `namespace/name`. */
  readonly bindings: ReadonlySet<string>;
  /** Whether security groups of nodes and pods may need other rules. */
  readonly network: boolean;
}

type Part = Partial<{ groups: Iterable<string>; bindings: Iterable<string>; network: boolean }>;

/**
 * What a change touches, by the cluster as it is after it: groups by membership and finalizers (Ingress), by backends
 * (Service, Secret) and by class; bindings by Service, slice, pod and node. Sources: lbc:controllers/ingress/eventhandlers,
 * lbc:controllers/elbv2/eventhandlers.
 */
export function impactOf(event: CacheEvent, view: ClusterSnapshot): Impact {
  const { groups = [], bindings = [], network = false } = PARTS[event.kind](event, view);
  return { groups: new Set(groups), bindings: new Set(bindings), network };
}

const PARTS: Readonly<Record<CacheEvent['kind'], (event: CacheEvent, view: ClusterSnapshot) => Part>> = {
  Ingress: ({ before, after }, view) =>
    sameDecisive(before, after)
      ? {}
      : { groups: present([before, after]).flatMap((one) => groupsOf(one as Ingress, view)) },
  Service: (event, view) => {
    const object = objectOf(event);
    const users = ingressesOf(view, object).filter((one) => namesService(one, object.metadata.name));
    const bindings = bindingsOfService(view, keyOf(object));
    return {
      groups: [...groupsOfAll(users, view), ...bindings.map(groupOfBinding), ...ownBalancers(event, view)],
      bindings: bindings.map(keyOf),
      network: bindings.length > 0,
    };
  },
  EndpointSlice: (event, view) => ofBindings(bindingsOfSlice(view, objectOf(event) as EndpointSlice)),
  Pod: (event, view) => ofBindings(bindingsOfPod(view, objectOf(event) as Pod)),
  Node: (_, view) => ofBindings((view.bindings ?? []).filter(({ spec }) => spec.targetType !== 'ip')),
  IngressClass: (event, view) => ({ groups: groupsOfAll(ofClass(view, objectOf(event)), view) }),
  IngressClassParams: (event, view) => {
    const { name } = objectOf(event).metadata;
    const classes = [...view.ingressClasses.values()].filter(({ spec }) => spec?.parameters?.name === name);
    return {
      groups: groupsOfAll(
        classes.flatMap((one) => ofClass(view, one)),
        view,
      ),
    };
  },
  Namespace: (event, view) => ({
    groups: groupsOfAll(inNamespace(view, objectOf(event).metadata.name), view),
  }),
  Secret: (event, view) => {
    const object = objectOf(event);
    const logins = (one: KubeObject) => annotationsName(one, 'auth-idp-oidc', object.metadata.name);
    const services = [...view.services.values()].filter((one) => sameNamespace(one, object) && logins(one));
    const users = ingressesOf(view, object).filter(
      (one) => logins(one) || services.some(({ metadata }) => namesService(one, metadata.name)),
    );
    return { groups: groupsOfAll(users, view) };
  },
  TargetGroupBinding: ({ before, after }) => {
    const one = (after ?? before) as TargetGroupBinding;
    const kept = before !== undefined && after !== undefined && sameBinding(before, after);
    // What is new was made by a run of ours; what was edited or deleted has to be set right.
    const key = groupOfBinding(one);
    const isNew = before === undefined && ownerOf(one).kind !== 'binding';
    const groups = kept || isNew ? [] : [key];
    return { groups, bindings: [keyOf(one)], network: !kept };
  },
};

function objectOf({ before, after }: CacheEvent): KubeObject {
  return (after ?? before) as KubeObject;
}

function present<T>(all: readonly (T | undefined)[]): T[] {
  return all.filter((one) => one !== undefined);
}

/** Services with a load balancer of their own that a change of a Service concerns: itself, and those whose actions name it. */
function ownBalancers({ before, after }: CacheEvent, view: ClusterSnapshot): string[] {
  const [one, other] = [before, after] as (Service | undefined)[];
  const object = (other ?? one) as Service;
  const changed = !sameDecisive(one, other);
  const own = present([one, other]).some((each) => isOurs(each) || holdsFinalizer(each)) ? [object] : [];
  const naming = [...view.services.values()].filter(
    (each) =>
      sameNamespace(each, object) && isOurs(each) && annotationsName(each, 'actions.', object.metadata.name),
  );
  return changed ? [...own, ...naming].map(keyOfService) : [];
}

function keyOfService({ metadata: { namespace = 'default', name } }: Service): string {
  return ownerKey({ kind: 'service', group: { namespace, name } });
}

function holdsFinalizer({ metadata: { finalizers = [], namespace = 'default', name } }: Service): boolean {
  return finalizers.includes(finalizerOf({ kind: 'service', group: { namespace, name } }));
}

/** Status and finalizers are written by ourselves. Source: lbc:controllers/ingress/eventhandlers/ingress_events.go. */
function sameDecisive(before: KubeObject | undefined, after: KubeObject | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  const decisive = ({ metadata, spec }: Ingress | Service) => [
    metadata.uid,
    metadata.annotations ?? {},
    metadata.deletionTimestamp,
    spec,
  ];
  return canonical(decisive(before as Ingress)) === canonical(decisive(after as Ingress));
}

function sameBinding(before: KubeObject, after: KubeObject): boolean {
  const decisive = ({ metadata, spec }: TargetGroupBinding) => [
    metadata.labels ?? {},
    metadata.deletionTimestamp,
    spec,
  ];
  return (
    canonical(decisive(before as TargetGroupBinding)) === canonical(decisive(after as TargetGroupBinding))
  );
}

/** The group that an Ingress belongs to, and those that it still has to be released from. */
function groupsOf(ingress: Ingress, view: ClusterView): string[] {
  const membership = membershipOf(ingress, view);
  const own = membership.kind === 'member' ? [membership.id] : [];
  return [...own, ...pendingGroups(ingress)].map((group) => ownerKey({ kind: 'ingress', group }));
}

function groupsOfAll(ingresses: readonly Ingress[], view: ClusterView): string[] {
  return ingresses.flatMap((one) => groupsOf(one, view));
}

function inNamespace({ ingresses }: ClusterView, namespace: string): Ingress[] {
  return [...ingresses.values()].filter(({ metadata }) => metadata.namespace === namespace);
}

function ingressesOf(view: ClusterView, { metadata }: KubeObject): Ingress[] {
  return inNamespace(view, metadata.namespace ?? 'default');
}

function sameNamespace(one: KubeObject, other: KubeObject): boolean {
  return one.metadata.namespace === other.metadata.namespace;
}

/** As a backend, or in an action: a mention that means something else costs a plan without a change. */
function namesService(ingress: Ingress, name: string): boolean {
  const { defaultBackend, rules = [] } = ingress.spec ?? {};
  const backends = [
    defaultBackend,
    ...rules.flatMap(({ http }) => (http?.paths ?? []).map((one) => one.backend)),
  ];
  return backends.some((one) => one?.service?.name === name) || annotationsName(ingress, '/actions.', name);
}

/** Whether an annotation whose key contains `part` holds the name as a JSON string. */
function annotationsName({ metadata }: KubeObject, part: string, name: string): boolean {
  const all = Object.entries(metadata.annotations ?? {});
  return all.some(([key, value]) => key.includes(part) && value.includes(JSON.stringify(name)));
}

/** An Ingress without a class has the default one, whichever that is or was. */
function ofClass({ ingresses }: ClusterView, { metadata }: KubeObject): Ingress[] {
  const isOf = (spec: Ingress['spec']) =>
    spec?.ingressClassName === undefined || spec.ingressClassName === metadata.name;
  return [...ingresses.values()].filter(({ spec }) => isOf(spec));
}

function ofBindings(bindings: readonly TargetGroupBinding[]): Part {
  return { bindings: bindings.map(keyOf), network: bindings.length > 0 };
}

function bindingsOfService({ bindings = [] }: ClusterSnapshot, service: string): TargetGroupBinding[] {
  return bindings.filter(({ metadata, spec }) => `${metadata.namespace}/${spec.serviceRef.name}` === service);
}

function bindingsOfSlice(view: ClusterSnapshot, { metadata }: EndpointSlice): TargetGroupBinding[] {
  const service = metadata.labels?.['kubernetes.io/service-name'];
  const found = service === undefined ? [] : bindingsOfService(view, `${metadata.namespace}/${service}`);
  return found.filter(({ spec }) => spec.targetType === 'ip');
}

/** Bindings of the Services behind which the pod stands; a pod that goes, leaves their slices, too. */
function bindingsOfPod(view: ClusterSnapshot, { metadata }: Pod): TargetGroupBinding[] {
  const slices = view.endpointSlices.filter(
    (slice) =>
      slice.metadata.namespace === metadata.namespace &&
      slice.endpoints?.some(({ targetRef }) => targetRef?.name === metadata.name),
  );
  return [...new Set(slices.flatMap((slice) => bindingsOfSlice(view, slice)))];
}

/** The key of what a binding was made for. */
export function groupOfBinding(binding: TargetGroupBinding): string {
  return ownerKey(ownerOf(binding));
}
