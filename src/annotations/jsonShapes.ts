/**
 * The JSON values of annotations: their TypeScript types, and the shapes from which they are read, checked, completed
 * and explained (lbc:pkg/ingress/config_types.go, lbc:pkg/ingress/model_build_listener.go; limits from botocore elbv2).
 */
import type { Offer } from './live';
import type { ArrayShape, ObjectShape, Shape } from './shapes';

/** `listen-ports`: one entry per listener (or several in one object). */
export type ListenPorts = readonly Readonly<Record<string, number>>[];

export interface TargetGroupTuple {
  readonly targetGroupARN?: string;
  readonly targetGroupName?: string;
  readonly serviceName?: string;
  readonly servicePort?: number | string;
  readonly weight?: number;
}

export interface Action {
  readonly type?: string;
  readonly targetGroupARN?: string;
  readonly targetGroupName?: string;
  readonly fixedResponseConfig?: {
    readonly contentType?: string;
    readonly messageBody?: string;
    readonly statusCode?: string;
  };
  readonly redirectConfig?: {
    readonly host?: string;
    readonly path?: string;
    readonly port?: string;
    readonly protocol?: string;
    readonly query?: string;
    readonly statusCode?: string;
  };
  readonly forwardConfig?: {
    readonly targetGroups?: readonly TargetGroupTuple[];
    readonly targetGroupStickinessConfig?: { readonly enabled?: boolean; readonly durationSeconds?: number };
  };
}

interface Values {
  readonly values?: readonly string[];
}
interface Patterns extends Values {
  readonly regexValues?: readonly string[];
}

export interface RuleCondition {
  readonly field?: string;
  readonly hostHeaderConfig?: Patterns;
  readonly httpHeaderConfig?: Patterns & { readonly httpHeaderName?: string };
  readonly httpRequestMethodConfig?: Values;
  readonly pathPatternConfig?: Patterns;
  readonly queryStringConfig?: {
    readonly values?: readonly { readonly key?: string; readonly value?: string }[];
  };
  readonly sourceIPConfig?: Values;
}

interface Rewrites {
  readonly rewrites?: readonly { readonly regex?: string; readonly replace?: string }[];
}

export interface Transform {
  readonly type?: string;
  readonly hostHeaderRewriteConfig?: Rewrites;
  readonly urlRewriteConfig?: Rewrites;
}

export interface CognitoConfig {
  readonly userPoolARN?: string;
  readonly userPoolClientID?: string;
  readonly userPoolDomain?: string;
  readonly authenticationRequestExtraParams?: Readonly<Record<string, string>>;
}

export interface OidcConfig {
  readonly issuer?: string;
  readonly authorizationEndpoint?: string;
  readonly tokenEndpoint?: string;
  readonly userInfoEndpoint?: string;
  readonly secretName?: string;
  readonly authenticationRequestExtraParams?: Readonly<Record<string, string>>;
}

export interface JwtValidation {
  readonly jwksEndpoint?: string;
  readonly issuer?: string;
  readonly additionalClaims?: readonly {
    readonly format?: string;
    readonly name?: string;
    readonly values?: readonly string[];
  }[];
}

export interface MutualAuthenticationEntry {
  readonly port?: number;
  readonly mode?: string;
  readonly trustStore?: string;
  readonly ignoreClientCertificateExpiry?: boolean;
  readonly advertiseTrustStoreCaNames?: string;
}

const str = (doc: string): Shape => ({ type: 'string', doc });
const named = (live: Offer, doc: string): Shape => ({ type: 'string', live, doc });
const strings = (doc: string): ArrayShape => ({
  type: 'array',
  go: '[]string',
  of: { type: 'string' },
  nonEmpty: true,
  doc,
});
const port = { type: 'int32', min: 1, max: 65535 } as const;

export const listenPorts: Shape = {
  type: 'array',
  go: '[]map[string]int32',
  nonEmpty: true,
  of: { type: 'map', go: 'map[string]int32', keys: ['HTTP', 'HTTPS'], of: port },
};

const fixedResponse: ObjectShape = {
  type: 'object',
  go: 'ingress.FixedResponseActionConfig',
  doc: 'The response that the load balancer itself gives.',
  required: ['statusCode'],
  fields: {
    statusCode: {
      type: 'string',
      doc: 'HTTP status as a text, 2xx, 4xx or 5xx.',
      form: { regex: /^[245][0-9][0-9]$/, describe: 'a status from 200 to 299 or 400 to 599' },
    },
    contentType: {
      type: 'string',
      doc: 'Type of the body.',
      options: ['text/plain', 'text/css', 'text/html', 'application/javascript', 'application/json'],
    },
    messageBody: {
      type: 'string',
      doc: 'The body, up to 1,024 characters.',
      form: { regex: /^[\s\S]{0,1024}$/, describe: 'at most 1,024 characters' },
    },
  },
};

const redirect: ObjectShape = {
  type: 'object',
  go: 'ingress.RedirectActionConfig',
  doc: 'Where the client is sent. What is left out stays as it was requested.',
  required: ['statusCode'],
  fields: {
    statusCode: {
      type: 'string',
      doc: 'Permanent (301) or temporary (302).',
      options: ['HTTP_301', 'HTTP_302'],
    },
    protocol: { type: 'string', doc: 'Protocol of the target.', options: ['HTTP', 'HTTPS', '#{protocol}'] },
    host: str('Host name; `#{host}` is the requested one.'),
    port: str('Port as a text; `#{port}` is the requested one.'),
    path: str('Path that begins with `/`; `#{path}` is the requested one without its leading `/`.'),
    query: str('Query without the `?`; `#{query}` is the requested one.'),
  },
};

const targetGroup: ObjectShape = {
  type: 'object',
  go: 'ingress.TargetGroupTuple',
  fields: {
    serviceName: named('services', "A Service in the Ingress's namespace."),
    servicePort: {
      type: 'intOrString',
      live: 'servicePorts',
      doc: 'Name or number of the port of the Service.',
    },
    weight: {
      type: 'int32',
      min: 0,
      max: 999,
      doc: 'Share of the requests, relative to the other weights. Needed with more than one target group.',
    },
    targetGroupARN: named('targetGroups', 'ARN of a target group that Kubernetes does not manage.'),
    targetGroupName: named('targetGroupNames', 'Name of a target group that Kubernetes does not manage.'),
  },
};

const forward: ObjectShape = {
  type: 'object',
  go: 'ingress.ForwardActionConfig',
  doc: 'Target groups with their weights.',
  fields: {
    targetGroups: {
      type: 'array',
      go: '[]ingress.TargetGroupTuple',
      of: targetGroup,
      nonEmpty: true,
      doc: 'Up to five target groups.',
    },
    targetGroupStickinessConfig: {
      type: 'object',
      go: 'ingress.TargetGroupStickinessConfig',
      doc: 'Keeps a client with the target group it was first sent to.',
      fields: {
        enabled: { type: 'bool', doc: 'Switches it on.' },
        durationSeconds: { type: 'int32', min: 1, max: 604800, doc: 'For how long.' },
      },
    },
  },
};

export const action: ObjectShape = {
  type: 'object',
  go: 'ingress.Action',
  required: ['type'],
  requiredWhen: [
    { field: 'type', is: 'fixed-response', need: ['fixedResponseConfig'] },
    { field: 'type', is: 'redirect', need: ['redirectConfig'] },
  ],
  fields: {
    type: {
      type: 'string',
      go: 'ingress.ActionType',
      options: ['forward', 'redirect', 'fixed-response'],
      doc: 'What the rule does. Authentication is not an action here: it has its own `auth-*` annotations.',
    },
    forwardConfig: forward,
    redirectConfig: redirect,
    fixedResponseConfig: fixedResponse,
    targetGroupARN: named(
      'targetGroups',
      'The one target group to forward to, by ARN, instead of `forwardConfig`.',
    ),
    targetGroupName: named(
      'targetGroupNames',
      'The one target group to forward to, by name, instead of `forwardConfig`.',
    ),
  },
};

const patterns = (go: string, doc: string): ObjectShape => ({
  type: 'object',
  go,
  doc,
  fields: {
    values: strings('Patterns with the wildcards `*` and `?`.'),
    regexValues: strings('Regular expressions, instead of `values`.'),
  },
});

const condition: ObjectShape = {
  type: 'object',
  go: 'ingress.RuleCondition',
  required: ['field'],
  requiredWhen: [
    { field: 'field', is: 'host-header', need: ['hostHeaderConfig'] },
    { field: 'field', is: 'path-pattern', need: ['pathPatternConfig'] },
    { field: 'field', is: 'http-header', need: ['httpHeaderConfig'] },
    { field: 'field', is: 'http-request-method', need: ['httpRequestMethodConfig'] },
    { field: 'field', is: 'query-string', need: ['queryStringConfig'] },
    { field: 'field', is: 'source-ip', need: ['sourceIPConfig'] },
  ],
  fields: {
    field: {
      type: 'string',
      go: 'ingress.RuleConditionField',
      options: [
        'host-header',
        'path-pattern',
        'http-header',
        'http-request-method',
        'query-string',
        'source-ip',
      ],
      doc: 'What of the request is compared.',
    },
    hostHeaderConfig: patterns('ingress.HostHeaderConditionConfig', 'Host names.'),
    httpHeaderConfig: {
      ...patterns('ingress.HTTPHeaderConditionConfig', 'Values of one header.'),
      required: ['httpHeaderName'],
      fields: {
        httpHeaderName: str('Name of the header, not `Host`.'),
        ...patterns('', '').fields,
      },
    },
    httpRequestMethodConfig: {
      type: 'object',
      go: 'ingress.HTTPRequestMethodConditionConfig',
      doc: 'Request methods.',
      required: ['values'],
      fields: { values: strings('Methods in capital letters; wildcards are not allowed.') },
    },
    pathPatternConfig: patterns('ingress.PathPatternConditionConfig', 'Paths. Upper and lower case differ.'),
    queryStringConfig: {
      type: 'object',
      go: 'ingress.QueryStringConditionConfig',
      doc: 'Parameters of the query.',
      required: ['values'],
      fields: {
        values: {
          type: 'array',
          go: '[]ingress.QueryStringKeyValuePair',
          nonEmpty: true,
          doc: 'Any of these parameters.',
          of: {
            type: 'object',
            go: 'ingress.QueryStringKeyValuePair',
            required: ['value'],
            fields: {
              key: str('Name of the parameter; any if left out.'),
              value: str('Value of the parameter, with wildcards.'),
            },
          },
        },
      },
    },
    sourceIPConfig: {
      type: 'object',
      go: 'ingress.SourceIPConditionConfig',
      doc: 'Addresses of clients, as the load balancer sees them.',
      required: ['values'],
      fields: { values: strings('Ranges in CIDR notation, up to five.') },
    },
  },
};

export const conditions: Shape = { type: 'array', go: '[]ingress.RuleCondition', of: condition };

const rewrites = (doc: string): ObjectShape => ({
  type: 'object',
  go: 'ingress.RewriteConfigObject',
  doc,
  required: ['rewrites'],
  fields: {
    rewrites: {
      type: 'array',
      go: '[]ingress.RewriteConfig',
      nonEmpty: true,
      doc: 'The one rewrite.',
      of: {
        type: 'object',
        go: 'ingress.RewriteConfig',
        required: ['regex', 'replace'],
        fields: {
          regex: str('Regular expression that is looked for.'),
          replace: str('Text put in its place; `$1` is the first group of the expression.'),
        },
      },
    },
  },
});

export const transforms: Shape = {
  type: 'array',
  go: '[]ingress.Transform',
  of: {
    type: 'object',
    go: 'ingress.Transform',
    required: ['type'],
    requiredWhen: [
      { field: 'type', is: 'url-rewrite', need: ['urlRewriteConfig'] },
      { field: 'type', is: 'host-header-rewrite', need: ['hostHeaderRewriteConfig'] },
    ],
    fields: {
      type: {
        type: 'string',
        go: 'ingress.TransformType',
        options: ['url-rewrite', 'host-header-rewrite'],
        doc: 'What is rewritten before the request goes to the target.',
      },
      urlRewriteConfig: rewrites('How path and query are rewritten.'),
      hostHeaderRewriteConfig: rewrites('How the Host header is rewritten.'),
    },
  },
};

const extraParams: Shape = {
  type: 'map',
  go: 'map[string]string',
  of: { type: 'string' },
  doc: 'Up to ten query parameters added to the request to the authorization endpoint.',
};

export const cognito: ObjectShape = {
  type: 'object',
  go: 'ingress.AuthIDPConfigCognito',
  required: ['userPoolARN', 'userPoolClientID', 'userPoolDomain'],
  fields: {
    userPoolARN: str('ARN of the user pool.'),
    userPoolClientID: str("ID of the user pool's client."),
    userPoolDomain: str('Prefix of the Cognito domain (not the whole host name), or a custom domain.'),
    authenticationRequestExtraParams: extraParams,
  },
};

export const oidc: ObjectShape = {
  type: 'object',
  go: 'ingress.AuthIDPConfigOIDC',
  required: ['issuer', 'authorizationEndpoint', 'tokenEndpoint', 'userInfoEndpoint', 'secretName'],
  fields: {
    issuer: str('Issuer identifier of the identity provider.'),
    authorizationEndpoint: str('Its authorization endpoint.'),
    tokenEndpoint: str('Its token endpoint.'),
    userInfoEndpoint: str('Its user info endpoint.'),
    secretName: named(
      'secrets',
      "A Secret in the Ingress's namespace with the keys `clientID` and `clientSecret`.",
    ),
    authenticationRequestExtraParams: extraParams,
  },
};

export const jwt: ObjectShape = {
  type: 'object',
  go: 'ingress.JwtValidationConfig',
  required: ['jwksEndpoint', 'issuer'],
  fields: {
    jwksEndpoint: str('HTTPS address of the JSON Web Key Set.'),
    issuer: str('The issuer that tokens must name.'),
    additionalClaims: {
      type: 'array',
      go: '[]ingress.JwtAdditionalClaim',
      doc: 'Up to ten further claims to check.',
      of: {
        type: 'object',
        go: 'ingress.JwtAdditionalClaim',
        required: ['format', 'name', 'values'],
        fields: {
          format: {
            type: 'string',
            go: 'ingress.jwtAdditionalClaimFormat',
            options: ['single-string', 'string-array', 'space-separated-values'],
            doc: 'How the claim is written in the token.',
          },
          name: str('Name of the claim; not `exp`, `iss`, `nbf` or `iat`, which are checked anyway.'),
          values: strings('Any of these values, up to ten.'),
        },
      },
    },
  },
};

export const mutualAuthentication: Shape = {
  type: 'array',
  go: '[]ingress.MutualAuthenticationConfig',
  nonEmpty: true,
  of: {
    type: 'object',
    go: 'ingress.MutualAuthenticationConfig',
    required: ['port', 'mode'],
    requiredWhen: [{ field: 'mode', is: 'verify', need: ['trustStore'] }],
    fields: {
      port: { ...port, doc: 'Port of an HTTPS listener.' },
      mode: {
        type: 'string',
        options: ['off', 'passthrough', 'verify'],
        doc: 'Whether client certificates are not asked for, passed on to the target, or checked.',
      },
      trustStore: named('trustStores', 'Name or ARN of a trust store; only with `verify`.'),
      ignoreClientCertificateExpiry: {
        type: 'bool',
        doc: 'Accepts expired client certificates; only with `verify`.',
      },
      advertiseTrustStoreCaNames: {
        type: 'string',
        options: ['on', 'off'],
        doc: "Whether clients are told the names of the trust store's authorities; only with `verify`.",
      },
    },
  },
};
