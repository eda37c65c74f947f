import type { CLASSIC_WEB_ACL, ClassicWebAclSpec, SHIELD, ShieldSpec, WEB_ACL, WebAclSpec } from './addOns';
import type { StackIdentity } from './names';
import type { Ref, Token } from './token';

export type { Ref, Token };

export const SECURITY_GROUP = 'AWS::EC2::SecurityGroup';
export const LOAD_BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
/** The load balancer that a stack is about, and the one that may stand in front of it. */
export const LOAD_BALANCER_ID = 'LoadBalancer';
export const FRONTEND_NLB_ID = 'FrontendNlb';
export const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
export const LISTENER_RULE = 'AWS::ElasticLoadBalancingV2::ListenerRule';
export const TARGET_GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup';
export const BINDING = 'K8S::ElasticLoadBalancingV2::TargetGroupBinding';
export const FRONTEND_NLB = 'FrontendNLBTargetGroup';

export type Tags = Readonly<Record<string, string>>;
export interface Attribute {
  readonly key: string;
  readonly value: string;
}

export interface IpPermission {
  readonly ipProtocol: string;
  readonly fromPort?: number;
  readonly toPort?: number;
  readonly ipRanges?: readonly { readonly cidrIP: string; readonly description?: string }[];
  readonly ipv6Ranges?: readonly { readonly cidrIPv6: string; readonly description?: string }[];
  readonly userIDGroupPairs?: readonly { readonly groupID: string; readonly description?: string }[];
  readonly prefixLists?: readonly { readonly listID: string; readonly description?: string }[];
}

export interface SecurityGroupSpec {
  readonly groupName: string;
  readonly description: string;
  readonly tags?: Tags;
  readonly ingress?: readonly IpPermission[];
}

export interface SubnetMapping {
  readonly subnetID: string;
  readonly allocationID?: string;
  readonly privateIPv4Address?: string;
  readonly ipv6Address?: string;
  readonly sourceNatIpv6Prefix?: string;
}

export interface LoadBalancerSpec {
  readonly name: string;
  readonly type: 'application' | 'network';
  readonly scheme: string;
  readonly ipAddressType: string;
  readonly subnetMapping: readonly SubnetMapping[];
  readonly securityGroups?: readonly Token[];
  readonly enablePrefixForIpv6SourceNat?: string;
  readonly securityGroupsInboundRulesOnPrivateLink?: string;
  readonly customerOwnedIPv4Pool?: string;
  readonly loadBalancerAttributes?: readonly Attribute[];
  readonly minimumLoadBalancerCapacity?: { readonly capacityUnits: number };
  readonly tags?: Tags;
  readonly ipv4IPAMPool?: string;
}

export interface MutualAuthentication {
  readonly mode: string;
  readonly trustStoreArn?: string;
  readonly ignoreClientCertificateExpiry?: boolean;
  readonly advertiseTrustStoreCaNames?: string;
}

export interface AuthenticateBase {
  readonly authenticationRequestExtraParams?: Readonly<Record<string, string>>;
  readonly onUnauthenticatedRequest?: string;
  readonly scope?: string;
  readonly sessionCookieName?: string;
  /** Seconds. */
  readonly sessionTimeout?: number;
}

export interface Action {
  readonly type: string;
  readonly authenticateCognitoConfig?: AuthenticateBase & {
    readonly userPoolARN: string;
    readonly userPoolClientID: string;
    readonly userPoolDomain: string;
  };
  readonly authenticateOIDCConfig?: AuthenticateBase & {
    readonly issuer: string;
    readonly authorizationEndpoint: string;
    readonly tokenEndpoint: string;
    readonly userInfoEndpoint: string;
    readonly clientID: string;
    readonly clientSecret: string;
  };
  readonly jwtValidationConfig?: {
    readonly jwksEndpoint: string;
    readonly issuer: string;
    readonly additionalClaims?: readonly {
      readonly format: string;
      readonly name: string;
      readonly values: readonly string[];
    }[];
  };
  readonly fixedResponseConfig?: {
    readonly contentType?: string;
    readonly messageBody?: string;
    readonly statusCode: string;
  };
  readonly redirectConfig?: RedirectConfig;
  readonly forwardConfig?: ForwardConfig;
}

export interface RedirectConfig {
  readonly host?: string;
  readonly path?: string;
  readonly port?: string;
  readonly protocol?: string;
  readonly query?: string;
  readonly statusCode: string;
}

export interface ForwardConfig {
  readonly targetGroups: readonly { readonly targetGroupARN: Token; readonly weight?: number }[];
  readonly targetGroupStickinessConfig?: { readonly enabled?: boolean; readonly durationSeconds?: number };
}

interface Values {
  readonly values?: readonly string[];
  readonly regexValues?: readonly string[];
}

export interface Condition {
  readonly field: string;
  readonly hostHeaderConfig?: Values;
  readonly httpHeaderConfig?: Values & { readonly httpHeaderName: string };
  readonly httpRequestMethodConfig?: { readonly values: readonly string[] };
  readonly pathPatternConfig?: Values;
  readonly queryStringConfig?: {
    readonly values: readonly { readonly key?: string; readonly value: string }[];
  };
  readonly sourceIPConfig?: { readonly values: readonly string[] };
}

export interface Transform {
  readonly type: string;
  readonly hostHeaderRewriteConfig?: Rewrites;
  readonly urlRewriteConfig?: Rewrites;
}

export interface Rewrites {
  readonly rewrites: readonly { readonly regex: string; readonly replace: string }[];
}

export interface ListenerSpec {
  readonly loadBalancerARN: Token;
  readonly port: number;
  readonly protocol: string;
  readonly defaultActions: readonly Action[];
  readonly certificates?: readonly { readonly certificateARN: Token }[];
  readonly sslPolicy?: string;
  readonly alpnPolicy?: readonly string[];
  readonly mutualAuthentication?: MutualAuthentication;
  readonly tags?: Tags;
  readonly listenerAttributes?: readonly Attribute[];
}

export interface ListenerRuleSpec {
  readonly listenerARN: Token;
  readonly priority: number;
  readonly actions: readonly Action[];
  readonly conditions: readonly Condition[];
  readonly transforms?: readonly Transform[];
  readonly tags?: Tags;
}

export interface HealthCheck {
  readonly port: number | string;
  readonly protocol: string;
  readonly path?: string;
  readonly matcher?: { readonly httpCode?: string; readonly grpcCode?: string };
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThresholdCount: number;
  readonly unhealthyThresholdCount: number;
}

export interface TargetGroupSpec {
  readonly name: string;
  readonly targetType: 'instance' | 'ip' | 'alb';
  readonly port: number;
  readonly protocol: string;
  readonly protocolVersion?: string;
  readonly ipAddressType: 'ipv4' | 'ipv6';
  readonly healthCheckConfig: HealthCheck;
  readonly targetGroupAttributes?: readonly Attribute[];
  readonly tags?: Tags;
  readonly targetControlPort?: number;
}

export interface NetworkingRule {
  readonly from: readonly {
    readonly securityGroup?: { readonly groupID: Token };
    readonly ipBlock?: { readonly cidr: string };
  }[];
  readonly ports: readonly { readonly protocol: string; readonly port?: number | string }[];
}

export interface BindingSpec {
  readonly template: {
    readonly metadata: { readonly name: string; readonly namespace: string };
    readonly spec: {
      readonly targetGroupARN: Token;
      readonly targetType: string;
      readonly serviceRef: { readonly name: string; readonly port: number | string };
      readonly networking?: { readonly ingress: readonly NetworkingRule[] };
      readonly nodeSelector?: { readonly matchLabels: Readonly<Record<string, string>> };
      readonly ipAddressType: string;
      readonly vpcID: string;
      readonly multiClusterTargetGroup?: boolean;
      readonly targetGroupProtocol?: string;
    };
  };
}

/** The Application Load Balancer as the target of its front-end NLB; its JSON has Go's capitals. */
export interface FrontendTarget {
  readonly Name: string;
  readonly ARN: Token;
  readonly Port: number;
  readonly TargetARN: Token;
  readonly TargetPort: number;
}

type ById<Spec> = Readonly<Record<string, { readonly spec: Spec }>>;

/** Desired resources of one group, by type and resource id. */
export interface Resources {
  readonly [SECURITY_GROUP]?: ById<SecurityGroupSpec>;
  readonly [LOAD_BALANCER]?: ById<LoadBalancerSpec>;
  readonly [LISTENER]?: ById<ListenerSpec>;
  readonly [LISTENER_RULE]?: ById<ListenerRuleSpec>;
  readonly [TARGET_GROUP]?: ById<TargetGroupSpec>;
  readonly [BINDING]?: ById<BindingSpec>;
  readonly [WEB_ACL]?: ById<WebAclSpec>;
  readonly [CLASSIC_WEB_ACL]?: ById<ClassicWebAclSpec>;
  readonly [SHIELD]?: ById<ShieldSpec>;
  readonly [FRONTEND_NLB]?: {
    readonly FrontendNLBTargetGroup: { readonly TargetGroups: Readonly<Record<string, FrontendTarget>> };
  };
}

export interface Stack extends StackIdentity {
  readonly id: string;
  readonly resources: Resources;
}

/** Types of resources that have a spec. */
export type SpecType = Exclude<keyof Resources, typeof FRONTEND_NLB>;
export type SpecOf<Type extends SpecType> = NonNullable<Resources[Type]>[string]['spec'];

/** What the controller logs of a group: the targets of its front-end NLB stand beside the resources, by target group name. */
export function withFrontendTable(
  resources: Resources,
  targets: Readonly<Record<string, FrontendTarget>>,
): Resources {
  return { ...resources, [FRONTEND_NLB]: { FrontendNLBTargetGroup: { TargetGroups: targets } } };
}

export function refTo(type: string, id: string, field: string): Ref {
  return { $ref: `#/resources/${type}/${id}/status/${field}` };
}

/** The resource that a reference points at; undefined for anything that is not one of ours. */
export function parseRef(ref: Ref): { type: string; id: string; field: string } | undefined {
  const match = /^#\/resources\/([^/]+)\/(.+)\/status\/([^/]+)$/.exec(ref.$ref);
  const [, type, id, field] = match ?? [];
  return type === undefined || id === undefined || field === undefined ? undefined : { type, id, field };
}

/** How the controller's log shows a certificate that exists already: a reference to a resource without id. */
const EXISTING_CERTIFICATE = { $ref: '#/resources///status/certificateARN' };
const SECRET = '[REDACTED]';

/**
 * The stack as the controller logs its model; secrets are left out. Its listener attributes have no JSON names, so that
 * their fields keep Go's capitals (lbc:pkg/model/elbv2/listener.go ListenerAttribute).
 */
export function stackJson(stack: Stack): { id: string; resources: unknown } {
  const text = JSON.stringify(stack.resources, (key, value: unknown) => {
    if (key === 'certificateARN') return EXISTING_CERTIFICATE;
    if (key === 'listenerAttributes')
      return (value as Attribute[]).map((one) => ({ Key: one.key, Value: one.value }));
    return key === 'clientSecret' || key === 'clientID' ? SECRET : value;
  });
  return { id: stack.id, resources: JSON.parse(text) };
}
