import { describe, expect, test } from 'vitest';
import { file, ingress, object, service, specOf } from '../../../src/rules/examples';
import { fixedBy, foundIn, messagesOf } from '../../helpers/rules';

const arn = (region: string, account = '111122223333', id = '1') =>
  `arn:aws:acm:${region}:${account}:certificate/12345678-1234-1234-1234-12345678901${id}`;
const CERTIFICATE = `certificate-arn: ${arn('eu-west-1')}`;
const POLICY = 'ssl-policy: ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09';
const BOTH = `listen-ports: '[{"HTTP": 80}, {"HTTPS": 443}]'`;
const SECURE = `listen-ports: '[{"HTTPS": 443}]'`;
const anyHost = specOf([{}], { hosts: [] });
const classOf = (spec: string) =>
  file(
    object('networking.k8s.io/v1', 'IngressClass', {
      name: 'alb',
      spec: 'controller: ingress.k8s.aws/alb\nparameters:\n  apiGroup: elbv2.k8s.aws\n  kind: IngressClassParams\n  name: alb',
    }),
    object('elbv2.k8s.aws/v1beta1', 'IngressClassParams', { name: 'alb', spec }),
  );
const member = (name: string, annotations: readonly string[], spec?: string) =>
  ingress({
    name,
    annotations: ['group.name: shop', ...annotations],
    ...(spec === undefined ? {} : { spec }),
  });

describe('certificate-region', () => {
  test.each([
    ['another account', `certificate-arn: ${arn('eu-west-1')}, ${arn('eu-west-1', '444455556666')}`, 1],
    [
      'another region, twice',
      `certificate-arn: ${arn('us-east-1')}, ${arn('eu-west-1')}, ${arn('eu-west-1', undefined, '2')}`,
      1,
    ],
    ['the same region', `certificate-arn: ${arn('eu-west-1')}, ${arn('eu-west-1', undefined, '2')}`, 0],
    [
      "IAM's certificates have none",
      `certificate-arn: ${arn('eu-west-1')}, arn:aws:iam::111122223333:server-certificate/x`,
      0,
    ],
    ['a placeholder', `certificate-arn: \${CERTIFICATE}, ${arn('eu-west-1')}`, 0],
  ])('%s', (_, line, count) => {
    expect(foundIn(ingress({ annotations: [line, POLICY] }))).toHaveLength(count);
  });

  test('a web ACL and a trust store against the certificate', () => {
    const acl = 'wafv2-acl-arn: arn:aws:wafv2:us-east-1:111122223333:regional/webacl/x/1';
    const mutual = `mutual-authentication: '[{"port": 443, "mode": "verify", "trustStore": "arn:aws:elasticloadbalancing:us-west-2:111122223333:truststore/a/1"}]'`;
    expect(foundIn(ingress({ annotations: [CERTIFICATE, POLICY, acl, mutual] }))).toEqual([
      'certificate-region «arn:aws:wafv2:us-east-1:111122223333:regional/webacl/x/1»',
      'certificate-region «arn:aws:elasticloadbalancing:us-west-2:111122223333:truststore/a/1»',
    ]);
  });
});

describe('https-without-certificate', () => {
  test('hosts of tls, another member or the class may bring one', () => {
    const bad = ingress({ annotations: [SECURE, POLICY], spec: anyHost });
    expect(foundIn(bad)).toEqual([`https-without-certificate «'[{"HTTPS": 443}]'»`]);
    const tls = `${anyHost}\ntls:\n  - hosts: [shop.example.com]`;
    expect(foundIn(ingress({ annotations: [SECURE, POLICY], spec: tls }))).toEqual([]);
    expect(
      foundIn(ingress({ annotations: [SECURE, POLICY, `certificate-arn: \${ARN}`], spec: anyHost })),
    ).toEqual([]);
    expect(
      foundIn(bad, { others: { 'class.yaml': classOf(`certificateArn:\n  - ${arn('eu-west-1')}`) } }),
    ).toEqual([]);
    const group = [member('a', [SECURE, POLICY], anyHost), member('b', [SECURE, CERTIFICATE])];
    expect(foundIn(file(...group))).toEqual([]);
  });

  test('nobody knows the rest of a group of which one member is here, or what Kustomize adds', () => {
    expect(foundIn(member('a', [SECURE, POLICY], anyHost))).toEqual([]);
    const bad = ingress({ annotations: [SECURE], spec: anyHost });
    expect(foundIn(bad, { others: { 'kustomization.yaml': '' } })).toEqual([]);
  });

  test('a group that is here without any', () => {
    const group = [member('a', [SECURE, POLICY], anyHost), member('b', [SECURE, POLICY], anyHost)];
    expect(foundIn(file(...group))).toHaveLength(2);
  });
});

describe('ssl-redirect', () => {
  const to = (port: number) => `ssl-redirect: '${port}'`;

  test('leads to a listener of the group', () => {
    const redirecting = member('a', [`listen-ports: '[{"HTTP": 80}]'`, to(443)]);
    expect(foundIn(redirecting)).toEqual([]);
    expect(foundIn(file(redirecting, member('b', [SECURE, CERTIFICATE, POLICY])))).toEqual([]);
    expect(foundIn(file(redirecting, member('b', [`listen-ports: '[{"HTTP": 80}]'`])))).toEqual([
      "ssl-redirect-port «'443'»",
    ]);
  });

  test('fixes', () => {
    const wrong = ingress({ annotations: [BOTH, CERTIFICATE, POLICY, to(444)] });
    expect(fixedBy(wrong, 'ssl-redirect-port')).toBe(
      ingress({ annotations: [BOTH, CERTIFICATE, POLICY, to(443)] }),
    );
    const alone = ingress({ annotations: [to(443)] });
    expect(foundIn(alone)).toEqual(["ssl-redirect-port «'443'»"]);
    expect(fixedBy(alone, 'ssl-redirect-port')).toBe(ingress({ annotations: [BOTH, to(443)] }));
  });

  test.each([
    ['a listener that cannot be read', [`listen-ports: '[{"HTTP": 80]'`, to(443)]],
    ['a placeholder', [`listen-ports: '\${PORTS}'`, to(443)]],
    ['a certificate may be made', ["create-acm-cert: 'true'", to(443)]],
    ['one port with two protocols', [`listen-ports: '[{"HTTP": 80}, {"HTTPS": 80}]'`, CERTIFICATE, to(80)]],
  ])('says nothing of %s', (_, annotations) => {
    expect(foundIn(ingress({ annotations })).filter((line) => line.startsWith('ssl-'))).toEqual([]);
  });

  test('written as an action', () => {
    expect(foundIn(ingress({ annotations: ["actions.ssl-redirect: '443'"] }))).toEqual([
      'ssl-redirect-as-action «alb.ingress.kubernetes.io/actions.ssl-redirect»',
    ]);
    expect(fixedBy(ingress({ annotations: ['actions.ssl-redirect: 443'] }), 'ssl-redirect-as-action')).toBe(
      ingress({ annotations: ["ssl-redirect: '443'"] }),
    );
    const action = `actions.ssl-redirect: '{"type": "redirect", "redirectConfig": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}'`;
    const spec = specOf([{ backend: 'ssl-redirect', port: 'name: use-annotation' }, { path: '/a' }]);
    expect(foundIn(ingress({ annotations: [BOTH, CERTIFICATE, POLICY, action], spec }))).toEqual([]);
  });
});

describe('ports and protocols', () => {
  test('HTTP on 443 is somebody else’s business without TLS settings', () => {
    expect(foundIn(ingress({ annotations: [`listen-ports: '[{"HTTP": 443}]'`] }))).toEqual([]);
    const bad = ingress({
      annotations: [`listen-ports: '[{"HTTP": 80}, {"HTTP" : 443}]'`, CERTIFICATE, POLICY],
    });
    expect(foundIn(bad)).toEqual(['http-on-443 «"HTTP"»']);
    expect(fixedBy(bad, 'http-on-443')).toBe(bad.replace('"HTTP" :', '"HTTPS" :'));
  });

  test('HTTPS on 80 in double quotes', () => {
    const quoted = ingress({ annotations: ['listen-ports: "[{\\"HTTPS\\": 80}]"', CERTIFICATE, POLICY] });
    expect(fixedBy(quoted, 'https-on-80')).toBe(quoted.replace('HTTPS\\"', 'HTTP\\"'));
  });

  test('settings of TLS that no listener takes', () => {
    const spec = `${specOf([{}])}\ntls:\n  - hosts: [shop.example.com]`;
    expect(foundIn(ingress({ spec }))).toEqual(['tls-without-https «tls»']);
    expect(foundIn(ingress({ spec, annotations: [SECURE, POLICY] }))).toEqual([]);
    expect(foundIn(ingress({ annotations: [POLICY] }))).toEqual([
      'tls-without-https «ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09»',
    ]);
    expect(foundIn(ingress({ annotations: [CERTIFICATE, POLICY] }))).toEqual([]);
    expect(
      fixedBy(
        ingress({ annotations: [`listen-ports: '[{"HTTP": 8080}]'`, CERTIFICATE, POLICY] }),
        'tls-without-https',
      ),
    ).toContain(`listen-ports: '[{"HTTP": 8080}, {"HTTPS": 443}]'`);
  });

  test('attributes find their listener by protocol and port', () => {
    const line = (name: string) => `listener-attributes.${name}: routing.http.response.server.enabled=false`;
    expect(fixedBy(ingress({ annotations: [line('HTTPS-80')] }), 'listener-attributes-port')).toBe(
      ingress({ annotations: [line('HTTP-80')] }),
    );
    expect(foundIn(ingress({ annotations: [CERTIFICATE, POLICY, line('HTTPS-443')] }))).toEqual([]);
    expect(foundIn(ingress({ annotations: [line('https-443')] }))).toEqual([
      'annotation-name «alb.ingress.kubernetes.io/listener-attributes.https-443»',
    ]);
  });

  test('client certificates need HTTPS, unless they are switched off', () => {
    const line = (mode: string) => `mutual-authentication: '[{"port": 8443, "mode": "${mode}"}]'`;
    expect(foundIn(ingress({ annotations: [SECURE, POLICY, line('off')] }))).toEqual([]);
    expect(foundIn(ingress({ annotations: [SECURE, POLICY, line('passthrough')] }))).toEqual([
      'mutual-authentication-port «8443»',
    ]);
  });

  test('the policy may be that of the class or of another member', () => {
    const bad = ingress({ annotations: [SECURE, CERTIFICATE] });
    const params = 'sslPolicy: ELBSecurityPolicy-TLS13-1-3-2021-06';
    expect(foundIn(bad, { others: { 'class.yaml': classOf(params) } })).toEqual([]);
    expect(
      foundIn(file(member('a', [SECURE, CERTIFICATE]), member('b', [SECURE, CERTIFICATE, POLICY]))),
    ).toEqual([]);
    expect(fixedBy(bad, 'default-ssl-policy')).toBe(ingress({ annotations: [POLICY, SECURE, CERTIFICATE] }));
  });
});

describe('logins', () => {
  const IDP = `auth-idp-cognito: '{"userPoolARN": "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_abc", "userPoolClientID": "1", "userPoolDomain": "shop"}'`;
  const LOGIN = ['auth-type: cognito', IDP];

  test('HTTP alone has no login at all', () => {
    expect(messagesOf(ingress({ annotations: LOGIN }), 'auth-over-http')).toEqual([
      'Whoever comes by HTTP on `80` gets in without a login or token. The controller asks for logins and tokens on HTTPS listeners only; its HTTP rules forward without them. Listen with HTTPS instead: logins and tokens work there only.',
    ]);
  });

  test.each([
    [
      'a login is asked for but not needed',
      [BOTH, CERTIFICATE, POLICY, ...LOGIN, 'auth-on-unauthenticated-request: allow'],
      undefined,
    ],
    ['HTTP is redirected', [BOTH, CERTIFICATE, POLICY, ...LOGIN, "ssl-redirect: '443'"], undefined],
    [
      'HTTP is redirected by an action',
      [
        BOTH,
        CERTIFICATE,
        POLICY,
        ...LOGIN,
        `actions.to-tls: '{"type": "redirect", "redirectConfig": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}'`,
      ],
      specOf([
        { path: '/*', pathType: 'ImplementationSpecific', backend: 'to-tls', port: 'name: use-annotation' },
        {},
      ]),
    ],
    [
      'the rest of the group may redirect',
      ['group.name: shop', BOTH, CERTIFICATE, POLICY, ...LOGIN],
      undefined,
    ],
  ])('is silent where %s', (_, annotations, spec) => {
    expect(foundIn(ingress({ annotations, ...(spec === undefined ? {} : { spec }) }))).toEqual([]);
  });

  test('the Service decides before the Ingress', () => {
    const of = (value: string) => service({ annotations: [`alb.ingress.kubernetes.io/auth-type: ${value}`] });
    const web = ingress({ annotations: [BOTH, CERTIFICATE, POLICY, IDP] });
    expect(foundIn(file(of('cognito'), web))).toEqual(['auth-over-http «web»']);
    const login = ingress({ annotations: [BOTH, CERTIFICATE, POLICY, 'auth-type: cognito', IDP] });
    expect(foundIn(file(of('none'), login))).toEqual([
      'auth-provider-unused «alb.ingress.kubernetes.io/auth-idp-cognito»',
    ]);
  });

  test('provider and type must fit', () => {
    const secure = [SECURE, CERTIFICATE, POLICY];
    expect(foundIn(ingress({ annotations: [...secure, 'auth-type: oidc', IDP] }))).toEqual([
      'auth-provider-missing «oidc»',
      'auth-provider-unused «alb.ingress.kubernetes.io/auth-idp-cognito»',
    ]);
    expect(fixedBy(ingress({ annotations: [...secure, IDP] }), 'auth-provider-unused')).toContain(
      'auth-type: cognito',
    );
    expect(foundIn(ingress({ annotations: [...secure, `auth-type: '\${TYPE}'`, IDP] }))).toEqual([]);
  });

  test('domains of Cognito', () => {
    const at = (domain: string) =>
      ingress({
        annotations: [
          SECURE,
          CERTIFICATE,
          POLICY,
          'auth-type: cognito',
          IDP.replace('"shop"', `"${domain}"`),
        ],
      });
    expect(foundIn(at('login.example.com'))).toEqual([]);
    expect(fixedBy(at('https://login.example.com'), 'cognito-domain')).toBe(at('login.example.com'));
    expect(fixedBy(at('https://shop.auth.eu-west-1.amazoncognito.com/'), 'cognito-domain')).toBe(at('shop'));
  });
});
