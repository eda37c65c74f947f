// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of envsubst
import { describe, expect, test } from 'vitest';
import { file, ingress, object, service } from '../../../src/rules/examples';
import { referenceRules } from '../../../src/rules/referenceRules';
import { project } from '../../helpers/project';

const A = 'alb.ingress.kubernetes.io/';
const specOf = (className: string | undefined) =>
  [
    ...(className === undefined ? [] : [`ingressClassName: ${className}`]),
    'rules:',
    '  - http:',
    '      paths:',
    '        - path: /',
    '          pathType: Prefix',
    '          backend:',
    '            service:',
    '              name: web',
    '              port:',
    '                number: 80',
  ].join('\n');
const ingressClass = (name: string, more = '', annotations: string[] = []) =>
  object('networking.k8s.io/v1', 'IngressClass', {
    name,
    annotations,
    spec: `controller: ingress.k8s.aws/alb${more}`,
  });
const withParams = (name: string) =>
  ingressClass(name, `\nparameters:\n  apiGroup: elbv2.k8s.aws\n  kind: IngressClassParams\n  name: ${name}`);
const params = (name: string, spec: string) =>
  object('elbv2.k8s.aws/v1beta1', 'IngressClassParams', { name, spec });
const annotated = (className: string | undefined, annotations = ['scheme: internal'], name = 'web') =>
  ingress({ name, annotations, spec: specOf(className) });
const codes = (found: readonly string[]) => found.map((line) => line.replace(/ .*/s, ''));

describe('an Ingress without a class', () => {
  const bare = annotated(undefined);

  test('may belong to the default class of the cluster', () => {
    expect(project({ 'a.yaml': bare }).marked('a.yaml')).toEqual(['class-missing «spec»']);
  });

  test('belongs to the default class of the workspace', () => {
    const found = project({ 'a.yaml': bare, 'b/class.yaml': ingressClass('public') });
    expect(found.marked('a.yaml')).toEqual(['no-default-class «spec»']);
    expect(found.related('a.yaml')).toEqual(['no-default-class b/class.yaml «public»']);
    expect(found.fixed('a.yaml', 'no-default-class')).toBe(annotated('public'));
    found.write(
      'b/class.yaml',
      ingressClass('public', '', ["ingressclass.kubernetes.io/is-default-class: 'true'"]),
    );
    expect(found.isStale('a.yaml')).toBe(true);
    expect(found.marked('a.yaml')).toEqual([]);
  });

  test('may be a patch', () => {
    const found = project({ 'a.yaml': bare });
    found.note('kustomization.yaml');
    expect(found.marked('a.yaml')).toEqual([]);
  });
});

describe('a class that is not there', () => {
  test('is a slip of the pen', () => {
    const found = project({ 'a.yaml': annotated('pulbic'), 'b/class.yaml': ingressClass('public') });
    expect(found.marked('a.yaml')).toEqual(['class-not-found «pulbic»']);
    expect(found.fixed('a.yaml', 'class-not-found')).toBe(annotated('public'));
    const near = project({ 'a.yaml': annotated('abl') });
    expect(near.fixed('a.yaml', 'class-not-found')).toBe(annotated('alb'));
  });

  test('is missing where classes are kept', () => {
    const found = project({ 'a.yaml': file(ingressClass('public'), annotated('inner')) });
    expect(found.messages('a.yaml')[0]).toMatch(/The workspace has `public`\.$/);
  });

  test.each([
    ['alb, which the chart makes', 'alb', 'class.yaml'],
    ['one that stands elsewhere', 'inner', 'b/class.yaml'],
  ])('%s', (_, name, path) => {
    expect(project({ 'a.yaml': annotated(name), [path]: ingressClass('public') }).marked('a.yaml')).toEqual(
      [],
    );
  });
});

describe('a class that is not for the namespace', () => {
  const { bad } = referenceRules['class-namespace'];

  test('points at both sides', () => {
    expect(project({ 'a.yaml': bad }).related('a.yaml')).toEqual([
      'class-namespace a.yaml «namespaceSelector»',
      'class-namespace a.yaml «metadata»',
    ]);
  });

  test('every Namespace has its name as a label', () => {
    const text = bad.replace('zone: inner', 'kubernetes.io/metadata.name: shop');
    expect(project({ 'a.yaml': text }).marked('a.yaml')).toEqual([]);
  });

  test('nothing is known of a Namespace elsewhere, or of one that gets labels from a tool', () => {
    const [, ...rest] = bad.split('---\n');
    expect(project({ 'a.yaml': rest.join('---\n') }).marked('a.yaml')).toEqual([]);
    const found = project({ 'a.yaml': bad });
    found.note('kustomization.yaml');
    expect(found.marked('a.yaml')).toEqual([]);
  });
});

describe('what the class overrules', () => {
  const against = (spec: string, ...annotations: string[]) =>
    project({
      'a.yaml': annotated('public', annotations),
      'class.yaml': file(params('public', spec), withParams('public')),
    });

  test.each([
    ['scheme: internal', 'scheme: internal', []],
    ['scheme: internet-facing', 'scheme: internal', ['class-override «internal»']],
    ['scheme: ""', 'scheme: internal', []],
    ['inboundCIDRs:\n  - 10.0.0.0/8\n  - 192.0.2.0/24', 'inbound-cidrs: 192.0.2.0/24, 10.0.0.0/8', []],
    ['inboundCIDRs:\n  - 10.0.0.0/8', 'inbound-cidrs: 0.0.0.0/0', ['class-override «0.0.0.0/0»']],
    ['inboundCIDRs: []', 'inbound-cidrs: 0.0.0.0/0', []],
    ['tags:\n  - key: team\n    value: shop', 'tags: owner=me', []],
    ['tags:\n  - key: team\n    value: shop', 'tags: team=me,a=b', ['class-override «team=me,a=b»']],
    ['subnets:\n  ids: [subnet-1]', 'subnets: subnet-2', ['class-override «subnet-2»']],
    ['subnets:\n  tags:\n    a: [b]', 'subnets: subnet-2', ['class-override «subnet-2»']],
    ['group:\n  name: shop', 'group.name: other', ['class-override «other»']],
    [
      'minimumLoadBalancerCapacity:\n  capacityUnits: 100',
      'minimum-load-balancer-capacity: CapacityUnits=100',
      [],
    ],
    [
      'minimumLoadBalancerCapacity:\n  capacityUnits: 100',
      'minimum-load-balancer-capacity: CapacityUnits=200',
      ['class-override «CapacityUnits=200»'],
    ],
    ['PrefixListsIDs:\n  - pl-1', 'security-group-prefix-lists: pl-2', ['class-override «pl-2»']],
  ])('%s and %s', (spec, annotation, expected) => {
    const found = against(spec, annotation).marked('a.yaml');
    expect(found.filter((line) => line.startsWith('class-override'))).toEqual(expected);
  });

  test('is said with the field, and can go', () => {
    const found = against('scheme: internet-facing', 'scheme: internal', 'group.name: shop');
    expect(found.messages('a.yaml')[0]).toBe(
      'IngressClassParams `public` set `scheme` to `internet-facing`. What IngressClassParams set beats the annotation, which has no effect. Remove the annotation, or the field of the class.',
    );
    expect(found.related('a.yaml')).toEqual(['class-override class.yaml «internet-facing»']);
    expect(found.fixed('a.yaml', 'class-override')).toBe(annotated('public', ['group.name: shop']));
  });

  test('changes with the class', () => {
    const found = against('scheme: internal', 'scheme: internal');
    expect(found.marked('a.yaml')).toEqual([]);
    found.write('class.yaml', file(params('public', 'scheme: internet-facing'), withParams('public')));
    expect(found.isStale('a.yaml')).toBe(true);
    expect(codes(found.marked('a.yaml'))).toEqual(['class-override']);
  });

  test('decides about the target type', () => {
    const text = (spec: string) =>
      file(
        service({ spec: 'selector:\n  app: web\nports:\n  - port: 80' }),
        params('public', spec),
        withParams('public'),
        ingress({ spec: specOf('public') }),
      );
    expect(project({ 'a.yaml': text('targetType: ip') }).marked('a.yaml')).toEqual([]);
    const instance = project({ 'a.yaml': text('targetType: instance') });
    expect(instance.messages('a.yaml')[0]).toMatch('Set `targetType: ip` in IngressClassParams `public`.');
    expect(() => instance.fixed('a.yaml', 'service-not-node-port')).toThrow();
  });

  test('of parameters that stand elsewhere nothing is known', () => {
    const one = service({ spec: 'selector:\n  app: web\nports:\n  - port: 80' });
    const text = file(one, withParams('public'), ingress({ spec: specOf('public') }));
    expect(project({ 'a.yaml': text }).marked('a.yaml')).toEqual([]);
  });
});

describe('EKS Auto Mode', () => {
  test('nobody makes the class `alb`', () => {
    const text = file(ingressClass('auto').replace('ingress.k8s.aws', 'eks.amazonaws.com'), annotated('alb'));
    expect(codes(project({ 'a.yaml': text }, { autoMode: true }).marked('a.yaml'))).toEqual([
      'class-not-found',
    ]);
    expect(project({ 'a.yaml': text }).marked('a.yaml')).toEqual([]);
  });

  const auto = ingressClass('auto').replace('ingress.k8s.aws', 'eks.amazonaws.com');

  test('has its groups in the class', () => {
    const text = file(auto, annotated('auto', ['group.name: shop']));
    expect(project({ 'a.yaml': text }).marked('a.yaml')).toEqual(['auto-mode-group-name «shop»']);
  });

  test('a target type that is not written is nobody knows which', () => {
    const one = service({ spec: 'selector:\n  app: web\nports:\n  - port: 80' });
    expect(project({ 'a.yaml': file(one, ingress()) }, { autoMode: true }).marked('a.yaml')).toEqual([]);
    const text = file(one, ingress({ annotations: ['target-type: instance'] }));
    expect(codes(project({ 'a.yaml': text }, { autoMode: true }).marked('a.yaml'))).toContain(
      'service-not-node-port',
    );
  });
});

describe('the Secret of an OIDC client', () => {
  const { bad, good } = referenceRules['oidc-secret-not-found'];
  const [secret = '', web = ''] = good.split('---\n');

  test('is missing where Secrets are kept', () => {
    expect(project({ 'a.yaml': bad }).marked('a.yaml')).toEqual(['oidc-secret-not-found «shop-login»']);
    const [other = ''] = bad.split('---\n');
    expect(project({ 'a.yaml': web, 'other.yaml': other }).marked('a.yaml')).toHaveLength(1);
    expect(project({ 'a.yaml': web, 'b/other.yaml': other }).marked('a.yaml')).toEqual([]);
    expect(project({ 'a.yaml': web }).marked('a.yaml')).toEqual([]);
  });

  test('is a slip of the pen', () => {
    const text = file(secret.replace('shop-login', 'shop-lgoin'), web);
    const found = project({ 'a.yaml': text });
    expect(found.fixed('a.yaml', 'oidc-secret-not-found')).toBe(
      file(secret.replace('shop-login', 'shop-lgoin'), web.replace('shop-login', 'shop-lgoin')),
    );
  });

  test.each([
    ['ExternalSecret', 'external-secrets.io/v1'],
    ['SealedSecret', 'bitnami.com/v1alpha1'],
  ])('may be made of an %s', (kind, apiVersion) => {
    const found = project({ 'a.yaml': bad });
    expect(found.marked('a.yaml')).toHaveLength(1);
    found.write(
      'b.yaml',
      object(apiVersion, kind, {
        name: 'login',
        spec: 'template:\n  metadata:\n    labels:\n      app: web',
      }),
    );
    expect(found.isStale('a.yaml')).toBe(true);
    expect(found.marked('a.yaml')).toEqual([]);
  });

  test('has exactly these keys', () => {
    const keys = (lines: string) => file(secret.replace(/stringData:[\s\S]*/, lines), web);
    const marks = (lines: string) => project({ 'a.yaml': keys(lines) }).marked('a.yaml');
    expect(marks('data:\n  clientID: eA==\n  clientSecret: eA==\n')).toEqual([]);
    expect(marks('data:\n  clientId: eA==\nstringData:\n  clientSecret: x\n')).toEqual([]);
    expect(marks('data:\n  clientID: eA==\n')).toEqual(['oidc-secret-keys «shop-login»']);
    expect(marks('')).toEqual([]);
    const found = project({ 'a.yaml': keys('data:\n  client-id: eA==\n  secret: eA==\n') });
    expect(found.messages('a.yaml')[0]).toMatch(
      /^Secret `shop-login` has no `clientID` and `clientSecret`\./,
    );
    expect(found.related('a.yaml')).toEqual(['oidc-secret-keys a.yaml «data»']);
  });

  test('is not asked for where nobody logs in with it', () => {
    const text = bad.replace('auth-type: oidc', 'auth-type: none');
    expect(project({ 'a.yaml': text }).marked('a.yaml').join()).not.toMatch('oidc-secret');
  });
});

describe('two load balancers of one name', () => {
  const named = (name: string, ...more: string[]) =>
    annotated('alb', ['load-balancer-name: shop', ...more], name);

  test('are on the later one, wherever the first stands', () => {
    const found = project({ 'a.yaml': named('cart'), 'b/b.yaml': named('web') });
    expect(found.marked('a.yaml')).toEqual([]);
    expect(found.marked('b/b.yaml')).toEqual(['duplicate-load-balancer-name «shop»']);
    expect(found.related('b/b.yaml')).toEqual(['duplicate-load-balancer-name a.yaml «shop»']);
    found.write('a.yaml', annotated('alb', ['load-balancer-name: cart'], 'cart'));
    expect(found.isStale('b/b.yaml')).toBe(true);
    expect(found.marked('b/b.yaml')).toEqual([]);
  });

  test('are one in one group, or in two clusters', () => {
    const text = file(named('cart', 'group.name: shop'), named('web', 'group.name: shop'));
    expect(codes(project({ 'a.yaml': text }).marked('a.yaml'))).not.toContain('duplicate-load-balancer-name');
    const clusters = project({
      'dev/a.yaml': file(named('a'), named('web', 'group.name: a')),
      'prod/a.yaml': named('web'),
    });
    expect(clusters.marked('prod/a.yaml')).toEqual([]);
  });
});

describe('probes', () => {
  const { bad } = referenceRules['probe-path'];
  const path = 'alb.ingress.kubernetes.io/healthcheck-path';

  test('ask for another page than the health check', () => {
    const found = project({ 'a.yaml': bad });
    expect(found.messages('a.yaml')[0]).toMatch(
      /^The health check of `shop\/web` asks for `\/`, the readiness probe of `shop\/web` for `\/healthz`\./,
    );
    expect(found.related('a.yaml')).toEqual(['probe-path a.yaml «readinessProbe»']);
    found.write('a.yaml', found.fixed('a.yaml', 'probe-path'));
    expect(found.text('a.yaml')).toMatch(`${path}: /healthz`);
    expect(found.marked('a.yaml')).toEqual([]);
  });

  const where = (text: string) => codes(project({ 'a.yaml': text }).marked('a.yaml'));
  test.each([
    ['another port', (text: string) => text.replace('            port: 8080', '            port: 9090'), []],
    [
      'a port by its name',
      (text: string) =>
        text
          .replace('- containerPort: 8080', '- name: web\n              containerPort: 8080')
          .replace('            port: 8080', '            port: web'),
      ['probe-path'],
    ],
    ['no probe', (text: string) => text.replace('readinessProbe', 'livenessProbe'), []],
    [
      'other pods',
      (text: string) => text.replace('labels:\n        app: web', 'labels:\n        app: cart'),
      [],
    ],
    [
      'two workloads',
      (text: string) => file(text, text.split('---\n')[1]?.replace('name: web', 'name: web2') ?? ''),
      [],
    ],
    [
      'a health check on a port of its own',
      (text: string) =>
        text.replace('kind: Ingress\nmetadata:', `$&\n  annotations:\n    ${A}healthcheck-port: '9090'`),
      [],
    ],
    [
      'gRPC',
      (text: string) =>
        text.replace(
          'kind: Ingress\nmetadata:',
          `$&\n  annotations:\n    ${A}backend-protocol-version: GRPC`,
        ),
      [],
    ],
  ] as const)('%s', (_, change, expected) => {
    expect(where(change(bad)).filter((code) => code.startsWith('probe'))).toEqual(expected);
  });

  test('two Services get no fix for both', () => {
    const cart = bad.replace(
      /(\n +)- path: \/\n[\s\S]*$/,
      (paths, indent: string) =>
        `${paths.trimEnd()}${indent}- path: /cart\n${paths.replace(/^\n.*\n/, '').replace('name: web', 'name: cart')}`,
    );
    const found = project({ 'a.yaml': cart });
    expect(codes(found.marked('a.yaml'))).toEqual(['service-not-found', 'probe-path']);
    expect(() => found.fixed('a.yaml', 'probe-path')).toThrow('no quick fix');
  });

  test('follow the Deployment in another file', () => {
    const [one = '', pods = '', web = ''] = bad.split('---\n');
    const found = project({ 'a.yaml': web, 'b/web.yaml': file(one, pods) });
    expect(codes(found.marked('a.yaml'))).toEqual(['probe-path']);
    found.write('b/web.yaml', file(one, pods.replace('/healthz', '/')));
    expect(found.isStale('a.yaml')).toBe(true);
    expect(found.marked('a.yaml')).toEqual([]);
  });
});

describe('a rollout', () => {
  const { bad, good } = referenceRules['unsafe-rollout'];
  test('is said once, with all reasons', () => {
    const text = bad.replace(/ +lifecycle:[\s\S]*?seconds: 20\n/, '');
    expect(project({ 'a.yaml': text }).messages('a.yaml')).toEqual([
      'Namespace `shop` has no label `elbv2.k8s.aws/pod-readiness-gate-inject: enabled`; `shop/web` has one replica; the pods of `shop/web` have no `preStop` hook. During a rollout some requests get an answer of 502 or 504. Use readiness gates, more than one replica, and a `preStop` hook that waits until the target is deregistered.',
    ]);
  });

  test('ends before the target group has drained', () => {
    const text = good
      .replace(
        '    spec:\n      containers:',
        '    spec:\n      terminationGracePeriodSeconds: 30\n      containers:',
      )
      .replace(
        `${A}target-type: ip`,
        `$&\n    ${A}target-group-attributes: deregistration_delay.timeout_seconds=60`,
      );
    expect(project({ 'a.yaml': text }).messages('a.yaml')[0]).toMatch(
      /^the pods of `shop\/web` get 30 seconds to end, and the target group drains for 60\./,
    );
  });

  test('does not concern nodes', () => {
    const text = bad.replace('target-type: ip', 'target-type: instance');
    expect(project({ 'a.yaml': text }).marked('a.yaml')).toEqual([]);
  });
});

describe('values that a tool fills in later', () => {
  const codesOf = (text: string) => codes(project({ 'a.yaml': text }).marked('a.yaml'));
  const { bad: probes } = referenceRules['probe-path'];
  const { bad: ipv6 } = referenceRules['service-ipv6'];
  const { bad: names } = referenceRules['duplicate-load-balancer-name'];
  const { bad: override } = referenceRules['class-override'];
  test.each([
    ['probe-path', probes.replace('/healthz', "'${HEALTH}'")],
    [
      'probe-path',
      probes.replace('kind: Ingress\nmetadata:', `$&\n  annotations:\n    ${A}healthcheck-path: /\${HEALTH}`),
    ],
    ['service-ipv6', ipv6.replace(`${A}target-type: ip`, `$&\n    ${A}ip-address-type: \${TYPE}`)],
    ['duplicate-load-balancer-name', names.replaceAll('-name: shop', '-name: ${NAME}')],
    ['class-override', override.replace('scheme: internal', 'scheme: ${SCHEME}')],
  ])('%s', (code, text) => {
    expect(text).toMatch('${');
    expect(codesOf(text)).not.toContain(code);
  });
});
