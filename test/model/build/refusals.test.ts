import { describe, expect, test } from 'vitest';
import { CLASS, ingresses, refusals } from './build';

type Set = Readonly<Record<string, string>>;
const inShop = (...sets: Set[]) => sets.map((one) => ({ 'group.name': 'shop', ...one }));

describe('one Ingress', () => {
  test.each<[string, Set]>([
    ['unknown scheme: public', { scheme: 'public' }],
    ['unknown targetType: pod', { 'target-type': 'pod' }],
    ['listen port must be within [1, 65535]: 70000', { 'listen-ports': '[{"HTTP":70000}]' }],
    ['listen protocol must be within [HTTP, HTTPS]: TCP', { 'listen-ports': '[{"TCP":80}]' }],
    ['empty listen-ports configuration: `[]`', { 'listen-ports': '[]' }],
    ['listener does not exist for SSLRedirect port: 443', { 'ssl-redirect': '443' }],
    ['listener protocol non-SSL for SSLRedirect port: 80', { 'ssl-redirect': '80' }],
    [
      'invalid inbound-cidrs settings on Ingress: default/web-1: invalid CIDR address: 10.0.0.1',
      { 'inbound-cidrs': '10.0.0.1' },
    ],
    [
      'no certificate found for host: web-1.other.org',
      { 'listen-ports': '[{"HTTPS":443}]', 'spec.tls': '[{"hosts":["web-1.other.org"]}]' },
    ],
  ])('%s', (message, annotations) => {
    expect(refusals(ingresses(annotations))).toEqual([expect.stringContaining(message)]);
  });

  test.each<[string, string]>([
    ["exact path shouldn't contain wildcards: /a*", '{"path":"/a*","pathType":"Exact"}'],
    ["prefix path shouldn't contain wildcards: /a?", '{"path":"/a?","pathType":"Prefix"}'],
    ['unknown pathType for path /a', '{"path":"/a","pathType":"Regex"}'],
  ])('%s', (message, path) => {
    const one = { ...JSON.parse(path), backend: { service: { name: 'web', port: { number: 80 } } } };
    const rules = JSON.stringify([{ http: { paths: [one] } }]);
    expect(refusals(ingresses({ 'spec.rules': rules }))).toEqual([expect.stringContaining(message)]);
  });

  test('a Service without that port, and instance targets without a NodePort', () => {
    const rules = (port: number) =>
      JSON.stringify([
        {
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: 'web', port: { number: port } } },
              },
            ],
          },
        },
      ]);
    expect(refusals(ingresses({ 'spec.rules': rules(81) }))).toMatchInlineSnapshot(`
      [
        "ingress: default/web-1: unable to find port 81 on service default/web",
      ]
    `);
    const plain = ingresses({}).replace(', nodePort: 30080', '');
    expect(refusals(plain)).toMatchInlineSnapshot(`
      [
        "ingress: default/web-1: TargetGroup port is empty. When using Instance targets, your service be must of type 'NodePort' or 'LoadBalancer'",
      ]
    `);
  });
});

describe('members of one group', () => {
  test.each<[string, Set, Set]>([
    [
      'conflicting scheme: map[internal:{} internet-facing:{}]',
      { scheme: 'internal' },
      { scheme: 'internet-facing' },
    ],
    ['conflicting tag team: a | b', { tags: 'team=a' }, { tags: 'team=b' }],
    [
      'conflicting load balancer attributes idle_timeout.timeout_seconds: 1 | 2',
      { 'load-balancer-attributes': 'idle_timeout.timeout_seconds=1' },
      { 'load-balancer-attributes': 'idle_timeout.timeout_seconds=2' },
    ],
    [
      'conflicting protocol, default/web-1: HTTP | default/web-2: HTTPS',
      { 'listen-ports': '[{"HTTP":80}]' },
      { 'listen-ports': '[{"HTTPS":80}]' },
    ],
    ['conflicting inbound-cidrs', { 'inbound-cidrs': '10.0.0.0/8' }, { 'inbound-cidrs': '10.1.0.0/16' }],
    [
      'conflicting sslPolicy',
      { 'listen-ports': '[{"HTTPS":443}]', 'ssl-policy': 'A' },
      { 'listen-ports': '[{"HTTPS":443}]', 'ssl-policy': 'B' },
    ],
    [
      'conflicting sslRedirect port: [443 8443]',
      { 'listen-ports': '[{"HTTPS":443}]', 'ssl-redirect': '443' },
      { 'listen-ports': '[{"HTTPS":8443}]', 'ssl-redirect': '8443' },
    ],
    [
      'multiple ingress defined default backend: [default/web-1 default/web-2]',
      { 'spec.defaultBackend': '{"service":{"name":"web","port":{"number":80}}}' },
      { 'spec.defaultBackend': '{"service":{"name":"web","port":{"number":80}}}' },
    ],
    [
      'conflicting WAFv2 WebACL names: [a b]',
      { 'wafv2-acl-name': 'b' },
      { 'wafv2-acl-name': 'a', 'wafv2-acl-arn': 'arn:c' },
    ],
    [
      'conflicting WAFv2 WebACL ARNs: [arn:a none]',
      { 'wafv2-acl-arn': 'none' },
      { 'wafv2-acl-arn': 'arn:a' },
    ],
    ['conflicting WAFClassic WebACL IDs: [a b]', { 'web-acl-id': 'a' }, { 'waf-acl-id': 'b' }],
    [
      'conflicting enable shield advanced protection',
      { 'shield-advanced-protection': 'true' },
      { 'shield-advanced-protection': 'false' },
    ],
    ['failed to load Ingress group order', { 'group.order': 'first' }, {}],
    [
      'explicit Ingress group order must be within [-1000:1000], Ingress: default/web-1, order: 1001',
      { 'group.order': '1001' },
      {},
    ],
  ])('%s', (message, ...sets) => {
    expect(refusals(ingresses(...inShop(...sets)))).toEqual([expect.stringContaining(message)]);
  });

  test('what members agree on is no conflict', () => {
    const same = { scheme: 'internal', tags: 'team=a', 'inbound-cidrs': '10.0.0.0/8' };
    expect(refusals(ingresses(...inShop(same, same)))).toEqual(['built']);
  });

  test('a group is refused as a whole, others are built', () => {
    const text = ingresses(...inShop({ scheme: 'internal' }, { scheme: 'internet-facing' }), {});
    expect(refusals(text)).toEqual(['built', 'conflicting scheme: map[internal:{} internet-facing:{}]']);
  });
});

describe('Ingresses that are in no group', () => {
  test('names of groups and classes', () => {
    expect(refusals(ingresses({ 'group.name': 'Shop' }))).toMatchInlineSnapshot(`
      [
        "invalid ingress group: groupName must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
      ]
    `);
    expect(refusals(ingresses({ 'group.name': 'a'.repeat(64) }))).toMatchInlineSnapshot(`
      [
        "invalid ingress group: groupName must be no more than 63 characters",
      ]
    `);
    expect(refusals(ingresses({ 'spec.ingressClassName': '"nothing"' }))).toMatchInlineSnapshot(`
      [
        "invalid ingress class: IngressClass.networking.k8s.io "nothing" not found",
      ]
    `);
    expect(refusals(ingresses({}).replace('ingress.k8s.aws/alb', 'k8s.io/nginx'))).toEqual([]);
    const withParams = CLASS.replace(
      'controller: ingress.k8s.aws/alb',
      'controller: ingress.k8s.aws/alb, parameters: { apiGroup: elbv2.k8s.aws, kind: IngressClassParams, name: gone }',
    );
    expect(refusals(ingresses({}).replace(CLASS, withParams))).toMatchInlineSnapshot(`
      [
        "invalid ingress class: IngressClassParams.elbv2.k8s.aws "gone" not found",
      ]
    `);
  });
});
