/** What the checks of an object may ask about the others. Every question is noted, so that an answer that changes is heard of. */
import { CONTROLLERS } from '../../src/annotations/controllers';
import { annotationKey } from '../../src/annotations/read';
import type { IngressClass, IngressClassParams, Namespace, Secret, Service } from '../../src/kube/types';
import type { LiveAnswer, LiveSource, LiveValues } from '../liveValues';
import { NONE } from '../liveValues';
import { keys } from '../workspace/keys';
import { folderOf } from '../workspace/scope';
import type { Located, Workspace } from '../workspace/workspace';
import { mayShareNamespace } from '../workspace/workspace';
import { clusterMembers } from './clusterMembers';
import type { Profile } from './profile';
import type { IngressSubject, Subject } from './subject';
import { readValue, subjectOf } from './subject';

/** The class of an Ingress, as far as the workspace knows it. */
export interface ClassFacts {
  /** What `ingressClassName` or the legacy annotation says. */
  readonly name: string | undefined;
  readonly legacy: boolean;
  readonly ingressClass: Subject<IngressClass> | undefined;
  readonly params: Subject<IngressClassParams> | undefined;
}

/** Whose the Ingress is: the controller's; nobody can tell but it looks so; or another controller's. */
export type Ownership = 'ours' | 'likely' | 'foreign';

export interface CheckContext {
  readonly profile: Profile;
  readonly workspace: Workspace;
  classOf(ingress: IngressSubject): ClassFacts;
  ownership(ingress: IngressSubject): Ownership;
  /** The Service of that name that the Ingress would meet. */
  service(ingress: IngressSubject, name: string): Subject<Service> | undefined;
  /** Whether there is an object of that name that the subject may meet. */
  mayExist(kind: string, name: string, of: Subject): boolean;
  secret(of: Subject, name: string): Subject<Secret> | undefined;
  namespace(of: Subject): Subject<Namespace> | undefined;
  /** Deployments, StatefulSets and the like whose Pods the Service selects. */
  workloads(service: Subject<Service>): readonly Subject[];
  /** All Ingresses that name that group, or whose class does, in the order of the group; the subject among them. */
  members(ingress: IngressSubject, group: string): readonly IngressSubject[];
  /** The same questions asked anew: for answers that are kept for more than one object. */
  anew(): CheckContext;
  /** The group's name: that of the class parameters, or of the annotation. Undefined: a group of its own. */
  groupName(ingress: IngressSubject): string | undefined;
  /** Whether an object of that kind would stand in the workspace if it existed: only then its absence means something. */
  expects(kind: string, of: Subject): boolean;
  /** Objects of that kind beside it: in its folder, or anywhere in its namespace if it says which. */
  neighbours(kind: string, of: Subject): readonly Subject[];
  /** Objects of that name in the workspace that are in another namespace for certain. */
  elsewhere(kind: string, name: string, of: Subject): readonly Subject[];
  /** A tool puts the manifests of the folder together: they may be patches, and more may come from there. */
  assembled(of: Subject): boolean;
  /** All objects of a kind of which there are few (IngressClass, IngressClassParams, Namespace). */
  every<K extends Subject>(kind: string, of: Subject): readonly K[];
  /** All that exists of a source; undefined: nobody was asked, or could be. The check runs again when that changes. */
  live(source: LiveSource): LiveAnswer | undefined;
}

/** The name by which the memo knows what was made from live values. */
export function liveInput(source: LiveSource): string {
  return `live ${source}`;
}

export const LEGACY_CLASS = 'kubernetes.io/ingress.class';

export function createContext(workspace: Workspace, profile: Profile, live: LiveValues = NONE): CheckContext {
  const first = <S extends Subject>(kind: string, name: string, of: Subject): S | undefined => {
    const found = workspace.findObject(kind, name, of.located)[0];
    return found === undefined ? undefined : (subjectOf(found) as unknown as S);
  };
  const context: CheckContext = {
    profile,
    workspace,
    classOf: (ingress) => classOf(ingress, first),
    ownership: (ingress) => ownershipOf(ingress, context.classOf(ingress)),
    service: (ingress, name) => {
      const found = workspace
        .findObject('Service', name, ingress.located)
        .find((one) => isMeant(one, ingress));
      return found === undefined ? undefined : subjectOf(found);
    },
    mayExist: (kind, name, of) => workspace.findObject(kind, name, of.located).length > 0,
    secret: (of, name) => first('Secret', name, of),
    namespace: (of) =>
      of.object.namespace === undefined ? undefined : first('Namespace', of.object.namespace, of),
    workloads: (service) => workloadsOf(service, workspace),
    members: (ingress, group) => sharedMembers(ingress, group, context),
    anew: () => createContext(workspace, profile, live),
    groupName: (ingress) =>
      context.classOf(ingress).params?.value.spec?.group?.name ?? readValue(ingress, 'group.name'),
    expects: (kind, of) => expects(kind, of, workspace),
    neighbours: (kind, of) => neighbours(kind, of, workspace),
    elsewhere: (kind, name, of) =>
      workspace
        .find(keys.object(kind, name), of.located)
        .filter(({ object }) => !mayShareNamespace(object, of.object))
        .map((one) => subjectOf(one)),
    assembled: (of) => workspace.folder(of.located.file.uri).assembled,
    every: <K extends Subject>(kind: string, of: Subject) =>
      workspace.find(keys.every(kind), of.located).map((one) => subjectOf(one) as unknown as K),
    live(source) {
      workspace.memo.read(liveInput(source));
      return live.known(source).answer;
    },
  };
  return context;
}

/**
 * Whether a Service is the one that an Ingress names, so that something may be said of it. Where no namespace is written
 * it is only known of what stands together.
 */
function isMeant({ object, file }: Located, ingress: IngressSubject): boolean {
  const from = ingress.located.file.uri;
  if (file.uri === from) return true;
  if (object.namespace !== ingress.object.namespace) return false;
  return object.namespace !== undefined || folderOf(file.uri) === folderOf(from);
}

type First = <S extends Subject>(kind: string, name: string, of: Subject) => S | undefined;

function classOf(ingress: IngressSubject, first: First): ClassFacts {
  const legacy = ingress.annotations[LEGACY_CLASS];
  const written: unknown = ingress.value.spec?.ingressClassName;
  const name = legacy ?? (typeof written === 'string' ? written : undefined);
  if (name === undefined || legacy !== undefined) {
    return { name, legacy: legacy !== undefined, ingressClass: undefined, params: undefined };
  }
  const ingressClass = first<Subject<IngressClass>>('IngressClass', name, ingress);
  const parameters = ingressClass?.value.spec?.parameters?.name;
  const params =
    typeof parameters === 'string'
      ? first<Subject<IngressClassParams>>('IngressClassParams', parameters, ingress)
      : undefined;
  return { name, legacy: false, ingressClass, params };
}

function ownershipOf(ingress: IngressSubject, { name, legacy, ingressClass }: ClassFacts): Ownership {
  const annotated = ingress.object.annotations.some(({ key }) => key.startsWith(annotationKey('')));
  if (legacy) return name === 'alb' ? 'ours' : 'foreign';
  if (ingressClass !== undefined) {
    const controller = ingressClass.value.spec?.controller;
    return Object.values<string | undefined>(CONTROLLERS).includes(controller) ? 'ours' : 'foreign';
  }
  if (name !== undefined && /(^|[-_.])alb([-_.]|$)/i.test(name)) return 'ours';
  return annotated ? 'likely' : 'foreign';
}

/** Pods are found by one label and then compared whole, so that nobody looks through all of them. */
function workloadsOf(service: Subject<Service>, workspace: Workspace): readonly Subject[] {
  const selector = Object.entries(service.value.spec?.selector ?? {});
  const [first] = selector;
  if (first === undefined) return [];
  const candidates = workspace.find(keys.podLabel(first[0], String(first[1])), service.located);
  return candidates
    .filter(
      ({ object }) => mayShareNamespace(object, service.object) && selects(selector, podLabels(object.value)),
    )
    .map((one) => subjectOf(one));
}

function selects(
  selector: readonly (readonly [string, string])[],
  labels: Readonly<Record<string, string>>,
): boolean {
  return selector.every(([key, value]) => labels[key] === value);
}

interface PodTemplateHolder {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: {
    readonly template?: { readonly metadata?: { readonly labels?: Readonly<Record<string, string>> } };
  };
}

function podLabels(value: PodTemplateHolder): Readonly<Record<string, string>> {
  return value.spec?.template?.metadata?.labels ?? value.metadata?.labels ?? {};
}

/**
 * Each member of a group asks for all of them: who sees the same files gets the same list. Of an Ingress that is defined
 * twice each sees itself.
 */
function sharedMembers(
  ingress: IngressSubject,
  group: string,
  context: CheckContext,
): readonly IngressSubject[] {
  const { workspace } = context;
  const from = workspace.divided() ? ingress.located.file.uri : '';
  const members = workspace.memo.cached(`members ${group}\n${from}`, () => {
    const list = membersOf(ingress, group, context.anew());
    return { list, known: new Set(list.map(({ located }) => located)) };
  });
  return members.known.has(ingress.located) ? members.list : membersOf(ingress, group, context);
}

function membersOf(ingress: IngressSubject, group: string, context: CheckContext): readonly IngressSubject[] {
  const { workspace } = context;
  const byAnnotation = workspace.find(keys.group(group), ingress.located);
  const classes = context
    .every<Subject<IngressClass>>('IngressClass', ingress)
    .filter(({ object }) => object.name !== undefined);
  const byClass = classes.flatMap(({ object }) =>
    workspace.find(keys.className(object.name ?? ''), ingress.located),
  );
  const all = new Set([ingress.located, ...byAnnotation, ...byClass]);
  const members = [...all]
    .map((located) => subjectOf(located) as IngressSubject)
    .filter(
      (one) =>
        context.groupName(one) === group &&
        context.ownership(one) !== 'foreign' &&
        one.object.name !== undefined,
    );
  const own = unique(members);
  return inOrder([...own, ...clusterMembers(group, own, context.live('groupMembers')?.values ?? [])]);
}

/** Of several definitions of one Ingress the first (nearest) counts. */
function unique(members: readonly IngressSubject[]): IngressSubject[] {
  const seen = new Map<string, IngressSubject>();
  for (const member of members) if (!seen.has(member.label)) seen.set(member.label, member);
  return [...seen.values()];
}

/** `group.order`, then namespace/name (lbc:pkg/ingress/group_loader.go sortGroupMembers). */
function inOrder(members: readonly IngressSubject[]): IngressSubject[] {
  const order = (member: IngressSubject) => readValue(member, 'group.order') ?? 0;
  return [...members].sort(
    (a, b) => order(a) - order(b) || (a.label < b.label ? -1 : a.label > b.label ? 1 : 0),
  );
}

/**
 * Manifests next to each other are kept together: where the file or its folder holds objects of a kind in the same
 * namespace, another of them would be there, too. Not where a tool adds to what stands in the folder (Kustomize, Helm).
 */
function expects(kind: string, of: Subject, workspace: Workspace): boolean {
  const { assembled } = workspace.folder(of.located.file.uri);
  return !assembled && besides(kind, of, workspace).length > 0;
}

/** Objects of a kind in the file or its folder that may be in the same namespace. */
function besides(kind: string, of: Subject, workspace: Workspace): Located[] {
  return workspace
    .beside(of.located)
    .filter(({ object }) => object.kind === kind && mayShareNamespace(object, of.object));
}

function neighbours(kind: string, of: Subject, workspace: Workspace): Subject[] {
  const { namespace } = of.object;
  const named = namespace === undefined ? [] : workspace.find(keys.inNamespace(kind, namespace), of.located);
  return [...new Set([...besides(kind, of, workspace), ...named])].map((one) => subjectOf(one));
}
