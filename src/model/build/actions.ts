import type {
  Action as AnnotatedAction,
  JwtValidation,
  TargetGroupTuple,
} from '../../annotations/jsonShapes';
import { BuildError } from '../errors';
import type { Member } from '../group';
import type { Action, Token } from '../stack';
import { authAction } from './auth';
import { type Backend, serviceKey } from './backend';
import type { Build, LoadBalancerFacts } from './context';
import { compact } from './exclusive';
import { buildTargetGroup } from './targetGroup';

export const NOT_FOUND: Action = {
  type: 'fixed-response',
  fixedResponseConfig: { contentType: 'text/plain', statusCode: '404' },
};

/** The actions of a rule; authentication comes first and only on HTTPS. Source: lbc:pkg/ingress/model_build_actions.go. */
export function buildActions(
  build: Build,
  facts: LoadBalancerFacts,
  member: Member,
  protocol: string,
  backend: Backend,
): Action[] {
  const secure = protocol === 'HTTPS';
  const auth = secure && backend.auth !== undefined ? [authAction(build, member, backend.auth)] : [];
  const jwt = secure && backend.jwt !== undefined ? [jwtAction(backend.jwt)] : [];
  if (auth.length > 0 && jwt.length > 0) {
    throw new BuildError("authentication and jwt validation can't both be configured");
  }
  return [...auth, ...jwt, backendAction(build, facts, member, backend.action)];
}

function jwtAction(jwt: JwtValidation): Action {
  const claims = (jwt.additionalClaims ?? []).map(({ format = '', name = '', values = [] }) => ({
    format,
    name,
    values,
  }));
  return {
    type: 'jwt-validation',
    jwtValidationConfig: compact({
      jwksEndpoint: jwt.jwksEndpoint ?? '',
      issuer: jwt.issuer ?? '',
      additionalClaims: claims.length === 0 ? undefined : claims,
    }),
  };
}

function backendAction(
  build: Build,
  facts: LoadBalancerFacts,
  member: Member,
  action: AnnotatedAction,
): Action {
  switch (action.type) {
    case 'fixed-response':
      return { type: action.type, fixedResponseConfig: { statusCode: '', ...action.fixedResponseConfig } };
    case 'redirect':
      return { type: action.type, redirectConfig: { statusCode: '', ...action.redirectConfig } };
    case 'forward':
      return forwardAction(build, facts, member, action);
    default:
      throw new BuildError(`unknown action type: ${action.type ?? ''}`);
  }
}

function forwardAction(
  build: Build,
  facts: LoadBalancerFacts,
  member: Member,
  action: AnnotatedAction,
): Action {
  const forward = action.forwardConfig;
  if (forward === undefined) throw new BuildError('missing ForwardConfig');
  const targetGroups = (forward.targetGroups ?? []).map((tuple) =>
    compact({ targetGroupARN: targetGroupOf(build, facts, member, tuple), weight: tuple.weight }),
  );
  const targetGroupStickinessConfig = forward.targetGroupStickinessConfig;
  return { type: 'forward', forwardConfig: compact({ targetGroups, targetGroupStickinessConfig }) };
}

function targetGroupOf(
  build: Build,
  facts: LoadBalancerFacts,
  member: Member,
  tuple: TargetGroupTuple,
): Token {
  if (tuple.targetGroupARN !== undefined) return tuple.targetGroupARN;
  if (tuple.targetGroupName !== undefined) return build.lookups.targetGroupArn(tuple.targetGroupName);
  const service = build.lookups.service(serviceKey(member, tuple.serviceName ?? ''));
  if (service === undefined) throw new BuildError(`Service "${tuple.serviceName ?? ''}" not found`);
  return buildTargetGroup(build, facts, member, service, tuple.servicePort ?? 0);
}
