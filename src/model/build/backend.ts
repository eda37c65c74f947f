import type { Action, JwtValidation, RuleCondition, Transform } from '../../annotations/jsonShapes';
import { readAnnotation, readFamily } from '../../annotations/read';
import type { IngressBackend, Service } from '../../kube/types';
import { BuildError, sorted } from '../errors';
import type { Member } from '../group';
import { type AuthConfig, authOf } from './auth';
import { actionProblem, conditionProblem, transformProblem } from './backendProblems';
import { annotationsOf, type Build } from './context';

/** Where a rule sends its requests, as the annotations of the Ingress say it, before target groups are made. */
export interface Backend {
  readonly conditions: readonly RuleCondition[];
  readonly transforms: readonly Transform[];
  readonly action: Action;
  readonly auth: AuthConfig | undefined;
  readonly jwt: JwtValidation | undefined;
}

const USE_ANNOTATION = 'use-annotation';

/** Source: lbc:pkg/ingress/enhanced_backend_builder.go Build. */
export function backendOf(build: Build, member: Member, backend: IngressBackend): Backend {
  const annotations = annotationsOf(member);
  const service = backend.service;
  if (service === undefined) throw new BuildError('missing required "service" field');
  const conditions = readFamily('conditions', service.name, annotations) ?? [];
  for (const condition of conditions) refuse(conditionProblem(condition));
  const transforms = readFamily('transforms', service.name, annotations) ?? [];
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

function forwardTo(serviceName: string, servicePort: number | string): Action {
  return { type: 'forward', forwardConfig: { targetGroups: [{ serviceName, servicePort }] } };
}

function annotatedAction(name: string, annotations: Readonly<Record<string, string>>): Action {
  const action = readFamily('actions', name, annotations);
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
function withNumericPorts(action: Action): Action {
  const forward = action.forwardConfig;
  if (action.type !== 'forward' || forward === undefined) return action;
  const targetGroups = (forward.targetGroups ?? []).map((tuple) =>
    typeof tuple.servicePort === 'string' && /^[+-]?\d+$/.test(tuple.servicePort)
      ? { ...tuple, servicePort: Number(tuple.servicePort) }
      : tuple,
  );
  return { ...action, forwardConfig: { ...forward, targetGroups } };
}

function unavailable(messageBody: string): Action {
  return {
    type: 'fixed-response',
    fixedResponseConfig: { contentType: 'text/plain', statusCode: '503', messageBody },
  };
}

/** A forward to one Service that does not exist answers 503; in a weighted forward it fails the build. */
function tolerateMissing(build: Build, member: Member, action: Action): Action {
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

function serviceOfSingleForward(build: Build, member: Member, action: Action): Service | undefined {
  const tuples = action.type === 'forward' ? (action.forwardConfig?.targetGroups ?? []) : [];
  const name = tuples.length === 1 ? tuples[0]?.serviceName : undefined;
  return name === undefined ? undefined : build.lookups.service(serviceKey(member, name));
}

/** Source: lbc:pkg/ingress/enhanced_backend_builder.go buildJwtValidationConfig. */
function jwtOf(annotations: Readonly<Record<string, string>>): JwtValidation | undefined {
  const jwt = readAnnotation('jwt-validation', annotations);
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
