/** What goes wrong for people who run load balancers on EKS, the worst first, and which rules tell it before a deployment. */
import type { RuleCode } from '.';

/** Where it can be decided: in one file, in several, in part, or not in files. */
export type Decidable = 'file' | 'files' | 'partly' | 'no';

export interface Problem {
  readonly symptom: string;
  readonly decidable: Decidable;
  readonly rules?: readonly RuleCode[];
  /** Who knows what files cannot tell. */
  readonly asks?: 'AWS' | 'cluster';
  /** The command of `ekslb` that asks and tells. */
  readonly command?: 'plan' | 'inspect';
  /** Why there is no rule, or what the rules leave out. */
  readonly reason?: string;
}

export const problems: Readonly<Record<number, Problem>> = {
  1: {
    symptom: 'The event on one Ingress names another one: nothing in the group is updated or deleted',
    decidable: 'files',
    rules: ['group-build-failed', 'group-conflict'],
  },
  2: {
    symptom:
      'Subnets are not found by themselves: role tag missing, tagged for another cluster, too few free addresses',
    decidable: 'no',
    command: 'plan',
    asks: 'AWS',
    reason: 'The tags and the free addresses of the subnets decide.',
  },
  3: {
    symptom: 'The controller was upgraded and its IAM policy was not: access denied for a new action',
    decidable: 'no',
    asks: 'AWS',
    reason: 'The policy of the role of the controller decides.',
  },
  4: {
    symptom: 'The controller gets no credentials: web identity is refused',
    decidable: 'no',
    asks: 'AWS',
    reason: 'The trust policy, the OIDC provider and the service account decide.',
  },
  5: {
    symptom: 'The controller restarts again and again, as it cannot read its VPC from instance metadata',
    decidable: 'no',
    asks: 'AWS',
    reason: 'The hop limit of the nodes and the arguments of the controller decide.',
  },
  6: {
    symptom: 'Every Ingress is refused, as the webhook of the controller has no endpoint',
    decidable: 'no',
    asks: 'cluster',
    reason: 'Whether the controller is ready decides.',
  },
  7: {
    symptom: 'Every Ingress is refused, as the certificate of the webhook is not trusted',
    decidable: 'no',
    asks: 'cluster',
    reason: 'The bundle of the webhook and its Secret decide.',
  },
  8: {
    symptom: 'The webhook is not reached from the control plane',
    decidable: 'no',
    asks: 'AWS',
    reason: 'The security group of the nodes decides.',
  },
  9: {
    symptom: 'Not exactly one security group of the node or pod carries the tag of the cluster',
    decidable: 'no',
    asks: 'AWS',
    reason: 'The tags of the security groups decide.',
  },
  10: {
    symptom: 'Target type instance, and the Service has no node port',
    decidable: 'files',
    rules: ['service-not-node-port', 'binding-not-node-port'],
  },
  11: {
    symptom: 'Nothing happens, and there is no error: the key of an annotation is not one of the controller',
    decidable: 'file',
    rules: [
      'unknown-annotation',
      'annotation-prefix',
      'annotation-name',
      'annotation-on-service',
      'annotation-on-class',
      'needs-newer-controller',
    ],
  },
  12: {
    symptom: 'A value is not in quotes, and the API server refuses the object or drops its annotations',
    decidable: 'file',
    rules: ['value-not-string'],
  },
  13: {
    symptom: 'The certificate is of another region, not issued, or its ARN is not one',
    decidable: 'file',
    rules: ['certificate-region', 'malformed-value', 'certificate-not-usable'],
  },
  14: {
    symptom: '503 with "Backend service does not exist", while the controller reports success',
    decidable: 'files',
    rules: ['service-not-found', 'weighted-service-not-found', 'binding-service-not-found'],
  },
  15: {
    symptom:
      '503 with "Backend action does not exist", or a rule without its condition that takes everything',
    decidable: 'file',
    rules: ['action-not-found', 'action-unused', 'condition-unused', 'transform-unused'],
  },
  16: {
    symptom: 'The deletion of an Ingress hangs on its finalizer',
    decidable: 'no',
    asks: 'cluster',
    reason: 'What still refers to the security group, and whether the controller runs, decides.',
  },
  17: {
    symptom: 'Subnets in fewer than two Availability Zones',
    decidable: 'file',
    rules: ['too-few-subnets', 'duplicate-subnet'],
  },
  18: {
    symptom: 'Two subnets of one Availability Zone',
    decidable: 'no',
    command: 'plan',
    asks: 'AWS',
    reason: 'The zones of the subnets decide.',
  },
  19: {
    symptom: 'A public load balancer times out now and then: one of its subnets is private',
    decidable: 'no',
    asks: 'AWS',
    reason: 'The route tables of the subnets decide.',
  },
  20: {
    symptom: 'No issued certificate fits a host',
    decidable: 'partly',
    command: 'plan',
    rules: ['certificate-not-found', 'https-without-certificate'],
    asks: 'AWS',
  },
  21: {
    symptom: 'A wildcard in a path of type Prefix or Exact',
    decidable: 'file',
    rules: ['path-wildcard'],
  },
  22: {
    symptom: 'The wrong backend answers: an earlier rule takes the requests',
    decidable: 'files',
    rules: ['unreachable-rule'],
  },
  23: { symptom: '404 below a path that looks like a prefix', decidable: 'file', rules: ['path-semantics'] },
  24: {
    symptom: 'Targets are unhealthy, as the path or the codes of the health check do not fit the application',
    decidable: 'partly',
    command: 'inspect',
    rules: ['probe-path', 'probe-protocol', 'health-check-port'],
    asks: 'AWS',
  },
  25: {
    symptom: 'The health check takes longer than its interval',
    decidable: 'file',
    rules: ['health-check-interval'],
  },
  26: {
    symptom: 'All targets are unhealthy after the backend was switched to HTTPS',
    decidable: 'file',
    rules: ['health-check-protocol'],
    reason: 'The protocol of health checks follows the backend now; only an explicit HTTP is a mistake.',
  },
  27: { symptom: 'HTTP codes as success codes of gRPC', decidable: 'file', rules: ['grpc-success-codes'] },
  28: { symptom: 'gRPC without an HTTPS listener', decidable: 'file', rules: ['grpc-needs-https'] },
  29: {
    symptom: 'A redirect to a port that has no HTTPS listener',
    decidable: 'files',
    rules: ['ssl-redirect-port', 'ssl-redirect-without-http'],
  },
  30: {
    symptom: 'The redirect is not installed: it was written as an action',
    decidable: 'file',
    rules: ['ssl-redirect-as-action'],
  },
  31: {
    symptom: 'Plain HTTP on port 443, or one port with two protocols',
    decidable: 'file',
    rules: ['http-on-443', 'https-on-80', 'duplicate-port', 'tls-without-https'],
  },
  32: { symptom: 'The login is got around over http://', decidable: 'file', rules: ['auth-over-http'] },
  33: {
    symptom: 'Members of a group contradict each other in what they share',
    decidable: 'files',
    rules: ['group-conflict'],
  },
  34: {
    symptom: 'Rules vanish: with an invalid name of its group an Ingress leaves it',
    decidable: 'file',
    rules: ['invalid-group-name'],
  },
  35: {
    symptom: 'The order within a group is no number, or out of its range',
    decidable: 'file',
    rules: ['out-of-range', 'not-an-integer'],
  },
  36: { symptom: 'More rules than a load balancer may have', decidable: 'files', rules: ['too-many-rules'] },
  37: {
    symptom: 'More target groups than a load balancer may have',
    decidable: 'files',
    rules: ['too-many-target-groups'],
  },
  38: {
    symptom: 'More targets than a load balancer may have',
    decidable: 'partly',
    asks: 'AWS',
    reason: 'The number of nodes or pods decides, and it changes all the time.',
  },
  39: {
    symptom: 'More certificates than a load balancer may have',
    decidable: 'files',
    rules: ['too-many-certificates'],
  },
  40: {
    symptom: 'More values in the conditions of a rule than AWS takes',
    decidable: 'file',
    rules: ['too-many-condition-values', 'too-many-wildcards', 'repeated-condition'],
  },
  41: {
    symptom: 'Wildcards and regular expressions in one condition',
    decidable: 'file',
    rules: ['mixed-wildcard-regex'],
  },
  42: {
    symptom: '504 after own security groups were named',
    decidable: 'file',
    rules: ['backend-rules-not-managed'],
  },
  43: {
    symptom: 'Security groups are not found by name, as the name is their tag',
    decidable: 'no',
    command: 'plan',
    rules: ['resource-not-found'],
    asks: 'AWS',
    reason: 'The rule compares ids; names are compared with tags that only AWS knows.',
  },
  44: {
    symptom: 'More rules than a security group may have',
    decidable: 'file',
    rules: ['too-many-security-group-rules'],
  },
  45: {
    symptom: 'The web ACL is detached, or Firewall Manager and the controller fight for it',
    decidable: 'partly',
    asks: 'AWS',
    reason: 'Who else associates web ACLs, and the flags of the controller, decide.',
  },
  46: {
    symptom: '`none` as web ACL is refused',
    decidable: 'file',
    rules: ['waf-none-old-controller'],
    reason: 'Right from v2.8.2 on; a mistake only where `.ekslb.yaml` names an older controller.',
  },
  47: {
    symptom: 'Access denied with a web ACL by name',
    decidable: 'file',
    rules: ['waf-acl-name-permission'],
  },
  48: {
    symptom: 'AWS may not write to the bucket for logs',
    decidable: 'partly',
    rules: ['log-bucket-missing', 'logs-not-enabled'],
    asks: 'AWS',
    reason: 'The policy and the region of the bucket decide the rest.',
  },
  49: {
    symptom: 'The controller may not read the Secret of the OIDC client',
    decidable: 'partly',
    rules: ['oidc-secret-not-found'],
    asks: 'cluster',
    reason: 'The roles of the controller decide the rest.',
  },
  50: {
    symptom:
      'A login is refused or ignored: keys of the Secret, no provider, login as an action, a host name for the Cognito prefix',
    decidable: 'file',
    rules: [
      'oidc-secret-keys',
      'auth-provider-missing',
      'auth-provider-unused',
      'auth-as-action',
      'cognito-domain',
    ],
  },
  51: {
    symptom: 'No event and no address: no controller takes the Ingress',
    decidable: 'files',
    rules: ['class-not-found', 'class-missing', 'no-default-class'],
  },
  52: {
    symptom: 'The class is refused: unknown parameters, wrong namespace, several default classes',
    decidable: 'files',
    rules: ['class-parameters', 'class-parameters-not-found', 'class-namespace', 'several-default-classes'],
  },
  53: {
    symptom: 'An old annotation wins over what replaced it',
    decidable: 'file',
    rules: ['legacy-class', 'two-classes', 'deprecated-annotation'],
  },
  54: {
    symptom: 'Kinds or fields are unknown to the cluster: its CRDs are older than the controller',
    decidable: 'no',
    asks: 'cluster',
    reason: 'The CRDs that are installed decide.',
  },
  55: {
    symptom: 'Rules of security groups come and go: two controllers work on one cluster',
    decidable: 'no',
    asks: 'cluster',
    reason: 'The controllers that run decide.',
  },
  56: {
    symptom: 'The load balancer is replaced and its name in DNS changes, as its scheme was changed',
    decidable: 'partly',
    command: 'plan',
    asks: 'AWS',
    reason: 'What exists decides; the plan shows the replacement.',
  },
  57: {
    symptom: 'A target group is replaced, as its type or protocol was changed',
    decidable: 'partly',
    command: 'plan',
    asks: 'AWS',
    reason: 'What exists decides; the plan shows the replacement.',
  },
  58: {
    symptom: 'The name of the load balancer is refused, or taken',
    decidable: 'file',
    rules: ['malformed-value', 'duplicate-load-balancer-name'],
  },
  59: {
    symptom: 'EKS Auto Mode gives each Ingress a load balancer of its own',
    decidable: 'files',
    rules: ['auto-mode-group-name', 'auto-mode-unsupported'],
  },
  60: {
    symptom: 'A shared load balancer of EKS Auto Mode cannot grow',
    decidable: 'no',
    asks: 'AWS',
    reason: 'The managed policy of the cluster decides; its newer versions have the permission.',
  },
  61: {
    symptom: 'EKS Auto Mode does nothing: there is no class of its controller',
    decidable: 'files',
    rules: ['auto-mode-controller'],
  },
  62: {
    symptom: 'Target type instance with pods on Fargate: the target group is empty',
    decidable: 'partly',
    rules: ['fargate-instance'],
  },
  63: {
    symptom: 'Target type ip with a pod network that is not of the VPC',
    decidable: 'no',
    asks: 'cluster',
    reason: 'The network plug-in of the cluster decides.',
  },
  64: {
    symptom: '502 or 504 on every rollout',
    decidable: 'files',
    rules: ['unsafe-rollout'],
    reason: 'A judgement, so it is a hint.',
  },
  65: {
    symptom: 'AWS throttles the account',
    decidable: 'no',
    asks: 'AWS',
    reason: 'The calls of everyone in the account decide.',
  },
  66: {
    symptom: 'A VPC cannot be deleted, as load balancers outlived their cluster',
    decidable: 'no',
    asks: 'AWS',
    reason: 'What is left in the account decides.',
  },
  67: {
    symptom: 'The JSON of an action cannot be read, or parts of it are ignored',
    decidable: 'file',
    rules: ['malformed-json', 'json-type', 'json-missing-field', 'json-unknown-field'],
  },
  68: {
    symptom: 'A list of key=value pairs cannot be read, or quotes become part of a value',
    decidable: 'file',
    rules: ['malformed-map', 'inner-quotes', 'duplicate-attribute'],
  },
  69: {
    symptom: 'Sticky sessions are lost with weighted target groups',
    decidable: 'file',
    rules: ['weighted-stickiness', 'sticky-instances'],
  },
  70: {
    symptom: 'The DNS record is missing',
    decidable: 'partly',
    asks: 'cluster',
    reason: 'Zones, filters and permissions of external-dns decide.',
  },
  71: {
    symptom: 'The load balancer exists but the Ingress has no address, in a cluster without internet access',
    decidable: 'no',
    asks: 'cluster',
    reason: 'The flags of the controller and the endpoints of the VPC decide.',
  },
  72: {
    symptom: 'TLS 1.0 shows up in an audit',
    decidable: 'file',
    rules: ['weak-ssl-policy', 'default-ssl-policy', 'unknown-ssl-policy'],
  },
  73: {
    symptom: 'IPv6 does not fit: subnets, Service or load balancer have none',
    decidable: 'files',
    rules: ['service-ipv6', 'inbound-cidrs-ipv6-only'],
  },
  74: {
    symptom: 'Two members of a group have a default backend',
    decidable: 'files',
    rules: ['several-default-backends'],
  },
  75: {
    symptom: 'Deletion protection holds back the deletion of an Ingress',
    decidable: 'file',
    rules: ['deletion-protection'],
    reason: 'A legal setting with a consequence, so it is a hint.',
  },
  76: {
    symptom: 'The Service has no such port',
    decidable: 'files',
    rules: ['service-port-not-found', 'binding-port-not-found'],
  },
  77: {
    symptom: 'The backend is in another namespace',
    decidable: 'files',
    rules: ['cross-namespace-backend'],
  },
  78: {
    symptom: '`kubectl describe` says that endpoints of an action are not found',
    decidable: 'file',
    reason: 'Harmless, and no mistake of the manifest: the hover of the action says so.',
  },
  79: {
    symptom: 'Annotations of ingress-nginx do nothing after a migration',
    decidable: 'file',
    rules: ['nginx-annotation'],
  },
  80: {
    symptom: 'A certificate is not created',
    decidable: 'file',
    rules: ['certificate-without-hosts', 'certificate-with-many-hosts', 'certificate-management'],
  },
};

/** Rules that find what is not on the list: smaller mistakes of the same kind. */
export const beyondTheList: readonly RuleCode[] = [
  'attribute-conflict',
  'class-override',
  'controller-owned-annotation',
  'deprecated-field',
  'empty-value',
  'field-choice',
  'field-type',
  'in-tree-annotation',
  'invalid-path',
  'jwt-with-login',
  'listener-attributes-port',
  'missing-field',
  'mutual-authentication-port',
  'nlb-action-service',
  'nlb-address-count',
  'nlb-address-scheme',
  'nlb-every-port-tls',
  'nlb-needs-dualstack',
  'nlb-quic-port',
  'nlb-setting-beaten',
  'nlb-tls-port',
  'nlb-tls-without-certificate',
  'not-a-boolean',
  'not-an-option',
  'redirect-loop',
  'service-annotation-ignored',
  'service-external-name',
  'service-taker-unclear',
  'setting-without-effect',
  'target-control-port-instance',
  'target-control-port-unused',
  'too-few-items',
  'too-many-forward-targets',
  'unknown-attribute',
  'unknown-field',
  'wrong-load-balancer-attribute',
];
