import { readAnnotation, readFamily } from '../../annotations/read';
import type { IngressBackend, Service } from '../../kube/types';
import { BuildError, sorted } from '../errors';
import type { Member } from '../group';
import { type AuthConfig, authOf } from './auth';
import { annotationsOf, type Build } from './context';

/** Where a rule sends its requests, as the annotations of the Ingress say it, before target groups are made. */
export interface Backend {
  readonly conditions: readonly RawCondition[];
  readonly transforms: readonly RawTransform[];
  readonly action: RawAction;
  readonly auth: AuthConfig | undefined;
  readonly jwt: RawJwt | undefined;
}

export interface RawTuple {
  readonly targetGroupARN?: string;
  readonly targetGroupName?: string;
  readonly serviceName?: string;
  readonly servicePort?: number | string;
  readonly weight?: number;
}

export interface RawAction {
  readonly type?: string;
  readonly targetGroupARN?: string;
  readonly targetGroupName?: string;
  readonly fixedResponseConfig?: {
    readonly contentType?: string;
    readonly messageBody?: string;
    readonly statusCode?: string;
  };
  readonly redirectConfig?: Readonly<
    Partial<Record<'host' | 'path' | 'port' | 'protocol' | 'query' | 'statusCode', string>>
  >;
  readonly forwardConfig?: {
    readonly targetGroups?: readonly RawTuple[];
    readonly targetGroupStickinessConfig?: { readonly enabled?: boolean; readonly durationSeconds?: number };
  };
}

interface RawValues {
  readonly values?: readonly string[];
  readonly regexValues?: readonly string[];
}

export interface RawCondition {
  readonly field?: string;
  readonly hostHeaderConfig?: RawValues;
  readonly httpHeaderConfig?: RawValues & { readonly httpHeaderName?: string };
  readonly httpRequestMethodConfig?: RawValues;
  readonly pathPatternConfig?: RawValues;
  readonly queryStringConfig?: {
    readonly values?: readonly { readonly key?: string; readonly value?: string }[];
  };
  readonly sourceIPConfig?: RawValues;
}

interface RawRewrites {
  readonly rewrites?: readonly { readonly regex?: string; readonly replace?: string }[];
}

export interface RawTransform {
  readonly type?: string;
  readonly hostHeaderRewriteConfig?: RawRewrites;
  readonly urlRewriteConfig?: RawRewrites;
}

export interface RawJwt {
  readonly jwksEndpoint?: string;
  readonly issuer?: string;
  readonly additionalClaims?: readonly {
    readonly format?: string;
    readonly name?: string;
    readonly values?: readonly string[];
  }[];
}

const USE_ANNOTATION = 'use-annotation';

/** Source: lbc:pkg/ingress/enhanced_backend_builder.go Build. */
export function backendOf(build: Build, member: Member, backend: IngressBackend): Backend {
  const annotations = annotationsOf(member);
  const service = backend.service;
  if (service === undefined) throw new BuildError('missing required "service" field');
  const conditions = (readFamily('conditions', service.name, annotations) ?? []) as readonly RawCondition[];
  for (const condition of conditions) refuse(conditionProblem(condition));
  const transforms = (readFamily('transforms', service.name, annotations) ?? []) as readonly RawTransform[];
  for (const transform of transforms) refuse(transformProblem(transform));
  const written =
    service.port?.name === USE_ANNOTATION
      ? annotatedAction(service.name, annotations)
      : forwardTo(service.name, service.port?.name || (service.port?.number ?? 0));
  const action = tolerateMissing(build, member, written);
  const auth = authOf(member, serviceOfSingleForward(build, member, action));
  return { conditions, transforms, action, auth, jwt: jwtOf(annotations) };
}

function refuse(problem: string | undefined): void {
  if (problem !== undefined) throw new BuildError(problem);
}

function forwardTo(serviceName: string, servicePort: number | string): RawAction {
  return { type: 'forward', forwardConfig: { targetGroups: [{ serviceName, servicePort }] } };
}

function annotatedAction(name: string, annotations: Readonly<Record<string, string>>): RawAction {
  const action = readFamily('actions', name, annotations) as RawAction | undefined;
  if (action === undefined) return unavailable('Backend action does not exist');
  refuse(actionProblem(action));
  const { targetGroupARN, targetGroupName } = action;
  if (action.type === 'forward' && (targetGroupARN !== undefined || targetGroupName !== undefined)) {
    const tuple = {
      ...(targetGroupARN === undefined ? {} : { targetGroupARN }),
      ...(targetGroupName === undefined ? {} : { targetGroupName }),
    };
    return { type: 'forward', forwardConfig: { targetGroups: [tuple] } };
  }
  return withNumericPorts(action);
}

/** `servicePort: "80"` means port 80, as in the v1 controller (lbc: normalizeServicePortForBackwardsCompatibility). */
function withNumericPorts(action: RawAction): RawAction {
  const forward = action.forwardConfig;
  if (action.type !== 'forward' || forward === undefined) return action;
  const targetGroups = (forward.targetGroups ?? []).map((tuple) =>
    typeof tuple.servicePort === 'string' && /^[+-]?\d+$/.test(tuple.servicePort)
      ? { ...tuple, servicePort: Number(tuple.servicePort) }
      : tuple,
  );
  return { ...action, forwardConfig: { ...forward, targetGroups } };
}

function unavailable(messageBody: string): RawAction {
  return {
    type: 'fixed-response',
    fixedResponseConfig: { contentType: 'text/plain', statusCode: '503', messageBody },
  };
}

/** A forward to one Service that does not exist answers 503; in a weighted forward it fails the build. */
function tolerateMissing(build: Build, member: Member, action: RawAction): RawAction {
  if (action.type !== 'forward' || action.forwardConfig === undefined) return action;
  const tuples = action.forwardConfig.targetGroups ?? [];
  const names = sorted(tuples.flatMap(({ serviceName }) => (serviceName === undefined ? [] : [serviceName])));
  const missing = names.find((name) => build.lookups.service(serviceKey(member, name)) === undefined);
  if (missing === undefined) return action;
  if (tuples.length === 1 && names.length === 1) return unavailable('Backend service does not exist');
  throw new BuildError(`Service "${missing}" not found`);
}

export function serviceKey(member: Member, name: string): string {
  return `${member.ingress.metadata.namespace ?? 'default'}/${name}`;
}

function serviceOfSingleForward(build: Build, member: Member, action: RawAction): Service | undefined {
  const tuples = action.type === 'forward' ? (action.forwardConfig?.targetGroups ?? []) : [];
  const name = tuples.length === 1 ? tuples[0]?.serviceName : undefined;
  return name === undefined ? undefined : build.lookups.service(serviceKey(member, name));
}

function actionProblem(action: RawAction): string | undefined {
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

function forwardProblem(action: RawAction): string | undefined {
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

function tupleProblem(tuple: RawTuple): string | undefined {
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

const CONDITION_FIELDS: Readonly<Record<string, { config: keyof RawCondition; regex: boolean }>> = {
  'host-header': { config: 'hostHeaderConfig', regex: true },
  'path-pattern': { config: 'pathPatternConfig', regex: true },
  'http-header': { config: 'httpHeaderConfig', regex: true },
  'http-request-method': { config: 'httpRequestMethodConfig', regex: false },
  'query-string': { config: 'queryStringConfig', regex: false },
  'source-ip': { config: 'sourceIPConfig', regex: false },
};

/** Fields that the controller does not know pass here and are left out of the rule. */
function conditionProblem(condition: RawCondition): string | undefined {
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

function plainProblem(condition: RawCondition, values: readonly unknown[]): string | undefined {
  if (condition.field !== 'query-string') return values.length === 0 ? 'values cannot be empty' : undefined;
  if (values.length === 0) return 'Values cannot be empty';
  const empty = condition.queryStringConfig?.values?.some(({ value }) => !value);
  return empty === true ? 'value cannot be empty' : undefined;
}

function transformProblem(transform: RawTransform): string | undefined {
  const field = { 'host-header-rewrite': 'hostHeaderRewriteConfig', 'url-rewrite': 'urlRewriteConfig' }[
    transform.type ?? ''
  ] as 'hostHeaderRewriteConfig' | 'urlRewriteConfig' | undefined;
  if (field === undefined) return `unknown transform type: ${transform.type ?? ''}`;
  const config = transform[field];
  if (config === undefined) return `missing ${field}`;
  return (config.rewrites ?? []).length === 0 ? `${field}.rewrites cannot be empty` : undefined;
}

/** Source: lbc:pkg/ingress/enhanced_backend_builder.go buildJwtValidationConfig. */
function jwtOf(annotations: Readonly<Record<string, string>>): RawJwt | undefined {
  const jwt = readAnnotation('jwt-validation', annotations) as RawJwt | undefined;
  if (jwt === undefined) return undefined;
  if (!jwt.jwksEndpoint) throw new BuildError('jwksEndpoint is a required field for jwt validation');
  if (!jwt.issuer) throw new BuildError('issuer is a required field for jwt validation');
  for (const claim of jwt.additionalClaims ?? []) {
    const field = !claim.format ? 'format' : !claim.name ? 'name' : undefined;
    if (field !== undefined) {
      throw new BuildError(`${field} is a required field for additional claims for jwt validation`);
    }
    if ((claim.values ?? []).length === 0) {
      throw new BuildError('values must not be empty for additional claims for jwt validation');
    }
  }
  return jwt;
}
