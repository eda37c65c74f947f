import { describe, expect, test } from 'vitest';
import type { Annotation } from '../../src/annotations/annotation';
import type { Family } from '../../src/annotations/families';
import { lookUpKey, serviceBooks } from '../../src/annotations/keys';
import { documentationOf } from '../../src/annotations/read';
import { inTreeOnly, serviceCatalogue, serviceOthers } from '../../src/annotations/serviceCatalogue';
import { serviceActions, serviceFamilies } from '../../src/annotations/serviceFamilies';
import { rules } from '../../src/rules';

/** The names of the controller, v3.5.0: pkg/annotations/constants.go, `SvcLBSuffix*` without `aws-load-balancer-`. */
const NAMES = `
  type nlb-target-type name scheme internal proxy-protocol proxy-protocol-per-target-group ip-address-type
  access-log-enabled access-log-s3-bucket-name access-log-s3-bucket-prefix cross-zone-load-balancing-enabled ssl-cert
  ssl-ports ssl-negotiation-policy backend-protocol additional-resource-tags healthcheck-healthy-threshold
  healthcheck-unhealthy-threshold healthcheck-timeout healthcheck-interval healthcheck-protocol healthcheck-port
  healthcheck-path healthcheck-success-codes target-group-attributes subnets eip-allocations private-ipv4-addresses
  ipv6-addresses alpn-policy target-node-labels attributes security-groups manage-backend-security-group-rules
  inbound-sg-rules-on-private-link-traffic security-group-prefix-lists multi-cluster-target-group
  enable-prefix-for-ipv6-source-nat source-nat-ipv6-prefixes minimum-load-balancer-capacity
  enable-icmp-for-path-mtu-discovery enable-tcp-udp-listener disable-nlb-sg quic-enabled-ports
`
  .trim()
  .split(/\s+/);

const P = 'service.beta.kubernetes.io/aws-load-balancer-';
const catalogue: Readonly<Record<string, Annotation>> = serviceCatalogue;
const families: [string, Annotation & Family][] = [
  ...Object.entries(serviceFamilies),
  ...Object.entries(serviceActions),
];
const rows: [string, Annotation][] = [
  ...Object.entries(serviceCatalogue),
  ...Object.entries(serviceOthers),
  ...families,
];

/** The codes of what the editor says about a value, with the marked text. */
function problems(suffix: string, raw: string): string[] {
  const row = lookUpKey(P + suffix)?.row;
  if (row === undefined) throw new Error(suffix);
  return row.kind.check(raw).map(({ code, start, end }) => `${code} ${raw.slice(start, end)}`);
}

describe('the catalogue of Services', () => {
  test('has the names of the controller and nothing else', () => {
    expect(NAMES).toHaveLength(45);
    expect(Object.keys(serviceCatalogue).sort()).toEqual([...NAMES].sort());
    expect(Object.keys(serviceOthers)).toEqual(['load-balancer-source-ranges']);
    expect(families.map(([name]) => name)).toEqual([
      'target-group-attributes',
      'listener-attributes',
      'actions',
    ]);
    expect(Object.keys(inTreeOnly).filter((suffix) => NAMES.includes(suffix))).toEqual([]);
  });

  test.each(rows)('%s: the example is right, and so is the default', (name, row) => {
    expect(row.kind.check(row.example)).toEqual([]);
    expect(() => row.kind.parse(row.example, name)).not.toThrow();
    for (const { text, snippet } of row.kind.suggest?.('', 0) ?? [])
      if (snippet !== true && !text.endsWith('='))
        expect(
          row.kind.check(text).filter(({ code }) => rules[code].severity === 'error'),
          text,
        ).toEqual([]);
    if (row.fallback === undefined) return;
    expect(row.kind.check(row.fallback).filter(({ code }) => rules[code].severity === 'error')).toEqual([]);
  });

  test.each(rows)('%s: is described', (_, row) => {
    expect(row.doc).toMatch(/^[A-Z`].*\.$/);
    expect(row.since).toMatch(/^[1-3]\.\d+\.\d+$/);
    expect(row.on).toEqual(['Service']);
    for (const note of [row.autoMode, row.deprecated])
      if (note !== undefined) expect(note).toMatch(/^[A-Z`].*\.$/);
  });

  test('every annotation that a text names is there', () => {
    const texts = rows.flatMap(([, { doc, autoMode = '', deprecated = '' }]) => [doc, autoMode, deprecated]);
    const named = [...texts, ...Object.values(inTreeOnly)]
      .join(' ')
      .matchAll(/aws-load-balancer-([a-z0-9-]+)(\.[^`]+)?/g);
    const unknown = [...named].filter(([, suffix = '', name]) =>
      name === undefined ? catalogue[suffix] === undefined : lookUpKey(`${P}${suffix}.x`) === undefined,
    );
    expect(unknown.map(([whole]) => whole)).toEqual([]);
  });

  test.each(families)('%s: the form of its names', (_, { name, placeholder }) => {
    const first = placeholder.snippet.replace(/\$\{\d+[:|]([^},|]*)[^}]*\}/g, '$1');
    expect(first).toMatch(name?.regex ?? /^$/);
    expect('x').not.toMatch(name?.regex ?? /^/);
  });
});

describe('values', () => {
  test.each([
    ['type', 'nlb-ip', ['deprecated-annotation nlb-ip']],
    ['type', 'nlb', []],
    ['type', 'alb', ['not-an-option alb']],
    ['internal', '0.0.0.0/0', ['not-a-boolean 0.0.0.0/0']],
    ['proxy-protocol', 'true', ['not-an-option true']],
    ['healthcheck-protocol', 'tcp', []],
    ['healthcheck-protocol', 'Https', []],
    ['healthcheck-protocol', 'udp', ['not-an-option udp']],
    ['ssl-ports', '443, https', []],
    ['ssl-ports', '*', ['malformed-value *']],
    ['ssl-ports', '443, 70000', ['malformed-value 70000']],
    ['proxy-protocol-per-target-group', '80, http', ['malformed-value http']],
    [
      'private-ipv4-addresses',
      '10.0.1.10, 10.0.300.1, ::1',
      ['malformed-value 10.0.300.1', 'malformed-value ::1'],
    ],
    ['ipv6-addresses', '2001:db8::1, 10.0.0.1', ['malformed-value 10.0.0.1']],
    ['source-nat-ipv6-prefixes', 'auto_assigned, 2001:db8::/64', ['malformed-value 2001:db8::/64']],
    ['ip-address-type', 'dualstack-without-public-ipv4', ['not-an-option dualstack-without-public-ipv4']],
    ['inbound-sg-rules-on-private-link-traffic', 'true', ['not-an-option true']],
    ['ssl-negotiation-policy', 'ELBSecurityPolicy-2015-05', ['weak-ssl-policy ELBSecurityPolicy-2015-05']],
    ['target-group-attributes', 'stickiness.enabled=true,stickiness.type=source_ip', []],
    ['target-group-attributes', 'stickiness.type=lb_cookie', ['not-an-option lb_cookie']],
    [
      'target-group-attributes.443',
      'slow_start.duration_seconds=30',
      ['wrong-load-balancer-attribute slow_start.duration_seconds'],
    ],
    [
      'attributes',
      'idle_timeout.timeout_seconds=30',
      ['wrong-load-balancer-attribute idle_timeout.timeout_seconds'],
    ],
    ['listener-attributes.TCP-80', 'tcp.idle_timeout.seconds=30', ['out-of-range 30']],
  ])('%s: %s', (suffix, raw, expected) => {
    expect(problems(suffix, raw)).toEqual(expected);
  });

  test.each([
    ['{"serviceName":"a"}', ['The port of the Service is missing.']],
    ['{"weight":1}', ['A target group is either that of a Service or has an ARN.']],
    [
      '{"serviceName":"a","servicePort":80},{"targetGroupARN":"x","weight":1}',
      ['One of several target groups has no weight.'],
    ],
  ])('a target group of an action: %s', (groups, messages) => {
    const raw = `{"type":"forward","forwardConfig":{"baseServiceWeight":1,"targetGroups":[${groups}]}}`;
    expect(serviceActions.actions.kind.check(raw).map(({ message }) => message)).toEqual(messages);
  });
});

describe('lookUpKey', () => {
  test.each([
    ['alb.ingress.kubernetes.io/scheme', 'scheme', undefined],
    ['alb.ingress.kubernetes.io/actions.redirect', 'actions', 'redirect'],
    [`${P}scheme`, 'scheme', undefined],
    [`${P}target-group-attributes`, 'target-group-attributes', undefined],
    [`${P}target-group-attributes.443`, 'target-group-attributes', '443'],
    ['service.beta.kubernetes.io/load-balancer-source-ranges', 'load-balancer-source-ranges', undefined],
    ['service.beta.kubernetes.io/actions.TCP-80', 'actions', 'TCP-80'],
  ])('%s', (key, suffix, name) => {
    const known = lookUpKey(key);
    expect(known).toMatchObject({ suffix, ...(name === undefined ? {} : { name }) });
    expect(`${known?.prefix}${known?.suffix}${name === undefined ? '' : `.${name}`}`).toBe(key);
  });

  test.each([
    'scheme',
    `${P}schema`,
    `${P}toString`,
    `${P}actions.TCP-80`,
    `${P}listener-attributes.`,
    'service.beta.kubernetes.io/scheme',
    'alb.ingress.kubernetes.io/ssl-cert',
    'alb.ingress.kubernetes.io/target-group-attributes.443',
    '',
  ])('does not know %s', (key) => {
    expect(lookUpKey(key)).toBeUndefined();
  });

  test('leads to the right page of the documentation', () => {
    const page = (key: string) => {
      const known = lookUpKey(key);
      return known === undefined ? undefined : documentationOf(known).split('/guide/')[1];
    };
    expect(page('alb.ingress.kubernetes.io/target-type')).toBe('ingress/annotations/#target-type');
    expect(page('alb.ingress.kubernetes.io/dry-run-plan')).toBe('ingress/annotations/');
    expect(page(`${P}scheme`)).toBe('service/annotations/#lb-scheme');
    expect(page(`${P}ssl-cert`)).toBe('service/annotations/#ssl-cert');
  });

  test('a shorter prefix stands behind a longer one', () => {
    const [long, short] = serviceBooks.map(({ prefix }) => prefix);
    expect(long?.startsWith(short ?? '?')).toBe(true);
  });
});
