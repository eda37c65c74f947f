/** Paths of nginx as paths of the load balancer: their kind, expressions and rewrites. */
import type { Transform } from '../../src/annotations/jsonShapes';
import {
  conditionRegex,
  isRegex,
  plainPrefix,
  prefixRegex,
  type Refusal,
  type Rewrite,
  rewriteOf,
} from './regex';
import { mapRoutes, type Route, type RouteRule } from './routes';
import { type Convert, type Effect, isOn, none, partly, type Source } from './source';

const SPECIFIC = 'ImplementationSpecific';

/** `use-regex` makes expressions of all paths, and so does a rewrite (ingress-nginx docs, Use Regex). */
function readsRegex(source: Source): boolean {
  return isOn(source.nginx('use-regex')) || Boolean(source.nginx('rewrite-target'));
}

/** Kinds of paths: what nginx takes for a prefix or an expression must be one for the load balancer too. */
export function shapePaths(source: Source, rules: readonly RouteRule[]): readonly RouteRule[] {
  if (source.moved && !readsRegex(source)) return rules;
  return rules.map((rule) => {
    if (rule.paths === undefined) return rule;
    const paths = readsRegex(source) ? regexPaths(rule.paths, source) : rule.paths.map(literalPath);
    return { ...rule, paths };
  });
}

/** nginx takes a path without a known type for a prefix, the load balancer for the whole path. */
function literalPath(route: Route): Route {
  const { pathType = SPECIFIC, path = '/' } = route;
  if (pathType !== SPECIFIC) return route;
  // Wildcards are plain characters for nginx and refused in a prefix; such a path is left for people to judge.
  return /[*?]/.test(path) ? route : { ...route, path, pathType: 'Prefix' };
}

/**
 * The controller puts prefixes in front of expressions, so one expression makes expressions of all prefixes of its
 * host, the longest path first as nginx sorts them (ingress-nginx docs, Path Priority).
 */
function regexPaths(paths: readonly Route[], source: Source): readonly Route[] {
  const prefixes = paths.map((route) => asPrefix(route, source));
  if (prefixes.every(({ regex }) => regex === undefined)) return prefixes.map(({ route }) => route);
  const longestFirst = prefixes.toSorted((a, b) => lengthOf(b) - lengthOf(a));
  return longestFirst.map(({ route, regex }) => {
    if (route.pathType === 'Exact') return route;
    return { ...route, path: `/${regex ?? prefixRegex(route.path ?? '/')}`, pathType: SPECIFIC };
  });
}

interface Shaped {
  readonly route: Route;
  readonly original: string;
  /** The expression, where a prefix does not do. */
  readonly regex?: string;
}

function lengthOf({ original }: Shaped): number {
  return original.length;
}

function asPrefix(route: Route, source: Source): Shaped {
  const original = route.path ?? '/';
  const literal = { route: { ...route, path: original, pathType: 'Prefix' }, original };
  if (route.pathType === 'Exact') return { route, original };
  if (!isRegex(original)) return literal;
  const prefix = plainPrefix(original);
  if (prefix !== undefined) return { ...literal, route: { ...literal.route, path: prefix } };
  if (source.moved && isWildcard(original)) return { route, original };
  const regex = conditionRegex(original);
  return typeof regex === 'string' ? { route, original, regex } : { route, original };
}

/** Whether a rule needs `use-regex-path-match`. */
export function hasRegexPaths(source: Source): boolean {
  return shapePaths(source, source.rules).some(({ paths = [] }) =>
    paths.some(({ path = '', pathType }) => pathType === SPECIFIC && path.startsWith('/^')),
  );
}

export const useRegex: Convert = (value, source) => {
  if (!isOn(value)) return { verdict: 'default', text: 'Off, as it is for the load balancer.' };
  const problems = refusals(source, (path) => (plainPrefix(path) === undefined ? conditionRegex(path) : ''));
  if (problems.length > 0) return partly(problems.join(' '));
  if (!hasRegexPaths(source)) return { text: 'All paths are plain prefixes for the load balancer.' };
  return {
    text: 'Paths are expressions behind a `/`. nginx ignores upper and lower case in them, the load balancer does not.',
  };
};

export const rewriteTarget: Convert = (target, source) => {
  if (target === '') return { verdict: 'default', text: 'Empty: nothing is rewritten.' };
  const read = (path: string) => (path === target ? '' : rewriteOf(stemOf(path, source), target));
  const problems = refusals(source, read, true);
  const transforms = (route: Route) => ({ ...route, transforms: rewrites(route, read) });
  // Runs on the paths as they are written for nginx, before they are given their kinds.
  const effect: Effect = { rules: (rules) => mapRoutes(rules, transforms) };
  if (problems.length > 0) return { ...effect, verdict: 'none', text: problems.join(' ') };
  return effect;
};

type Read = (path: string) => string | Rewrite | Refusal;

function rewrites({ path = '/', transforms = [] }: Route, read: Read): readonly Transform[] {
  const rewrite = read(path);
  return typeof rewrite === 'string' || 'why' in rewrite ? transforms : [...transforms, urlRewrite(rewrite)];
}

/** The path without the wildcard at its end, where it was written for the load balancer. */
function stemOf(path: string, source: Source): string {
  return source.moved && isWildcard(path) ? path.replace(/\/?\*$/, '') : path;
}

/** A path that was written for the load balancer has its wildcards and is no expression of nginx. */
function isWildcard(path: string): boolean {
  return /^[^\\()[\]{}|^$+]*$/.test(path);
}

function urlRewrite(rewrite: Rewrite): Transform {
  return { type: 'url-rewrite', urlRewriteConfig: { rewrites: [rewrite] } };
}

function refusals({ rules }: Source, read: Read, literalToo = false): string[] {
  const paths = rules.flatMap((rule) => rule.paths ?? []);
  const found = paths.flatMap(({ path = '/' }) => {
    if (!literalToo && !isRegex(path)) return [];
    const result = read(path);
    return typeof result === 'object' && 'why' in result ? [result.why] : [];
  });
  return [...new Set(found)];
}

export const upstreamVhost: Convert = (value) => {
  if (value.includes('$'))
    return none(`\`${value}\` uses a variable of nginx that the load balancer does not have.`);
  if (value === '' || /\s/.test(value) || value.length > 1024)
    return none(`\`${value.slice(0, 40)}\` is not a host name.`);
  const transform: Transform = {
    type: 'host-header-rewrite',
    hostHeaderRewriteConfig: { rewrites: [{ regex: '^.*$', replace: value }] },
  };
  const change = (route: Route) => ({ ...route, transforms: [...(route.transforms ?? []), transform] });
  return { rules: (rules) => mapRoutes(rules, change) };
};
