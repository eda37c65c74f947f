/** The rules of an Ingress while they are converted: each path with what it will need beside its backend. */
import type { Action, RuleCondition, Transform } from '../../src/annotations/jsonShapes';
import type { HttpPath, Ingress, IngressBackend, IngressRule } from '../../src/kube/types';

const USE_ANNOTATION = 'use-annotation';

export interface Route extends HttpPath {
  readonly transforms?: readonly Transform[];
  readonly conditions?: readonly RuleCondition[];
  /** The backend of a canary Ingress that is to share the path. */
  readonly canary?: IngressBackend;
  /** What answers instead of the backend, with the name that it would like to have. */
  readonly action?: { readonly name: string; readonly action: Action };
}

export interface RouteRule {
  readonly host?: string;
  /** Absent where the rule has no `http`. */
  readonly paths?: readonly Route[];
}

/** The rules; none when they are not what they should be, as while somebody types. */
export function routeRules(ingress: Ingress): RouteRule[] {
  const rules: unknown = isObject(ingress.spec) ? ingress.spec.rules : undefined;
  if (!Array.isArray(rules) || !rules.every(isRule)) return [];
  return rules.map(({ host, http }) => ({
    ...(host === undefined ? {} : { host }),
    ...(http === undefined ? {} : { paths: http.paths }),
  }));
}

function isRule(rule: unknown): rule is IngressRule {
  if (!isObject(rule) || !isText(rule['host'])) return false;
  const http = rule['http'];
  if (http === undefined) return true;
  return isObject(http) && Array.isArray(http['paths']) && http['paths'].every(isPath);
}

function isPath(path: unknown): boolean {
  if (!isObject(path) || !isText(path['path']) || !isText(path['pathType'])) return false;
  const service = isObject(path['backend']) ? path['backend']['service'] : null;
  if (service === undefined) return true;
  return isObject(service) && typeof service['name'] === 'string' && isPort(service['port']);
}

function isPort(port: unknown): boolean {
  return port === undefined || isObject(port);
}

function isText(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** The same rules with every route changed. */
export function mapRoutes(rules: readonly RouteRule[], change: (route: Route) => Route): RouteRule[] {
  return rules.map((rule) => (rule.paths === undefined ? rule : { ...rule, paths: rule.paths.map(change) }));
}

export interface Placed {
  readonly rules: readonly IngressRule[];
  /** `actions.<name>` and the like, without prefix. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** What an annotation by the name of the backend says of a route. */
interface Need {
  readonly backend: IngressBackend;
  readonly action: Route['action'];
  readonly transforms: readonly Transform[];
  readonly conditions: readonly RuleCondition[];
}

/**
 * Rules and annotations of routes. Transforms and conditions are found by the name of the backend, so paths that share
 * a Service but not their needs get actions with names of their own, which forward to the Service.
 */
export function place(rules: readonly RouteRule[], taken: readonly string[]): Placed {
  const names = nameNeeds(
    rules.flatMap(({ paths = [] }) => paths.map(needOf)),
    taken,
  );
  const annotations = [...names.values()].flatMap(({ name, need }) => annotationsOf(name, need));
  const placed = rules.map(({ host, paths }) => ({
    ...(host === undefined ? {} : { host }),
    ...(paths === undefined
      ? {}
      : { http: { paths: paths.map((route) => pathOf(route, names.get(textOf(needOf(route)))?.name)) } }),
  }));
  return { rules: placed, annotations: Object.fromEntries(annotations) };
}

function needOf({ backend, action, transforms = [], conditions = [] }: Route): Need {
  return { backend, action, transforms, conditions };
}

function textOf({ backend, action, transforms, conditions }: Need): string {
  return JSON.stringify([action === undefined ? backend : action, transforms, conditions]);
}

function isPlain({ action, transforms, conditions }: Need): boolean {
  return action === undefined && transforms.length === 0 && conditions.length === 0;
}

type Names = Map<string, { readonly name: string; readonly need: Need }>;

function nameNeeds(needs: readonly Need[], keys: readonly string[]): Names {
  const names: Names = new Map();
  const taken = new Set(keys.map((key) => key.slice(key.indexOf('.') + 1)));
  const services = needs.flatMap(({ backend }) => backend.service?.name ?? []);
  for (const need of needs) {
    const text = textOf(need);
    if (isPlain(need) || names.has(text) || !isNameable(need)) continue;
    const service = need.backend.service?.name ?? '';
    const name = mayKeepName(need, needs, taken)
      ? service
      : unique(need.action?.name ?? service, new Set([...services, ...taken]));
    taken.add(name);
    names.set(text, { name, need });
  }
  return names;
}

/** A backend without a Service cannot be named, and one that is an action has its name already. */
function isNameable({ action, backend }: Need): boolean {
  const service = backend.service;
  return action !== undefined || (service !== undefined && service.port?.name !== USE_ANNOTATION);
}

/** The first need of a Service keeps its name, unless a path needs the Service as it is or the name is spoken for. */
function mayKeepName(need: Need, needs: readonly Need[], taken: ReadonlySet<string>): boolean {
  const service = need.backend.service?.name ?? '';
  if (need.action !== undefined || taken.has(service)) return false;
  return !needs.some((other) => isPlain(other) && other.backend.service?.name === service);
}

/** A backend's name must be a DNS label, an action's too (Kubernetes validates it as the name of a Service). */
function unique(wish: string, used: ReadonlySet<string>): string {
  const base = wish
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 50);
  const name = base.replace(/-$/, '') || 'action';
  for (let at = 2; ; at++) {
    const candidate = used.has(name) ? `${name}-${at}` : name;
    if (!used.has(candidate)) return candidate;
  }
}

function annotationsOf(name: string, need: Need): [string, string][] {
  const { backend, action, transforms, conditions } = need;
  const own = action?.action ?? (backend.service?.name === name ? undefined : forwardTo(backend));
  return [
    ...(own === undefined ? [] : [[`actions.${name}`, JSON.stringify(own)] as [string, string]]),
    ...(conditions.length === 0
      ? []
      : [[`conditions.${name}`, JSON.stringify(conditions)] as [string, string]]),
    ...(transforms.length === 0
      ? []
      : [[`transforms.${name}`, JSON.stringify(transforms)] as [string, string]]),
  ];
}

/** The action that does what a backend says. */
export function forwardTo(backend: IngressBackend, weight?: number): Action {
  return { type: 'forward', forwardConfig: { targetGroups: [targetOf(backend, weight)] } };
}

export function targetOf({ service }: IngressBackend, weight?: number) {
  const servicePort = service?.port?.name || (service?.port?.number ?? 80);
  return { serviceName: service?.name ?? '', servicePort, ...(weight === undefined ? {} : { weight }) };
}

function pathOf({ path, pathType, backend }: Route, name: string | undefined): HttpPath {
  const renamed = name !== undefined && name !== backend.service?.name;
  return {
    ...(path === undefined ? {} : { path }),
    ...(pathType === undefined ? {} : { pathType }),
    backend: renamed ? { service: { name, port: { name: USE_ANNOTATION } } } : backend,
  };
}
