import type {
  Action,
  RedirectActionConfig,
  RuleCondition,
  RuleTransform,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { canonical } from './change';

/**
 * Rules are compared as text: what we want and what AWS holds are brought into one form, so that a hundred rules are
 * matched by a hundred look-ups instead of ten thousand comparisons. Differences that mean nothing are taken out as in
 * lbc:pkg/equality/elbv2.
 */
export function ruleText(
  actions: readonly Action[] | undefined,
  conditions: readonly RuleCondition[] | undefined,
  transforms: readonly RuleTransform[] | undefined,
): string {
  return canonical([
    actionsForm(actions),
    (conditions ?? []).map(conditionForm).sort(),
    (transforms ?? []).map(transformForm),
  ]);
}

export function actionsText(actions: readonly Action[] | undefined): string {
  return canonical(actionsForm(actions));
}

function actionsForm(actions: readonly Action[] | undefined): unknown[] {
  const ordered = [...(actions ?? [])].sort((a, b) => (a.Order ?? 0) - (b.Order ?? 0));
  return ordered.map(({ Order: _, TargetGroupArn: __, ...action }) => ({
    ...action,
    ForwardConfig: forwardForm(action.ForwardConfig),
    RedirectConfig: redirectForm(action.RedirectConfig),
    AuthenticateOidcConfig: withoutSecret(action.AuthenticateOidcConfig),
  }));
}

/** AWS never returns the secret: it cannot be compared. */
function withoutSecret(config: Action['AuthenticateOidcConfig']) {
  if (config === undefined) return undefined;
  const { ClientSecret: _, UseExistingClientSecret: __, ...rest } = config;
  return rest;
}

/** The weight of a single target group says nothing; stickiness that is off is no stickiness. */
function forwardForm(config: Action['ForwardConfig']) {
  if (config === undefined) return undefined;
  const groups = [...(config.TargetGroups ?? [])].sort((a, b) =>
    (a.TargetGroupArn ?? '') < (b.TargetGroupArn ?? '') ? -1 : 1,
  );
  const sticky = config.TargetGroupStickinessConfig;
  return {
    TargetGroups: groups.length === 1 ? groups.map(({ TargetGroupArn }) => ({ TargetGroupArn })) : groups,
    Stickiness: sticky?.Enabled === true ? sticky.DurationSeconds : undefined,
  };
}

/** What a redirect does not say stays as it came. */
function redirectForm(config: RedirectActionConfig | undefined) {
  if (config === undefined) return undefined;
  return {
    Host: config.Host ?? '#{host}',
    Path: config.Path ?? '/#{path}',
    Port: config.Port ?? '#{port}',
    Protocol: config.Protocol ?? '#{protocol}',
    Query: config.Query ?? '#{query}',
    StatusCode: config.StatusCode,
  };
}

/** AWS repeats the values of the config in `Values` and `RegexValues`; empty lists are no lists; order says nothing. */
function conditionForm(condition: RuleCondition): string {
  const { Values: _, RegexValues: __, ...own } = condition;
  return canonical(
    Object.fromEntries(
      Object.entries(own).map(([key, value]) => [key, typeof value === 'string' ? value : configForm(value)]),
    ),
  );
}

function configForm(config: object | undefined): unknown {
  const entries = Object.entries(config ?? {}).flatMap(([key, value]) => {
    if (!Array.isArray(value)) return [[key, value] as const];
    return value.length === 0 ? [] : [[key, value.map((one) => canonical(one)).sort()] as const];
  });
  return Object.fromEntries(entries);
}

function transformForm(transform: RuleTransform): unknown {
  return transform;
}
