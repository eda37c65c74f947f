import { describe, expect, test } from 'vitest';
import { atOnce } from '../../../server/turns';
import { definitions, ingressText, navigate, serviceText, usages } from '../../helpers/navigate';

const P = 'alb.ingress.kubernetes.io/';
const service = serviceText('web');
const forward = `{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"web","servicePort":"http"}]}}`;

describe('a Service', () => {
  const shop = ingressText({ rules: ['a.com / web:80'] });

  test('is found from a backend', () => {
    const files = { 'a.yaml': ingressText({ rules: ['a.com / we¦b:80'] }), 'b.yaml': service };
    expect(definitions(files)).toEqual(['b.yaml:4:9 «web»']);
  });

  test('is found from the default backend, a binding, and a key', () => {
    const ingress = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: a, annotations: {"${P}conditions.w¦eb": "[]"}}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
`;
    expect(definitions({ 'a.yaml': ingress, 'b.yaml': service })).toEqual(['b.yaml:4:9 «web»']);
    const inBackend = ingress.replace('¦', '').replace('name: web', 'name: "w¦eb"');
    expect(definitions({ 'a.yaml': inBackend, 'b.yaml': service })).toEqual(['b.yaml:4:9 «web»']);
    const binding = `apiVersion: elbv2.k8s.aws/v1beta1
kind: TargetGroupBinding
metadata: {name: b}
spec: {serviceRef: {name: we¦b, port: 80}}
`;
    expect(definitions({ 'a.yaml': binding, 'b.yaml': service })).toEqual(['b.yaml:4:9 «web»']);
  });

  test.each([
    ['single quotes', `${P}actions.split: '${forward}'`],
    ['double quotes', `${P}actions.split: ${JSON.stringify(forward)}`],
    ['a block', `${P}actions.split: |\n  ${forward}`],
    ['a folded block', `${P}actions.split: >-\n  ${forward.replace('[{', '[\n  {')}`],
  ])('is found from JSON in %s', (_, annotation) => {
    const marked = annotation.replace(/(serviceName\\?":\\?"w)/, '$1¦');
    const files = { 'a.yaml': ingressText({ annotations: [marked] }), 'b.yaml': service };
    expect(definitions(files)).toEqual(['b.yaml:4:9 «web»']);
    const plain = { 'a.yaml': ingressText({ annotations: [annotation] }) };
    const found = usages({ ...plain, 'b.yaml': serviceText('we¦b') });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^a\.yaml:\d+:\d+ «web»$/);
  });

  test('is used wherever it is named, its declaration only if asked for', () => {
    const files = { 'a.yaml': shop, 'b.yaml': serviceText('we¦b'), 'c.yaml': ingressText({ name: 'other' }) };
    expect(usages(files)).toEqual(['a.yaml:15:19 «web»']);
    expect(usages(files, true)).toEqual(['a.yaml:15:19 «web»', 'b.yaml:4:9 «web»']);
  });

  test('of another namespace is another Service', () => {
    const files = {
      'a.yaml': ingressText({ namespace: 'one', rules: ['a.com / we¦b:80'] }),
      'b.yaml': serviceText('web', ['  namespace: two']),
      'c.yaml': serviceText('web', ['  namespace: one']),
    };
    expect(definitions(files)).toEqual(['c.yaml:4:9 «web»']);
    expect(
      usages({
        ...files,
        'a.yaml': files['a.yaml'].replace('¦', ''),
        'b.yaml': serviceText('w¦eb', ['  namespace: two']),
      }),
    ).toEqual([]);
  });

  test('of another environment is not seen', () => {
    const files = {
      'prod/a.yaml': ingressText({ rules: ['a.com / we¦b:80'] }),
      'prod/b.yaml': service,
      'dev/b.yaml': service,
    };
    expect(definitions(files)).toEqual(['prod/b.yaml:4:9 «web»']);
  });

  test('stands in a List, and behind an alias', () => {
    const list = `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Service
  metadata: {name: &n web}
  spec: {ports: [{port: 80}]}
- apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata: {name: a}
  spec: {defaultBackend: {service: {name: *¦n, port: {number: 80}}}}
`;
    expect(definitions({ 'a.yaml': list })).toEqual(['a.yaml:6:23 «web»']);
    expect(usages({ 'a.yaml': list }, true)).toEqual(['a.yaml:11:43 «*n»', 'a.yaml:6:23 «web»']);
  });

  test('leads to its Pods by its selector, and they to it', () => {
    const deployment = (name: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec: {template: {metadata: {labels: {app: web}}}}
`;
    const marked = service.replace('app: web', 'app: w¦eb');
    expect(definitions({ 'a.yaml': marked, 'b.yaml': deployment('one') })).toEqual(['b.yaml:3:18 «one»']);
    expect(usages({ 'a.yaml': service, 'b.yaml': deployment('o¦ne') })).toEqual(['a.yaml:7:5 «app: web»']);
  });
});

describe('a port', () => {
  test('is one by name and by number', () => {
    const files = {
      'a.yaml': ingressText({ rules: ['a.com / web:htt¦p'] }),
      'b.yaml': service,
      'c.yaml': ingressText({ name: 'c', rules: ['c.com / web:80', 'd.com / web:81', 'e.com / shop:80'] }),
    };
    expect(definitions(files)).toEqual(['b.yaml:9:11 «http»']);
    expect(usages(files)).toEqual(['a.yaml:17:21 «http»', 'c.yaml:17:23 «80»']);
    expect(usages(files, true)).toEqual([
      'a.yaml:17:21 «http»',
      'b.yaml:10:11 «80»',
      'b.yaml:9:11 «http»',
      'c.yaml:17:23 «80»',
    ]);
  });
});

describe('an action', () => {
  const text = ingressText({
    annotations: [`${P}actions.go: '{}'`, `${P}conditions.go: '[]'`, `"${P}transforms.web": '[]'`],
    rules: ['a.com / go:use-annotation', 'b.com / web:80'],
  });

  test('is its key, and the backends and keys of its Ingress that name it', () => {
    const files = { 'a.yaml': text.replace('name: go', 'name: g¦o'), 'b.yaml': text };
    expect(definitions(files)).toEqual(['a.yaml:6:39 «go»']);
    expect(usages(files)).toEqual(['a.yaml:19:19 «go»', 'a.yaml:7:42 «go»']);
  });

  test('is found from use-annotation', () => {
    const files = { 'a.yaml': text.replace('use-', 'use-¦') };
    expect(definitions(files)).toEqual(['a.yaml:6:39 «go»']);
    expect(usages(files, true)).toHaveLength(3);
  });

  test('is highlighted in its file', () => {
    const { service: asked, document, position } = navigate({ 'a.yaml': text.replace('.go', '.g¦o') });
    const found = atOnce(asked.highlights(document, position));
    expect(found.map(({ range, kind }) => `${range.start.line + 1} ${kind}`)).toEqual(['19 2', '6 3', '7 2']);
  });
});

describe('a class', () => {
  const ingressClass = `apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: shared}
spec: {controller: ingress.k8s.aws/alb, parameters: {apiGroup: elbv2.k8s.aws, kind: IngressClassParams, name: common}}
`;
  const params = `apiVersion: elbv2.k8s.aws/v1beta1
kind: IngressClassParams
metadata: {name: common}
spec: {group: {name: shop}}
`;

  test('is found from an Ingress, its parameters from it', () => {
    const files = {
      'a.yaml': ingressText({ className: 'sha¦red' }),
      'b.yaml': ingressClass,
      'c.yaml': params,
    };
    expect(definitions(files)).toEqual(['b.yaml:3:18 «shared»']);
    const marked = ingressClass.replace('name: common', 'name: com¦mon');
    expect(definitions({ 'b.yaml': marked, 'c.yaml': params })).toEqual(['c.yaml:3:18 «common»']);
    expect(usages({ 'b.yaml': ingressClass, 'c.yaml': params.replace('common', '¦common') })).toHaveLength(1);
  });

  test('is found from the annotation of old', () => {
    const annotations = ['kubernetes.io/ingress.class: sha¦red'];
    expect(definitions({ 'a.yaml': ingressText({ annotations }), 'b.yaml': ingressClass })).toHaveLength(1);
  });

  test('brings its Ingresses into the group of its parameters', () => {
    const files = {
      'a.yaml': ingressText({ name: 'one', className: 'shared' }),
      'b.yaml': ingressClass,
      'c.yaml': params.replace('shop', 'sh¦op'),
      'd.yaml': ingressText({ name: 'two', annotations: [`${P}group.name: shop`] }),
      'e.yaml': ingressText({ name: 'nginx', className: 'nginx', annotations: [`${P}group.name: shop`] }),
    };
    expect(usages(files, true)).toEqual([
      'a.yaml:4:9 «one»',
      'c.yaml:4:22 «shop»',
      'd.yaml:6:43 «shop»',
      'e.yaml:6:43 «shop»',
    ]);
  });
});

test('a group without parameters is said by all its members', () => {
  const member = (name: string) => ingressText({ name, annotations: [`${P}group.name: shop`] });
  const files = { 'a.yaml': member('a').replace('shop', 's¦hop'), 'b.yaml': member('b') };
  expect(definitions(files)).toEqual(['a.yaml:6:43 «shop»', 'b.yaml:6:43 «shop»']);
});

test('a Secret is found from the OIDC configuration', () => {
  const annotations = [`${P}auth-idp-oidc: '{"issuer": "x", "secretName": "cli¦ent"}'`];
  const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: client}\n';
  expect(definitions({ 'a.yaml': ingressText({ annotations }), 'b.yaml': secret })).toEqual([
    'b.yaml:3:18 «client»',
  ]);
});

describe('nothing is found', () => {
  test.each([
    ['in a comment', '# com¦ment\n'],
    ['in an empty file', '¦'],
    ['in a file of something else', 'kind: ConfigMap\nmetadata: {name: ¦a}\n'],
    ['behind the end', `${service}\n\n¦`],
    [
      'in half a line',
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nspec:\n  rules:\n  - http: {paths: [{backend: {serv¦',
    ],
    ['in broken JSON', ingressText({ annotations: [`${P}actions.a: '{"type": "fo¦rw`] })],
  ])('%s', (_, text) => {
    expect(definitions({ 'a.yaml': text })).toEqual([]);
    expect(usages({ 'a.yaml': text }, true)).toEqual([]);
  });

  test('beyond all lines', () => {
    const { service: asked, document } = navigate({ 'a.yaml': `¦${service}` });
    expect(asked.definition(document, { line: 99, character: 99 })).toEqual([]);
  });

  test('of a Service that is not there', () => {
    expect(definitions({ 'a.yaml': ingressText({ rules: ['a.com / we¦b:80'] }) })).toEqual([]);
  });
});
