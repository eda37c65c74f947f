import { describe, expect, test } from 'vitest';
import type { Annotation } from '../../src/annotations/annotation';
import { catalogue, families } from '../../src/annotations/catalogue';
import { findings, ingress, marked } from '../helpers/cursor';

const P = 'alb.ingress.kubernetes.io/';
const lb = (value: string) => ingress(`${P}load-balancer-attributes: ${value}`);

describe('a whole finding', () => {
  test('says what is wrong, why it matters and what to do, and where', () => {
    expect(findings(ingress(`${P}scheme: internal`, `${P}schema: internal`))).toEqual([
      '7:31-37 «schema» warning unknown-annotation: `schema` is not an annotation of AWS Load Balancer Controller. The controller ignores keys it does not know, without an event or a log line. Did you mean `scheme`?',
    ]);
  });

  test('links to the page of its rule', async () => {
    const { createService } = await import('../../server/service');
    const { yaml } = await import('../helpers/cursor');
    const text = ingress(`${P}scheme: x`);
    expect(createService().validate(yaml(text))[0]?.codeDescription?.href).toMatch(
      /docs\/rules\/not-an-option\.md$/,
    );
    const page = createService({ rulesPage: 'https://example.com/rules' }).validate(yaml(text))[0];
    expect(page?.codeDescription?.href).toBe('https://example.com/rules/not-an-option.md');
  });
});

describe('right values', () => {
  const rows: [string, Annotation][] = [
    ...Object.entries(catalogue).filter(
      ([suffix]) => !['dry-run-plan', 'waf-acl-id', 'web-acl-id'].includes(suffix),
    ),
    ['actions.x', families.actions],
    ['conditions.x', families.conditions],
    ['transforms.x', families.transforms],
    ['listener-attributes.HTTPS-443', families['listener-attributes']],
    ['target-control-port.web.80', families['target-control-port']],
  ];
  test.each(rows)('%s: the example in single quotes, double quotes and a block', (suffix, { example }) => {
    expect(findings(ingress(`${P}${suffix}: '${example.replaceAll("'", "''")}'`))).toEqual([]);
    expect(findings(ingress(`${P}${suffix}: ${JSON.stringify(example)}`))).toEqual([]);
    expect(findings(ingress(`${P}${suffix}: |-\n  ${example}`))).toEqual([]);
  });

  test.each([
    `${P}shield-advanced-protection: 'T'`,
    `${P}group.order: '+5'`,
    `${P}scheme: "internal"`,
    `'${P}scheme': internal`,
    `${P}wafv2-acl-arn: none`,
    `${P}healthcheck-port: http`,
    `${P}success-codes: 200,302`,
    `${P}inbound-cidrs: 10.0.0.0/8, 2001:db8::/32`,
    `${P}certificate-arn: \${CERTIFICATE_ARN}`,
    `${P}certificate-arn: arn:aws:acm:eu-west-1:<account>:certificate/x`,
    `${P}certificate-arn: arn:aws-us-gov:iam::111122223333:server-certificate/x`,
    `${P}listen-ports: '[{"HTTP":80,"HTTPS":443}]'`,
    `${P}tags: a=1,b=`,
    `${P}listen-ports: '[{"HTTP":80},{"HTTP":80}]'`,
    `${P}actions.x: '{"Type":"forward","TargetGroupName":"x"}'`,
    `${P}listener-attributes.HTTPS-443: routing.http.response.access_control_allow_headers.header_value=a\\,b`,
  ])('%s', (line) => {
    expect(findings(ingress(line))).toEqual([]);
  });
});

describe('keys', () => {
  test.each([
    [`${P}listenPorts: '[]'`, ['unknown-annotation «listenPorts»']],
    [`${P}target_type: ip`, ['unknown-annotation «target_type»']],
    [`${P}action.x: '{}'`, ['unknown-annotation «action.x»']],
    [`${P}actions: '{}'`, ['unknown-annotation «actions»']],
    [`alb.ingress.k8s.io/scheme: internal`, ['annotation-prefix «alb.ingress.k8s.io/scheme»']],
    [`alb.ingress.kuberentes.io/scheme: internal`, ['annotation-prefix «alb.ingress.kuberentes.io/scheme»']],
    [`alb.ingress.kubernetes.io.scheme: internal`, ['annotation-prefix «alb.ingress.kubernetes.io.scheme»']],
    [`abl.ingress.kubernetes.io/scheme: x`, []],
    [`ab.ingress.kubernetes.io/scheme: x`, ['annotation-prefix «ab.ingress.kubernetes.io/scheme»']],
    [
      `service.beta.kubernetes.io/aws-load-balancer-type: x`,
      ['annotation-prefix «service.beta.kubernetes.io/aws-load-balancer-type»'],
    ],
    [`service.beta.kubernetes.io/other: x`, []],
    [`nginx.ingress.kubernetes.io/ssl-redirect: 'true'`, []],
    [`gce.ingress.kubernetes.io/x: z`, []],
    [`haproxy.org/timeout: z`, []],
    [`kubernetes.io/ingress.class: alb`, []],
    [`external-dns.alpha.kubernetes.io/hostname: x`, []],
    [
      `${P}listener-attributes.https-443: routing.http.response.server.enabled=true`,
      [`annotation-name «${P}listener-attributes.https-443»`],
    ],
    [`${P}web-acl-id: x`, [`deprecated-annotation «${P}web-acl-id»`]],
    [`${P}dry-run-plan: '{}'`, [`controller-owned-annotation «${P}dry-run-plan»`]],
  ])('%s', (line, expected) => {
    expect(marked(ingress(line))).toEqual(expected);
  });
});

describe('values that are no strings', () => {
  test.each([
    ['ssl-redirect', '443'],
    ['group.order', '-10'],
    ['enable-frontend-nlb', 'true'],
    ['enable-frontend-nlb', 'yes'],
    ['enable-frontend-nlb', 'Off'],
    ['healthcheck-interval-seconds', '0x10'],
    ['healthcheck-interval-seconds', '1_000'],
    ['success-codes', '2e2'],
    ['listen-ports', '[{"HTTP": 80}]'],
    ['actions.x', '{"type": "forward"}'],
  ])('%s: %s', (suffix, value) => {
    expect(marked(ingress(`${P}${suffix}: ${value}`))).toEqual([`value-not-string «${value}»`]);
  });

  test('a value is no number because it looks like one to us', () => {
    expect(findings(ingress(`${P}ssl-redirect: !!str 443`))).toEqual([]);
    expect(findings(ingress(`${P}success-codes: 200-299`))).toEqual([]);
    expect(marked(`${ingress(`${P}scheme: *anchor`)}x: &anchor y\n`)).toEqual([]);
    expect(findings(ingress(`${P}scheme:`))).toEqual([
      expect.stringContaining('not-an-option: The value is empty.'),
    ]);
    expect(marked(ingress(`${P}load-balancer-name:`))).toEqual([`malformed-value «${P}load-balancer-name»`]);
  });
});

describe('values outside their kind', () => {
  test.each([
    ['scheme: public', 'not-an-option «public»'],
    ['scheme: " internal"', 'not-an-option « internal»'],
    ["group.order: '5.5'", 'not-an-integer «5.5»'],
    ["group.order: '1001'", 'out-of-range «1001»'],
    ["shield-advanced-protection: 'yes'", 'not-a-boolean «yes»'],
    [
      'inbound-cidrs: 10.0.0.0/8, 10.0.0.300/8,::/129',
      'malformed-value «10.0.0.300/8» malformed-value «::/129»',
    ],
    [
      'certificate-arn: arn:aws:acm:eu-west-1:1:certificate/x',
      'malformed-value «arn:aws:acm:eu-west-1:1:certificate/x»',
    ],
    ['ssl-policy: ELBSecurityPolicy-2016-08', 'weak-ssl-policy «ELBSecurityPolicy-2016-08»'],
    ['ssl-policy: TLS13', 'unknown-ssl-policy «TLS13»'],
    ['group.name: Shop', 'invalid-group-name «Shop»'],
    ['load-balancer-name: internal-shop', 'malformed-value «internal-shop»'],
    [
      'load-balancer-name: a234567890123456789012345678901234',
      'malformed-value «a234567890123456789012345678901234»',
    ],
    ['healthcheck-path: healthz', 'malformed-value «healthz»'],
    ["healthcheck-port: '70000'", 'out-of-range «70000»'],
    ["success-codes: '200,20'", ''],
    ["success-codes: '200,600'", 'malformed-value «600»'],
    ['tags: aws:x=1', 'malformed-value «aws:x=1»'],
    ["frontend-nlb-listener-port-mapping: '80=x'", 'malformed-value «80=x»'],
    ["subnets: ''", "empty-value «''»"],
  ])('%s', (line, expected) => {
    expect(marked(ingress(P + line)).join(' ')).toBe(expected);
  });
});

describe('pairs', () => {
  test.each([
    ['idle_timeout.timeout_seconds=60', ''],
    ['idle_timeout.timeout_seconds=0', 'out-of-range «0»'],
    ['idle_timeout.timeout_second=60', 'unknown-attribute «idle_timeout.timeout_second»'],
    ['routing.http2.enabled=on', 'not-an-option «on»'],
    [
      'dns_record.client_routing_policy=x',
      'wrong-load-balancer-attribute «dns_record.client_routing_policy»',
    ],
    [
      'routing.http2.enabled=true, routing.http2.enabled=false',
      'duplicate-attribute «routing.http2.enabled»',
    ],
    ['routing.http2.enabled', 'malformed-map «routing.http2.enabled»'],
    ['routing.http2.enabled=true,deletion_protection', 'malformed-map «deletion_protection»'],
    ['routing.http2.enabled=true,,deletion_protection.enabled=true', 'malformed-map «,»'],
    ['=true', 'malformed-map «=true»'],
    ['routing.http2.enabled=true,', 'not-an-option «true,»'],
  ])('%s', (value, expected) => {
    expect(marked(lb(value)).join(' ')).toBe(expected);
  });

  test('each kind of load balancer has its own', () => {
    expect(marked(ingress(`${P}frontend-nlb-attributes: idle_timeout.timeout_seconds=60`))).toEqual([
      'wrong-load-balancer-attribute «idle_timeout.timeout_seconds»',
    ]);
    expect(
      marked(
        ingress(`${P}target-group-attributes: proxy_protocol_v2.enabled=true,slow_start.duration_seconds=20`),
      ),
    ).toEqual(['wrong-load-balancer-attribute «proxy_protocol_v2.enabled»', 'out-of-range «20»']);
    expect(marked(ingress(`${P}listener-attributes.HTTP-80: tcp.idle_timeout.seconds=60`))).toEqual([
      'wrong-load-balancer-attribute «tcp.idle_timeout.seconds»',
    ]);
  });
});

describe('JSON, with the place inside the string', () => {
  test.each([
    ['single quotes', `'[{"HTTP": 80},]'`, '6:60-61 «]» malformed-json'],
    ['double quotes', `"[{\\"HTTP\\": 80},]"`, '6:62-63 «]» malformed-json'],
    ['plain text over lines', `>-\n  [{"HTTP": 80},\n   {"HTTPS": x}]`, '8:18-19 «x» malformed-json'],
    [
      'a literal block',
      `|\n  [\n    {"HTTP": 80},\n    {"HTPS": 443}\n  ]`,
      '9:10-16 «"HTPS"» not-an-option',
    ],
    ['escapes before the place', `"[{\\"\\u0048TTP\\": 80, \\"x\\": 1}]"`, '6:67-72 «\\"x\\"» not-an-option'],
    ['quotes within quotes', `'[{"HT''P": 80}]'`, `6:48-55 «"HT''P"» not-an-option`],
    ['an open end', `'[{"HTTP": 80}'`, '6:58-59 «}» malformed-json'],
    ['a folded string', `"[{\\"HTTP\\":\n  80}, {\\"HTTP\\": \\\n  0}]"`, '8:7-8 «0» out-of-range'],
  ])('%s', (_, value, expected) => {
    const found = findings(ingress(`${P}listen-ports: ${value}`)).map((line) =>
      line.replace(/ (error|warning) ([\w-]+):.*/s, ' $2'),
    );
    expect(found).toEqual([expected]);
  });

  test.each([
    ['listen-ports', '[{"HTTP":"80"}]', 'json-type «"80"»'],
    ['listen-ports', '[]', 'json-missing-field «[]»'],
    ['listen-ports', '[{"HTTP":80},{"HTTPS":80}]', 'duplicate-port «80»'],
    ['listen-ports', '[{"HTTP":0}]', 'out-of-range «0»'],
    ['listen-ports', '443', 'value-not-string «443»'],
    ['actions.x', '[{"type":"forward"}]', 'json-type «[{"type":"forward"}]»'],
    ['actions.x', '{"type":"forward"}', 'json-missing-field «"forward"»'],
    ['actions.x', '{"type":"fixed-response"}', 'json-missing-field «{»'],
    [
      'actions.x',
      '{"type":"fixed-response","fixedResponseConfig":{"statusCode":"301"}}',
      'malformed-value «"301"»',
    ],
    [
      'actions.x',
      '{"type":"redirect","redirectConfig":{"statusCode":"HTTP_301","prot":"HTTPS"}}',
      'json-unknown-field «"prot"»',
    ],
    ['actions.x', '{"type":"authenticate-cognito"}', 'auth-as-action «"authenticate-cognito"»'],
    [
      'actions.x',
      '{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"a","servicePort":80,"weight":1000}]}}',
      'out-of-range «1000»',
    ],
    ['conditions.x', '[{"field":"host-header"}]', 'json-missing-field «{»'],
    ['conditions.x', '[{"field":"source-ip","sourceIpConfig":{"values":[]}}]', 'json-missing-field «[]»'],
    [
      'transforms.x',
      '[{"type":"url-rewrite","urlRewriteConfig":{"rewrites":[{"regex":"x"}]}}]',
      'json-missing-field «{»',
    ],
    [
      'auth-idp-oidc',
      '{"issuer":"x"}',
      'json-missing-field «{» json-missing-field «{» json-missing-field «{» json-missing-field «{»',
    ],
    ['mutual-authentication', '[{"port":443,"mode":"verify"}]', 'json-missing-field «{»'],
  ])('%s: %s', (suffix, value, expected) => {
    const line = value === '443' ? value : `'${value}'`;
    expect(marked(ingress(`${P}${suffix}: ${line}`)).join(' ')).toBe(expected);
  });
});

describe('files', () => {
  test('each document by itself, wherever it stands', () => {
    const wrong = ingress(`${P}scheme: x`);
    const service =
      'kind: Service\nmetadata:\n  annotations:\n    alb.ingress.kubernetes.io/target-type: ip\n';
    const texts = [
      `${service}---\n${wrong}`,
      `---\n${wrong}---\n${service}`,
      `broken: [\n---\n${wrong}`,
      `${wrong}---\n{{ helm }}\n`,
      `%YAML 1.2\n---\n${wrong}`,
    ];
    for (const text of texts) expect(marked(text)).toEqual(['not-an-option «x»']);
    expect(marked(`${wrong}---\n${wrong}`)).toHaveLength(2);
  });

  test.each([
    [
      'a Service of another API',
      'apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata:\n  annotations:\n    alb.ingress.kubernetes.io/scheme: x\n',
    ],
    [
      'an Ingress of another API',
      ingress(`${P}scheme: x`).replace('networking.k8s.io', 'networking.istio.io'),
    ],
    ['a Helm template', ingress(`${P}scheme: {{ .Values.scheme }}`, `${P}target-type: x`)],
    ['a kustomization', 'kind: Kustomization\ncommonAnnotations:\n  alb.ingress.kubernetes.io/scheme: x\n'],
    ['no YAML at all', '\u0000 kind: Ingress }{ ]['],
    ['nothing', ''],
  ])('is silent about %s', (_, text) => {
    expect(findings(text)).toEqual([]);
  });

  test('reads the old API, Lists, JSON and flow maps', () => {
    expect(
      marked(ingress(`${P}scheme: x`).replace('networking.k8s.io/v1', 'extensions/v1beta1')),
    ).toHaveLength(1);
    expect(
      marked(
        `kind: List\nitems:\n${ingress(`${P}scheme: x`)
          .replace(/^(?=.)/gm, '  ')
          .replace('  apiVersion', '- apiVersion')}`,
      ),
    ).toEqual(['not-an-option «x»']);
    expect(marked(`{"kind": "Ingress", "metadata": {"annotations": {"${P}scheme": "x"}}}`)).toEqual([
      'not-an-option «x»',
    ]);
  });

  test('what is half-typed hides only itself', () => {
    expect(marked(ingress(`${P}scheme: x`, 'alb.', `${P}target-type: y`))).toContain('not-an-option «x»');
    expect(marked(ingress(`${P}scheme: x`, `${P}listen-ports: '[{`))).toContain('not-an-option «x»');
    expect(marked(ingress(`${P}scheme: x`, `${P}tags: *missing`))).toContain('not-an-option «x»');
    // The quote is not closed yet: what follows is no part of the value.
    expect(marked(ingress(`${P}scheme: x`, `${P}listen-ports: '[{"HTTP": 80}`))).toEqual([
      'not-an-option «x»',
    ]);
  });

  test('Windows line ends do not move anything', () => {
    expect(marked(ingress(`${P}listen-ports: |\n  [{"HTPS": 443}]`).replaceAll('\n', '\r\n'))).toEqual([
      'not-an-option «"HTPS"»',
    ]);
  });
});
