import { describe, expect, test } from 'vitest';
import { globCovers } from '../../../server/checks/group/coverage';
import { file, ingress } from '../../../src/rules/examples';
import { groupRules } from '../../../src/rules/groupRules';
import { findingsIn, manifest, serviceWith } from '../../helpers/workspace';

const loud = (lines: readonly string[]) => lines.filter((line) => /^(group|several|unreach|too)/.test(line));
const one = (text: string) => loud(findingsIn('a.yaml', { 'a.yaml': text }));

describe('examples', () => {
  test.each(Object.entries(groupRules))('%s', (code, { bad, good }) => {
    expect(one(bad).map((line) => line.split(' ')[0])).toEqual([code]);
    expect(one(good)).toEqual([]);
  });
});

const spec = (...paths: string[]) =>
  [
    'ingressClassName: alb',
    'rules:',
    '  - http:',
    '      paths:',
    ...paths.flatMap((line) => {
      const [path = '', pathType = 'Prefix', service = 'web'] = line.split(' ');
      return [
        `        - path: ${path}`,
        `          pathType: ${pathType}`,
        '          backend:',
        '            service:',
        `              name: ${service}`,
        '              port: {number: 80}',
      ];
    }),
  ].join('\n');

describe('groups', () => {
  const member = (name: string, ...annotations: string[]) =>
    ingress({
      name,
      annotations: ['group.name: shop', ...annotations],
      spec: spec(`/${name} Prefix ${name}`),
    });

  test('contradictions are on the member that comes later, with the other as related place', () => {
    const files = {
      'web.yaml': member('web', 'scheme: internal', 'group.order: "10"'),
      'cart.yaml': member('cart', 'scheme: internet-facing', 'group.order: "-1"'),
    };
    expect(loud(findingsIn('web.yaml', files))).toEqual(['group-conflict «internal» -> cart.yaml:7']);
    expect(loud(findingsIn('cart.yaml', files))).toEqual([]);
  });

  test('several contradictions are all found', () => {
    const text = file(
      member('a', 'scheme: internal', 'inbound-cidrs: 10.0.0.0/8', 'tags: team=a'),
      member('b', 'scheme: internet-facing', 'inbound-cidrs: 10.1.0.0/16', 'tags: team=b'),
    );
    expect(one(text).map((line) => line.replace(/ ->.*/, ''))).toEqual([
      'group-conflict «10.1.0.0/16»',
      'group-conflict «internet-facing»',
      'group-conflict «team=b»',
    ]);
  });

  test('environments are groups of their own', () => {
    const files = {
      'prod/web.yaml': member('web', 'scheme: internet-facing'),
      'dev/web.yaml': member('web', 'scheme: internal'),
      'prod/cart.yaml': member('cart', 'scheme: internet-facing'),
    };
    for (const path of Object.keys(files)) expect(loud(findingsIn(path, files))).toEqual([]);
  });

  test('an edit of one member is heard of by the others', () => {
    const service = serviceWith({ 'web.yaml': member('web', 'scheme: internal', 'target-type: ip') });
    const web = service.workspace.file('file:///work/web.yaml')?.manifest;
    if (web === undefined) throw new Error('not taken in');
    expect(service.validate(web)).toEqual([]);
    service.workspace.set(manifest('cart.yaml', member('cart', 'scheme: internet-facing')));
    expect(service.isStale('file:///work/web.yaml')).toBe(true);
    // The two are in one group, and `cart` comes first.
    expect(service.validate(web).map(({ code }) => code)).toEqual(['group-conflict']);
    service.workspace.set(manifest('cart.yaml', member('cart'), 2));
    expect(service.validate(web)).toEqual([]);
    service.workspace.remove('file:///work/cart.yaml');
    expect(service.validate(web)).toEqual([]);
  });

  test('of the class parameters are groups, too', () => {
    const classes = `apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: alb
spec:
  controller: ingress.k8s.aws/alb
  parameters: {apiGroup: elbv2.k8s.aws, kind: IngressClassParams, name: shop}
---
apiVersion: elbv2.k8s.aws/v1beta1
kind: IngressClassParams
metadata:
  name: shop
spec:
  group: {name: shop}
`;
    const files = {
      'class.yaml': classes,
      'a.yaml': ingress({ name: 'a', annotations: ['scheme: internal'], spec: spec('/a') }),
      'b.yaml': ingress({ name: 'b', annotations: ['scheme: internet-facing'], spec: spec('/b') }),
    };
    expect(loud(findingsIn('b.yaml', files))).toEqual(['group-conflict «internet-facing» -> a.yaml:6']);
  });
});

describe('unreachable paths', () => {
  test.each([
    [['/* ImplementationSpecific a', '/x ImplementationSpecific b'], 1],
    [['/ Prefix a', '/x Prefix b'], 0],
    [['/x Prefix a', '/x/y Exact b'], 0],
    [['/a* ImplementationSpecific a', '/a? ImplementationSpecific b'], 1],
    [['/a? ImplementationSpecific a', '/a* ImplementationSpecific b'], 0],
    [['/x Exact a', '/x Exact a'], 0],
    [['/x Exact a', '/x Exact b'], 1],
  ])('%j: %i', (paths, count) => {
    expect(one(ingress({ spec: spec(...paths) })).length).toBe(count);
  });

  test('across the group the order decides, and the winner is named', () => {
    const files = {
      'a.yaml': ingress({ name: 'a', annotations: ['group.name: shop'], spec: spec('/ Prefix a') }),
      'b.yaml': ingress({ name: 'b', annotations: ['group.name: shop'], spec: spec('/x Prefix b') }),
    };
    expect(loud(findingsIn('b.yaml', files))).toEqual(['unreachable-rule «/x» -> a.yaml:12']);
    expect(loud(findingsIn('a.yaml', files))).toEqual([]);
  });

  test('a rule with a condition of its own hides nothing', () => {
    const annotations = [
      `conditions.a: '[{"field":"http-header","httpHeaderConfig":{"httpHeaderName":"x","values":["y"]}}]'`,
    ];
    expect(one(ingress({ annotations, spec: spec('/* ImplementationSpecific a', '/x Exact b') }))).toEqual(
      [],
    );
  });
});

test.each([
  ['*', 'anything', true],
  ['/a/*', '/a/b*', true],
  ['/a/*', '/a', false],
  ['/a?c', '/abc', true],
  ['/a?c', '/a*c', false],
  ['*.example.com', 'a.*.example.com', true],
  ['a*b*c', 'aXbYbc', true],
  ['a*b', 'a', false],
])('%s covers %s: %s', (outer, inner, expected) => {
  expect(globCovers(outer, inner)).toBe(expected);
});
