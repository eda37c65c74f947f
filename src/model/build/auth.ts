import type { CognitoConfig, OidcConfig } from '../../annotations/jsonShapes';
import { overlaid, readAnnotation, readOrDefault } from '../../annotations/read';
import type { Service } from '../../kube/types';
import { BuildError } from '../errors';
import type { Member } from '../group';
import type { Action } from '../stack';
import { annotationsOf, type Build } from './context';
import { compact } from './exclusive';

/** Authentication that an HTTPS rule asks for before it forwards. */
export interface AuthConfig {
  readonly type: 'cognito' | 'oidc';
  readonly onUnauthenticatedRequest: string;
  readonly scope: string;
  readonly sessionCookieName: string;
  readonly sessionTimeout: number;
  readonly cognito: CognitoConfig | undefined;
  readonly oidc: OidcConfig | undefined;
}

/** Annotations of the Service that is alone behind the rule come before the Ingress's. Source: lbc:pkg/ingress/auth_config_builder.go. */
export function authOf(member: Member, service: Service | undefined): AuthConfig | undefined {
  const annotations = overlaid(annotationsOf(member), service?.metadata.annotations);
  const type = authTypeOf(readOrDefault('auth-type', annotations));
  const config = {
    onUnauthenticatedRequest: readOrDefault('auth-on-unauthenticated-request', annotations),
    scope: readOrDefault('auth-scope', annotations),
    sessionCookieName: readOrDefault('auth-session-cookie', annotations),
    sessionTimeout: readOrDefault('auth-session-timeout', annotations),
    cognito: readAnnotation('auth-idp-cognito', annotations),
    oidc: readAnnotation('auth-idp-oidc', annotations),
  };
  if (type === 'none') return undefined;
  return { type, ...config };
}

/** The values of `auth-type` that the controller knows. */
function authTypeOf(raw: string): 'none' | 'cognito' | 'oidc' {
  if (raw === 'none' || raw === 'cognito' || raw === 'oidc') return raw;
  throw new BuildError(`unknown authType: ${raw}`);
}

export function authAction(build: Build, member: Member, auth: AuthConfig): Action {
  return auth.type === 'cognito' ? cognitoAction(auth) : oidcAction(build, member, auth);
}

function shared(auth: AuthConfig, provider: CognitoConfig | OidcConfig) {
  return compact({
    authenticationRequestExtraParams: provider.authenticationRequestExtraParams,
    onUnauthenticatedRequest: auth.onUnauthenticatedRequest,
    scope: auth.scope,
    sessionCookieName: auth.sessionCookieName,
    sessionTimeout: auth.sessionTimeout,
  });
}

function cognitoAction(auth: AuthConfig): Action {
  const provider = auth.cognito;
  if (provider === undefined) throw new BuildError('missing IDPConfigCognito');
  return {
    type: 'authenticate-cognito',
    authenticateCognitoConfig: {
      ...shared(auth, provider),
      userPoolARN: provider.userPoolARN ?? '',
      userPoolClientID: provider.userPoolClientID ?? '',
      userPoolDomain: provider.userPoolDomain ?? '',
    },
  };
}

function oidcAction(build: Build, member: Member, auth: AuthConfig): Action {
  const provider = auth.oidc;
  if (provider === undefined) throw new BuildError('missing IDPConfigOIDC');
  const key = `${member.ingress.metadata.namespace ?? 'default'}/${provider.secretName ?? ''}`;
  const secret = build.lookups.secret(key);
  // `clientId` is the spelling of the v1 controller.
  const clientID = secret['clientID'] ?? secret['clientId'];
  if (clientID === undefined) throw new BuildError(`missing clientID, secret: ${key}`);
  const clientSecret = secret['clientSecret'];
  if (clientSecret === undefined) throw new BuildError(`missing clientSecret, secret: ${key}`);
  return {
    type: 'authenticate-oidc',
    authenticateOIDCConfig: {
      ...shared(auth, provider),
      issuer: provider.issuer ?? '',
      authorizationEndpoint: provider.authorizationEndpoint ?? '',
      tokenEndpoint: provider.tokenEndpoint ?? '',
      userInfoEndpoint: provider.userInfoEndpoint ?? '',
      clientID: clientID.trimEnd(),
      // Only control characters are cut: a secret may well end in a space (lbc: TrimRightFunc(unicode.IsControl)).
      clientSecret: withoutControlsAtEnd(clientSecret),
    },
  };
}

function withoutControlsAtEnd(text: string): string {
  let end = text.length;
  while (end > 0 && /\p{Cc}/u.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
