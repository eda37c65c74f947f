/** What the conversions of single annotations are told, and what they answer. */
import { catalogue, families } from '../../src/annotations/catalogue';
import { PREFIX } from '../../src/annotations/read';
import type { Ingress, Service } from '../../src/kube/types';
import type { Verdict } from './conversion';
import { isObject, type RouteRule, routeRules } from './routes';

export const NGINX_PREFIX = 'nginx.ingress.kubernetes.io';

export type ServiceLookup = (key: string) => Service | undefined;

/** One Ingress of nginx, with the answers that several conversions need. */
export interface Source {
  readonly ingress: Ingress;
  /** The rules, none when they are malformed, and the Secrets of `spec.tls`. */
  readonly rules: readonly RouteRule[];
  readonly secrets: readonly string[];
  /** The trimmed value of an annotation of nginx, by the name behind the prefix. */
  readonly nginx: (name: string) => string | undefined;
  /** The value of an annotation that is for the load balancer already. */
  readonly alb: (suffix: string) => string | undefined;
  /** Services of the Ingress that are known; looked up as `namespace/name`, in `default` where it names none. */
  readonly services: readonly Service[];
  /** The class is that of a load balancer already: the annotations of nginx are left from before. */
  readonly moved: boolean;
  /** The Ingress shares its load balancer with others. */
  readonly grouped: boolean;
  /** Clients come by HTTPS. */
  readonly secure: boolean;
  /** HTTP answers with a redirect to HTTPS only. */
  readonly redirects: boolean;
}

/** What becomes of one annotation. */
export interface Effect {
  /** That of the row by default. */
  readonly verdict?: Verdict;
  /** The reason of the row by default. */
  readonly text?: string;
  /** Whole annotations by suffix. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Entries of `load-balancer-attributes`, `target-group-attributes`, and the attributes of the listeners. */
  readonly loadBalancer?: Readonly<Record<string, string>>;
  readonly targetGroup?: Readonly<Record<string, string>>;
  readonly listener?: Readonly<Record<string, string>>;
  readonly rules?: (rules: readonly RouteRule[]) => readonly RouteRule[];
}

export type Convert = (value: string, source: Source) => Effect;

export function none(text: string): Effect {
  return { verdict: 'none', text };
}

export function asDefault(text: string): Effect {
  return { verdict: 'default', text };
}

export function partly(text: string, effect: Effect = {}): Effect {
  return { verdict: 'partly', text, ...effect };
}

/** An annotation of nginx is on: its parser is Go's ParseBool. */
export function isOn(value: string | undefined): boolean {
  return ['1', 't', 'T', 'TRUE', 'true', 'True'].includes(value ?? '');
}

export function sourceOf(ingress: Ingress, lookup: ServiceLookup | undefined): Source {
  const annotations: Readonly<Record<string, unknown>> = ingress.metadata.annotations ?? {};
  const read = (key: string) =>
    Object.hasOwn(annotations, key) ? String(annotations[key]).trim() : undefined;
  const nginx = (name: string) => read(`${NGINX_PREFIX}/${name}`);
  const alb = (suffix: string) => read(`${PREFIX}/${suffix}`);
  const moved = classOf(ingress) === 'alb';
  const forced = isOn(nginx('force-ssl-redirect'));
  const rules = routeRules(ingress);
  const tls = tlsOf(ingress);
  const secure = tls.length > 0 || forced || alb('certificate-arn') !== undefined;
  const asked = forced || (isOn(nginx('ssl-redirect') ?? 'true') && (tls.length > 0 || moved));
  // An Ingress that moved long ago is asked for nothing that it does not say.
  const said = forced || nginx('ssl-redirect') !== undefined || !moved;
  return {
    ...{ ingress, rules, nginx, alb, moved, secure },
    secrets: tls.flatMap(({ secretName }) => (typeof secretName === 'string' ? [secretName] : [])),
    services: servicesOf(ingress, rules, lookup),
    grouped: alb('group.name') !== undefined,
    redirects: secure && (alb('ssl-redirect') !== undefined || (asked && said)),
  };
}

function tlsOf({ spec }: Ingress): readonly Readonly<Record<string, unknown>>[] {
  const tls: unknown = isObject(spec) ? spec.tls : undefined;
  return Array.isArray(tls) ? tls.filter(isObject) : [];
}

/** The old annotation beats the field (lbc:pkg/ingress/group_loader.go). */
export function classOf({ metadata, spec }: Ingress): string | undefined {
  const name: unknown = metadata.annotations?.[CLASS_KEY] ?? spec?.ingressClassName;
  return typeof name === 'string' ? name : undefined;
}

export const CLASS_KEY = 'kubernetes.io/ingress.class';

function servicesOf(ingress: Ingress, rules: readonly RouteRule[], lookup?: ServiceLookup): Service[] {
  const backends = rules.flatMap(({ paths = [] }) => paths.map(({ backend }) => backend.service?.name ?? ''));
  const namespace = ingress.metadata.namespace ?? 'default';
  return [...new Set(backends)].flatMap((name) => lookup?.(`${namespace}/${name}`) ?? []);
}

/** The listeners that answer other than by a redirect, as `listener-attributes` names them. */
export function listenersOf(source: Source): readonly string[] {
  const all = portsOf(source);
  const serving = source.redirects ? all.filter((port) => port.startsWith('HTTPS')) : all;
  return serving.length === 0 ? all : serving;
}

/** Where HTTP redirects to. */
export function httpsPort(source: Source): string {
  const [, port = '443'] =
    portsOf(source)
      .find((name) => name.startsWith('HTTPS'))
      ?.split('-') ?? [];
  return port;
}

function portsOf({ alb, secure, moved, redirects }: Source): readonly string[] {
  const said = saidPorts(alb('listen-ports'));
  if (said.length > 0) return said;
  if (!secure) return ['HTTP-80'];
  return moved && !redirects ? ['HTTPS-443'] : ['HTTP-80', 'HTTPS-443'];
}

function saidPorts(raw: string | undefined): string[] {
  try {
    const entries = raw === undefined ? [] : catalogue['listen-ports'].kind.parse(raw, 'listen-ports');
    const ports = entries.flatMap((entry) => Object.entries(entry ?? {}));
    return ports.map(([protocol, port]) => `${protocol}-${port}`).filter((name) => LISTENER_NAME.test(name));
  } catch {
    return [];
  }
}

const LISTENER_NAME = families['listener-attributes'].name.regex;
