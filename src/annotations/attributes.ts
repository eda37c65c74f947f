/**
 * The attributes of load balancers, target groups and listeners that the annotations set as `key=value` pairs
 * (botocore: elbv2 LoadBalancerAttribute, TargetGroupAttribute, ListenerAttribute; ranges and defaults from AWS's
 * user guides for Application and Network Load Balancers).
 */
import { integer, oneOf, problem, text } from './kinds';
import type { Attribute, AttributeTable } from './mapKind';

const onOff = oneOf('true', 'false');
const AWS = 'https://docs.aws.amazon.com/elasticloadbalancing/latest';

/** Access, connection and health check logs have the same three attributes. */
function logs(name: string, what: string): Record<string, Attribute> {
  return {
    [`${name}.s3.enabled`]: { kind: onOff, fallback: 'false', doc: `Writes ${what} to an S3 bucket.` },
    [`${name}.s3.bucket`]: {
      kind: text({ describe: 'the name of an S3 bucket' }),
      live: 'buckets',
      doc: `The bucket for ${what}, in the load balancer's region and with a policy that lets Elastic Load Balancing write to it. Needed when the logs are on.`,
    },
    [`${name}.s3.prefix`]: {
      kind: text({ describe: 'a prefix of S3 keys' }),
      doc: `The folder in the bucket for ${what}.`,
    },
  };
}

const common: Record<string, Attribute> = {
  'deletion_protection.enabled': {
    kind: onOff,
    fallback: 'false',
    doc: 'Refuses the deletion of the load balancer, by the controller too, until it is switched off.',
  },
  ...logs('access_logs', 'access logs'),
  'ipv6.deny_all_igw_traffic': {
    kind: onOff,
    doc: 'Blocks access through an internet gateway. By default false for internet-facing and true for internal load balancers.',
  },
  'zonal_shift.config.enabled': {
    kind: onOff,
    fallback: 'false',
    doc: 'Lets a zonal shift move traffic away from an Availability Zone.',
  },
};

const ALB = 'an Application Load Balancer';
const NLB = 'a Network Load Balancer';
const GWLB = 'a Gateway Load Balancer';

export const loadBalancerAttributes: AttributeTable = {
  owner: ALB,
  href: `${AWS}/application/application-load-balancers.html#load-balancer-attributes`,
  attributes: {
    'idle_timeout.timeout_seconds': {
      kind: integer({ min: 1, max: 4000, unit: 'seconds', suggest: [60, 120, 300, 600] }),
      fallback: '60',
      doc: 'Closes a connection on which nothing was sent for this long.',
    },
    ...common,
    ...logs('connection_logs', 'connection logs'),
    ...logs('health_check_logs', 'health check logs'),
    'client_keep_alive.seconds': {
      kind: integer({ min: 60, max: 604800, unit: 'seconds', suggest: [3600] }),
      fallback: '3600',
      doc: 'Closes a client connection after this time, busy or not.',
    },
    'load_balancing.cross_zone.enabled': {
      kind: oneOf('true'),
      fallback: 'true',
      doc: 'Always on for an Application Load Balancer; switch it off per target group.',
    },
    'routing.http.desync_mitigation_mode': {
      kind: oneOf('monitor', 'defensive', 'strictest'),
      fallback: 'defensive',
      doc: 'How requests that may smuggle a second one are handled.',
    },
    'routing.http.drop_invalid_header_fields.enabled': {
      kind: onOff,
      fallback: 'false',
      doc: 'Removes header fields with invalid names instead of passing them on.',
    },
    'routing.http.preserve_host_header.enabled': {
      kind: onOff,
      fallback: 'false',
      doc: 'Passes the Host header on to the target unchanged.',
    },
    'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': {
      kind: onOff,
      fallback: 'false',
      doc: 'Adds the `x-amzn-tls-version` and `x-amzn-tls-cipher-suite` headers.',
    },
    'routing.http.xff_client_port.enabled': {
      kind: onOff,
      fallback: 'false',
      doc: "Adds the client's port to `X-Forwarded-For`.",
    },
    'routing.http.xff_header_processing.mode': {
      kind: oneOf('append', 'preserve', 'remove'),
      fallback: 'append',
      doc: 'What happens to `X-Forwarded-For` on its way to the target.',
    },
    'routing.http2.enabled': { kind: onOff, fallback: 'true', doc: 'Accepts HTTP/2 from clients.' },
    'waf.fail_open.enabled': {
      kind: onOff,
      fallback: 'false',
      doc: 'Lets requests through when AWS WAF cannot be reached, instead of refusing them.',
    },
  },
  foreign: { 'dns_record.client_routing_policy': NLB, 'secondary_ips.auto_assigned.per_subnet': NLB },
};

export const networkLoadBalancerAttributes: AttributeTable = {
  owner: NLB,
  href: `${AWS}/network/network-load-balancers.html#load-balancer-attributes`,
  attributes: {
    ...common,
    'load_balancing.cross_zone.enabled': {
      kind: onOff,
      fallback: 'false',
      doc: 'Spreads requests over the targets of all zones.',
    },
    'dns_record.client_routing_policy': {
      kind: oneOf(
        'any_availability_zone',
        'partial_availability_zone_affinity',
        'availability_zone_affinity',
      ),
      fallback: 'any_availability_zone',
      doc: "Whether DNS answers with the addresses of the client's own zone.",
    },
    'secondary_ips.auto_assigned.per_subnet': {
      kind: integer({ min: 0, max: 7, unit: 'addresses' }),
      fallback: '0',
      doc: 'Further private addresses per subnet. It cannot be lowered later.',
    },
  },
  foreign: Object.fromEntries(
    ['idle_timeout.', 'connection_logs.', 'health_check_logs.', 'client_keep_alive.', 'routing.', 'waf.'].map(
      (prefix) => [prefix, ALB],
    ),
  ),
};

const TARGET_GROUP_HEALTH = 'target_group_health';
const duration = { min: 1, max: 604800, unit: 'seconds', suggest: [60, 3600, 86400] };

function countOrOff(max: number, what: string): Attribute['kind'] {
  return text({
    describe: `\`off\` or ${what}`,
    values: ['off', '1'],
    check: (raw) => {
      const value = Number(raw);
      if (raw === 'off' || (/^[0-9]+$/.test(raw) && value >= 1 && value <= max)) return [];
      return [
        problem(
          'malformed-value',
          raw,
          `\`${raw}\` is neither \`off\` nor ${what}.`,
          `Write \`off\` or ${what}.`,
        ),
      ];
    },
  });
}

const drainingAndStickiness: Record<string, Attribute> = {
  'deregistration_delay.timeout_seconds': {
    kind: integer({ min: 0, max: 3600, unit: 'seconds', suggest: [30, 60, 300] }),
    fallback: '300',
    doc: 'How long a target that is taken out may finish what it has begun.',
  },
  'stickiness.enabled': { kind: onOff, fallback: 'false', doc: 'Sends a client to the same target again.' },
};

const zonesAndHealth: Record<string, Attribute> = {
  'load_balancing.cross_zone.enabled': {
    kind: oneOf('true', 'false', 'use_load_balancer_configuration'),
    fallback: 'use_load_balancer_configuration',
    doc: 'Whether traffic goes to targets in other zones too.',
  },
  [`${TARGET_GROUP_HEALTH}.dns_failover.minimum_healthy_targets.count`]: {
    kind: countOrOff(1000, 'a whole number from 1'),
    fallback: '1',
    doc: 'With fewer healthy targets than this in a zone, the zone leaves DNS.',
  },
  [`${TARGET_GROUP_HEALTH}.dns_failover.minimum_healthy_targets.percentage`]: {
    kind: countOrOff(100, 'a percentage from 1 to 100'),
    fallback: 'off',
    doc: 'With a smaller share of healthy targets than this in a zone, the zone leaves DNS.',
  },
  [`${TARGET_GROUP_HEALTH}.unhealthy_state_routing.minimum_healthy_targets.count`]: {
    kind: integer({ min: 1, max: 1000, unit: 'targets' }),
    fallback: '1',
    doc: 'With fewer healthy targets than this, traffic goes to all targets, unhealthy ones too.',
  },
  [`${TARGET_GROUP_HEALTH}.unhealthy_state_routing.minimum_healthy_targets.percentage`]: {
    kind: countOrOff(100, 'a percentage from 1 to 100'),
    fallback: 'off',
    doc: 'With a smaller share of healthy targets than this, traffic goes to all targets, unhealthy ones too.',
  },
};

export const targetGroupAttributes: AttributeTable = {
  owner: 'a target group of an Application Load Balancer',
  href: `${AWS}/application/edit-target-group-attributes.html`,
  attributes: {
    ...drainingAndStickiness,
    'stickiness.type': {
      kind: oneOf('lb_cookie', 'app_cookie'),
      fallback: 'lb_cookie',
      doc: "Whether the load balancer's own cookie or one of the application decides.",
    },
    'stickiness.lb_cookie.duration_seconds': {
      kind: integer(duration),
      fallback: '86400',
      doc: "Lifetime of the load balancer's cookie.",
    },
    'stickiness.app_cookie.cookie_name': {
      kind: text({
        describe: 'the name of a cookie that does not begin with AWSALB, AWSALBAPP or AWSALBTG',
        check: (raw) =>
          raw.startsWith('AWSALB')
            ? [
                problem(
                  'malformed-value',
                  raw,
                  `AWS keeps names such as \`${raw}\` for itself.`,
                  'Name another cookie.',
                ),
              ]
            : [],
      }),
      doc: "The application's cookie.",
    },
    'stickiness.app_cookie.duration_seconds': {
      kind: integer(duration),
      fallback: '86400',
      doc: "How long the application's cookie keeps a client on its target.",
    },
    ...zonesAndHealth,
    'load_balancing.algorithm.type': {
      kind: oneOf('round_robin', 'least_outstanding_requests', 'weighted_random'),
      fallback: 'round_robin',
      doc: 'How a target is chosen.',
    },
    'load_balancing.algorithm.anomaly_mitigation': {
      kind: oneOf('on', 'off'),
      fallback: 'off',
      doc: 'Sends less to targets with many errors. Only with the algorithm `weighted_random`.',
    },
    'slow_start.duration_seconds': {
      kind: text({
        describe: '`0` or a whole number from 30 to 900 seconds',
        values: ['0', '30', '60'],
        check: (raw) => {
          const value = Number(raw);
          if (/^[0-9]+$/.test(raw) && (value === 0 || (value >= 30 && value <= 900))) return [];
          return [
            problem(
              'out-of-range',
              raw,
              `\`${raw}\` is neither 0 nor from 30 to 900.`,
              'Use 0 (off) or 30 to 900 seconds.',
            ),
          ];
        },
      }),
      fallback: '0',
      doc: 'Sends a growing share of requests to a new target for this long.',
    },
  },
  foreign: {
    'deregistration_delay.connection_termination.enabled': NLB,
    'preserve_client_ip.enabled': NLB,
    'proxy_protocol_v2.enabled': NLB,
    'target_health_state.unhealthy.': NLB,
    'target_failover.': GWLB,
    'lambda.multi_value_headers.enabled': 'a target group with Lambda functions',
  },
};

/** botocore: elbv2 TargetGroupAttribute; `header_placement` is named by the controller's documentation only. */
export const networkTargetGroupAttributes: AttributeTable = {
  owner: 'a target group of a Network Load Balancer',
  href: `${AWS}/network/edit-target-group-attributes.html`,
  attributes: {
    ...drainingAndStickiness,
    'stickiness.type': {
      kind: oneOf('source_ip'),
      fallback: 'source_ip',
      doc: "The client's address decides. Not for TLS listeners.",
    },
    ...zonesAndHealth,
    'preserve_client_ip.enabled': {
      kind: onOff,
      doc: "Whether targets see the client's address or that of the load balancer. By default on, but off for IP targets with TCP or TLS; with UDP and QUIC it cannot be switched off.",
    },
    'proxy_protocol_v2.enabled': {
      kind: onOff,
      fallback: 'false',
      doc: 'Sends a proxy protocol header in front of each connection. The target must expect it.',
    },
    'proxy_protocol_v2.client_to_server.header_placement': {
      kind: oneOf('on_first_ack_with_payload', 'on_first_ack'),
      fallback: 'on_first_ack_with_payload',
      doc: 'When the proxy protocol header is sent. `on_first_ack` is for protocols in which the server speaks first; AWS must allow it for the account.',
    },
    'deregistration_delay.connection_termination.enabled': {
      kind: onOff,
      doc: 'Closes what is still open when the time for draining is over. By default off, but on for new target groups with UDP or TCP_UDP.',
    },
    'target_health_state.unhealthy.connection_termination.enabled': {
      kind: onOff,
      fallback: 'true',
      doc: 'Closes the connections of a target that becomes unhealthy. Not for UDP and TCP_UDP.',
    },
    'target_health_state.unhealthy.draining_interval_seconds': {
      kind: integer({ min: 0, max: 360000, unit: 'seconds', suggest: [30, 60, 300] }),
      fallback: '0',
      doc: 'How long the connections of an unhealthy target may go on. Only while the termination of its connections is off.',
    },
  },
  foreign: {
    'stickiness.lb_cookie.': ALB,
    'stickiness.app_cookie.': ALB,
    'load_balancing.algorithm.': ALB,
    'slow_start.': ALB,
    'target_failover.': GWLB,
    'send_tcp_reset.': GWLB,
    'lambda.multi_value_headers.enabled': 'a target group with Lambda functions',
  },
};

const MTLS_HEADERS: Readonly<Record<string, string>> = {
  x_amzn_mtls_clientcert_serial_number: 'serial number of the client certificate',
  x_amzn_mtls_clientcert_issuer: 'issuer of the client certificate',
  x_amzn_mtls_clientcert_subject: 'subject of the client certificate',
  x_amzn_mtls_clientcert_validity: 'validity of the client certificate',
  x_amzn_mtls_clientcert_leaf: 'client certificate itself',
  x_amzn_mtls_clientcert: 'client certificate with its chain',
  x_amzn_tls_version: 'negotiated TLS version',
  x_amzn_tls_cipher_suite: 'negotiated cipher suite',
};

const RESPONSE_HEADERS: Readonly<Record<string, string>> = {
  strict_transport_security: 'Strict-Transport-Security',
  access_control_allow_origin: 'Access-Control-Allow-Origin',
  access_control_allow_methods: 'Access-Control-Allow-Methods',
  access_control_allow_headers: 'Access-Control-Allow-Headers',
  access_control_allow_credentials: 'Access-Control-Allow-Credentials',
  access_control_expose_headers: 'Access-Control-Expose-Headers',
  access_control_max_age: 'Access-Control-Max-Age',
  content_security_policy: 'Content-Security-Policy',
  x_content_type_options: 'X-Content-Type-Options',
  x_frame_options: 'X-Frame-Options',
};

export const listenerAttributes: AttributeTable = {
  owner: 'a listener of an Application Load Balancer',
  href: `${AWS}/application/header-modification.html`,
  attributes: {
    'routing.http.response.server.enabled': {
      kind: onOff,
      fallback: 'true',
      doc: 'Whether responses of the load balancer carry the header `Server`.',
    },
    ...Object.fromEntries(
      Object.entries(RESPONSE_HEADERS).map(([name, header]) => [
        `routing.http.response.${name}.header_value`,
        { kind: text({ describe: 'the value of the header' }), doc: `Sets \`${header}\` on every response.` },
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(MTLS_HEADERS).map(([name, what]) => [
        `routing.http.request.${name}.header_name`,
        {
          kind: text({ describe: 'the name of a header' }),
          doc: `Renames the request header with the ${what}. HTTPS listeners only.`,
        },
      ]),
    ),
  },
  foreign: { 'tcp.idle_timeout.seconds': NLB, 'send_tcp_reset.': GWLB },
};

export const networkListenerAttributes: AttributeTable = {
  owner: 'a listener of a Network Load Balancer',
  href: `${AWS}/network/update-idle-timeout.html`,
  attributes: {
    'tcp.idle_timeout.seconds': {
      kind: integer({ min: 60, max: 6000, unit: 'seconds', suggest: [350, 600, 3600] }),
      fallback: '350',
      doc: 'Forgets a TCP connection on which nothing was sent for this long. TLS and UDP listeners have fixed times.',
    },
  },
  foreign: { 'send_tcp_reset.': GWLB, 'routing.': ALB },
};

/** lbc:pkg/model/elbv2 CapacityUnits, the only key of a capacity reservation. */
export const capacityAttributes: AttributeTable = {
  owner: 'a capacity reservation',
  href: `${AWS}/application/capacity-unit-reservation.html`,
  attributes: {
    CapacityUnits: {
      kind: integer({ min: 0, max: 15000, unit: 'capacity units', suggest: [0, 100, 500, 1000] }),
      doc: 'Load balancer capacity units that are kept ready. 0 ends the reservation.',
    },
  },
};

/** The quota is per zone and can be raised, so only what the controller can read is a limit here. */
export const networkCapacityAttributes: AttributeTable = {
  owner: 'a capacity reservation',
  href: `${AWS}/network/capacity-unit-reservation.html`,
  attributes: {
    CapacityUnits: {
      kind: integer({ min: 0, max: 2 ** 31 - 1, unit: 'capacity units', suggest: [0, 3000, 10000] }),
      doc: 'Load balancer capacity units of 2.2 Mbit/s that are kept ready, shared evenly by the zones. 0 ends the reservation.',
    },
  },
};
