import type { Action, RuleCondition, TargetGroupTuple, Transform } from '../../annotations/jsonShapes';

/** What is wrong with the JSON of an annotation although it can be read, in the controller's words. Source: lbc:pkg/ingress/config_types.go. */

export function actionProblem(action: Action): string | undefined {
  switch (action.type) {
    case 'fixed-response':
      if (action.fixedResponseConfig === undefined) return 'missing FixedResponseConfig';
      return action.fixedResponseConfig.statusCode
        ? undefined
        : 'invalid FixedResponseConfig: statusCode is required';
    case 'redirect':
      if (action.redirectConfig === undefined) return 'missing RedirectConfig';
      return action.redirectConfig.statusCode ? undefined : 'invalid RedirectConfig: statusCode is required';
    case 'forward':
      return forwardProblem(action);
    default:
      return `unknown action type: ${action.type ?? ''}`;
  }
}

function forwardProblem(action: Action): string | undefined {
  const simple = action.targetGroupARN !== undefined || action.targetGroupName !== undefined;
  if (action.forwardConfig === undefined) {
    return simple ? undefined : 'missing ForwardConfig or TargetGroupARN/TargetGroupName';
  }
  if (simple) return 'either ForwardConfig or TargetGroupARN/TargetGroupName can be specified';
  const tuples = action.forwardConfig.targetGroups ?? [];
  const problem = tuples.map(tupleProblem).find((found) => found !== undefined);
  if (problem !== undefined) return `invalid ForwardConfig: invalid TargetGroupTuple: ${problem}`;
  if (tuples.length > 1 && tuples.some(({ weight }) => weight === undefined)) {
    return 'invalid ForwardConfig: weight must be set when route to multiple target groups';
  }
  return undefined;
}

function tupleProblem(tuple: TargetGroupTuple): string | undefined {
  const direct = tuple.targetGroupARN !== undefined || tuple.targetGroupName !== undefined;
  if (!direct && tuple.serviceName === undefined)
    return 'missing serviceName or targetGroupARN/targetGroupName';
  if (direct && tuple.serviceName !== undefined) {
    return 'either serviceName or targetGroupARN/targetGroupName can be specified';
  }
  return tuple.serviceName !== undefined && tuple.servicePort === undefined
    ? 'missing servicePort'
    : undefined;
}

const CONDITION_FIELDS: Readonly<Record<string, { config: keyof RuleCondition; regex: boolean }>> = {
  'host-header': { config: 'hostHeaderConfig', regex: true },
  'path-pattern': { config: 'pathPatternConfig', regex: true },
  'http-header': { config: 'httpHeaderConfig', regex: true },
  'http-request-method': { config: 'httpRequestMethodConfig', regex: false },
  'query-string': { config: 'queryStringConfig', regex: false },
  'source-ip': { config: 'sourceIPConfig', regex: false },
};

/** Fields that the controller does not know pass here and are left out of the rule. */
export function conditionProblem(condition: RuleCondition): string | undefined {
  const known = CONDITION_FIELDS[condition.field ?? ''];
  if (known === undefined) return undefined;
  const config = condition[known.config] as
    | { values?: readonly unknown[]; regexValues?: readonly unknown[] }
    | undefined;
  if (config === undefined) return `missing ${known.config}`;
  const problem = known.regex ? valuesProblem(config) : plainProblem(condition, config.values ?? []);
  return problem === undefined ? undefined : `invalid ${known.config}: ${problem}`;
}

function valuesProblem(config: {
  values?: readonly unknown[];
  regexValues?: readonly unknown[];
}): string | undefined {
  const [values, regex] = [(config.values ?? []).length, (config.regexValues ?? []).length];
  if (values === 0 && regex === 0) return 'values or regexValues must be specified';
  return values !== 0 && regex !== 0 ? 'precisely one of values and regexValues can be specified' : undefined;
}

function plainProblem(condition: RuleCondition, values: readonly unknown[]): string | undefined {
  if (condition.field !== 'query-string') return values.length === 0 ? 'values cannot be empty' : undefined;
  if (values.length === 0) return 'Values cannot be empty';
  const empty = condition.queryStringConfig?.values?.some(({ value }) => !value);
  return empty === true ? 'value cannot be empty' : undefined;
}

export function transformProblem(transform: Transform): string | undefined {
  const field = { 'host-header-rewrite': 'hostHeaderRewriteConfig', 'url-rewrite': 'urlRewriteConfig' }[
    transform.type ?? ''
  ] as 'hostHeaderRewriteConfig' | 'urlRewriteConfig' | undefined;
  if (field === undefined) return `unknown transform type: ${transform.type ?? ''}`;
  const config = transform[field];
  if (config === undefined) return `missing ${field}`;
  return (config.rewrites ?? []).length === 0 ? `${field}.rewrites cannot be empty` : undefined;
}
