// biome-ignore-all lint/suspicious/noTemplateCurlyInString: tab stops of TextMate snippets
/**
 * Every `alb.ingress.kubernetes.io/` annotation of AWS Load Balancer Controller v3.5, one row each. From a row follow
 * completion, hover, diagnostics, the typed value that the model reads, how a group merges it, and the JSON schema.
 * Names: lbc:pkg/annotations/constants.go; readers, defaults and merging: lbc:pkg/ingress; `since`: the first release
 * whose source has the name; Auto Mode: the EKS user guide, "Considerations" of load balancing.
 */
import type { Annotation } from './annotation';
import {
  capacityAttributes,
  loadBalancerAttributes,
  networkLoadBalancerAttributes,
  targetGroupAttributes,
} from './attributes';
import {
  arn,
  certificate,
  certificateArn,
  checkTag,
  cidr,
  elasticIp,
  groupName,
  healthCheckPort,
  ipamPool,
  loadBalancerName,
  path,
  prefixList,
  successCodes,
  webAcl,
  webAclArn,
} from './formats';
import type { JsonNode } from './goJson';
import { json } from './jsonKind';
import type {
  CognitoConfig,
  JwtValidation,
  ListenPorts,
  MutualAuthenticationEntry,
  OidcConfig,
} from './jsonShapes';
import * as shapes from './jsonShapes';
import { bool, integer, list, oneOf, pattern, text, type ValueProblem } from './kinds';
import { map } from './mapKind';
import { sslPolicy } from './sslPolicies';

export { families } from './families';

const ELB = 'https://docs.aws.amazon.com/elasticloadbalancing/latest';
const WAF = 'https://docs.aws.amazon.com/waf/latest/developerguide';

const ingress = ['Ingress'] as const;
const ingressAndService = ['Ingress', 'Service'] as const;

/** The row concerns target groups: a Service may carry it too and then beats the Ingress. */
const onTargets = { on: ingressAndService, merge: 'own' } as const;
const exclusive = { on: ingress, merge: 'exclusive' } as const;
/** The front-end NLB came with 2.13 and is described on one page. */
const nlbHealth = {
  on: ingress,
  merge: 'perListener',
  mergeNote: 'Only values that are written out count: two of them for one NLB listener must agree.',
  since: '2.13.0',
  aws: `${ELB}/network/target-group-health-checks.html`,
} as const;

const seconds = (min: number, max: number, ...suggest: number[]) =>
  integer({ min, max, unit: 'seconds', suggest });
const threshold = () => integer({ min: 2, max: 10, suggest: [2, 3, 5] });
const health = `${ELB}/application/target-group-health-checks.html`;
const authentication = `${ELB}/application/listener-authenticate-users.html`;

/** A port with two protocols: the controller takes one of the two without a word. */
function onePortOnce(node: JsonNode): ValueProblem[] {
  const objects = node.type === 'array' ? node.items : [];
  const protocols = new Map<string, string>();
  return objects
    .flatMap((object) => (object.type === 'object' ? object.members : []))
    .flatMap(({ name, value }) => {
      if (value.type !== 'number') return [];
      const earlier = protocols.get(value.literal);
      protocols.set(value.literal, name);
      if (earlier === undefined || earlier === name) return [];
      const message = `Port ${value.literal} is given to both ${earlier} and ${name}.`;
      return [
        {
          code: 'duplicate-port',
          message,
          advice: 'Give each port one protocol.',
          start: value.start,
          end: value.end,
        },
      ];
    });
}

export const catalogue = {
  'load-balancer-name': {
    ...exclusive,
    kind: loadBalancerName(),
    since: '2.2.0',
    classParams: 'loadBalancerName',
    doc: 'The name of the load balancer instead of `k8s-…`. It must be unique in account and region and counts only when the load balancer is created; a later change has no effect until it is deleted and made anew.',
    example: 'shop-production',
  },
  'group.name': {
    kind: groupName(),
    on: ingress,
    merge: 'membership',
    since: '2.0.0',
    classParams: 'group.name',
    autoMode:
      'EKS Auto Mode ignores this annotation and gives each Ingress a load balancer of its own; set `spec.group.name` of IngressClassParams instead.',
    doc: 'Joins this Ingress to an IngressGroup: all its members, in any namespace, share one load balancer. An error in one member stops the updates of all. Whoever may write an Ingress may join the group and add rules to its load balancer.',
    example: 'shop',
  },
  'group.order': {
    kind: integer({ min: -1000, max: 1000, suggest: [-10, 0, 10] }),
    fallback: '0',
    on: ingress,
    merge: 'membership',
    since: '2.0.0',
    doc: 'The place of the rules of this Ingress among those of its group: lower numbers are evaluated first, equal ones by namespace and name.',
    example: '10',
  },
  tags: {
    kind: map({ describe: 'AWS tags as `key=value` pairs', checkPair: checkTag }),
    on: ingressAndService,
    merge: 'merge',
    mergeNote: 'On a Service they are added to its target groups only and beat those of the Ingress.',
    since: '1.0.0',
    classParams: 'tags',
    aws: 'https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html',
    doc: 'Tags for everything the controller makes in AWS for this Ingress, in addition to its own.',
    example: 'team=shop,environment=production',
  },
  'ip-address-type': {
    ...exclusive,
    kind: oneOf('ipv4', 'dualstack', 'dualstack-without-public-ipv4'),
    fallback: 'ipv4',
    since: '1.0.0',
    classParams: 'ipAddressType',
    aws: `${ELB}/application/load-balancer-ip-address-type.html`,
    doc: 'Whether clients reach the load balancer by IPv4 only, by IPv4 and IPv6, or by IPv6 in public and IPv4 in private. All but the first need subnets with an IPv6 range.',
    example: 'dualstack',
  },
  scheme: {
    ...exclusive,
    kind: oneOf('internal', 'internet-facing'),
    fallback: 'internal',
    since: '1.0.0',
    classParams: 'scheme',
    aws: `${ELB}/application/application-load-balancers.html`,
    doc: 'Whether the load balancer has public addresses. A later change replaces the load balancer: the old one is deleted first, and the DNS name changes.',
    example: 'internet-facing',
  },
  subnets: {
    ...exclusive,
    kind: list({ describe: 'subnet IDs or values of the tag `Name`', of: text() }),
    mergeNote: 'The order does not matter.',
    since: '1.0.0',
    classParams: 'subnets',
    live: 'subnets',
    aws: `${ELB}/application/load-balancer-subnets.html`,
    doc: 'The subnets of the load balancer, at least two in different Availability Zones. Without it they are found by the tag `kubernetes.io/role/elb` (internet-facing) or `kubernetes.io/role/internal-elb`.',
    example: 'subnet-0a1b2c3d4e5f60718, subnet-1a2b3c4d5e6f70819',
  },
  'customer-owned-ipv4-pool': {
    ...exclusive,
    kind: pattern(
      'the ID of a customer-owned address pool',
      /^ipv4pool-coip-[a-zA-Z0-9]+$/,
      'ipv4pool-coip-0123456789abcdef0',
    ),
    since: '2.1.0',
    aws: 'https://docs.aws.amazon.com/outposts/latest/userguide/routing.html',
    doc: 'The pool of your own addresses for a load balancer on an Outpost. It cannot be changed later.',
    example: 'ipv4pool-coip-0123456789abcdef0',
  },
  'load-balancer-attributes': {
    kind: map({ describe: 'load balancer attributes as `key=value` pairs', table: loadBalancerAttributes }),
    on: ingress,
    merge: 'merge',
    mergeNote: 'Where IngressClassParams have the attribute, they settle the conflict.',
    since: '1.0.0',
    classParams: 'loadBalancerAttributes',
    aws: loadBalancerAttributes.href,
    doc: 'Settings of the load balancer such as logs, idle timeout and deletion protection. An attribute that you remove again keeps its last value in AWS: write its default instead.',
    example: 'idle_timeout.timeout_seconds=120,routing.http.drop_invalid_header_fields.enabled=true',
  },
  'wafv2-acl-arn': {
    ...exclusive,
    kind: webAcl(),
    since: '1.1.7',
    classParams: 'wafv2AclArn',
    live: 'webAcls',
    aws: `${WAF}/web-acl.html`,
    doc: 'The WAFv2 web ACL in front of the load balancer. `none` removes it; without the annotation the controller leaves it as it is. Not read when a member of the group has `wafv2-acl-name`.',
    example: webAclArn,
  },
  'wafv2-acl-name': {
    ...exclusive,
    kind: text({ describe: 'the name of a regional WAFv2 web ACL, or `none`', values: ['none'] }),
    since: '2.14.0',
    classParams: 'wafv2AclName',
    live: 'webAclNames',
    aws: `${WAF}/web-acl.html`,
    doc: "The WAFv2 web ACL in front of the load balancer, by name. It beats `wafv2-acl-arn` and needs the permission `wafv2:ListWebACLs`, which the controller's published policy lacks. `none` removes the web ACL.",
    example: 'shop-web-acl',
  },
  'waf-acl-id': {
    ...exclusive,
    kind: text({ describe: 'the ID of a regional WAF Classic web ACL, or `none`', values: ['none'] }),
    since: '1.0.0',
    deprecated: 'AWS WAF Classic has reached its end of life. Use `wafv2-acl-arn`.',
    autoMode: 'EKS Auto Mode does not support WAF Classic; use `wafv2-acl-arn`.',
    aws: `${WAF}/classic-waf-chapter.html`,
    doc: 'The WAF Classic web ACL in front of the load balancer. `none` removes it; without the annotation the controller leaves it as it is.',
    example: '12345678-1234-1234-1234-123456789012',
  },
  'web-acl-id': {
    ...exclusive,
    kind: text({ describe: 'the ID of a regional WAF Classic web ACL, or `none`', values: ['none'] }),
    since: '1.0.0',
    deprecated:
      'The old name of `waf-acl-id`, and AWS WAF Classic has reached its end of life. Use `wafv2-acl-arn`.',
    autoMode: 'EKS Auto Mode does not support WAF Classic; use `wafv2-acl-arn`.',
    anchor: 'waf-acl-id',
    aws: `${WAF}/classic-waf-chapter.html`,
    doc: 'The WAF Classic web ACL in front of the load balancer. Read only where `waf-acl-id` is absent.',
    example: '12345678-1234-1234-1234-123456789012',
  },
  'shield-advanced-protection': {
    ...exclusive,
    kind: bool(),
    since: '1.1.6',
    autoMode: 'EKS Auto Mode ignores this annotation; manage Shield Advanced outside of Kubernetes.',
    aws: `${WAF}/ddos-advanced-summary.html`,
    doc: 'Switches AWS Shield Advanced on or off for the load balancer. Without the annotation the controller leaves it as it is. Needs a subscription.',
    example: 'true',
  },
  'security-groups': {
    ...exclusive,
    kind: list({ describe: 'security group IDs or values of the tag `Name`', of: text() }),
    mergeNote: 'The order counts: the same groups in another order are a conflict.',
    since: '1.0.0',
    live: 'securityGroups',
    aws: `${ELB}/application/load-balancer-update-security-groups.html`,
    doc: 'Your own security groups for the load balancer instead of one that the controller makes. `inbound-cidrs` and `security-group-prefix-lists` are then ignored, and the way to nodes and pods is yours to open unless `manage-backend-security-group-rules` is `true`.',
    example: 'sg-0a1b2c3d4e5f60718',
  },
  'listen-ports': {
    kind: json<ListenPorts>({
      describe: 'a list of protocols and ports as JSON',
      shape: shapes.listenPorts,
      refine: onePortOnce,
      failure: (raw) => `failed to parse listen-ports configuration: \`${raw}\``,
      skeletons: [
        { label: 'HTTP and HTTPS', doc: 'Ports 80 and 443.', snippet: '[{"HTTP": 80}, {"HTTPS": 443}]' },
        { label: 'HTTPS', doc: 'Port 443.', snippet: '[{"HTTPS": ${1:443}}]' },
        { label: 'HTTP', doc: 'Port 80.', snippet: '[{"HTTP": ${1:80}}]' },
      ],
    }),
    fallback: '[{"HTTP": 80}]',
    on: ingress,
    merge: 'merge',
    mergeNote: 'The rules of an Ingress go to its own ports only. One port with two protocols is a conflict.',
    since: '1.0.0',
    aws: `${ELB}/application/load-balancer-listeners.html`,
    doc: 'The ports on which the load balancer listens for this Ingress. Without it HTTPS on 443 if a certificate is given (`certificate-arn`, IngressClassParams, or one made by `create-acm-cert`), else HTTP on 80.',
    example: '[{"HTTP": 80}, {"HTTPS": 443}]',
  },
  'ssl-redirect': {
    ...exclusive,
    kind: integer({ min: 1, max: 65535, suggest: [443] }),
    mergeNote: 'It works on every HTTP listener of the group: their own rules are removed.',
    since: '2.2.0',
    classParams: 'sslRedirectPort',
    aws: `${ELB}/application/rule-action-types.html#redirect-actions`,
    doc: 'Every HTTP listener answers with a redirect to HTTPS on this port and nothing else. The group must have an HTTPS listener on the port.',
    example: '443',
  },
  'inbound-cidrs': {
    kind: list({ describe: 'address ranges in CIDR notation', of: cidr() }),
    fallback: '0.0.0.0/0, ::/0',
    on: ingress,
    merge: 'perListener',
    since: '1.0.0',
    classParams: 'inboundCIDRs',
    aws: 'https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html',
    doc: 'Who may connect to the listeners of this Ingress. Ignored when `security-groups` is set. IPv6 ranges count only on a dual-stack load balancer. With `security-group-prefix-lists` alone the default is dropped.',
    example: '10.0.0.0/8, 203.0.113.0/24',
  },
  'certificate-arn': {
    kind: list({
      describe: 'ARNs of certificates',
      of: certificate(),
    }),
    on: ingress,
    merge: 'merge',
    mergeNote:
      'The first certificate of the first member is the default of the listener; all others are chosen by host name (SNI).',
    since: '1.0.0',
    classParams: 'certificateArn',
    live: 'certificates',
    aws: `${ELB}/application/https-listener-certificates.html`,
    doc: "Certificates of the HTTPS listeners, the first one is the default. They must be in the load balancer's region. Without it the controller looks in ACM for certificates that fit the hosts of `spec.tls` and the rules.",
    example: certificateArn,
  },
  'ssl-policy': {
    kind: sslPolicy(),
    fallback: 'ELBSecurityPolicy-2016-08',
    on: ingress,
    merge: 'perListener',
    since: '1.0.0',
    classParams: 'sslPolicy',
    live: 'sslPolicies',
    aws: `${ELB}/application/describe-ssl-policies.html`,
    doc: 'The TLS versions and ciphers that the HTTPS listeners accept. The default of the controller still allows TLS 1.0.',
    example: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
  },
  'target-type': {
    ...onTargets,
    kind: oneOf('instance', 'ip'),
    fallback: 'instance',
    since: '1.0.0',
    classParams: 'targetType',
    aws: `${ELB}/application/load-balancer-target-groups.html#target-type`,
    doc: '`instance` sends to the node port of every node and needs a Service of type NodePort or LoadBalancer. `ip` sends straight to the pods, works with any Service and is needed on Fargate. A change makes a new target group.',
    example: 'ip',
  },
  'backend-protocol': {
    ...onTargets,
    kind: oneOf('HTTP', 'HTTPS'),
    fallback: 'HTTP',
    since: '1.0.0',
    aws: `${ELB}/application/load-balancer-target-groups.html#target-group-routing-configuration`,
    doc: 'The protocol towards the pods. The certificate of a pod is not checked. Health checks follow unless `healthcheck-protocol` says otherwise. A change makes a new target group.',
    example: 'HTTPS',
  },
  'backend-protocol-version': {
    ...onTargets,
    kind: oneOf('HTTP1', 'HTTP2', 'GRPC'),
    fallback: 'HTTP1',
    since: '2.1.0',
    aws: `${ELB}/application/load-balancer-target-groups.html#target-group-protocol-version`,
    doc: 'The version of HTTP towards the pods. `GRPC` needs an HTTPS listener and changes the defaults of the health check. A change makes a new target group.',
    example: 'GRPC',
  },
  'target-group-attributes': {
    ...onTargets,
    kind: map({ describe: 'target group attributes as `key=value` pairs', table: targetGroupAttributes }),
    since: '1.0.0',
    aws: targetGroupAttributes.href,
    doc: 'Settings of the target groups such as stickiness, the time for draining, and the algorithm. The value on a Service replaces that of the Ingress as a whole. An attribute that you remove again keeps its last value in AWS.',
    example: 'deregistration_delay.timeout_seconds=30,stickiness.enabled=true',
  },
  'healthcheck-port': {
    ...onTargets,
    kind: healthCheckPort(true),
    fallback: 'traffic-port',
    since: '1.0.0',
    aws: health,
    doc: "The port for health checks. A port of the Service by name means its node port with target type `instance`, else the pod's port, which must then be a number.",
    example: 'traffic-port',
  },
  'healthcheck-protocol': {
    ...onTargets,
    kind: oneOf('HTTP', 'HTTPS'),
    since: '1.0.0',
    aws: health,
    doc: 'The protocol of health checks. Without it that of `backend-protocol`.',
    example: 'HTTP',
  },
  'healthcheck-path': {
    ...onTargets,
    kind: path(),
    fallback: '/',
    since: '1.0.0',
    aws: health,
    doc: 'The path that health checks ask for; with protocol version GRPC a method, by default `/AWS.ALB/healthcheck`. A path that answers with a redirect or asks for a login makes the targets unhealthy.',
    example: '/healthz',
  },
  'healthcheck-interval-seconds': {
    ...onTargets,
    kind: seconds(5, 300, 10, 15, 30),
    fallback: '15',
    since: '1.0.0',
    aws: health,
    doc: 'Time between two health checks of a target. It must be longer than `healthcheck-timeout-seconds`.',
    example: '10',
  },
  'healthcheck-timeout-seconds': {
    ...onTargets,
    kind: seconds(2, 120, 5, 10),
    fallback: '5',
    since: '1.0.0',
    aws: health,
    doc: 'Time after which a health check without an answer has failed. It must be shorter than `healthcheck-interval-seconds`.',
    example: '5',
  },
  'healthy-threshold-count': {
    ...onTargets,
    kind: threshold(),
    fallback: '2',
    since: '1.0.0',
    aws: health,
    doc: 'Successful health checks in a row that make an unhealthy target healthy.',
    example: '2',
  },
  'unhealthy-threshold-count': {
    ...onTargets,
    kind: threshold(),
    fallback: '2',
    since: '1.0.0',
    aws: health,
    doc: 'Failed health checks in a row that make a target unhealthy.',
    example: '2',
  },
  'success-codes': {
    ...onTargets,
    kind: successCodes(
      [
        [200, 499, 'HTTP'],
        [0, 99, 'gRPC'],
      ],
      ['200', '200-299', '200-399', '200,301,302', '12', '0'],
    ),
    fallback: '200',
    since: '1.0.0',
    aws: health,
    doc: 'The answers that count as healthy. With protocol version GRPC these are gRPC codes, by default `12`.',
    example: '200-299',
  },
  'auth-type': {
    ...onTargets,
    kind: oneOf('none', 'oidc', 'cognito'),
    fallback: 'none',
    since: '1.1.0',
    autoMode: 'EKS Auto Mode does not support `oidc`; use `cognito`, or authenticate in the application.',
    aws: authentication,
    doc: 'Whether users must log in first, and where. It works on HTTPS listeners only: an HTTP listener without `ssl-redirect` lets everybody in.',
    example: 'cognito',
  },
  'auth-idp-cognito': {
    ...onTargets,
    kind: json<CognitoConfig>({
      describe: 'a Cognito user pool as JSON',
      shape: shapes.cognito,
      skeletons: [
        {
          label: 'Cognito user pool',
          doc: 'The pool, its client and its domain.',
          snippet:
            '{"userPoolARN":"${1:arn:aws:cognito-idp:REGION:ACCOUNT:userpool/ID}","userPoolClientID":"${2:client-id}","userPoolDomain":"${3:my-domain}"}',
        },
      ],
    }),
    since: '1.1.0',
    aws: authentication,
    doc: 'The Cognito user pool for `auth-type: cognito`. The domain is the prefix only, not the whole host name.',
    example:
      '{"userPoolARN":"arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_abc","userPoolClientID":"1example23456789","userPoolDomain":"shop"}',
  },
  'auth-idp-oidc': {
    ...onTargets,
    kind: json<OidcConfig>({
      describe: 'an OpenID Connect provider as JSON',
      shape: shapes.oidc,
      skeletons: [
        {
          label: 'OpenID Connect provider',
          doc: 'Its endpoints, and the Secret with client ID and secret.',
          snippet:
            '{"issuer":"https://${1:idp.example.com}","authorizationEndpoint":"https://${1:idp.example.com}/${2:authorize}","tokenEndpoint":"https://${1:idp.example.com}/${3:token}","userInfoEndpoint":"https://${1:idp.example.com}/${4:userinfo}","secretName":"${5:oidc-client}"}',
        },
      ],
    }),
    since: '1.1.0',
    autoMode:
      'EKS Auto Mode does not support OpenID Connect; use `auth-type: cognito`, or authenticate in the application.',
    aws: authentication,
    doc: 'The identity provider for `auth-type: oidc`. The Secret has the keys `clientID` and `clientSecret` and stands in the namespace of the Ingress, where the controller must be allowed to read it.',
    example:
      '{"issuer":"https://idp.example.com","authorizationEndpoint":"https://idp.example.com/authorize","tokenEndpoint":"https://idp.example.com/token","userInfoEndpoint":"https://idp.example.com/userinfo","secretName":"oidc-client"}',
  },
  'auth-on-unauthenticated-request': {
    ...onTargets,
    kind: oneOf('authenticate', 'allow', 'deny'),
    fallback: 'authenticate',
    since: '1.1.0',
    aws: authentication,
    doc: 'What happens to a request without a login: send it to the identity provider, let it through, or answer 401.',
    example: 'deny',
  },
  'auth-scope': {
    ...onTargets,
    kind: text({
      describe: 'scopes with spaces between them',
      values: [
        'openid',
        'openid email',
        'openid email profile',
        'openid phone',
        'aws.cognito.signin.user.admin',
      ],
    }),
    fallback: 'openid',
    since: '1.1.0',
    aws: authentication,
    doc: 'What the identity provider is asked to tell about the user.',
    example: 'openid email',
  },
  'auth-session-cookie': {
    ...onTargets,
    kind: text({ describe: 'the name of a cookie' }),
    fallback: 'AWSELBAuthSessionCookie',
    since: '1.1.0',
    aws: authentication,
    doc: 'The cookie that keeps the login. Give applications on one host their own if their logins differ.',
    example: 'shop-session',
  },
  'auth-session-timeout': {
    ...onTargets,
    kind: integer({ min: 1, max: 604800, bits: 64, unit: 'seconds', suggest: [3600, 86400, 604800] }),
    fallback: '604800',
    since: '1.1.0',
    aws: authentication,
    doc: 'How long a login lasts.',
    example: '86400',
  },
  'jwt-validation': {
    kind: json<JwtValidation>({
      describe: 'the check of JSON Web Tokens as JSON',
      shape: shapes.jwt,
      skeletons: [
        {
          label: 'Token validation',
          doc: 'Key set and issuer.',
          snippet:
            '{"jwksEndpoint":"https://${1:idp.example.com}/${2:.well-known/jwks.json}","issuer":"https://${1:idp.example.com}"}',
        },
      ],
    }),
    on: ingress,
    merge: 'own',
    since: '2.15.0',
    aws: `${ELB}/application/listener-verify-jwt.html`,
    doc: 'Lets only requests with a valid token in the `Authorization` header through. It works on HTTPS listeners only, and not together with `auth-type`.',
    example:
      '{"jwksEndpoint":"https://idp.example.com/.well-known/jwks.json","issuer":"https://idp.example.com"}',
  },
  'target-node-labels': {
    ...onTargets,
    kind: map({ describe: 'node labels as `key=value` pairs' }),
    since: '2.2.0',
    aws: `${ELB}/application/load-balancer-target-groups.html`,
    doc: 'With target type `instance`: only nodes with all these labels become targets.',
    example: 'node.kubernetes.io/pool=edge',
  },
  'manage-backend-security-group-rules': {
    ...exclusive,
    kind: bool(),
    fallback: 'false',
    since: '2.3.0',
    aws: 'https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html',
    doc: 'With your own `security-groups`: the controller attaches its shared back-end security group too and opens the way to nodes and pods.',
    example: 'true',
  },
  'mutual-authentication': {
    kind: json<readonly MutualAuthenticationEntry[]>({
      describe: 'client certificate settings per port as JSON',
      shape: shapes.mutualAuthentication,
      failure: (raw) =>
        `failed to parse mutualAuthentication configuration from ingress annotation: \`${raw}\``,
      skeletons: [
        {
          label: 'Verify',
          doc: 'Client certificates are checked against a trust store.',
          snippet: '[{"port": ${1:443}, "mode": "verify", "trustStore": "${2:name}"}]',
        },
        {
          label: 'Pass through',
          doc: 'Client certificates are passed to the target in headers.',
          snippet: '[{"port": ${1:443}, "mode": "passthrough"}]',
        },
        { label: 'Off', doc: 'Switches it off again.', snippet: '[{"port": ${1:443}, "mode": "off"}]' },
      ],
    }),
    on: ingress,
    merge: 'perListener',
    since: '2.7.0',
    aws: `${ELB}/application/mutual-authentication.html`,
    doc: 'Client certificates (mTLS) on HTTPS listeners. To switch it off again write the mode `off`: removing the annotation does not.',
    example: '[{"port": 443, "mode": "verify", "trustStore": "shop-clients"}]',
  },
  'security-group-prefix-lists': {
    kind: list({
      describe: 'IDs of managed prefix lists',
      of: prefixList(),
    }),
    on: ingress,
    merge: 'perListener',
    since: '2.8.0',
    classParams: 'prefixListsIDs',
    live: 'prefixLists',
    aws: 'https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html',
    doc: 'Prefix lists that may connect to the listeners of this Ingress. Ignored when `security-groups` is set. Each counts with its weight against the quota of rules per security group.',
    example: 'pl-0123456789abcdef0',
  },
  'multi-cluster-target-group': {
    ...onTargets,
    kind: bool(),
    fallback: 'false',
    mergeNote:
      '`true` on either the Ingress or the Service switches it on; `false` on one does not switch off the other.',
    since: '2.10.0',
    aws: `${ELB}/application/load-balancer-target-groups.html`,
    doc: 'Shares the target groups with other clusters: the controller removes only targets that it added itself. It does not protect the target groups from deletion.',
    example: 'true',
  },
  'minimum-load-balancer-capacity': {
    kind: map({ describe: '`CapacityUnits=` and a number', table: capacityAttributes }),
    on: ingress,
    merge: 'exclusive',
    since: '2.11.0',
    classParams: 'minimumLoadBalancerCapacity',
    anchor: 'load-balancer-capacity-reservation',
    aws: capacityAttributes.href,
    doc: 'Capacity that is kept ready for sudden load and is paid for. Removing the annotation does not end it: write `CapacityUnits=0`.',
    example: 'CapacityUnits=1000',
  },
  'ipam-ipv4-pool-id': {
    ...exclusive,
    kind: ipamPool(),
    since: '2.12.0',
    classParams: 'ipamConfiguration.ipv4IPAMPoolId',
    live: 'ipamPools',
    aws: 'https://docs.aws.amazon.com/vpc/latest/ipam/intro-byoip.html',
    doc: 'The pool from which the load balancer takes its public IPv4 addresses; when it is empty, AWS gives others.',
    example: 'ipam-pool-0123456789abcdef0',
  },
  'enable-frontend-nlb': {
    ...exclusive,
    kind: bool(),
    fallback: 'false',
    since: '2.13.0',
    aws: `${ELB}/network/application-load-balancer-target.html`,
    doc: 'Puts a Network Load Balancer with fixed addresses in front of the Application Load Balancer. Switch it off before you change `scheme`.',
    example: 'true',
  },
  'frontend-nlb-scheme': {
    ...exclusive,
    kind: oneOf('internal', 'internet-facing'),
    fallback: 'internal',
    since: '2.13.0',
    aws: `${ELB}/network/network-load-balancers.html`,
    doc: 'Whether the front-end NLB has public addresses. Without it the default of the controller, whatever the scheme of the Application Load Balancer.',
    example: 'internet-facing',
  },
  'frontend-nlb-subnets': {
    ...exclusive,
    kind: list({ describe: 'subnet IDs or values of the tag `Name`', of: text() }),
    mergeNote: 'The order does not matter.',
    since: '2.13.0',
    live: 'subnets',
    aws: `${ELB}/network/network-load-balancers.html#availability-zones`,
    doc: 'The subnets of the front-end NLB. Without it they are found by their tags.',
    example: 'subnet-0a1b2c3d4e5f60718, subnet-1a2b3c4d5e6f70819',
  },
  'frontend-nlb-security-groups': {
    ...exclusive,
    kind: list({ describe: 'security group IDs or values of the tag `Name`', of: text() }),
    mergeNote: 'The order counts: the same groups in another order are a conflict.',
    since: '2.13.0',
    live: 'securityGroups',
    aws: `${ELB}/network/load-balancer-security-groups.html`,
    doc: 'Security groups of the front-end NLB. Without it those of the Application Load Balancer.',
    example: 'sg-0a1b2c3d4e5f60718',
  },
  'frontend-nlb-listener-port-mapping': {
    kind: map({ describe: 'ports as `NLB port=ALB port` pairs', checkPair: checkPortPair, quoted: true }),
    on: ingress,
    merge: 'merge',
    since: '2.13.0',
    aws: `${ELB}/network/load-balancer-listeners.html`,
    doc: 'Which port of the NLB leads to which port of the Application Load Balancer. With it only the ports named here get an NLB listener; a port that the Ingress does not listen on is skipped. Without it every port leads to itself.',
    example: '80=80,443=443',
  },
  'frontend-nlb-eip-allocations': {
    ...exclusive,
    kind: list({
      describe: 'allocation IDs of Elastic IP addresses',
      of: elasticIp(),
    }),
    since: '2.14.0',
    live: 'elasticIps',
    aws: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html',
    doc: 'Fixed public addresses of an internet-facing front-end NLB, as many as it has subnets.',
    example: 'eipalloc-0123456789abcdef0, eipalloc-1123456789abcdef0',
  },
  'frontend-nlb-healthcheck-port': {
    ...nlbHealth,
    kind: healthCheckPort(false),
    fallback: 'traffic-port',
    doc: 'The port on which the NLB checks the Application Load Balancer.',
    example: 'traffic-port',
  },
  'frontend-nlb-healthcheck-protocol': {
    ...nlbHealth,
    kind: oneOf('HTTP', 'HTTPS'),
    fallback: 'HTTP',
    doc: 'The protocol with which the NLB checks the Application Load Balancer. Use `HTTPS` when the port is that of an HTTPS listener.',
    example: 'HTTPS',
  },
  'frontend-nlb-healthcheck-path': {
    ...nlbHealth,
    kind: path(),
    fallback: '/',
    doc: 'The path with which the NLB checks the Application Load Balancer. Some rule must answer it.',
    example: '/healthz',
  },
  'frontend-nlb-healthcheck-interval-seconds': {
    ...nlbHealth,
    kind: seconds(5, 300, 10, 15, 30),
    fallback: '15',
    doc: 'Time between two checks of the Application Load Balancer by the NLB.',
    example: '15',
  },
  'frontend-nlb-healthcheck-timeout-seconds': {
    ...nlbHealth,
    kind: seconds(2, 120, 5, 10),
    fallback: '5',
    doc: 'Time after which a check by the NLB without an answer has failed.',
    example: '5',
  },
  'frontend-nlb-healthcheck-healthy-threshold-count': {
    ...nlbHealth,
    kind: threshold(),
    fallback: '2',
    doc: 'Successful checks in a row after which the NLB sends to the Application Load Balancer.',
    example: '3',
  },
  'frontend-nlb-healthcheck-unhealthy-threshold-count': {
    ...nlbHealth,
    kind: threshold(),
    fallback: '2',
    doc: 'Failed checks in a row after which the NLB no longer sends to the Application Load Balancer.',
    example: '3',
  },
  'frontend-nlb-healthcheck-success-codes': {
    ...nlbHealth,
    kind: successCodes([[200, 599, 'HTTP']], ['200', '200-299', '200-399', '200-499']),
    fallback: '200',
    doc: 'The answers of the Application Load Balancer that the NLB takes as healthy.',
    example: '200-399',
  },
  'frontend-nlb-attributes': {
    ...exclusive,
    kind: map({
      describe: 'load balancer attributes as `key=value` pairs',
      table: networkLoadBalancerAttributes,
    }),
    mergeNote: 'All members must write the same: an Ingress without it conflicts with one that has it.',
    since: '3.2.0',
    aws: networkLoadBalancerAttributes.href,
    doc: 'Settings of the front-end NLB such as access logs and deletion protection.',
    example: 'load_balancing.cross_zone.enabled=true',
  },
  'frontend-nlb-tags': {
    ...exclusive,
    kind: map({ describe: 'AWS tags as `key=value` pairs', checkPair: checkTag }),
    since: '2.14.0',
    aws: 'https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html',
    doc: 'Tags of the front-end NLB. Without it those of the Application Load Balancer.',
    example: 'team=platform',
  },
  'use-regex-path-match': {
    kind: bool(),
    fallback: 'false',
    on: ingress,
    merge: 'own',
    since: '2.14.1',
    aws: `${ELB}/application/rule-condition-types.html#path-conditions`,
    doc: 'Reads paths with `pathType: ImplementationSpecific` as regular expressions, after a leading `/` that is taken away. Additional path conditions must then be regular expressions as well.',
    example: 'true',
  },
  'create-acm-cert': {
    kind: bool(),
    fallback: 'false',
    on: ingress,
    merge: 'own',
    since: '3.3.0',
    aws: 'https://docs.aws.amazon.com/acm/latest/userguide/gs-acm-request-public.html',
    doc: 'Has the controller request a certificate in ACM for the hosts of this Ingress. Needs the feature gate `EnableCertificateManagement`, more IAM permissions and at least one host. Ignored where `certificate-arn` is set.',
    example: 'true',
  },
  'acm-pca-arn': {
    kind: arn(
      'a private certificate authority',
      'acm-pca',
      'certificate-authority/.+',
      'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/12345678-1234-1234-1234-123456789012',
    ),
    on: ingress,
    merge: 'own',
    since: '3.3.0',
    live: 'certificateAuthorities',
    aws: 'https://docs.aws.amazon.com/acm/latest/userguide/gs-acm-request-private.html',
    doc: 'With `create-acm-cert`: the private authority that issues the certificate instead of Amazon.',
    example:
      'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/12345678-1234-1234-1234-123456789012',
  },
  'dry-run-plan': {
    kind: text({ describe: 'a plan that the controller has written' }),
    on: ingress,
    merge: 'own',
    mergeNote: 'The controller writes it on one member of the group.',
    since: '3.4.0',
    controllerOwned: true,
    doc: 'Written by a controller in dry-run mode: the resources it would make, as JSON. Do not write it yourself.',
    example: '{}',
  },
} satisfies Record<string, Annotation>;

function checkPortPair(from: string, to: string) {
  const bad = [from, to].filter((port) => !/^[0-9]+$/.test(port) || Number(port) < 1 || Number(port) > 65535);
  return bad.map((port) => ({
    code: 'malformed-value' as const,
    message: `\`${port}\` is not a port.`,
    advice: 'Write `80=80`: the port of the NLB, then that of the ALB.',
  }));
}
