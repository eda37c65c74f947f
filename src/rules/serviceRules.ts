/** What can be wrong with a Service of which a Network Load Balancer is made. */
import { file, service } from './examples';
import type { Rule } from './rule';

const LB = 'service.beta.kubernetes.io/aws-load-balancer-';
const CERTIFICATE =
  'ssl-cert: arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012';
const POLICY = 'ssl-negotiation-policy: ELBSecurityPolicy-TLS13-1-2-2021-06';

interface Example {
  /** What follows `aws-load-balancer-`. */
  readonly annotations?: readonly string[];
  readonly type?: string;
  readonly className?: string;
  readonly ports?: readonly string[];
  readonly spec?: string;
}

/** A Service of the controller; what is not given is as it should be. */
function balanced({
  annotations = [],
  type = 'LoadBalancer',
  className = 'service.k8s.aws/nlb',
  ports = ['TCP 443'],
  spec,
}: Example = {}): string {
  const lines = [
    `type: ${type}`,
    ...(className === '' ? [] : [`loadBalancerClass: ${className}`]),
    ...(spec === undefined ? [] : [spec]),
    'selector:',
    '  app: web',
    'ports:',
    ...ports.flatMap((port) => {
      const [protocol = 'TCP', number = '443'] = port.split(' ');
      return [
        `  - name: ${protocol.toLowerCase()}-${number}`,
        `    protocol: ${protocol}`,
        `    port: ${number}`,
      ];
    }),
  ];
  return service({
    annotations: annotations.map((line) => (line.startsWith('service.') ? line : LB + line)),
    spec: lines.join('\n'),
  });
}

/** An action that sends a tenth of the connections to another Service. */
const action = (name: string) =>
  `service.beta.kubernetes.io/actions.TCP-443: '{"type":"forward","forwardConfig":{"baseServiceWeight":90,"targetGroups":[{"serviceName":"${name}","servicePort":80,"weight":10}]}}'`;

export const serviceRules = {
  'service-annotation-ignored': {
    severity: 'warning',
    title: 'Annotations of load balancers on a Service that gets none',
    why: 'Only a Service of type LoadBalancer, or one that claims the controller by the annotation `aws-load-balancer-type`, gets a load balancer.',
    bad: balanced({ annotations: ['scheme: internal'], type: 'ClusterIP', className: '' }),
    good: balanced({ annotations: ['scheme: internal'] }),
  },
  'service-taker-unclear': {
    severity: 'information',
    title: 'Service that the controller may not take',
    why: 'Without `spec.loadBalancerClass`, or the type `external` with a target type, a webhook of the controller decides, and only when the Service is created; without it the cloud provider makes another load balancer.',
    bad: balanced({ annotations: ['type: nlb'], className: '' }),
    good: balanced(),
  },
  'in-tree-annotation': {
    severity: 'warning',
    title: 'Annotation that only the cloud provider reads',
    why: 'The controller ignores keys it does not know, without an event or a log line.',
    bad: balanced({ annotations: ["connection-idle-timeout: '600'"] }),
    good: balanced({ annotations: ['listener-attributes.TCP-443: tcp.idle_timeout.seconds=600'] }),
  },
  'nlb-address-scheme': {
    severity: 'error',
    title: 'Addresses that do not fit the scheme',
    why: 'The controller refuses the Service: `EIP allocations can only be set for internet facing load balancers`, or the same for private addresses.',
    bad: balanced({ annotations: ['eip-allocations: eipalloc-0123456789abcdef0'] }),
    good: balanced({
      annotations: ['scheme: internet-facing', 'eip-allocations: eipalloc-0123456789abcdef0'],
    }),
  },
  'nlb-address-count': {
    severity: 'error',
    title: 'More or fewer addresses than subnets',
    why: 'The controller refuses the Service: their counts `must match`.',
    bad: balanced({
      annotations: [
        'subnets: subnet-0a1b2c3d4e5f60718, subnet-1a1b2c3d4e5f60718',
        'private-ipv4-addresses: 10.0.1.10',
      ],
    }),
    good: balanced({
      annotations: [
        'subnets: subnet-0a1b2c3d4e5f60718, subnet-1a1b2c3d4e5f60718',
        'private-ipv4-addresses: 10.0.1.10, 10.0.2.10',
      ],
    }),
  },
  'nlb-needs-dualstack': {
    severity: 'error',
    title: 'IPv6 setting of a load balancer that has IPv4 only',
    why: 'The controller refuses the Service.',
    bad: balanced({ annotations: ['ipv6-addresses: 2001:db8:1234:1a00::10'] }),
    good: balanced({
      annotations: ['ip-address-type: dualstack', 'ipv6-addresses: 2001:db8:1234:1a00::10'],
    }),
  },
  'nlb-tls-port': {
    severity: 'error',
    title: 'TLS port that the Service does not have',
    why: 'The controller refuses the Service: `Unused port in ssl-ports annotation`.',
    bad: balanced({ annotations: [CERTIFICATE, POLICY, "ssl-ports: '8443'"] }),
    good: balanced({ annotations: [CERTIFICATE, POLICY, "ssl-ports: '443'"] }),
  },
  'nlb-quic-port': {
    severity: 'error',
    title: 'QUIC on a port that is not one of UDP',
    why: 'The controller refuses the Service: `Unsupported QUIC upgrade`.',
    bad: balanced({ annotations: ['nlb-target-type: ip', "quic-enabled-ports: '443'"] }),
    good: balanced({
      annotations: ['nlb-target-type: ip', "quic-enabled-ports: '443'"],
      ports: ['UDP 443'],
    }),
  },
  'nlb-tls-without-certificate': {
    severity: 'warning',
    title: 'TLS setting without a certificate',
    why: 'Without a certificate every listener takes plain connections.',
    bad: balanced({ annotations: ['alpn-policy: HTTP2Preferred'] }),
    good: balanced({ annotations: [CERTIFICATE, POLICY, 'alpn-policy: HTTP2Preferred'] }),
  },
  'nlb-every-port-tls': {
    severity: 'information',
    title: 'Certificate for all ports',
    why: 'Clients that speak plain TCP or HTTP to one of the ports cannot connect.',
    bad: balanced({ annotations: [CERTIFICATE, POLICY], ports: ['TCP 80', 'TCP 443'] }),
    good: balanced({
      annotations: [CERTIFICATE, POLICY, "ssl-ports: '443'"],
      ports: ['TCP 80', 'TCP 443'],
    }),
  },
  'nlb-action-service': {
    severity: 'error',
    title: 'Action that names a Service that does not exist',
    why: 'The controller refuses the Service that has the action: `Service "…" not found`.',
    bad: file(balanced({ annotations: [action('grene')] }), service({ name: 'green' })),
    good: file(balanced({ annotations: [action('green')] }), service({ name: 'green' })),
  },
  'nlb-setting-beaten': {
    severity: 'warning',
    title: 'Setting that another one beats',
    why: 'Only one of the two counts, and a reader may take the other for what is in force.',
    bad: balanced({
      annotations: [
        'security-groups: sg-0a1b2c3d4e5f60718',
        'security-group-prefix-lists: pl-0123456789abcdef0',
      ],
    }),
    good: balanced({ annotations: ['security-groups: sg-0a1b2c3d4e5f60718'] }),
  },
} satisfies Record<string, Rule>;
