import type * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Action, Condition, HealthCheck, MutualAuthentication, Token, Transform } from '../model/stack';

/** Turns a token into an id or ARN. */
export type Resolve = (token: Token) => string;

/** The model's actions as the API takes them, with their order from 1. */
export function sdkActions(actions: readonly Action[], resolve: Resolve): elbv2.Action[] {
  return actions.map((action, at) => ({ ...sdkAction(action, resolve), Order: at + 1 }));
}

function sdkAction(action: Action, resolve: Resolve): Omit<elbv2.Action, 'Order'> {
  const { fixedResponseConfig: fixed, redirectConfig: redirect, forwardConfig: forward } = action;
  return {
    Type: action.type as elbv2.ActionTypeEnum,
    ...(fixed && {
      FixedResponseConfig: {
        StatusCode: fixed.statusCode,
        MessageBody: fixed.messageBody,
        ContentType: fixed.contentType,
      },
    }),
    ...(redirect && {
      RedirectConfig: {
        ...{ Host: redirect.host, Path: redirect.path, Port: redirect.port, Protocol: redirect.protocol },
        Query: redirect.query,
        StatusCode: redirect.statusCode as elbv2.RedirectActionStatusCodeEnum,
      },
    }),
    ...(forward && { ForwardConfig: sdkForward(forward, resolve) }),
    ...sdkAuthenticate(action),
  };
}

function sdkForward(
  forward: NonNullable<Action['forwardConfig']>,
  resolve: Resolve,
): elbv2.ForwardActionConfig {
  const stickiness = forward.targetGroupStickinessConfig;
  return {
    TargetGroups: forward.targetGroups.map((tuple) => ({
      TargetGroupArn: resolve(tuple.targetGroupARN),
      Weight: tuple.weight,
    })),
    ...(stickiness && {
      TargetGroupStickinessConfig: {
        Enabled: stickiness.enabled,
        DurationSeconds: stickiness.durationSeconds,
      },
    }),
  };
}

function sdkAuthenticate(action: Action): Partial<elbv2.Action> {
  const {
    authenticateCognitoConfig: cognito,
    authenticateOIDCConfig: oidc,
    jwtValidationConfig: jwt,
  } = action;
  const shared = (config: NonNullable<typeof cognito | typeof oidc>) => ({
    AuthenticationRequestExtraParams: config.authenticationRequestExtraParams as
      | Record<string, string>
      | undefined,
    Scope: config.scope,
    SessionCookieName: config.sessionCookieName,
    SessionTimeout: config.sessionTimeout,
  });
  return {
    ...(cognito && {
      AuthenticateCognitoConfig: {
        ...shared(cognito),
        OnUnauthenticatedRequest:
          cognito.onUnauthenticatedRequest as elbv2.AuthenticateCognitoActionConditionalBehaviorEnum,
        UserPoolArn: cognito.userPoolARN,
        UserPoolClientId: cognito.userPoolClientID,
        UserPoolDomain: cognito.userPoolDomain,
      },
    }),
    ...(oidc && {
      AuthenticateOidcConfig: {
        ...shared(oidc),
        OnUnauthenticatedRequest:
          oidc.onUnauthenticatedRequest as elbv2.AuthenticateOidcActionConditionalBehaviorEnum,
        Issuer: oidc.issuer,
        AuthorizationEndpoint: oidc.authorizationEndpoint,
        TokenEndpoint: oidc.tokenEndpoint,
        UserInfoEndpoint: oidc.userInfoEndpoint,
        ClientId: oidc.clientID,
        ClientSecret: oidc.clientSecret,
      },
    }),
    ...(jwt && {
      JwtValidationConfig: {
        JwksEndpoint: jwt.jwksEndpoint,
        Issuer: jwt.issuer,
        AdditionalClaims: jwt.additionalClaims?.map(({ format, name, values }) => ({
          Format: format as elbv2.JwtValidationActionAdditionalClaimFormatEnum,
          Name: name,
          Values: [...values],
        })),
      },
    }),
  };
}

/** The model's conditions as the API takes them. */
export function sdkConditions(conditions: readonly Condition[]): elbv2.RuleCondition[] {
  return conditions.map((condition) => ({
    Field: condition.field,
    ...(condition.hostHeaderConfig && { HostHeaderConfig: sdkValues(condition.hostHeaderConfig) }),
    ...(condition.pathPatternConfig && { PathPatternConfig: sdkValues(condition.pathPatternConfig) }),
    ...(condition.httpHeaderConfig && {
      HttpHeaderConfig: {
        HttpHeaderName: condition.httpHeaderConfig.httpHeaderName,
        ...sdkValues(condition.httpHeaderConfig),
      },
    }),
    ...(condition.httpRequestMethodConfig && {
      HttpRequestMethodConfig: sdkValues(condition.httpRequestMethodConfig),
    }),
    ...(condition.sourceIPConfig && { SourceIpConfig: sdkValues(condition.sourceIPConfig) }),
    ...(condition.queryStringConfig && {
      QueryStringConfig: {
        Values: condition.queryStringConfig.values.map(({ key, value }) => ({ Key: key, Value: value })),
      },
    }),
  }));
}

function sdkValues(config: {
  readonly values?: readonly string[];
  readonly regexValues?: readonly string[];
}) {
  return {
    ...(config.values && { Values: [...config.values] }),
    ...(config.regexValues && { RegexValues: [...config.regexValues] }),
  };
}

export function sdkTransforms(
  transforms: readonly Transform[] | undefined,
): elbv2.RuleTransform[] | undefined {
  if (transforms === undefined || transforms.length === 0) return undefined;
  const rewrites = (config: NonNullable<Transform['urlRewriteConfig']>) => ({
    Rewrites: config.rewrites.map(({ regex, replace }) => ({ Regex: regex, Replace: replace })),
  });
  return transforms.map((transform) => ({
    Type: transform.type as elbv2.TransformTypeEnum,
    ...(transform.hostHeaderRewriteConfig && {
      HostHeaderRewriteConfig: rewrites(transform.hostHeaderRewriteConfig),
    }),
    ...(transform.urlRewriteConfig && { UrlRewriteConfig: rewrites(transform.urlRewriteConfig) }),
  }));
}

export function sdkMutualAuthentication(
  config: MutualAuthentication | undefined,
): elbv2.MutualAuthenticationAttributes | undefined {
  if (config === undefined) return undefined;
  return {
    Mode: config.mode,
    TrustStoreArn: config.trustStoreArn || undefined,
    IgnoreClientCertificateExpiry: config.ignoreClientCertificateExpiry,
    // lbc:pkg/deploy/elbv2/listener_manager.go buildSDKMutualAuthenticationConfig
    ...(config.mode === 'verify' && {
      AdvertiseTrustStoreCaNames: (config.advertiseTrustStoreCaNames ??
        'off') as elbv2.AdvertiseTrustStoreCaNamesEnum,
    }),
  };
}

export function sdkHealthCheck(check: HealthCheck) {
  return {
    HealthCheckEnabled: true,
    HealthCheckPort: String(check.port),
    HealthCheckProtocol: check.protocol as elbv2.ProtocolEnum,
    HealthCheckPath: check.path,
    Matcher: check.matcher && { HttpCode: check.matcher.httpCode, GrpcCode: check.matcher.grpcCode },
    HealthCheckIntervalSeconds: check.intervalSeconds,
    HealthCheckTimeoutSeconds: check.timeoutSeconds,
    HealthyThresholdCount: check.healthyThresholdCount,
    UnhealthyThresholdCount: check.unhealthyThresholdCount,
  };
}

export function sdkTags(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.keys(tags)
    .sort()
    .map((Key) => ({ Key, Value: tags[Key] ?? '' }));
}
