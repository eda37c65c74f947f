/**
 * Every annotation of a Service from which AWS Load Balancer Controller v3.5 makes a Network Load Balancer, one row
 * each, by what follows `service.beta.kubernetes.io/aws-load-balancer-`. Names: lbc:pkg/annotations/constants.go,
 * `SvcLBSuffix*`; readers and defaults: lbc:pkg/service; `since`: the first release whose source has the name; Auto
 * Mode: the EKS user guide, "Use Service Annotations to configure Network Load Balancers", "Considerations".
 */
import type { Annotation } from './annotation';
import {
  networkCapacityAttributes,
  networkLoadBalancerAttributes,
  networkTargetGroupAttributes,
} from './attributes';
import {
  certificate,
  certificateArn,
  checkTag,
  cidr,
  elasticIp,
  healthCheckPort,
  loadBalancerName,
  path,
  prefixList,
  successCodes,
} from './formats';
import { bool, integer, list, oneOf, text } from './kinds';
import { map } from './mapKind';
import {
  anyCase,
  everyPort,
  ipAddress,
  onOff,
  servicePort,
  serviceType,
  sourceNatPrefix,
} from './serviceFormats';
import { networkSslPolicies, sslPolicy } from './sslPolicies';

const ELB = 'https://docs.aws.amazon.com/elasticloadbalancing/latest/network';
const IPV6 = 'https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html';

/** A Service has a load balancer of its own, so nothing is ever merged. */
const service = { on: ['Service'], merge: 'own' } as const;
const health = { ...service, since: '2.0.0', aws: `${ELB}/target-group-health-checks.html` } as const;
/** Single settings that became attributes. */
const asAttribute = (attribute: string) =>
  ({
    ...service,
    since: '2.0.0',
    anchor: 'deprecated-attributes',
    aws: networkLoadBalancerAttributes.href,
    deprecated: `Write \`${attribute}\` in \`aws-load-balancer-attributes\` instead; where both stand, this one wins.`,
    autoMode: `EKS Auto Mode ignores this annotation; write \`${attribute}\` in \`aws-load-balancer-attributes\`.`,
  }) as const;

export const serviceCatalogue = {
  type: {
    ...service,
    kind: serviceType(),
    since: '2.0.0',
    autoMode: 'EKS Auto Mode ignores this annotation; use `spec.loadBalancerClass: eks.amazonaws.com/nlb`.',
    anchor: 'lb-type',
    doc: 'With `external` the AWS Load Balancer Controller takes care of the Service if `aws-load-balancer-nlb-target-type` is set as well; any other value leaves it to the cloud provider. Not needed with `spec.loadBalancerClass`. Set it when you create the Service and never change it.',
    example: 'external',
  },
  'nlb-target-type': {
    ...service,
    kind: oneOf('instance', 'ip'),
    fallback: 'instance',
    since: '2.2.0',
    aws: `${ELB}/load-balancer-target-groups.html#target-type`,
    doc: '`instance` sends to the node port of every node. `ip` sends straight to the pods, is needed on Fargate and for ClusterIP Services. The default holds only with `spec.loadBalancerClass`: with `aws-load-balancer-type: external` this annotation must be there.',
    example: 'ip',
  },
  name: {
    ...service,
    kind: loadBalancerName(),
    since: '2.2.0',
    anchor: 'load-balancer-name',
    doc: 'The name of the load balancer instead of `k8s-…`. It must be unique in account and region and counts only when the load balancer is created.',
    example: 'shop-production',
  },
  scheme: {
    ...service,
    kind: oneOf('internal', 'internet-facing'),
    fallback: 'internal',
    since: '2.2.0',
    anchor: 'lb-scheme',
    aws: `${ELB}/network-load-balancers.html`,
    doc: 'Whether the load balancer has public addresses. A later change replaces the load balancer, and its DNS name changes; if you only remove the annotation, it stays as it is.',
    example: 'internet-facing',
  },
  internal: {
    ...service,
    kind: bool(),
    since: '2.0.0',
    deprecated: 'Use `aws-load-balancer-scheme`, which beats it.',
    autoMode: 'EKS Auto Mode ignores this annotation; use `aws-load-balancer-scheme`.',
    anchor: 'lb-internal',
    aws: `${ELB}/network-load-balancers.html`,
    doc: '`true` means `internal`, `false` means `internet-facing`.',
    example: 'true',
  },
  'ip-address-type': {
    ...service,
    kind: oneOf('ipv4', 'dualstack'),
    fallback: 'ipv4',
    since: '2.1.0',
    aws: `${ELB}/network-load-balancers.html#ip-address-type`,
    doc: 'Whether clients reach the load balancer by IPv4 only or by IPv6 too. `dualstack` needs subnets with an IPv6 range; UDP over IPv6 also needs `aws-load-balancer-enable-prefix-for-ipv6-source-nat`.',
    example: 'dualstack',
  },
  subnets: {
    ...service,
    kind: list({ describe: 'subnet IDs or values of the tag `Name`', of: text() }),
    since: '2.1.0',
    live: 'subnets',
    aws: `${ELB}/network-load-balancers.html#availability-zones`,
    doc: 'The subnets of the load balancer, at least one and each in another Availability Zone. Without it those that the load balancer already has, else those with the tag `kubernetes.io/role/elb` (internet-facing) or `kubernetes.io/role/internal-elb`.',
    example: 'subnet-0a1b2c3d4e5f60718, subnet-1a2b3c4d5e6f70819',
  },
  'eip-allocations': {
    ...service,
    kind: list({ describe: 'allocation IDs of Elastic IP addresses', of: elasticIp() }),
    since: '2.0.0',
    live: 'elasticIps',
    aws: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html',
    doc: 'Fixed public addresses of an internet-facing load balancer, exactly as many as it has subnets, in the order of `aws-load-balancer-subnets`.',
    example: 'eipalloc-0123456789abcdef0, eipalloc-1123456789abcdef0',
  },
  'private-ipv4-addresses': {
    ...service,
    kind: list({ describe: 'IPv4 addresses', of: ipAddress(4) }),
    since: '2.2.0',
    aws: IPV6,
    doc: 'Fixed private addresses of an internal load balancer, exactly one from the range of each of its subnets.',
    example: '10.0.1.10, 10.0.2.10',
  },
  'ipv6-addresses': {
    ...service,
    kind: list({ describe: 'IPv6 addresses', of: ipAddress(6) }),
    since: '2.4.4',
    aws: IPV6,
    doc: 'Fixed IPv6 addresses of a dual-stack load balancer, exactly one from the range of each of its subnets.',
    example: '2001:db8:1234:1a00::10, 2001:db8:1234:1a01::10',
  },
  'enable-prefix-for-ipv6-source-nat': {
    ...service,
    kind: onOff(),
    fallback: 'off',
    since: '2.10.0',
    aws: `${ELB}/network-load-balancers.html#ip-address-type`,
    doc: 'Translates the addresses of IPv6 clients, which UDP listeners of a dual-stack load balancer need. Every subnet must have an IPv6 range. To switch it off again, first remove the UDP ports.',
    example: 'on',
  },
  'source-nat-ipv6-prefixes': {
    ...service,
    kind: list({ describe: 'IPv6 prefixes of length 80 or `auto_assigned`', of: sourceNatPrefix() }),
    since: '2.10.0',
    aws: `${ELB}/network-load-balancers.html#ip-address-type`,
    doc: 'The prefixes to which addresses of IPv6 clients are translated, one per subnet, in the order of `aws-load-balancer-subnets`. Only with `aws-load-balancer-enable-prefix-for-ipv6-source-nat`; without it AWS chooses. It cannot change while there is a UDP listener.',
    example: 'auto_assigned, 2001:db8:1234:1a00:1::/80',
  },
  'security-groups': {
    ...service,
    kind: list({ describe: 'security group IDs or values of the tag `Name`', of: text() }),
    since: '2.6.0',
    live: 'securityGroups',
    aws: `${ELB}/load-balancer-security-groups.html`,
    doc: 'Your own security groups for the load balancer instead of one that the controller makes. Source ranges and prefix lists are then ignored, and the way to nodes and pods is yours to open unless `aws-load-balancer-manage-backend-security-group-rules` is `true`. No effect on a load balancer that was created without security groups.',
    example: 'sg-0a1b2c3d4e5f60718',
  },
  'manage-backend-security-group-rules': {
    ...service,
    kind: bool(),
    since: '2.4.0',
    anchor: 'manage-backend-sg-rules',
    aws: 'https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html',
    doc: 'Whether the controller opens the way to nodes and pods. It is read with your own `aws-load-balancer-security-groups`, where the default is that of the controller (`false`), and for load balancers without security groups, where the default is `true`.',
    example: 'true',
  },
  'disable-nlb-sg': {
    ...service,
    kind: bool(),
    fallback: 'false',
    since: '2.14.0',
    anchor: 'nlb-sg-disable',
    aws: `${ELB}/load-balancer-security-groups.html`,
    doc: 'Makes a load balancer without security groups. Decide when you create the Service: AWS can neither add nor remove all security groups later.',
    example: 'true',
  },
  'inbound-sg-rules-on-private-link-traffic': {
    ...service,
    kind: onOff(),
    since: '2.8.0',
    anchor: 'update-security-settings',
    aws: `${ELB}/load-balancer-security-groups.html`,
    doc: 'Whether the rules of the security groups hold for traffic through AWS PrivateLink too. Without it the controller leaves it as it is; AWS begins with `on`.',
    example: 'off',
  },
  'security-group-prefix-lists': {
    ...service,
    kind: list({ describe: 'IDs of managed prefix lists', of: prefixList() }),
    since: '2.8.0',
    live: 'prefixLists',
    anchor: 'lb-security-group-prefix-lists',
    aws: 'https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html',
    doc: 'Prefix lists that may connect. Without source ranges beside it nobody else may. Ignored when `aws-load-balancer-security-groups` is set. Each counts with its weight against the quota of rules per security group.',
    example: 'pl-0123456789abcdef0',
  },
  'enable-icmp-for-path-mtu-discovery': {
    ...service,
    kind: onOff(),
    fallback: 'off',
    since: '2.12.0',
    anchor: 'icmp-path-mtu-discovery',
    aws: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/network_mtu.html#path_mtu_discovery',
    doc: 'Lets the ICMP messages in by which routers say that a packet is too big. Only for the security group that the controller makes, and only for source ranges, not for prefix lists.',
    example: 'on',
  },
  'ssl-cert': {
    ...service,
    kind: list({ describe: 'ARNs of certificates', of: certificate() }),
    since: '2.0.0',
    live: 'certificates',
    aws: `${ELB}/tls-listener-certificates.html`,
    doc: 'Certificates of the TLS listeners, the first one is the default, the others are chosen by host name (SNI). Without it no listener uses TLS; with it all TCP ports do unless `aws-load-balancer-ssl-ports` names some.',
    example: certificateArn,
  },
  'ssl-ports': {
    ...service,
    kind: list({ describe: 'numbers or names of ports of the Service', of: servicePort() }),
    since: '2.0.0',
    aws: `${ELB}/create-tls-listener.html`,
    doc: 'The ports with TLS listeners; the others stay plain. Needs `aws-load-balancer-ssl-cert`. A port that the Service does not have is an error.',
    example: '443, https-admin',
  },
  'ssl-negotiation-policy': {
    ...service,
    kind: sslPolicy(networkSslPolicies),
    fallback: 'ELBSecurityPolicy-2016-08',
    since: '2.0.0',
    live: 'sslPolicies',
    aws: `${ELB}/describe-ssl-policies.html`,
    doc: 'The TLS versions and ciphers that the TLS listeners accept. The default of the controller still allows TLS 1.0.',
    example: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
  },
  'alpn-policy': {
    ...service,
    kind: oneOf('HTTP2Preferred', 'HTTP2Optional', 'HTTP2Only', 'HTTP1Only', 'None'),
    since: '2.1.0',
    aws: `${ELB}/create-tls-listener.html#alpn-policies`,
    doc: 'Which version of HTTP TLS listeners agree on with the client. Without it none is negotiated, and clients use HTTP/1.1.',
    example: 'HTTP2Preferred',
  },
  'backend-protocol': {
    ...service,
    kind: oneOf('ssl', 'tcp'),
    fallback: 'tcp',
    since: '2.0.0',
    aws: `${ELB}/load-balancer-target-groups.html#target-group-routing-configuration`,
    doc: 'With `ssl`, in small letters, TLS listeners encrypt the way to the pods too. Every other value means plain TCP. No effect on ports without TLS.',
    example: 'ssl',
  },
  'target-group-attributes': {
    ...service,
    kind: map({
      describe: 'target group attributes as `key=value` pairs',
      table: networkTargetGroupAttributes,
    }),
    since: '2.1.0',
    aws: networkTargetGroupAttributes.href,
    doc: 'Settings of the target groups such as client addresses, stickiness and draining. For a single port there is `aws-load-balancer-target-group-attributes.<port>`. An attribute that you remove again keeps its last value in AWS.',
    example: 'preserve_client_ip.enabled=true,deregistration_delay.timeout_seconds=60',
  },
  'proxy-protocol': {
    ...service,
    kind: everyPort(),
    since: '2.0.0',
    autoMode:
      'EKS Auto Mode ignores this annotation; write `proxy_protocol_v2.enabled=true` in `aws-load-balancer-target-group-attributes`.',
    anchor: 'proxy-protocol-v2',
    aws: `${ELB}/edit-target-group-attributes.html#proxy-protocol`,
    doc: 'Sends proxy protocol version 2 on all ports, so that the pods learn the address of the client. It beats `aws-load-balancer-target-group-attributes` and `aws-load-balancer-proxy-protocol-per-target-group`.',
    example: '*',
  },
  'proxy-protocol-per-target-group': {
    ...service,
    kind: list({ describe: 'numbers of ports of the Service', of: servicePort(false) }),
    since: '2.13.0',
    anchor: 'proxy-protocol-v2',
    aws: `${ELB}/edit-target-group-attributes.html#proxy-protocol`,
    doc: 'Sends proxy protocol version 2 on these ports and on no other, whatever `aws-load-balancer-target-group-attributes` says.',
    example: '80, 443',
  },
  'target-node-labels': {
    ...service,
    kind: map({ describe: 'node labels as `key=value` pairs' }),
    since: '2.2.0',
    aws: `${ELB}/load-balancer-target-groups.html`,
    doc: 'With target type `instance`: only nodes with all these labels become targets.',
    example: 'node.kubernetes.io/pool=edge',
  },
  'multi-cluster-target-group': {
    ...service,
    kind: bool(),
    fallback: 'false',
    since: '2.10.0',
    aws: `${ELB}/load-balancer-target-groups.html`,
    doc: 'Shares the target groups with other clusters: the controller removes only targets that it added itself. It does not protect the target groups from deletion.',
    example: 'true',
  },
  'enable-tcp-udp-listener': {
    ...service,
    kind: bool(),
    fallback: 'false',
    since: '2.13.0',
    anchor: 'tcp-udp-listener',
    aws: `${ELB}/load-balancer-listeners.html`,
    doc: 'Makes one TCP_UDP listener where the Service has the same port for TCP and UDP. A flag of the controller can change the default.',
    example: 'true',
  },
  'quic-enabled-ports': {
    ...service,
    kind: list({ describe: 'numbers or names of UDP ports of the Service', of: servicePort() }),
    since: '2.15.0',
    anchor: 'nlb-quic-enabled',
    aws: `${ELB}/load-balancer-listeners.html`,
    doc: 'Routes these UDP ports as QUIC, by connection ID, so that a client keeps its pod when its address changes. Needs target type `ip` and pods that carry server IDs. A TCP port is an error.',
    example: '443',
  },
  'healthcheck-protocol': {
    ...health,
    kind: anyCase('TCP', 'HTTP', 'HTTPS'),
    fallback: 'TCP',
    doc: 'The protocol of health checks. With target type `instance` and `externalTrafficPolicy: Local` the default is HTTP.',
    example: 'HTTP',
  },
  'healthcheck-port': {
    ...health,
    kind: healthCheckPort(true),
    fallback: 'traffic-port',
    doc: "The port for health checks. A port of the Service by name means its node port with target type `instance`, else the pod's port, which must then be a number. With target type `instance` and `externalTrafficPolicy: Local` the default is `spec.healthCheckNodePort`.",
    example: 'traffic-port',
  },
  'healthcheck-path': {
    ...health,
    kind: path(),
    fallback: '/',
    doc: 'The path that HTTP and HTTPS health checks ask for. With target type `instance` and `externalTrafficPolicy: Local` the default is `/healthz`.',
    example: '/healthz',
  },
  'healthcheck-success-codes': {
    ...health,
    kind: successCodes([[200, 599, 'HTTP']], ['200', '200-299', '200-399', '200-499']),
    fallback: '200-399',
    since: '2.4.6',
    doc: 'The answers to HTTP and HTTPS health checks that count as healthy.',
    example: '200-399',
  },
  'healthcheck-interval': {
    ...health,
    kind: integer({ min: 5, max: 300, unit: 'seconds', suggest: [10, 15, 30] }),
    fallback: '10',
    doc: 'Time between two health checks of a target.',
    example: '10',
  },
  'healthcheck-timeout': {
    ...health,
    kind: integer({ min: 2, max: 120, unit: 'seconds', suggest: [6, 10] }),
    fallback: '10',
    doc: 'Time after which a health check without an answer has failed. With target type `instance` and `externalTrafficPolicy: Local` the default is 6.',
    example: '6',
  },
  'healthcheck-healthy-threshold': {
    ...health,
    kind: integer({ min: 2, max: 10, suggest: [2, 3, 5] }),
    fallback: '3',
    doc: 'Successful health checks in a row that make an unhealthy target healthy. With target type `instance` and `externalTrafficPolicy: Local` the default is 2.',
    example: '3',
  },
  'healthcheck-unhealthy-threshold': {
    ...health,
    kind: integer({ min: 2, max: 10, suggest: [2, 3, 5] }),
    fallback: '3',
    doc: 'Failed health checks in a row that make a target unhealthy. With target type `instance` and `externalTrafficPolicy: Local` the default is 2.',
    example: '3',
  },
  attributes: {
    ...service,
    kind: map({
      describe: 'load balancer attributes as `key=value` pairs',
      table: networkLoadBalancerAttributes,
    }),
    since: '2.3.0',
    anchor: 'load-balancer-attributes',
    aws: networkLoadBalancerAttributes.href,
    doc: 'Settings of the load balancer such as access logs, cross-zone traffic and deletion protection. An attribute that you remove again keeps its last value in AWS: write its default instead.',
    example: 'load_balancing.cross_zone.enabled=true,deletion_protection.enabled=true',
  },
  'cross-zone-load-balancing-enabled': {
    ...asAttribute('load_balancing.cross_zone.enabled'),
    kind: bool(),
    fallback: 'false',
    doc: 'Spreads connections over the targets of all zones.',
    example: 'true',
  },
  'access-log-enabled': {
    ...asAttribute('access_logs.s3.enabled'),
    kind: bool(),
    fallback: 'false',
    doc: 'Writes access logs of TLS listeners to an S3 bucket. `false` is the same as no annotation: it does not switch off logs that are on.',
    example: 'true',
  },
  'access-log-s3-bucket-name': {
    ...asAttribute('access_logs.s3.bucket'),
    kind: text({ describe: 'the name of an S3 bucket' }),
    live: 'buckets',
    doc: 'The bucket for access logs. Read only together with `aws-load-balancer-access-log-enabled: "true"`.',
    example: 'shop-logs',
  },
  'access-log-s3-bucket-prefix': {
    ...asAttribute('access_logs.s3.prefix'),
    kind: text({ describe: 'a prefix of S3 keys' }),
    doc: 'The folder in the bucket for access logs. Read only together with `aws-load-balancer-access-log-enabled: "true"`.',
    example: 'production',
  },
  'additional-resource-tags': {
    ...service,
    kind: map({ describe: 'AWS tags as `key=value` pairs', checkPair: checkTag }),
    since: '2.0.0',
    aws: 'https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html',
    doc: 'Tags for everything the controller makes in AWS for this Service, in addition to its own.',
    example: 'team=shop,environment=production',
  },
  'minimum-load-balancer-capacity': {
    ...service,
    kind: map({ describe: '`CapacityUnits=` and a number', table: networkCapacityAttributes }),
    since: '2.11.0',
    anchor: 'load-balancer-capacity-reservation',
    aws: networkCapacityAttributes.href,
    doc: 'Capacity that is kept ready for sudden load and is paid for. Not with TLS listeners. Removing the annotation does not end it: write `CapacityUnits=0`.',
    example: 'CapacityUnits=3000',
  },
} satisfies Record<string, Annotation>;

/** The same for the one name that does not begin with `aws-load-balancer-`. */
export const serviceOthers = {
  'load-balancer-source-ranges': {
    ...service,
    kind: list({ describe: 'address ranges in CIDR notation', of: cidr() }),
    fallback: '0.0.0.0/0, ::/0',
    since: '2.0.0',
    autoMode: 'EKS Auto Mode ignores this annotation; use `spec.loadBalancerSourceRanges`.',
    anchor: 'lb-source-ranges',
    aws: `${ELB}/load-balancer-security-groups.html`,
    doc: 'Who may connect. Read only where `spec.loadBalancerSourceRanges` is empty, which you should prefer, and ignored when `aws-load-balancer-security-groups` is set. IPv6 ranges are an error unless the load balancer is dual-stack. With `aws-load-balancer-security-group-prefix-lists` alone the default is dropped.',
    example: '10.0.0.0/8, 203.0.113.0/24',
  },
} satisfies Record<string, Annotation>;

/**
 * Annotations of the load balancers that the cloud provider makes itself; this controller does not read them. What
 * follows `service.beta.kubernetes.io/aws-load-balancer-` -> what to do instead (kubernetes/cloud-provider-aws:
 * docs/service_controller.md).
 */
export const inTreeOnly: Readonly<Record<string, string>> = {
  'access-log-emit-interval':
    'Remove it: a Network Load Balancer writes its access logs in intervals that cannot be chosen.',
  'connection-draining-enabled':
    'Remove it: draining is always on; `deregistration_delay.timeout_seconds` in `aws-load-balancer-target-group-attributes` says how long it takes.',
  'connection-draining-timeout':
    'Write `deregistration_delay.timeout_seconds` in `aws-load-balancer-target-group-attributes`.',
  'connection-idle-timeout':
    'Write `tcp.idle_timeout.seconds` in `aws-load-balancer-listener-attributes.TCP-<port>`.',
  'extra-security-groups':
    'Name all security groups in `aws-load-balancer-security-groups`; they replace the one that the controller makes.',
};

/** Annotations of the domain that are read on Pods, and there only (lbc:pkg/inject/quic/quic_server_id_injector.go). */
export const podOnly: Readonly<Record<string, string>> = {
  'quic-enabled-containers': 'Move it to the pods: `spec.template.metadata.annotations` of their Deployment.',
};
