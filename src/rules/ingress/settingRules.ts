/** Rules on health checks, networks, attributes, classes and releases. */
import { ingress, specOf } from '../examples';
import type { Rule } from '../rule';

const CERTIFICATE =
  'certificate-arn: arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012';
const POLICY = 'ssl-policy: ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09';
const SECURE = `listen-ports: '[{"HTTPS": 443}]'`;
const ranges = (count: number) =>
  `inbound-cidrs: ${Array.from({ length: count }, (_, at) => `10.0.${at}.0/24`).join(', ')}`;
const named = (count: number) =>
  specOf([{}], { hosts: Array.from({ length: count }, (_, at) => `shop${at}.example.com`) });
const PORTS = `listen-ports: '[{"HTTP": 80}, {"HTTP": 8080}]'`;
const withoutClass = specOf([{}]).replace('ingressClassName: alb\n', '');
const WAF = 'wafv2-acl-arn: none';

export const settingRules = {
  'health-check-interval': {
    severity: 'error',
    title: 'Health check that takes longer than its interval',
    why: 'AWS refuses the target group, and the group stops being updated.',
    bad: ingress({ annotations: ["healthcheck-interval-seconds: '5'"] }),
    good: ingress({ annotations: ["healthcheck-interval-seconds: '5'", "healthcheck-timeout-seconds: '4'"] }),
  },
  'health-check-protocol': {
    severity: 'warning',
    title: 'HTTP health check of an HTTPS backend',
    why: 'A port that speaks TLS does not answer plain HTTP, so that all targets are unhealthy.',
    bad: ingress({ annotations: ['backend-protocol: HTTPS', 'healthcheck-protocol: HTTP'] }),
    good: ingress({ annotations: ['backend-protocol: HTTPS'] }),
  },
  'grpc-success-codes': {
    severity: 'error',
    title: 'Success codes of another protocol',
    why: 'AWS refuses the target group, and the group stops being updated.',
    bad: ingress({
      annotations: [SECURE, CERTIFICATE, POLICY, 'backend-protocol-version: GRPC', "success-codes: '200'"],
    }),
    good: ingress({
      annotations: [SECURE, CERTIFICATE, POLICY, 'backend-protocol-version: GRPC', "success-codes: '0'"],
    }),
  },
  'grpc-needs-https': {
    severity: 'error',
    title: 'gRPC on an HTTP listener',
    why: 'AWS takes target groups for gRPC on HTTPS listeners only, and the group stops being updated.',
    bad: ingress({ annotations: ['backend-protocol-version: GRPC'] }),
    good: ingress({ annotations: [SECURE, CERTIFICATE, POLICY, 'backend-protocol-version: GRPC'] }),
  },
  'target-control-port-instance': {
    severity: 'error',
    title: 'Target control port with target type instance',
    why: 'The controller refuses it and fails to build the load balancer of the whole group.',
    bad: ingress({ annotations: ['target-type: instance', "target-control-port.web.80: '3000'"] }),
    good: ingress({ annotations: ['target-type: ip', "target-control-port.web.80: '3000'"] }),
  },
  'target-control-port-unused': {
    severity: 'warning',
    title: 'Target control port of no backend',
    why: 'The controller looks for the key of each backend and ignores all others.',
    bad: ingress({ annotations: ['target-type: ip', "target-control-port.web.8080: '3000'"] }),
    good: ingress({ annotations: ['target-type: ip', "target-control-port.web.80: '3000'"] }),
  },
  'too-few-subnets': {
    severity: 'error',
    title: 'Only one subnet',
    why: 'An Application Load Balancer needs subnets in two Availability Zones; only on an Outpost or in a Local Zone one is enough.',
    bad: ingress({ annotations: ['subnets: subnet-0a1b2c3d4e5f60718'] }),
    good: ingress({ annotations: ['subnets: subnet-0a1b2c3d4e5f60718, subnet-1a1b2c3d4e5f60718'] }),
  },
  'duplicate-subnet': {
    severity: 'error',
    title: 'Subnet named twice',
    why: 'The controller finds fewer subnets than it was given names, and fails to build the load balancer of the whole group.',
    bad: ingress({
      annotations: ['subnets: subnet-0a1b2c3d4e5f60718, subnet-1a1b2c3d4e5f60718, subnet-0a1b2c3d4e5f60718'],
    }),
    good: ingress({ annotations: ['subnets: subnet-0a1b2c3d4e5f60718, subnet-1a1b2c3d4e5f60718'] }),
  },
  'backend-rules-not-managed': {
    severity: 'warning',
    title: 'Own security groups without a way to the pods',
    why: 'Unless you open it yourself, targets are unhealthy and requests time out with 504.',
    bad: ingress({ annotations: ['security-groups: sg-0a1b2c3d4e5f60718'] }),
    good: ingress({
      annotations: ['security-groups: sg-0a1b2c3d4e5f60718', "manage-backend-security-group-rules: 'true'"],
    }),
  },
  'too-many-security-group-rules': {
    severity: 'error',
    title: 'More rules than a security group may have',
    why: 'AWS refuses the rules beyond its quota, and the group stops being updated.',
    bad: ingress({ annotations: [PORTS, ranges(31)] }),
    good: ingress({ annotations: [PORTS, ranges(30)] }),
  },
  'inbound-cidrs-ipv6-only': {
    severity: 'error',
    title: 'Only IPv6 ranges on an IPv4 load balancer',
    why: 'IPv6 ranges are left out there, so that nobody can connect.',
    bad: ingress({ annotations: ["inbound-cidrs: '2001:db8::/32'"] }),
    good: ingress({ annotations: ["inbound-cidrs: '2001:db8::/32'", 'ip-address-type: dualstack'] }),
  },
  'log-bucket-missing': {
    severity: 'error',
    title: 'Logs without a bucket',
    why: 'AWS refuses the whole change, so the other attributes are not applied either.',
    bad: ingress({ annotations: ['load-balancer-attributes: access_logs.s3.enabled=true'] }),
    good: ingress({
      annotations: ['load-balancer-attributes: access_logs.s3.enabled=true,access_logs.s3.bucket=shop-logs'],
    }),
  },
  'logs-not-enabled': {
    severity: 'information',
    title: 'Bucket for logs that are not switched on',
    why: 'No logs are written until they are switched on.',
    bad: ingress({ annotations: ['load-balancer-attributes: access_logs.s3.bucket=shop-logs'] }),
    good: ingress({
      annotations: ['load-balancer-attributes: access_logs.s3.enabled=true,access_logs.s3.bucket=shop-logs'],
    }),
  },
  'deletion-protection': {
    severity: 'hint',
    title: 'Deletion protection',
    why: 'The controller refuses to delete the Ingress while it is on; an Ingress that leaves its group is not held back.',
    bad: ingress({ annotations: ['load-balancer-attributes: deletion_protection.enabled=true'] }),
    good: ingress({ annotations: ['load-balancer-attributes: deletion_protection.enabled=false'] }),
  },
  'inner-quotes': {
    severity: 'warning',
    title: 'Quotes inside a value',
    why: 'The controller takes everything between `=` and the next comma as it stands.',
    bad: ingress({ annotations: [`tags: team="shop"`] }),
    good: ingress({ annotations: ['tags: team=shop'] }),
  },
  'attribute-conflict': {
    severity: 'error',
    title: 'Target group attributes that exclude each other',
    why: 'AWS refuses the whole change, so the other attributes are not applied either.',
    bad: ingress({
      annotations: ['target-group-attributes: load_balancing.algorithm.anomaly_mitigation=on'],
    }),
    good: ingress({
      annotations: [
        'target-group-attributes: load_balancing.algorithm.type=weighted_random,load_balancing.algorithm.anomaly_mitigation=on',
      ],
    }),
  },
  'sticky-instances': {
    severity: 'hint',
    title: 'Sticky sessions with target type instance',
    why: 'The cookie of the load balancer keeps a client on a node, not on a pod.',
    bad: ingress({ annotations: ['target-group-attributes: stickiness.enabled=true'] }),
    good: ingress({ annotations: ['target-group-attributes: stickiness.enabled=true', 'target-type: ip'] }),
  },
  'waf-acl-name-permission': {
    severity: 'information',
    title: 'Web ACL by name',
    why: 'The published IAM policy of the controller lacks the permission for it, and without it nothing is updated.',
    bad: ingress({ annotations: ['wafv2-acl-name: shop-web-acl'] }),
    good: ingress({
      annotations: [
        'wafv2-acl-arn: arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/12345678-1234-1234-1234-123456789012',
      ],
    }),
  },
  'waf-none-old-controller': {
    severity: 'error',
    title: '`none` as web ACL with an old controller',
    why: 'AWS refuses the request with `minimum field size of 20`, and nothing is updated.',
    profile: { controller: '2.8.1' },
    bad: ingress({ annotations: [WAF] }),
    good: ingress({ annotations: ['scheme: internal'] }),
  },
  'setting-without-effect': {
    severity: 'warning',
    title: 'Setting without effect',
    why: 'The controller ignores it without a word.',
    bad: ingress({ annotations: ['frontend-nlb-scheme: internet-facing'] }),
    good: ingress({ annotations: ["enable-frontend-nlb: 'true'", 'frontend-nlb-scheme: internet-facing'] }),
  },
  'certificate-without-hosts': {
    severity: 'error',
    title: 'Certificate creation without hosts',
    why: 'The controller fails to build the load balancer of the whole group.',
    bad: ingress({ annotations: ["create-acm-cert: 'true'"], spec: specOf([{}], { hosts: [] }) }),
    good: ingress({ annotations: [CERTIFICATE, POLICY], spec: specOf([{}], { hosts: [] }) }),
  },
  'certificate-with-many-hosts': {
    severity: 'warning',
    title: 'Created certificate with many names',
    why: 'ACM refuses a certificate with more names than its quota, and the group stops being updated.',
    bad: ingress({ annotations: ["create-acm-cert: 'true'"], spec: named(11) }),
    good: ingress({ annotations: [CERTIFICATE, POLICY], spec: named(11) }),
  },
  'certificate-management': {
    severity: 'information',
    title: 'Created certificate',
    why: 'Without its feature gate the controller ignores the annotation; without more permissions it fails.',
    bad: ingress({ annotations: ["create-acm-cert: 'true'"] }),
    good: ingress({ annotations: [CERTIFICATE, POLICY] }),
  },
  'two-classes': {
    severity: 'error',
    title: 'Class given in two ways',
    why: 'The API server refuses to create such an Ingress.',
    bad: ingress({ annotations: ['kubernetes.io/ingress.class: alb'] }),
    good: ingress(),
  },
  'legacy-class': {
    severity: 'warning',
    title: 'Class as an annotation',
    why: 'IngressClassParams do not apply to such an Ingress, and EKS Auto Mode ignores it.',
    bad: ingress({ annotations: ['kubernetes.io/ingress.class: alb'], spec: withoutClass }),
    good: ingress(),
  },
  'auto-mode-unsupported': {
    severity: 'warning',
    title: 'Not supported by EKS Auto Mode',
    why: 'The load balancers of Auto Mode are not made by AWS Load Balancer Controller and know fewer settings.',
    profile: { autoMode: true },
    bad: ingress({ annotations: ['group.name: shop'] }),
    good: ingress({ annotations: ['scheme: internal'] }),
  },
  'needs-newer-controller': {
    severity: 'error',
    title: 'Annotation of a later release',
    why: 'The controller ignores keys it does not know, without an event or a log line.',
    profile: { controller: '2.13.0' },
    bad: ingress({ annotations: ["use-regex-path-match: 'true'"] }),
    good: ingress({ annotations: ['scheme: internal'] }),
  },
  'nginx-annotation': {
    severity: 'warning',
    title: 'Annotation of ingress-nginx',
    why: 'AWS Load Balancer Controller does not read it.',
    bad: ingress({ annotations: ['nginx.ingress.kubernetes.io/proxy-body-size: 8m'] }),
    good: ingress({ annotations: ['scheme: internal'] }),
  },
} satisfies Record<string, Rule>;
