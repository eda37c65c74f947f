import { describe, expect, test } from 'vitest';
import { ingress, specOf } from '../../../src/rules/examples';
import { fixedBy, foundIn, messagesOf } from '../../helpers/rules';

const at = (path: string, pathType: string | null = 'Prefix') =>
  ingress({ spec: specOf([{ path, pathType }]) });
const ACTION = `'{"type": "fixed-response", "fixedResponseConfig": {"statusCode": "503"}}'`;
const use = (backend: string, port = 'name: use-annotation') => specOf([{ backend, port }]);

describe('paths', () => {
  test.each([
    ['/*', 'Prefix', '/', 'Prefix'],
    ['/shop/*', 'Prefix', '/shop', 'Prefix'],
    ['/shop*', 'Prefix', '/shop*', 'ImplementationSpecific'],
    ['/*/x', 'Exact', '/*/x', 'ImplementationSpecific'],
    ['"/a?"', 'Exact', '"/a?"', 'ImplementationSpecific'],
  ])('%s with %s', (path, type, rightPath, rightType) => {
    expect(foundIn(at(path, type))).toEqual([`path-wildcard «${path}»`]);
    expect(fixedBy(at(path, type), 'path-wildcard')).toBe(at(rightPath, rightType));
  });

  test('a wildcard may stay with another type', () => {
    const other = fixedBy(at('/*'), 'path-wildcard', 'Change `pathType` to `ImplementationSpecific`');
    expect(other).toBe(at('/*', 'ImplementationSpecific'));
    expect(foundIn(other)).toEqual([]);
  });

  test('what the API server refuses', () => {
    expect(foundIn(at('/', null))).toEqual(['invalid-path «/»']);
    expect(fixedBy(at('/', null), 'invalid-path')).toBe(at('/'));
    expect(fixedBy(at('/', 'prefix'), 'invalid-path')).toBe(at('/'));
    expect(fixedBy(at('shop'), 'invalid-path')).toBe(at('/shop'));
    expect(foundIn(at('', 'ImplementationSpecific'))).toEqual([]);
    expect(foundIn(at('/', null).replace('networking.k8s.io/v1', 'networking.k8s.io/v1beta1'))).toEqual([
      'path-semantics «/»',
    ]);
  });

  test('what a tool fills in', () => {
    expect(foundIn(at(`\${PATH}`))).toEqual([]);
    expect(foundIn(at('$BASE/x*'))).toEqual([]);
    expect(foundIn(at('/', `\${TYPE}`))).toEqual([]);
  });

  test('one path and nothing below it', () => {
    expect(messagesOf(at('/shop', 'ImplementationSpecific'), 'path-semantics')).toEqual([
      '`/shop` with `pathType: ImplementationSpecific` is exactly `/shop`. Requests for anything below it get the answer 404, unless another rule takes them. Use `pathType: Prefix` for `/shop` and what is below it, `Exact` if this one path is meant.',
    ]);
    expect(foundIn(at('/shop/*', 'ImplementationSpecific'))).toEqual([]);
    const spec = specOf([{ path: '/^a$', pathType: 'ImplementationSpecific' }]);
    expect(foundIn(ingress({ annotations: ["use-regex-path-match: 'true'"], spec }))).toEqual([]);
  });
});

describe('conditions', () => {
  const condition = (json: string, name = 'web') => `conditions.${name}: '${json}'`;
  const query = (count: number) =>
    condition(
      JSON.stringify([
        {
          field: 'query-string',
          queryStringConfig: {
            values: Array.from({ length: count }, (_, x) => ({ key: 'v', value: `${x}` })),
          },
        },
      ]),
    );

  test.each([
    ['/', 3, 0],
    ['/', 4, 1],
    ['/shop', 2, 0],
    ['/shop', 3, 1],
  ])('%s, its host and %i parameters: %i findings', (path, values, count) => {
    expect(foundIn(ingress({ annotations: [query(values)], spec: specOf([{ path }]) }))).toHaveLength(count);
  });

  test('conditions that cannot be read are not counted', () => {
    const unclear = ingress({ annotations: [condition(`\${CONDITIONS}`)], spec: specOf([{ path: '/a' }]) });
    expect(foundIn(unclear)).toEqual([]);
  });

  test('the host of the rule against regular expressions', () => {
    const json = '[{"field": "host-header", "hostHeaderConfig": {"regexValues": ["^a$"]}}]';
    expect(foundIn(ingress({ annotations: [condition(json)] }))).toEqual([
      'mixed-wildcard-regex «alb.ingress.kubernetes.io/conditions.web»',
    ]);
    expect(foundIn(ingress({ annotations: [condition(json)], spec: specOf([{}], { hosts: [] }) }))).toEqual(
      [],
    );
  });

  test('paths as regular expressions against patterns', () => {
    const json = '[{"field": "path-pattern", "pathPatternConfig": {"values": ["/a*"]}}]';
    const spec = specOf([{ path: '/^b', pathType: 'ImplementationSpecific' }]);
    const annotations = ["use-regex-path-match: 'true'", condition(json)];
    expect(foundIn(ingress({ annotations, spec }))).toHaveLength(1);
    expect(foundIn(ingress({ annotations, spec: specOf([{ path: '/b', pathType: 'Exact' }]) }))).toEqual([]);
  });

  test('values of a form that AWS refuses', () => {
    const of = (json: string) => foundIn(ingress({ annotations: [condition(json)] }));
    expect(of('[{"field": "http-request-method", "httpRequestMethodConfig": {"values": ["get"]}}]')).toEqual([
      'malformed-value «"get"»',
    ]);
    expect(
      of('[{"field": "source-ip", "sourceIPConfig": {"values": ["10.0.0.1", "2001:db8::/32"]}}]'),
    ).toEqual(['malformed-value «"10.0.0.1"»']);
    expect(
      of('[{"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "Host", "values": ["a"]}}]'),
    ).toEqual(['malformed-value «"Host"»']);
  });
});

describe('actions and backends', () => {
  test('a backend that means an action of another name', () => {
    const bad = ingress({ annotations: [`actions.maintenance: ${ACTION}`], spec: use('maintenence') });
    expect(foundIn(bad)).toEqual([
      'action-not-found «maintenence»',
      'action-unused «alb.ingress.kubernetes.io/actions.maintenance»',
    ]);
    expect(foundIn(fixedBy(bad, 'action-not-found'))).toEqual([]);
    expect(foundIn(fixedBy(bad, 'action-unused'))).toEqual([]);
  });

  test.each(['name: use-annotations', 'name: http', 'number: 80'])('a backend with the port `%s`', (port) => {
    const annotations = [`actions.maintenance: ${ACTION}`];
    const bad = ingress({ annotations, spec: use('maintenance', port) });
    expect(foundIn(bad)).toEqual(['action-unused «alb.ingress.kubernetes.io/actions.maintenance»']);
    expect(fixedBy(bad, 'action-unused')).toBe(ingress({ annotations, spec: use('maintenance') }));
  });

  test('the redirect of old instructions', () => {
    const json =
      '{"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}';
    const tls = [
      `listen-ports: '[{"HTTP": 80}, {"HTTPS": 443}]'`,
      'ssl-policy: ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
    ];
    const right = ingress({ annotations: [...tls, "ssl-redirect: '443'"] });
    const bad = ingress({ annotations: [...tls, `actions.ssl-redirect: '${json}'`] });
    expect(foundIn(bad)).toEqual(['action-unused «alb.ingress.kubernetes.io/actions.ssl-redirect»']);
    expect(fixedBy(bad, 'action-unused')).toBe(right);
    const both = ingress({ annotations: [...tls, "ssl-redirect: '443'", `actions.ssl-redirect: '${json}'`] });
    expect(fixedBy(both, 'action-unused')).toBe(right);
    const block = ingress({ annotations: [...tls, `actions.ssl-redirect: |-`, 'BLOCK'] });
    const written = block.replace('alb.ingress.kubernetes.io/BLOCK', `  ${json}`);
    expect(foundIn(fixedBy(written, 'action-unused'))).toEqual([]);
  });

  test('backends of the old API are not known', () => {
    const action = `actions.ssl-redirect: '{"type": "redirect", "redirectConfig": {"protocol": "HTTPS", "statusCode": "HTTP_301"}}'`;
    const spec =
      'ingressClassName: alb\nrules:\n  - http:\n      paths:\n        - path: /*\n          backend:\n            serviceName: ssl-redirect\n            servicePort: use-annotation';
    const old = ingress({ annotations: [action], spec }).replace(
      'networking.k8s.io/v1',
      'extensions/v1beta1',
    );
    expect(foundIn(old)).toEqual([]);
  });

  test('the default backend may be an action, but has no conditions', () => {
    const spec = `${specOf([{}])}\ndefaultBackend:\n  service:\n    name: lost\n    port:\n      name: use-annotation`;
    const action = `actions.lost: ${ACTION}`;
    expect(foundIn(ingress({ annotations: [action], spec }))).toEqual([]);
    const condition = `conditions.lost: '[{"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "X", "values": ["a"]}}]'`;
    expect(foundIn(ingress({ annotations: [action, condition], spec }))).toEqual([
      'condition-unused «alb.ingress.kubernetes.io/conditions.lost»',
    ]);
  });

  test('Kustomize may add the missing half', () => {
    const others = { 'kustomization.yaml': '' };
    expect(foundIn(ingress({ spec: use('maintenance') }), { others })).toEqual([]);
    expect(foundIn(ingress({ annotations: [`actions.maintenance: ${ACTION}`] }), { others })).toEqual([]);
  });

  test('a list in place of an action, a login in place of one, and target groups without weight', () => {
    const of = (json: string) => foundIn(ingress({ annotations: [`actions.x: '${json}'`], spec: use('x') }));
    expect(of('[{"type": "forward"}]')).toEqual(['json-type «[{"type": "forward"}]»']);
    expect(of('{"type": "authenticate-oidc"}')).toEqual(['auth-as-action «"authenticate-oidc"»']);
    expect(
      of('{"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "a", "servicePort": 80}]}}'),
    ).toEqual([]);
    expect(
      of('{"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "a"}, {"weight": 1}]}}'),
    ).toEqual(['json-missing-field «{»', 'json-missing-field «{»']);
    expect(
      of(
        '{"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "a", "servicePort": 80}, {"targetGroupName": "b", "weight": 0}]}}',
      ),
    ).toEqual(['json-missing-field «{»']);
  });

  test('a redirect must change something', () => {
    const of = (config: string) =>
      foundIn(
        ingress({
          annotations: [
            `actions.x: '{"type": "redirect", "redirectConfig": {"statusCode": "HTTP_301"${config}}}'`,
          ],
          spec: use('x'),
        }),
      );
    expect(of(', "host": "#{host}", "path": "/#{path}", "query": "a=b"')).toHaveLength(1);
    expect(of(', "path": "/new/#{path}"')).toEqual([]);
  });
});
