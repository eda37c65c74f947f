/** Annotations of Services: the same machinery as for Ingresses. */
import { describe, expect, test } from 'vitest';
import { createService } from '../../server/service';
import { accepted, completions, fixed, hovered, labels, marked } from '../helpers/cursor';
import { liveOf } from '../helpers/live';
import { foundIn } from '../helpers/rules';

const S = 'service.beta.kubernetes.io/';
const P = `${S}aws-load-balancer-`;

const SPEC = [
  '  type: LoadBalancer',
  '  loadBalancerClass: service.k8s.aws/nlb',
  '  ports:',
  '    - port: 443',
];

/** A Service of the controller with these annotations, each a line or several. */
function service(annotations: readonly string[], spec: readonly string[] = SPEC): string {
  const lines = annotations.flatMap((entry) => entry.split('\n')).map((line) => `    ${line}`);
  const head = ['apiVersion: v1', 'kind: Service', 'metadata:', '  name: web', '  annotations:'];
  return [...head, ...lines, 'spec:', ...spec, ''].join('\n');
}

/** The line of the annotation after a proposal was taken. */
async function takes(annotation: string, label: string): Promise<string | undefined> {
  return (await accepted(service([annotation]), label)).split('\n')[5]?.trim();
}

describe('completion on Services', () => {
  test('offers what people write most first, then what concerns the targets of Ingresses, then what is deprecated', async () => {
    const offered = await labels(service(['|']));
    expect(offered.slice(0, 3)).toEqual([
      'aws-load-balancer-type',
      'aws-load-balancer-nlb-target-type',
      'aws-load-balancer-scheme',
    ]);
    expect(offered).toContain('load-balancer-source-ranges');
    expect(offered).toContain('target-type');
    expect(offered).not.toContain('listen-ports');
    expect(offered.indexOf('target-type')).toBeGreaterThan(offered.indexOf('load-balancer-source-ranges'));
    expect(offered.at(-1)).toBe('aws-load-balancer-internal');
  });

  test.each([
    ['on an empty line', '|', 'aws-load-balancer-scheme', `${P}scheme: $1`],
    ['with the domain', `${S}|`, 'aws-load-balancer-scheme', `${P}scheme: $1`],
    ['quotes where YAML would read a boolean', '|', 'aws-load-balancer-internal', `${P}internal: '$1'`],
    [
      'a family',
      '|',
      'aws-load-balancer-target-group-attributes.<port>',
      `${P}target-group-attributes.\${1:443}: $9`,
    ],
    ['what Ingresses share', 'target-|', 'target-type', 'alb.ingress.kubernetes.io/target-type: $1'],
    ['in the middle of a key', `${P}sch|eme: internal`, 'aws-load-balancer-name', `${P}name: internal`],
    ['a value', `${P}scheme: |`, 'internal', `${P}scheme: internal`],
    [
      'on and off are booleans to YAML',
      `${P}enable-prefix-for-ipv6-source-nat: |`,
      'on',
      `${P}enable-prefix-for-ipv6-source-nat: 'on'`,
    ],
    [
      'an attribute',
      `${P}target-group-attributes: pres|`,
      'preserve_client_ip.enabled',
      `${P}target-group-attributes: preserve_client_ip.enabled=`,
    ],
  ])('%s', async (_, before, label, after) => {
    expect(await takes(before, label)).toBe(after);
  });

  test('the filter fits what is being replaced', async () => {
    const filter = async (line: string) => (await completions(service([line])))[0]?.filterText;
    expect(await filter('ty|')).toBe('aws-load-balancer-type');
    expect(await filter('service.be|')).toBe(`${P}type`);
  });

  test('what exists is offered', async () => {
    const live = liveOf({ elasticIps: [{ value: 'eipalloc-0123456789abcdef0', label: 'shop' }] });
    expect(await labels(service([`${P}eip-allocations: |`]), { live })).toContain(
      'eipalloc-0123456789abcdef0',
    );
  });

  test('documentation comes when an item is looked at', async () => {
    const [item] = await completions(service(['|']));
    if (item === undefined) throw new Error('nothing offered');
    expect(JSON.stringify(createService().resolve(item).documentation)).toContain(`${P}type`);
  });
});

describe('hover on Services', () => {
  test('tells what the annotation is, and nothing of groups', () => {
    const text = hovered(service([`${P}sche|me: internal`]));
    expect(text).toContain(`«${P}scheme» **\`${P}scheme\`**`);
    expect(text).toContain('- Default: `internal`');
    expect(text).toContain('/guide/service/annotations/#lb-scheme');
    expect(text).not.toContain('In a group');
  });

  test.each([
    ['a family', `${P}listener-attributes.TC|P-443: tcp.idle_timeout.seconds=60`, '.<protocol-port>`'],
    ['an attribute', `${P}target-group-attributes: preserve_cl|ient_ip.enabled=true`, 'client'],
    ['an annotation of Ingresses', 'alb.ingress.kubernetes.io/target-ty|pe: ip', 'the Service wins'],
    ['an action', `${S}actions.TCP-4|43: '{}'`, 'Splits the connections'],
  ])('%s', (_, annotation, words) => {
    expect(hovered(service([annotation]))).toContain(words);
  });
});

describe('single annotations of Services', () => {
  test.each([
    ['an option', `${P}scheme: public`, 'not-an-option «public»'],
    ['a number', `${P}healthcheck-interval: '2'`, 'out-of-range «2»'],
    ['no string', `${P}internal: true`, 'value-not-string «true»'],
    ['the domain alone', `${P}schema: internal`, 'unknown-annotation «aws-load-balancer-schema»'],
    [
      'an attribute',
      `${P}attributes: idle_timeout.timeout_seconds=60`,
      'wrong-load-balancer-attribute «idle_timeout.timeout_seconds»',
    ],
    [
      'the name of a family',
      `${P}listener-attributes.tcp: tcp.idle_timeout.seconds=60`,
      `annotation-name «${P}listener-attributes.tcp»`,
    ],
    ['a deprecated one', `${P}internal: 'true'`, `deprecated-annotation «${P}internal»`],
    [
      'another domain',
      'service.kubernetes.io/aws-load-balancer-scheme: internal',
      'annotation-prefix «service.kubernetes.io/aws-load-balancer-scheme»',
    ],
    [
      'a slip in the name',
      `${S}aws-loadbalancer-scheme: internal`,
      `annotation-prefix «${S}aws-loadbalancer-scheme»`,
    ],
    [
      'of Ingresses',
      "alb.ingress.kubernetes.io/group.order: '1'",
      'annotation-on-service «alb.ingress.kubernetes.io/group.order»',
    ],
    [
      'the cloud provider',
      `${P}connection-draining-enabled: 'true'`,
      `in-tree-annotation «${P}connection-draining-enabled»`,
    ],
  ])('%s', (_, annotation, found) => {
    expect(marked(service([annotation]))).toContain(found);
  });

  test.each([
    ['of other clouds', `${S}azure-load-balancer-internal: 'true'`],
    ['of others', 'external-dns.alpha.kubernetes.io/hostname: shop.example.com'],
    ['with a placeholder', `${P}scheme: \${SCHEME}`],
  ])('silent: %s', (_, annotation) => {
    expect(marked(service([annotation]))).toEqual([]);
  });

  test('fixes', () => {
    expect(fixed(service([`${P}schem|a: internal`]))).toBe(service([`${P}scheme: internal`]));
    expect(fixed(service([`${S}aws-loadb|alancer-scheme: internal`]))).toBe(
      service([`${P}scheme: internal`]),
    );
  });

  test('the profile', () => {
    const text = service([`${P}disable-nlb-sg: 'true'`, `${P}proxy-protocol: '*'`]);
    expect(foundIn(text, { profile: { controller: '2.13.0' } })).toEqual([
      `needs-newer-controller «${P}disable-nlb-sg»`,
    ]);
    expect(foundIn(text, { profile: { autoMode: true } })).toEqual([
      `auto-mode-unsupported «${P}proxy-protocol»`,
    ]);
  });
});

describe('who takes the Service', () => {
  const typed = [`${P}type: external`, `${P}nlb-target-type: ip`];

  test.each([
    ['by its class', [`${P}scheme: internal`], SPEC],
    ['by its type', typed, ['  type: LoadBalancer']],
    ['by its type, whatever Kubernetes calls it', typed, ['  type: ClusterIP']],
    [
      'by another controller, whose words are none of ours',
      [`${P}ssl-ports: '*'`],
      ['  type: LoadBalancer', '  loadBalancerClass: example.com/other'],
    ],
  ])('%s', (_, annotations, spec) => {
    expect(marked(service(annotations, spec))).toEqual([]);
  });

  test.each([
    ['nobody', [`${P}scheme: internal`], ['  type: ClusterIP'], `service-annotation-ignored «${P}scheme»`],
    [
      'maybe the webhook',
      [`${P}scheme: internal`],
      ['  type: LoadBalancer'],
      `service-taker-unclear «${P}scheme»`,
    ],
    ['no target type', [`${P}type: external`], ['  type: LoadBalancer'], `service-taker-unclear «${P}type»`],
    [
      'the cloud provider',
      [`${P}type: nlb`, `${P}ssl-ports: '*'`],
      ['  type: LoadBalancer'],
      `service-taker-unclear «${P}type»`,
    ],
  ])('%s', (_, annotations, spec, found) => {
    expect(marked(service(annotations, spec))).toEqual([found]);
  });

  test('a patch says nothing of the type', () => {
    expect(marked(service([`${P}scheme: internal`]).replace(/spec:[\s\S]*/, ''))).toEqual([]);
  });
});

describe('annotations of Services together', () => {
  test.each([
    [
      'the older annotation is internal, too',
      [`${P}internal: 'true'`, `${P}eip-allocations: eipalloc-0123456789abcdef0`],
      'nlb-address-scheme',
    ],
    [
      'as many prefixes as subnets',
      [
        `${P}ip-address-type: dualstack`,
        `${P}subnets: a`,
        `${P}source-nat-ipv6-prefixes: auto_assigned, auto_assigned`,
      ],
      'nlb-address-count',
    ],
    ['ranges of IPv6', [`${S}load-balancer-source-ranges: 10.0.0.0/8, 2001:db8::/32`], 'nlb-needs-dualstack'],
    ['translation', [`${P}enable-prefix-for-ipv6-source-nat: 'on'`], 'nlb-needs-dualstack'],
    [
      'a Service that an action misspells',
      [
        `${S}actions.TCP-443: '{"type":"forward","forwardConfig":{"baseServiceWeight":1,"targetGroups":[{"serviceName":"grene","servicePort":80,"weight":1}]}}'`,
      ],
      'nlb-action-service',
    ],
  ])('%s', (_, annotations, code) => {
    const text = `${service(annotations)}---\napiVersion: v1\nkind: Service\nmetadata:\n  name: green\nspec:\n  ports: []\n`;
    expect(marked(text).map((line) => line.split(' ')[0])).toContain(code);
  });

  test.each([
    [
      'public after all',
      [`${P}internal: 'false'`, `${P}eip-allocations: eipalloc-0123456789abcdef0`],
      'nlb-address-scheme',
    ],
    [
      'a placeholder',
      [`${P}scheme: \${SCHEME}`, `${P}eip-allocations: eipalloc-0123456789abcdef0`],
      'nlb-address-scheme',
    ],
    [
      'ranges of IPv6 that are not read',
      [`${P}security-groups: sg-0a1b2c3d`, `${S}load-balancer-source-ranges: 2001:db8::/32`],
      'nlb-needs-dualstack',
    ],
    ['a port by its number', [`${P}ssl-cert: \${CERT}`, `${P}ssl-ports: '443'`], 'nlb-tls-port'],
  ])('silent: %s', (_, annotations, code) => {
    expect(marked(service(annotations)).map((line) => line.split(' ')[0])).not.toContain(code);
  });
});
