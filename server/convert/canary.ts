/**
 * A canary Ingress brought into its main Ingress: conditions on a header or cookie first, then a weighted forward, in
 * the order in which ingress-nginx decides (ingress-nginx docs, Canary).
 */
import type { Action, RuleCondition } from '../../src/annotations/jsonShapes';
import type { Ingress } from '../../src/kube/types';
import type { Conversion, Note } from './conversion';
import { convertSource, nginxKeys } from './nginx';
import { type Route, type RouteRule, routeRules, targetOf } from './routes';
import { NGINX_PREFIX, type ServiceLookup, type Source, sourceOf } from './source';

/** The conversion of the main Ingress with its canary in it; the canary itself is then to be deleted. */
export function convertCanary(main: Ingress, canary: Ingress, services?: ServiceLookup): Conversion {
  const source = sourceOf(main, services);
  const plan = planOf(sourceOf(canary, services));
  const backends = routeRules(canary);
  const conversion = convertSource(
    source,
    (rules) => markCanaries(rules, backends),
    (rules) => rules.map((rule) => expandRule(rule, plan)),
  );
  return { ...conversion, notes: [...conversion.notes, ...canaryNotes(canary, plan, routeRules(main))] };
}

interface Plan {
  /** In the order in which nginx asks: header, then cookie. */
  readonly decisions: readonly Decision[];
  /** Shares of the main Service and of the canary. */
  readonly weights: readonly [number, number] | undefined;
  readonly problems: readonly string[];
}

interface Decision {
  /** Requests that go to the canary whatever the weights. */
  readonly always: RuleCondition;
  /** Requests that never do. */
  readonly never?: RuleCondition;
}

interface Problem {
  readonly problem: string;
}

function planOf({ nginx }: Source): Plan {
  const found = [headerDecision(nginx), cookieDecision(nginx('canary-by-cookie'))];
  return {
    decisions: found.flatMap((one) => (one !== undefined && 'always' in one ? [one] : [])),
    weights: weightsOf(nginx('canary-weight'), nginx('canary-weight-total')),
    problems: found.flatMap((one) => (one !== undefined && 'problem' in one ? [one.problem] : [])),
  };
}

/** botocore elbv2: the name of a header, the values of a condition. */
const MAX_NAME = 40;
const MAX_VALUE = 128;

function headerDecision(nginx: Source['nginx']): Decision | Problem | undefined {
  const name = nginx('canary-by-header');
  const [value, pattern] = [nginx('canary-by-header-value'), nginx('canary-by-header-pattern')];
  if (!name) return undefined;
  if (name.length > MAX_NAME || name.toLowerCase() === 'host' || !/^[\w-]+$/.test(name)) {
    return { problem: `A condition cannot look at the header \`${name.slice(0, MAX_NAME)}\`.` };
  }
  if ([value, pattern].some((text) => (text ?? '').length > MAX_VALUE)) {
    return { problem: 'A condition compares with 128 characters at most.' };
  }
  if (value) return { always: headerIs(name, { values: [value] }) };
  if (pattern) return { always: headerIs(name, { regexValues: [pattern] }) };
  return { always: headerIs(name, { values: ['always'] }), never: headerIs(name, { values: ['never'] }) };
}

function headerIs(
  httpHeaderName: string,
  wanted: { values: string[] } | { regexValues: string[] },
): RuleCondition {
  return { field: 'http-header', httpHeaderConfig: { httpHeaderName, ...wanted } };
}

function cookieDecision(name: string | undefined): Decision | Problem | undefined {
  if (!name) return undefined;
  if (name.length > MAX_VALUE - '*=always*'.length || !/^[\w.-]+$/.test(name)) {
    return { problem: `A condition cannot look at the cookie \`${name.slice(0, MAX_NAME)}\`.` };
  }
  const has = (value: string) => headerIs('Cookie', { values: [`*${name}=${value}*`] });
  return { always: has('always'), never: has('never') };
}

/** botocore elbv2 TargetGroupTuple. */
const MAX_WEIGHT = 999;
const USUAL_TOTAL = 100;

function weightsOf(weight: string | undefined, total: string | undefined): Plan['weights'] {
  if (!/^\d{1,9}$/.test(weight ?? '')) return undefined;
  const all = /^[1-9]\d{0,8}$/.test(total ?? '') ? Number(total) : USUAL_TOTAL;
  const share = Math.min(Number(weight), all);
  if (share === 0) return undefined;
  const scale = all > MAX_WEIGHT ? MAX_WEIGHT / all : 1;
  return [Math.round((all - share) * scale), Math.max(1, Math.round(share * scale))];
}

/** nginx joins a canary to the main Ingress by host and path. */
function markCanaries(rules: readonly RouteRule[], canaries: readonly RouteRule[]): RouteRule[] {
  return rules.map((rule) => {
    if (rule.paths === undefined) return rule;
    return { ...rule, paths: rule.paths.map((route) => markCanary(rule.host, route, canaries)) };
  });
}

function markCanary(host: string | undefined, route: Route, canaries: readonly RouteRule[]): Route {
  const canary = canaries
    .filter((rule) => (rule.host ?? '') === (host ?? ''))
    .flatMap(({ paths = [] }) => paths)
    .find(({ path }) => (path ?? '/') === (route.path ?? '/'));
  return canary?.backend.service === undefined ? route : { ...route, canary: canary.backend };
}

function expandRule(rule: RouteRule, plan: Plan): RouteRule {
  if (rule.paths === undefined) return rule;
  return { ...rule, paths: rule.paths.flatMap((route) => expandRoute(route, plan)) };
}

/** A path that redirects has no backend to share. */
function expandRoute({ canary, ...route }: Route, { decisions, weights }: Plan): Route[] {
  if (canary === undefined || route.action !== undefined || route.backend.service === undefined)
    return [route];
  const when = (condition: RuleCondition, backend = route.backend): Route => ({
    ...route,
    backend,
    conditions: [...(route.conditions ?? []), condition],
  });
  const decided = decisions.flatMap(({ always, never }) => [
    when(always, canary),
    // Who never goes to the canary must be told before the next decision or the weights.
    ...(never === undefined ? [] : [when(never)]),
  ]);
  if (weights === undefined) return [...decided, route];
  const name = `${route.backend.service.name}-canary`;
  const action = weighted([targetOf(route.backend, weights[0]), targetOf(canary, weights[1])]);
  return [...decided, { ...route, action: { name, action } }];
}

function weighted(targetGroups: NonNullable<Action['forwardConfig']>['targetGroups'] & {}): Action {
  return { type: 'forward', forwardConfig: { targetGroups } };
}

function canaryNotes(canary: Ingress, plan: Plan, main: readonly RouteRule[]): Note[] {
  const lost = routeRules(canary).flatMap(({ host, paths = [] }) =>
    paths.filter((route) => !joins(host, route, main)).map(({ path = '/' }) => `\`${host ?? ''}${path}\``),
  );
  const missing = lost.length === 0 ? '' : ` The main Ingress has no ${lost.join(', ')}.`;
  return nginxKeys(canary).map((key) => canaryNote(key, plan, missing));
}

function joins(host: string | undefined, route: Route, main: readonly RouteRule[]): boolean {
  return markCanaries(main, [{ ...(host === undefined ? {} : { host }), paths: [route] }]).some(
    ({ paths = [] }) => paths.some((path) => path.canary !== undefined),
  );
}

function canaryNote(key: string, plan: Plan, missing: string): Note {
  const name = key.slice(NGINX_PREFIX.length + 1);
  if (name === 'canary') {
    const text = `The canary is part of the main Ingress now: delete it when the load balancer works.${missing}`;
    return { key, verdict: missing === '' ? 'converted' : 'partly', text };
  }
  if (name.startsWith('canary-weight')) {
    const text =
      plan.weights === undefined ? 'No share: nothing goes to the canary by weight.' : 'A weighted forward.';
    return { key, verdict: plan.weights === undefined ? 'default' : 'converted', text };
  }
  if (name === 'canary-by-cookie') {
    const text = 'A condition on the header `Cookie`; a cookie whose name only ends in this one fits too.';
    return { key, verdict: 'partly', text };
  }
  if (name.startsWith('canary-by-header')) {
    const [problem] = plan.problems;
    if (problem !== undefined) return { key, verdict: 'none', text: problem };
    return { key, verdict: 'converted', text: 'A condition on the header, in front of the path.' };
  }
  return { key, verdict: 'default', text: 'nginx takes this from the main Ingress too.' };
}
