import type { Action, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';

/** Actions as a person would say them: "forward to app (90), canary (10)". */
export function actionsInWords(actions: readonly Action[]): string {
  const ordered = [...actions].sort((a, b) => (a.Order ?? 0) - (b.Order ?? 0));
  return ordered.map(actionInWords).join(', then ');
}

function actionInWords(action: Action): string {
  const { FixedResponseConfig: fixed, RedirectConfig: to } = action;
  if (fixed !== undefined)
    return `answer ${fixed.StatusCode ?? ''}${fixed.MessageBody ? ` "${fixed.MessageBody}"` : ''}`;
  if (to !== undefined) {
    const url = `${to.Protocol ?? '#{protocol}'}://${to.Host ?? '#{host}'}:${to.Port ?? '#{port}'}${to.Path ?? '/#{path}'}`;
    return `redirect (${(to.StatusCode ?? '').replace('HTTP_', '')}) to ${url.toLowerCase()}`;
  }
  return action.Type === 'forward' ? forwardInWords(action) : (action.Type ?? '').replace('-', ' ');
}

function forwardInWords(action: Action): string {
  const groups = action.ForwardConfig?.TargetGroups ?? [];
  const shown = groups.map(({ TargetGroupArn, Weight }) =>
    groups.length > 1
      ? `${targetGroupName(TargetGroupArn)} (${Weight ?? 1})`
      : targetGroupName(TargetGroupArn),
  );
  return `forward to ${shown.join(', ') || targetGroupName(action.TargetGroupArn)}`;
}

/** The name in a target group's ARN; whatever is not an ARN is shown as it is. */
function targetGroupName(arn = ''): string {
  return arn.startsWith('arn:') ? (arn.split('/').at(-2) ?? arn) : arn;
}

/** Conditions as a person would say them: "host shop.example.com and path /cart, /cart/*". */
export function conditionsInWords(conditions: readonly RuleCondition[]): string {
  return conditions.map(conditionInWords).join(' and ') || 'anything';
}

function conditionInWords(condition: RuleCondition): string {
  const { HostHeaderConfig: host, PathPatternConfig: path, HttpHeaderConfig: header } = condition;
  if (host !== undefined) return `host ${valuesInWords(host)}`;
  if (path !== undefined) return `path ${valuesInWords(path)}`;
  if (header !== undefined) return `header ${header.HttpHeaderName ?? ''} ${valuesInWords(header)}`;
  const { HttpRequestMethodConfig: method, SourceIpConfig: source, QueryStringConfig: query } = condition;
  if (method !== undefined) return `method ${valuesInWords(method)}`;
  if (source !== undefined) return `source ${valuesInWords(source)}`;
  if (query === undefined) return `${condition.Field ?? ''} ${(condition.Values ?? []).join(', ')}`;
  return `query ${(query.Values ?? []).map(({ Key, Value = '' }) => (Key === undefined ? Value : `${Key}=${Value}`)).join(', ')}`;
}

function valuesInWords(config: {
  Values?: string[] | undefined;
  RegexValues?: string[] | undefined;
}): string {
  return [...(config.Values ?? []), ...(config.RegexValues ?? []).map((one) => `~${one}`)].join(', ');
}
