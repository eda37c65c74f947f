import { describe, expect, test } from 'vitest';
import { file, ingress, object, service, specOf } from '../../../src/rules/examples';
import { fixedBy, foundIn, messagesOf } from '../../helpers/rules';

const P = 'alb.ingress.kubernetes.io/';
const CERTIFICATE =
  'certificate-arn: arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012';
const POLICY = 'ssl-policy: ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09';
const SECURE = `listen-ports: '[{"HTTPS": 443}]'`;
const seconds = (interval: number | string, timeout?: number) => [
  `healthcheck-interval-seconds: '${interval}'`,
  ...(timeout === undefined ? [] : [`healthcheck-timeout-seconds: '${timeout}'`]),
];

describe('health checks', () => {
  test.each([
    [seconds(5), 1],
    [seconds(6), 0],
    [seconds(10, 10), 1],
    [seconds(10, 9), 0],
    [["healthcheck-timeout-seconds: '15'"], 1],
    [["healthcheck-timeout-seconds: '14'"], 0],
    [seconds(`\${INTERVAL}`, 20), 0],
  ])('%j: %i findings', (annotations, count) => {
    expect(foundIn(ingress({ annotations }))).toHaveLength(count);
  });

  test('say which value is a default, and which Service has it', () => {
    expect(messagesOf(ingress({ annotations: seconds(5) }), 'health-check-interval')[0]).toContain(
      'every 5 seconds, and a check may take 5 seconds (the default).',
    );
    const own = service({ annotations: [`${P}healthcheck-timeout-seconds: '20'`] });
    const found = foundIn(file(own, ingress({ annotations: seconds(10) })));
    expect(found).toEqual(["health-check-interval «'10'»"]);
    const right = service({ annotations: [`${P}healthcheck-timeout-seconds: '4'`] });
    expect(foundIn(file(right, ingress({ annotations: seconds(5) })))).toEqual([]);
  });

  test('one Service of two is checked by the values of the Ingress', () => {
    const own = service({ annotations: [`${P}healthcheck-interval-seconds: '30'`] });
    const spec = specOf([{}, { path: '/b', backend: 'b' }]);
    const other = service({ name: 'b' });
    expect(foundIn(file(own, other, ingress({ annotations: seconds(5), spec })))).toHaveLength(1);
  });

  test('another port may speak another protocol', () => {
    const annotations = ['backend-protocol: HTTPS', 'healthcheck-protocol: HTTP'];
    expect(fixedBy(ingress({ annotations }), 'health-check-protocol')).toBe(
      ingress({ annotations: ['backend-protocol: HTTPS'] }),
    );
    expect(foundIn(ingress({ annotations: [...annotations, "healthcheck-port: '8080'"] }))).toEqual([]);
  });

  test.each([
    ['GRPC', '0', 0],
    ['GRPC', '200-299', 1],
    ['HTTP2', '12', 1],
    ['HTTP1', '200-299,404', 0],
    ['GRPC', '0-99', 0],
    ['GRPC', '600', 1],
  ])('%s with the codes %s', (version, codes, count) => {
    const annotations = [
      SECURE,
      CERTIFICATE,
      POLICY,
      `backend-protocol-version: ${version}`,
      `success-codes: '${codes}'`,
    ];
    expect(foundIn(ingress({ annotations }))).toHaveLength(count);
  });

  test('gRPC by the Service, and HTTP that is redirected', () => {
    const grpc = service({ annotations: [`${P}backend-protocol-version: GRPC`] });
    expect(foundIn(file(grpc, ingress()))).toEqual(['grpc-needs-https «web»']);
    const both = `listen-ports: '[{"HTTP": 80}, {"HTTPS": 443}]'`;
    const redirected = ingress({ annotations: [both, CERTIFICATE, POLICY, "ssl-redirect: '443'"] });
    expect(foundIn(file(grpc, redirected))).toEqual([]);
  });
});

describe('network', () => {
  test.each([
    ['subnets: subnet-1', 1],
    ['subnets: subnet-1, subnet-1', 1],
    [`subnets: \${SUBNETS}`, 0],
    ['subnets: subnet-1, subnet-2', 0],
  ])('%s', (line, count) => {
    expect(foundIn(ingress({ annotations: [line] }))).toHaveLength(count);
  });

  test('one subnet is right on an Outpost', () => {
    const annotations = ['subnets: subnet-1', 'customer-owned-ipv4-pool: ipv4pool-coip-1'];
    expect(foundIn(ingress({ annotations }))).toEqual([]);
  });

  test('own security groups', () => {
    const groups = 'security-groups: sg-1';
    expect(
      foundIn(ingress({ annotations: [groups, "manage-backend-security-group-rules: 'false'"] })),
    ).toEqual([]);
    expect(
      foundIn(ingress({ annotations: [groups], spec: specOf([{}]) }), {
        others: { 'kustomization.yaml': '' },
      }),
    ).toEqual([]);
    const ignored = ingress({
      annotations: [groups, "manage-backend-security-group-rules: 'true'", 'inbound-cidrs: 10.0.0.0/8'],
    });
    expect(foundIn(ignored)).toEqual(['setting-without-effect «alb.ingress.kubernetes.io/inbound-cidrs»']);
  });

  test('rules are counted by family', () => {
    const four = Array.from({ length: 40 }, (_, x) => `10.0.${x}.0/24`);
    const six = Array.from({ length: 40 }, (_, x) => `2001:db8:${x}::/48`);
    const line = `inbound-cidrs: ${[...four, ...six].join(',')}`;
    expect(foundIn(ingress({ annotations: [line] }))).toEqual([]);
    expect(foundIn(ingress({ annotations: [line, 'ip-address-type: dualstack'] }))).toEqual([]);
    const two = `listen-ports: '[{"HTTP": 80}, {"HTTP": 81}]'`;
    expect(messagesOf(ingress({ annotations: [two, line] }), 'too-many-security-group-rules')[0]).toContain(
      '80 address ranges for 2 ports are 80 IPv4 rules',
    );
  });

  test('everybody by both families is no mistake', () => {
    expect(foundIn(ingress({ annotations: ["inbound-cidrs: '0.0.0.0/0, ::/0'"] }))).toEqual([]);
  });
});

describe('attributes', () => {
  test('the bucket may come from another member', () => {
    const member = (name: string, attribute: string) =>
      ingress({ name, annotations: ['group.name: shop', `load-balancer-attributes: ${attribute}`] });
    const a = member('a', 'access_logs.s3.enabled=true');
    expect(foundIn(a)).toEqual([]);
    expect(foundIn(file(a, member('b', 'access_logs.s3.bucket=logs')))).toEqual([]);
    expect(foundIn(file(a, member('b', 'idle_timeout.timeout_seconds=60')))).toEqual([
      'log-bucket-missing «access_logs.s3.enabled=true»',
    ]);
  });

  test('logs that are off on purpose', () => {
    const off = ingress({
      annotations: ['load-balancer-attributes: access_logs.s3.enabled=false,access_logs.s3.bucket=x'],
    });
    expect(messagesOf(off, 'logs-not-enabled')).toHaveLength(1);
    const on = fixedBy(
      ingress({ annotations: ['load-balancer-attributes: access_logs.s3.bucket=x'] }),
      'logs-not-enabled',
    );
    expect(on).toContain('load-balancer-attributes: access_logs.s3.enabled=true,access_logs.s3.bucket=x');
  });

  test('quotes around values and keys', () => {
    const bad = ingress({ annotations: [`tags: '"team"=shop,env="a b"'`] });
    expect(foundIn(bad)).toEqual(['inner-quotes «"team"»', 'inner-quotes «"a b"»']);
    expect(fixedBy(bad, 'inner-quotes')).toContain(`tags: 'team=shop,env="a b"'`);
    expect(foundIn(ingress({ annotations: ['tags: note=a "b" c'] }))).toEqual([]);
    expect(
      foundIn(ingress({ annotations: ['load-balancer-attributes: idle_timeout.timeout_seconds="60"'] })),
    ).toEqual(['not-an-integer «"60"»']);
  });

  test.each([
    ['slow_start.duration_seconds=30', 0],
    ['slow_start.duration_seconds=0,load_balancing.algorithm.type=weighted_random', 0],
    ['slow_start.duration_seconds=30,load_balancing.algorithm.type=least_outstanding_requests', 1],
    ['stickiness.enabled=true,stickiness.type=app_cookie', 1],
    ['stickiness.enabled=true,stickiness.type=app_cookie,stickiness.app_cookie.cookie_name=session', 0],
  ])('%s', (attributes, count) => {
    const annotations = ['target-type: ip', `target-group-attributes: ${attributes}`];
    expect(foundIn(ingress({ annotations }))).toHaveLength(count);
  });

  test('stickiness of the Service counts', () => {
    const sticky = service({
      name: 'a',
      annotations: [`${P}target-group-attributes: stickiness.enabled=true`],
    });
    const split = ingress({
      annotations: [
        'target-type: ip',
        `actions.split: '{"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "a", "servicePort": 80, "weight": 1}, {"serviceName": "b", "servicePort": 80, "weight": 1}]}}'`,
      ],
      spec: specOf([{ backend: 'split', port: 'name: use-annotation' }]),
    });
    expect(foundIn(split)).toEqual([]);
    expect(foundIn(file(sticky, service({ name: 'b' }), split))).toEqual([
      'weighted-stickiness «alb.ingress.kubernetes.io/actions.split»',
    ]);
  });

  test('the class may say that targets are pods', () => {
    const bad = ingress({ annotations: ['target-group-attributes: stickiness.enabled=true'] });
    const others = {
      'class.yaml': file(
        object('networking.k8s.io/v1', 'IngressClass', {
          name: 'alb',
          spec: 'controller: ingress.k8s.aws/alb\nparameters:\n  apiGroup: elbv2.k8s.aws\n  kind: IngressClassParams\n  name: p',
        }),
        object('elbv2.k8s.aws/v1beta1', 'IngressClassParams', { name: 'p', spec: 'targetType: ip' }),
      ),
    };
    expect(foundIn(bad)).toHaveLength(1);
    expect(foundIn(bad, { others })).toEqual([]);
  });
});

describe('settings without effect', () => {
  test.each([
    [['frontend-nlb-scheme: internal', 'frontend-nlb-tags: a=b'], 1],
    [['frontend-nlb-scheme: internal', `enable-frontend-nlb: '\${ON}'`], 0],
    [['group.name: shop', 'frontend-nlb-scheme: internal'], 0],
    [['auth-scope: openid email'], 1],
    [['auth-type: none', 'auth-scope: openid email'], 0],
    [['acm-pca-arn: arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/1'], 1],
    [[CERTIFICATE, POLICY, "create-acm-cert: 'true'"], 1],
    [[CERTIFICATE, POLICY, "create-acm-cert: 'false'"], 0],
  ])('%j: %i findings', (annotations, count) => {
    expect(foundIn(ingress({ annotations }))).toHaveLength(count);
  });
});

describe('classes, releases and Auto Mode', () => {
  const spec = specOf([{}]).replace('ingressClassName: alb\n', '');

  test('the annotation moves into the spec', () => {
    const annotations = ['scheme: internal', 'kubernetes.io/ingress.class: alb'];
    const bad = ingress({ annotations, spec });
    expect(fixedBy(bad, 'legacy-class')).toBe(ingress({ annotations: ['scheme: internal'] }));
    expect(fixedBy(ingress({ annotations }), 'two-classes')).toBe(
      ingress({ annotations: ['scheme: internal'] }),
    );
  });

  test('an Ingress of another controller is not ours to judge', () => {
    expect(
      foundIn(
        ingress({
          annotations: ['kubernetes.io/ingress.class: nginx', 'nginx.ingress.kubernetes.io/x: y1'],
          spec,
        }),
      ),
    ).toEqual([]);
  });

  test('Auto Mode', () => {
    const profile = { autoMode: true };
    const of = (...annotations: string[]) => foundIn(ingress({ annotations }), { profile });
    expect(of('auth-type: cognito')).not.toContain(`auto-mode-unsupported «${P}auth-type»`);
    expect(of('auth-type: oidc')).toContain(`auto-mode-unsupported «${P}auth-type»`);
    expect(of("shield-advanced-protection: 'true'")).toEqual([
      `auto-mode-unsupported «${P}shield-advanced-protection»`,
    ]);
    const legacy = ingress({ annotations: ['kubernetes.io/ingress.class: alb'], spec });
    expect(foundIn(legacy, { profile })).toEqual(['auto-mode-unsupported «kubernetes.io/ingress.class»']);
    expect(foundIn(ingress({ annotations: ['group.name: shop'] }))).toEqual([]);
  });

  test('releases', () => {
    const text = ingress({ annotations: ["use-regex-path-match: 'true'", 'wafv2-acl-arn: none'] });
    const codes = (controller: string) =>
      foundIn(text, { profile: { controller } }).map((line) => line.replace(/ .*/, ''));
    expect(codes('2.8.1')).toEqual(['needs-newer-controller', 'waf-none-old-controller']);
    expect(codes('2.8.2')).toEqual(['needs-newer-controller']);
    expect(codes('2.14.1')).toEqual([]);
    expect(codes('latest')).toEqual([]);
  });

  test('values that are no strings, whoever reads them', () => {
    const bad = ingress({ annotations: ['example.com/replicas: 3'] });
    expect(foundIn(bad)).toEqual(['value-not-string «3»']);
    expect(fixedBy(bad, 'value-not-string')).toBe(ingress({ annotations: ["example.com/replicas: '3'"] }));
  });

  test('annotations that come by a merge key are not missed', () => {
    const text = ingress({ annotations: ['x/common: a', SECURE], spec: specOf([{}], { hosts: [] }) });
    expect(foundIn(text)).not.toEqual([]);
    const merged = text.replace('x/common: a', '<<: *common');
    expect(foundIn(`x-common: &common\n  a: b\n${merged}`)).toEqual([]);
  });
});

describe('certificates that the controller makes', () => {
  test('with hosts it is information', () => {
    expect(foundIn(ingress({ annotations: ["create-acm-cert: 'true'"] }))).toEqual([
      "certificate-management «'true'»",
    ]);
    expect(foundIn(ingress({ annotations: ["create-acm-cert: 'false'"] }))).toEqual([]);
  });
});
