// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of the recordings
import { describe, expect, test } from 'vitest';
import type { Service } from '../../../src/kube/types';
import { buildServiceStack, isOurs } from '../../../src/model/service';
import { BINDING, LISTENER, LOAD_BALANCER, type Resources, SECURITY_GROUP } from '../../../src/model/stack';
import { type Changes, lookupsOf, SETTINGS } from './world';

/* What no recording shows: IPv6, load balancers that exist, refusals. */

type Spec = Service['spec'];

function serviceWith(annotations: Readonly<Record<string, string>>, spec: Spec = {}): Service {
  const prefix = 'service.beta.kubernetes.io/aws-load-balancer-';
  const own = { type: 'external', 'nlb-target-type': 'ip', ...annotations };
  const entries = Object.entries(own).map(([key, value]) => [`${prefix}${key}`, value]);
  const ports = [{ name: 'web', port: 80, targetPort: 8080, nodePort: 30080, protocol: 'TCP' }];
  return {
    metadata: { namespace: 'shop', name: 'web', uid: 'uid', annotations: Object.fromEntries(entries) },
    spec: { type: 'LoadBalancer', ports, ...spec },
  };
}

function built(annotations: Readonly<Record<string, string>>, spec?: Spec, changes?: Changes): Resources {
  const service = serviceWith(annotations, spec);
  return buildServiceStack(service, lookupsOf(new Map(), changes), SETTINGS).resources;
}

const PRIVATE = ['a', 'b', 'c'].map((zone) => `\${subnet:shop-private-${zone}}`);
const IPV6 = {
  '${subnet:shop-private-a}': '2001:db8:0:a::/64',
  '${subnet:shop-private-b}': '2001:db8:0:b::/64',
  '${subnet:shop-private-c}': '2001:db8:0:c::/64',
};
const DUALSTACK = { 'ip-address-type': 'dualstack' };

describe('a dual-stack load balancer', () => {
  test('has its IPv6 addresses by subnet, whatever their order, and its prefixes as listed', () => {
    const spec = built(
      {
        ...DUALSTACK,
        'ipv6-addresses': '2001:db8:0:c::3, 2001:0db8:0:a::0001, 2001:db8:0:b::2',
        'enable-prefix-for-ipv6-source-nat': 'on',
        'source-nat-ipv6-prefixes': 'auto_assigned, 2001:db8:0:b:1::/80, auto_assigned',
      },
      {},
      { ipv6: IPV6 },
    )[LOAD_BALANCER]?.['LoadBalancer']?.spec;
    expect(spec?.enablePrefixForIpv6SourceNat).toBe('on');
    expect(spec?.subnetMapping).toEqual([
      { subnetID: PRIVATE[0], sourceNatIpv6Prefix: 'auto_assigned', ipv6Address: '2001:db8:0:a::1' },
      { subnetID: PRIVATE[1], sourceNatIpv6Prefix: '2001:db8:0:b:1::/80', ipv6Address: '2001:db8:0:b::2' },
      { subnetID: PRIVATE[2], sourceNatIpv6Prefix: 'auto_assigned', ipv6Address: '2001:db8:0:c::3' },
    ]);
  });

  test('is open to both families, path MTU discovery included', () => {
    const made = built({ ...DUALSTACK, 'enable-icmp-for-path-mtu-discovery': 'on' }, {}, { ipv6: IPV6 });
    expect(made[SECURITY_GROUP]?.['ManagedLBSecurityGroup']?.spec.ingress).toEqual([
      { ipProtocol: 'tcp', fromPort: 80, toPort: 80, ipRanges: [{ cidrIP: '0.0.0.0/0' }] },
      { ipProtocol: 'icmp', fromPort: 3, toPort: 4, ipRanges: [{ cidrIP: '0.0.0.0/0' }] },
      { ipProtocol: 'tcp', fromPort: 80, toPort: 80, ipv6Ranges: [{ cidrIPv6: '::/0' }] },
      { ipProtocol: 'icmpv6', fromPort: 2, toPort: 0, ipv6Ranges: [{ cidrIPv6: '::/0' }] },
    ]);
  });
});

/** Rules of a target group behind a load balancer without security groups, as `from -> ports`. */
function rulesOf(annotations: Readonly<Record<string, string>>, spec?: Spec): string[] | undefined {
  const made = built({ 'disable-nlb-sg': 'true', ...annotations }, spec)[BINDING]?.['shop/web:80'];
  return made?.spec.template.spec.networking?.ingress.map(
    ({ from, ports }) =>
      `${from.map(({ ipBlock }) => ipBlock?.cidr).join()} -> ${ports.map((one) => `${one.protocol} ${one.port}`).join()}`,
  );
}

describe('without security groups, targets admit', () => {
  const subnets = '10.0.64.0/20,10.0.80.0/20,10.0.96.0/20';
  const preserve = { 'target-group-attributes': 'preserve_client_ip.enabled=true' };

  test('the subnets, where they do not see clients', () => {
    expect(rulesOf({})).toEqual([`${subnets} -> TCP 8080`]);
    expect(rulesOf({ 'healthcheck-port': '9000' })).toEqual([
      `${subnets} -> TCP 8080`,
      `${subnets} -> TCP 9000`,
    ]);
  });

  test('the clients, where they see them', () => {
    expect(rulesOf(preserve)).toEqual(['10.0.0.0/16 -> TCP 8080']);
    expect(rulesOf({ ...preserve, scheme: 'internet-facing' })).toEqual(['0.0.0.0/0 -> TCP 8080']);
    expect(rulesOf({ 'nlb-target-type': 'instance', scheme: 'internet-facing' })).toEqual([
      '0.0.0.0/0 -> TCP 30080',
    ]);
  });

  test('health checks apart, where only some clients are let in', () => {
    expect(rulesOf(preserve, { loadBalancerSourceRanges: ['192.0.2.0/24'] })).toEqual([
      '192.0.2.0/24 -> TCP 8080',
      `${subnets} -> TCP 8080`,
    ]);
  });

  test('health checks apart, where the traffic is UDP', () => {
    const ports = [{ port: 80, targetPort: 5353, protocol: 'UDP' }];
    expect(rulesOf({}, { ports })).toEqual(['10.0.0.0/16 -> UDP 5353', `${subnets} -> TCP 5353`]);
  });
});

describe('a load balancer that exists', () => {
  const current = {
    scheme: 'internet-facing',
    subnetIds: ['${subnet:shop-public-a}'],
    hasSecurityGroups: true,
  };

  test('keeps its scheme and its subnets', () => {
    const spec = built({}, {}, { current })[LOAD_BALANCER]?.['LoadBalancer']?.spec;
    expect(spec).toMatchObject({
      scheme: 'internet-facing',
      subnetMapping: [{ subnetID: '${subnet:shop-public-a}' }],
    });
  });

  test('gets subnets anew with another scheme', () => {
    const spec = built({ scheme: 'internal' }, {}, { current })[LOAD_BALANCER]?.['LoadBalancer']?.spec;
    expect(spec?.subnetMapping.map(({ subnetID }) => subnetID)).toEqual(PRIVATE);
  });

  test('without security groups gets none', () => {
    const made = built({}, {}, { current: { ...current, hasSecurityGroups: false } });
    expect(made[SECURITY_GROUP]).toBeUndefined();
    expect(made[LOAD_BALANCER]?.['LoadBalancer']?.spec.securityGroups).toBeUndefined();
  });

  test('with security groups does not lose them', () => {
    expect(() => built({ 'disable-nlb-sg': 'true' }, {}, { current })).toThrow(
      'conflicting security groups configuration',
    );
  });
});

const P = 'service.beta.kubernetes.io/aws-load-balancer-';
const both = (...protocols: string[]) => ({
  ports: protocols.map((protocol) => ({ name: protocol.toLowerCase(), port: 53, targetPort: 53, protocol })),
});

test.each<[Record<string, string>, Spec, string]>([
  [{ 'quic-enabled-ports': 'web' }, {}, 'Unsupported QUIC upgrade for protocol TCP'],
  [{ 'ssl-ports': '443,web' }, {}, 'Unused port in ssl-ports annotation [443]'],
  [{ 'enable-tcp-udp-listener': 'true' }, both('TCP', 'TCP'), "protocols can't match for merging: TCP"],
  [{ 'enable-tcp-udp-listener': 'true' }, both('SCTP', 'TCP'), 'unsupported protocol for merging: SCTP'],
  [
    { 'nlb-target-type': 'instance' },
    { type: 'ClusterIP' },
    'unsupported service type "ClusterIP" for load balancer target type "instance"',
  ],
  [
    { 'healthcheck-interval': 'ten' },
    {},
    `failed to parse int32 annotation, ${P}healthcheck-interval: ten: strconv.ParseInt: parsing "ten": invalid syntax`,
  ],
  [
    { 'target-group-attributes.80': 'preserve_client_ip.enabled=maybe' },
    {},
    'failed to parse attribute preserve_client_ip.enabled=maybe: strconv.ParseBool: parsing "maybe": invalid syntax',
  ],
  [
    { 'proxy-protocol-per-target-group': '80,web' },
    {},
    'invalid port number in proxy-protocol-per-target-group: web',
  ],
  [{ name: 'x'.repeat(33) }, {}, 'load balancer name cannot be longer than 32 characters'],
  [{}, { ipFamilies: ['IPv6'] }, 'unsupported IPv6 configuration, lb not dual-stack'],
])('%j is refused', (annotations, spec, message) => {
  expect(() => built(annotations, spec)).toThrow(expect.objectContaining({ name: 'BuildError', message }));
});

test.each([
  ['2001:db8::1', ''],
  ['2001:db8::/64', ' Prefix length must be 80, but 64 is specified.'],
  ['10.0.0.0/80', ' Value must be a valid IPv6 CIDR.'],
  ['2001:db8:1::/80', ' Value must be within subnet CIDR range: [2001:db8:0:a::/64].'],
])('the source NAT prefix %s is refused', (prefix, why) => {
  const annotations = {
    ...DUALSTACK,
    subnets: 'shop-private-a',
    'enable-prefix-for-ipv6-source-nat': 'on',
    'source-nat-ipv6-prefixes': prefix,
  };
  const message = `Invalid value in source-nat-ipv6-prefixes: ${prefix}.${why}`;
  expect(() => built(annotations, {}, { ipv6: IPV6 })).toThrow(message);
});

test('the general value, that of a port and the proxy protocol of all ports win in this order', () => {
  const attributesWith = (annotations: Readonly<Record<string, string>>) =>
    JSON.stringify(built(annotations)).match(/"targetGroupAttributes":(\[[^\]]*\])/)?.[1];
  const general = { 'target-group-attributes': 'proxy_protocol_v2.enabled=true,stickiness.enabled=true' };
  const values = (proxy: string, sticky: string) =>
    JSON.stringify([
      { key: 'proxy_protocol_v2.enabled', value: proxy },
      { key: 'stickiness.enabled', value: sticky },
    ]);
  expect(attributesWith(general)).toBe(values('true', 'true'));
  const ofPort = {
    ...general,
    'target-group-attributes.80': 'proxy_protocol_v2.enabled=false,stickiness.enabled=',
  };
  expect(attributesWith(ofPort)).toBe(values('false', 'true'));
  expect(attributesWith({ ...ofPort, 'proxy-protocol-per-target-group': '80' })).toBe(values('true', 'true'));
  expect(attributesWith({ ...general, 'proxy-protocol-per-target-group': '81' })).toBe(
    values('false', 'true'),
  );
  expect(attributesWith({ ...ofPort, 'proxy-protocol': '*' })).toBe(values('true', 'true'));
});

test('TCP and UDP with QUIC make one listener', () => {
  const annotations = { 'enable-tcp-udp-listener': 'true', 'quic-enabled-ports': '53' };
  const listeners = built(annotations, both('TCP', 'UDP'))[LISTENER];
  expect(Object.entries(listeners ?? {}).map(([id, { spec }]) => [id, spec.protocol])).toEqual([
    ['53', 'TCP_QUIC'],
  ]);
});

describe('a Service is ours', () => {
  test.each<[boolean, Record<string, string>, Spec]>([
    [true, {}, {}],
    [false, { 'nlb-target-type': 'pods' }, {}],
    [false, { type: 'nlb' }, {}],
    [true, { type: 'nlb-ip', 'nlb-target-type': '' }, {}],
    [true, { type: 'nlb' }, { loadBalancerClass: 'service.k8s.aws/nlb' }],
    [false, {}, { loadBalancerClass: 'example.com/other' }],
  ])('%s: %j %j', (ours, annotations, spec) => {
    expect(isOurs(serviceWith(annotations, spec))).toBe(ours);
  });
});

test('a Service whose load balancer is protected is not let go', () => {
  const service = serviceWith({ attributes: 'deletion_protection.enabled=true' });
  const leaving = {
    ...service.metadata,
    deletionTimestamp: 'now',
    finalizers: ['service.k8s.aws/resources'],
  };
  const build = () => buildServiceStack({ ...service, metadata: leaving }, lookupsOf(new Map()), SETTINGS);
  expect(build).toThrow('deletion_protection is enabled, cannot delete the service: web');
});
