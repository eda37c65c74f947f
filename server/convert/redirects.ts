/** Redirects, further hosts and who may come: what changes the rules beside their paths. */
import { isCidr } from '../../src/annotations/formats';
import type { Action, RuleCondition } from '../../src/annotations/jsonShapes';
import { mapRoutes, type Route, type RouteRule } from './routes';
import { asDefault, type Convert, type Effect, isOn, none, partly, type Source } from './source';

type RedirectConfig = NonNullable<Action['redirectConfig']>;

/** botocore elbv2 RedirectActionConfig. */
const MAX_PART = 128;

export const appRoot: Convert = (value) => {
  const [path = '', query] = value.split('?');
  if (!/^\/[^\s#$]*$/.test(path) || value.includes('#')) return none(`\`${value}\` is not a plain path.`);
  if (path.length > MAX_PART || (query ?? '').length > MAX_PART)
    return none('The path is longer than 128 characters.');
  const config = { path, ...(query === undefined ? {} : { query }), statusCode: 'HTTP_302' };
  const action = { name: 'app-root', action: redirectAction(config) };
  return { rules: (rules) => rules.map((rule) => withRoot(rule, action)) };
};

/** The controller puts exact paths first, wherever they stand. */
function withRoot(rule: RouteRule, action: NonNullable<Route['action']>): RouteRule {
  if (rule.paths === undefined) return rule;
  const root: Route = { path: '/', pathType: 'Exact', backend: {}, action };
  const others = rule.paths.filter(({ path, pathType }) => path !== '/' || pathType !== 'Exact');
  return { ...rule, paths: [...others, root] };
}

function redirectAction(redirectConfig: RedirectConfig): Action {
  return { type: 'redirect', redirectConfig };
}

/** `permanent-redirect` and `temporal-redirect`; nginx looks at the latter first. */
function redirectTo(statusCode: 'HTTP_301' | 'HTTP_302'): Convert {
  return (value, source) => {
    if (statusCode === 'HTTP_301' && source.nginx('temporal-redirect')) {
      return asDefault('`temporal-redirect` beats it in nginx too.');
    }
    const target = redirectOf(value);
    if (target === undefined)
      return none(`\`${value.slice(0, 60)}\` cannot be said with the load balancer's tokens.`);
    if (target.protocol === 'HTTP' && source.secure) {
      return none('A redirect from HTTPS to HTTP is refused by the load balancer.');
    }
    const action = { name: 'redirect', action: redirectAction({ ...target, statusCode }) };
    const change = (route: Route): Route => ({
      path: '/',
      pathType: 'Prefix',
      ...route,
      action,
      transforms: [],
    });
    return {
      rules: (rules) => mapRoutes(rules, (route) => (route.action === undefined ? change(route) : route)),
    };
  };
}

export const permanentRedirect = redirectTo('HTTP_301');
export const temporalRedirect = redirectTo('HTTP_302');

const TOKENS: Readonly<Record<string, string>> = {
  $scheme: '#{protocol}',
  $host: '#{host}',
  $http_host: '#{host}',
  $best_http_host: '#{host}',
  $args: '#{query}',
  $query_string: '#{query}',
};

/** A URL with nginx's variables as the parts of a redirect. */
function redirectOf(value: string): RedirectConfig | undefined {
  const spelled = value
    .replace(/\$(request_uri|uri\$is_args\$args)$/, '/#{path}?#{query}')
    .replace(/\$(document_)?uri\b/, '/#{path}')
    .replaceAll('$is_args', '?')
    .replace(/\$[a-z_]+/g, (variable) => TOKENS[variable] ?? variable);
  const url = /^(https?|#\{protocol\}):\/\/([^/?:\s]+)(?::(\d{1,5}))?(\/[^?\s]*)?(?:\?(\S*))?$/.exec(spelled);
  if (url === null || spelled.includes('$') || /#(?!\{)/.test(spelled)) return undefined;
  const [, scheme = '', host = '', port, path = '/', query] = url;
  if (![host, path, query ?? ''].every((part) => part.length <= MAX_PART)) return undefined;
  const protocol = scheme.startsWith('#') ? scheme : scheme.toUpperCase();
  const usual = protocol === 'HTTPS' ? '443' : protocol === 'HTTP' ? '80' : '#{port}';
  const shown = path.replace('//#{path}', '/#{path}');
  return { protocol, host, port: port ?? usual, path: shown, ...(query === undefined ? {} : { query }) };
}

/** Only 301 and 302 exist; another code becomes the nearest of them. */
export function redirectCode(usual: string, redirect: string): Convert {
  return (value, source) => {
    if (!source.nginx(redirect)) return asDefault(`Nothing without \`${redirect}\`.`);
    if (value === usual) return asDefault(`The redirect answers ${usual}.`);
    return none(
      `The load balancer redirects with 301 or 302 only; the redirect answers ${usual} now, not ${value}.`,
    );
  };
}

export const fromToWww: Convert = (value, { rules: given }) => {
  if (!isOn(value)) return asDefault('Off.');
  const hosts = given.flatMap(({ host }) => host ?? []);
  const missing = [...new Set(hosts)].filter(
    (host) => !host.includes('*') && !hosts.includes(otherHost(host)),
  );
  if (missing.length === 0) return asDefault('Every host has its other form as a rule of its own.');
  return { rules: (rules) => [...rules, ...missing.map(redirectRule)] };
};

function otherHost(host: string): string {
  return host.startsWith('www.') ? host.slice('www.'.length) : `www.${host}`;
}

function redirectRule(host: string): RouteRule {
  const action = { name: `to-${host}`, action: redirectAction({ host, statusCode: 'HTTP_301' }) };
  return { host: otherHost(host), paths: [{ path: '/', pathType: 'Prefix', backend: {}, action }] };
}

export const serverAlias: Convert = (value, { rules: given }) => {
  const hosts = new Set(given.flatMap(({ host }) => host ?? []));
  const aliases = value.split(',').flatMap((alias) => alias.trim() || []);
  const plain = aliases.filter(
    (alias) => /^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(alias) && !hosts.has(alias),
  );
  const odd = aliases.filter((alias) => !plain.includes(alias) && !hosts.has(alias));
  const rules: Effect = {
    rules: (before) => [...before, ...plain.flatMap((alias) => aliasRules(before, alias))],
  };
  if (odd.length === 0) return rules;
  const text = `${odd.map((alias) => `\`${alias.slice(0, 60)}\``).join(', ')}: not a plain host name. Use a \`host-header\` condition with \`regexValues\`, on a rule without host.`;
  return plain.length === 0 ? none(text) : partly(text, rules);
};

/** A server of nginx is one host, so an alias stands for each host of the Ingress; the paths of all come together. */
function aliasRules(rules: readonly RouteRule[], alias: string): RouteRule[] {
  const paths = rules.flatMap((rule) => (rule.host === undefined ? [] : (rule.paths ?? [])));
  const seen = new Set<string>();
  const once = paths.filter(({ path, pathType }) => {
    const key = JSON.stringify([path, pathType]);
    return !seen.has(key) && seen.add(key);
  });
  return once.length === 0 ? [] : [{ host: alias, paths: once }];
}

/** An allow list becomes the security group of an own load balancer, and conditions on a shared one. */
export const allowlist: Convert = (value, source) => {
  const ranges = value.split(',').flatMap((part) => asCidr(part.trim()));
  if (ranges.length === 0) return none('There is no address range in it.');
  const bad = ranges.filter((range) => !isCidr(range));
  if (bad.length > 0) return none(`\`${bad[0]}\` is not an address range.`);
  return source.grouped ? sourceConditions(ranges, source) : inboundCidrs(ranges, source);
};

function asCidr(part: string): string[] {
  if (part === '') return [];
  if (part.includes('/')) return [part];
  return [`${part}/${part.includes(':') ? 128 : 32}`];
}

function inboundCidrs(ranges: readonly string[], source: Source): Effect {
  if (source.alb('security-groups') !== undefined) {
    return none('`inbound-cidrs` is ignored beside `security-groups`: put the ranges into those groups.');
  }
  return { annotations: { 'inbound-cidrs': [...new Set(ranges)].join(', ') } };
}

/** botocore elbv2: values per rule, those of host and path included. */
const MAX_VALUES = 5;

function sourceConditions(ranges: readonly string[], { rules: given }: Source): Effect {
  const paths = given.flatMap((rule) => rule.paths ?? []);
  const room = MAX_VALUES - 1 - (paths.every(({ pathType }) => pathType === 'Exact') ? 1 : 2);
  if (ranges.length > room) {
    return none(
      `On a shared load balancer a rule has room for ${room} ranges beside host and path: use an AWS WAF IP set, or a load balancer of its own with \`inbound-cidrs\`.`,
    );
  }
  const condition: RuleCondition = { field: 'source-ip', sourceIPConfig: { values: ranges } };
  const change = (route: Route) => ({ ...route, conditions: [...(route.conditions ?? []), condition] });
  return partly(
    'A condition on every rule, because the load balancer is shared. Others go on to the next rule, at last to 404, and do not get 403.',
    { rules: (rules) => mapRoutes(rules, change) },
  );
}
