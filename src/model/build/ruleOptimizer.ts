import type { Condition, ListenerRuleSpec, RedirectConfig } from '../stack';

export type Rule = Pick<ListenerRuleSpec, 'actions' | 'conditions' | 'transforms' | 'tags'>;

/**
 * Leaves out redirects that would loop, and rules that a redirect before them answers already: both come from
 * `actions.ssl-redirect` on Ingresses with an HTTP and an HTTPS listener. Source: lbc:pkg/ingress/rule_optimizer.go.
 */
export function optimizeRules(port: number, protocol: string, rules: readonly Rule[]): Rule[] {
  const kept: Rule[] = [];
  const redirects: Rule[] = [];
  for (const rule of rules) {
    const redirect = redirectOf(rule);
    if (redirect !== undefined && loops(redirect, rule, port, protocol)) continue;
    if (redirects.some((before) => covers(before.conditions, rule.conditions))) continue;
    kept.push(rule);
    if (redirect !== undefined) redirects.push(rule);
  }
  return kept;
}

function redirectOf(rule: Rule): RedirectConfig | undefined {
  return rule.actions.find(({ type }) => type === 'redirect')?.redirectConfig;
}

function loops(redirect: RedirectConfig, rule: Rule, port: number, protocol: string): boolean {
  if (rule.conditions.some(({ pathPatternConfig: path }) => (path?.regexValues?.length ?? 0) > 0))
    return false;
  const hosts = rule.conditions.flatMap(({ hostHeaderConfig }) => hostHeaderConfig?.values ?? []);
  const paths = rule.conditions.flatMap(({ pathPatternConfig }) => pathPatternConfig?.values ?? []);
  const stays = (value: string | undefined, token: string, same: readonly string[]) =>
    value === undefined || value === token || same.includes(value);
  return (
    stays(redirect.host, '#{host}', hosts) &&
    stays(redirect.path, '/#{path}', paths) &&
    stays(redirect.port, '#{port}', [String(port)]) &&
    stays(redirect.protocol, '#{protocol}', [protocol]) &&
    stays(redirect.query, '#{query}', [])
  );
}

/** Whether whatever meets `inner` also meets `outer`; only hosts and paths can tell. */
function covers(outer: readonly Condition[], inner: readonly Condition[]): boolean {
  const onlyHostAndPath = outer.every(
    (one) => one.hostHeaderConfig !== undefined || one.pathPatternConfig !== undefined,
  );
  if (!onlyHostAndPath) return false;
  const [outerHosts, innerHosts] = [hostsOf(outer), hostsOf(inner)];
  const [outerPaths, innerPaths] = [pathsOf(outer), pathsOf(inner)];
  return (
    includesAll(outerHosts, innerHosts) && (outerPaths.includes('/*') || includesAll(outerPaths, innerPaths))
  );
}

function includesAll(outer: readonly string[], inner: readonly string[]): boolean {
  return outer.length === 0 || (inner.length > 0 && inner.every((value) => outer.includes(value)));
}

function hostsOf(conditions: readonly Condition[]): string[] {
  return conditions.flatMap(({ hostHeaderConfig }) => hostHeaderConfig?.values ?? []);
}

function pathsOf(conditions: readonly Condition[]): string[] {
  return conditions.flatMap(({ pathPatternConfig: path }) =>
    (path?.regexValues?.length ?? 0) > 0 ? (path?.regexValues ?? []) : (path?.values ?? []),
  );
}
