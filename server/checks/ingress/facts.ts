/** What several checks ask of an Ingress, of its class and of those it shares its load balancer with. */
import type { Action } from '../../../src/annotations/jsonShapes';
import type { Span } from '../../../src/annotations/kinds';
import type { IngressClassParams } from '../../../src/kube/types';
import { listOf } from '../../workspace/keys';
import { hasPlaceholder } from '../annotations';
import { askedOnce } from '../askedOnce';
import type { CheckContext } from '../context';
import { type Members, ofGroup } from '../ofGroup';
import { remembered } from '../remembered';
import {
  backends,
  entryOf,
  familyOf,
  familyValue,
  type IngressSubject,
  isPatch,
  nameSpan,
  readValue,
  type Subject,
  USE_ANNOTATION,
} from '../subject';

export type Protocol = 'HTTP' | 'HTTPS';
export type Listeners = ReadonlyMap<number, Protocol>;

export function has(subject: Subject, suffix: string): boolean {
  return entryOf(subject, suffix) !== undefined;
}

/** The annotation is there, and its value is written out: no placeholder, no alias. */
export function isWritten(subject: Subject, suffix: string): boolean {
  const entry = entryOf(subject, suffix);
  return entry !== undefined && entry.type === 'string' && !hasPlaceholder(entry.value);
}

/** Where the key of an annotation stands: of a long value it is enough. */
export function keyOf(subject: Subject, suffix: string): Span {
  return entryOf(subject, suffix)?.keySpan ?? nameSpan(subject);
}

/** Fields of the class parameters, in the spelling of EKS Auto Mode too. */
type Params = NonNullable<IngressClassParams['spec']> & { readonly certificateARNs?: readonly string[] };

export function paramsOf(ingress: IngressSubject, context: CheckContext): Params {
  return context.classOf(ingress).params?.value.spec ?? {};
}

/** The class has parameters, or is likely to have some, that the workspace does not show. */
export function hasUnseenParams(ingress: IngressSubject, context: CheckContext): boolean {
  const { ingressClass, params } = context.classOf(ingress);
  if (params !== undefined) return false;
  return ingressClass === undefined
    ? context.profile.autoMode === true
    : (ingressClass.value.spec?.parameters ?? undefined) !== undefined;
}

/** Those of the class beat those of the annotation (lbc:pkg/ingress/model_build_listener.go). */
export function certificatesOf(ingress: IngressSubject, context: CheckContext): readonly string[] {
  const { certificateArn, certificateARNs } = paramsOf(ingress, context);
  const ofClass = listOf(certificateArn ?? certificateARNs).map(String);
  return ofClass.length > 0 ? ofClass : (readValue(ingress, 'certificate-arn') ?? []);
}

/** Hosts by which certificates are looked for (lbc:pkg/ingress/model_build_listener.go computeIngressExplicitTLSCertARNs). */
export function hostsOf({ value }: IngressSubject): string[] {
  const ofRules = listOf(value.spec?.rules).map((rule) => rule?.host);
  const ofTls = listOf(value.spec?.tls).flatMap((tls) => listOf(tls?.hosts));
  return [
    ...new Set([...ofRules, ...ofTls].filter((host) => typeof host === 'string' && host !== '')),
  ] as string[];
}

/** The listeners of one Ingress; undefined when they cannot be known (lbc:pkg/ingress/model_build_listener.go computeIngressListenPorts). */
export const listenersOf = askedOnce((ingress, context): Listeners | undefined => {
  if (has(ingress, 'listen-ports')) return writtenListeners(ingress);
  if (certificatesOf(ingress, context).length > 0) return new Map([[443, 'HTTPS']]);
  const unsure =
    has(ingress, 'certificate-arn') ||
    has(ingress, 'create-acm-cert') ||
    hasUnseenParams(ingress, context) ||
    isAssembled(ingress, context);
  return unsure ? undefined : new Map([[80, 'HTTP']]);
});

function writtenListeners(ingress: IngressSubject): Listeners | undefined {
  const entries = (readValue(ingress, 'listen-ports') ?? []).flatMap((entry) => Object.entries(entry));
  const isRight = ([protocol, port]: readonly [string, number]) =>
    (protocol === 'HTTP' || protocol === 'HTTPS') && port >= 1 && port <= 65535;
  const listeners = new Map(entries.map(([protocol, port]) => [port, protocol as Protocol]));
  const clear = entries.every(([protocol, port]) => listeners.get(port) === protocol);
  return entries.length > 0 && entries.every(isRight) && clear ? listeners : undefined;
}

/** Kustomize or Helm may add what is missing. */
export const isAssembled = askedOnce((ingress, context): boolean => context.assembled(ingress));

export function portsOf(listeners: Listeners, wanted: Protocol): number[] {
  return [...listeners].flatMap(([port, protocol]) => (protocol === wanted ? [port] : []));
}

/**
 * All Ingresses of the load balancer, if they are all here: only then the absence of something means anything. Of a
 * named group with one known member the others stand elsewhere, and a tool may add to what it puts together.
 */
export const wholeGroup = askedOnce((ingress, context): Members | undefined => {
  const group = context.groupName(ingress);
  const members = group === undefined ? [ingress] : context.members(ingress, group);
  const alone = group !== undefined && members.length < 2;
  return alone || isOpen(members, context) ? undefined : members;
});

const isOpen = ofGroup((members, context) =>
  members.some(
    (member) => isPatch(member) || hasUnseenParams(member, context) || isAssembled(member, context),
  ),
);

/** The listeners of the load balancer; undefined when they cannot be known. */
export const groupListeners = ofGroup((members, context): Listeners | undefined => {
  const all = members.map((member) => listenersOf(member, context));
  return all.some((one) => one === undefined) ? undefined : new Map(all.flatMap((one) => [...(one ?? [])]));
});

/** HTTP listeners answer with a redirect and nothing else. */
export const redirects = ofGroup((members, context): boolean =>
  members.some(
    (member) => has(member, 'ssl-redirect') || (paramsOf(member, context).sslRedirectPort ?? '') !== '',
  ),
);

export interface NamedAction {
  readonly name: string;
  readonly action: Action;
}

/** The actions in annotations that can be read. */
export function actionsOf(ingress: IngressSubject): readonly NamedAction[] {
  return actions(ingress.annotations, 'actions', () =>
    familyOf(ingress, 'actions').flatMap(({ name }) => {
      const action = familyValue(ingress, 'actions', name);
      return action === undefined ? [] : [{ name, action }];
    }),
  );
}

const actions = remembered<IngressSubject['annotations'], readonly NamedAction[]>();

/** Whether all backends are Services in the form of `networking.k8s.io/v1`: of others nobody here knows the names. */
export function knowsBackends({ value }: IngressSubject): boolean {
  const ofRules = listOf(value.spec?.rules).flatMap((rule) =>
    listOf(rule?.http?.paths).map((path) => path?.backend),
  );
  const all = [...ofRules, ...(value.spec?.defaultBackend === undefined ? [] : [value.spec.defaultBackend])];
  return all.every((backend) => typeof backend?.service?.name === 'string');
}

/** The names of actions that backends refer to. */
export function usedActions(ingress: IngressSubject): ReadonlySet<string> {
  return new Set(
    backends(ingress).flatMap(({ name, port }) => (port?.name === USE_ANNOTATION ? [name] : [])),
  );
}
