/** Fields of IngressClassParams, TargetGroupBindings and IngressClasses. */
import { describe, expect, test } from 'vitest';
import { accepted, completions, fixed, hovered, labels, marked } from '../helpers/cursor';
import { liveOf } from '../helpers/live';
import { foundIn } from '../helpers/rules';

/** A resource with this spec, indented by two. */
function resource(apiVersion: string, kind: string, spec: readonly string[]): string {
  const lines = spec.flatMap((one) => one.split('\n')).map((line) => `  ${line}`);
  return [
    `apiVersion: ${apiVersion}`,
    `kind: ${kind}`,
    'metadata:',
    '  name: public',
    'spec:',
    ...lines,
    '',
  ].join('\n');
}

const params = (...spec: string[]) => resource('elbv2.k8s.aws/v1beta1', 'IngressClassParams', spec);
const autoParams = (...spec: string[]) => resource('eks.amazonaws.com/v1', 'IngressClassParams', spec);
const binding = (...spec: string[]) => resource('elbv2.k8s.aws/v1beta1', 'TargetGroupBinding', spec);
const autoBinding = (...spec: string[]) => resource('eks.amazonaws.com/v1', 'TargetGroupBinding', spec);
const ingressClass = (...spec: string[]) => resource('networking.k8s.io/v1', 'IngressClass', spec);

const ARN = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop/0123456789abcdef';
const BINDING = [`targetGroupARN: ${ARN}`, 'serviceRef:\n  name: web\n  port: 80'];

/** The lines of the spec after a proposal was taken. */
async function takes(text: string, label: string, snippets = true): Promise<string> {
  const after = await accepted(text, label, { snippets });
  return after.split('\n').slice(5, -1).join('\n');
}

describe('completion of field names', () => {
  test.each([
    ['required ones first', binding('|'), ['serviceRef', 'targetGroupARN', 'targetGroupName']],
    ['inside an object', params('group:', '  |'), ['name']],
    ['what is there is left out', params('subnets:', '  ids:', '    - subnet-1', '  |'), []],
    ['of an element', params('tags:', '  - |'), ['key', 'value']],
    ['of an element that has begun', params('tags:', '  - key: a', '    |'), ['value']],
    ['of an element before another one', params('tags:', '  - key: a', '    |', '  - value: b'), ['value']],
    ['of an element without indentation', params('tags:', '- key: a', '  |'), ['value']],
    ['a new element', params('tags:', '  |'), ['- key', '- value']],
    [
      'a new element behind another',
      params('tags:', '  - key: a', '    value: b', '  |'),
      ['- key', '- value'],
    ],
    ['of Auto Mode', autoParams('subnets:', '  |'), ['ids', 'matchTags']],
    [
      'deep',
      binding('networking:', '  ingress:', '    - from:', '        - |'),
      ['securityGroup', 'ipBlock'],
    ],
    [
      'deeper',
      binding('networking:', '  ingress:', '    - from:', '        - ipBlock:', '            |'),
      ['cidr'],
    ],
    ['of a class', ingressClass('|'), ['controller', 'parameters']],
    ['in place of another', ingressClass('contro|ler: a'), ['controller', 'parameters']],
    [
      'metadata',
      'apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata:\n  annotations:\n    |',
      ['ingressclass.kubernetes.io/is-default-class'],
    ],
    [
      'what is in another element counts not',
      params('tags:', '  - key: a', '    value: b', '  - |'),
      ['key', 'value'],
    ],
  ])('%s', async (_, text, offered) => {
    expect((await labels(text)).slice(0, 3)).toEqual(offered);
  });

  test.each([
    ['text', params('|'), 'scheme', '  scheme: $1'],
    ['an object', params('|'), 'group', '  group:\n    name: $1'],
    ['a list', params('|'), 'inboundCIDRs', '  inboundCIDRs:\n    - $1'],
    ['a list of objects', params('|'), 'tags', '  tags:\n    - key: $1\n      value: $2'],
    ['a text that YAML takes for a number', params('|'), 'sslRedirectPort', "  sslRedirectPort: '$1'"],
    ['a name before a colon', params('sch|ma: internal'), 'scheme', '  scheme: internal'],
    ['a new element', params('tags:', '  |'), '- key', '  tags:\n    - key: $1'],
    [
      'an object of an element',
      binding('networking:', '  ingress:', '    - from:', '      - |'),
      'ipBlock',
      '  networking:\n    ingress:\n      - from:\n        - ipBlock:\n            cidr: $1',
    ],
  ])('inserts %s', async (_, text, label, after) => {
    // The editor adds the indentation of the line to every further line.
    const line = text.split('\n').find((one) => one.includes('|')) ?? '';
    const indent = /^\s*/.exec(line)?.[0] ?? '';
    const taken = await takes(text, label);
    const [first, ...more] = taken.split('\n');
    const before = text
      .split('\n')
      .slice(5)
      .findIndex((one) => one.includes('|'));
    const all = [first, ...more].map((one, at) => (at > before ? indent + one : one));
    expect(all.join('\n')).toBe(after);
  });

  test('without tab stops for editors that know none', async () => {
    expect(await takes(params('|'), 'scheme', false)).toBe('  scheme: ');
  });

  test('the documentation is with it', async () => {
    const item = (await completions(params('|'))).find(({ label }) => label === 'scheme');
    expect(JSON.stringify(item?.documentation)).toContain(
      'Whether the load balancers have public addresses.',
    );
  });

  test.each([
    ['in a comment', params('# |')],
    ['in a text', params('scheme: internal', '|x y')],
    ['under a plain value', params('scheme:', '  |')],
    ['in another kind', 'apiVersion: v1\nkind: ConfigMap\nspec:\n  |'],
    [
      'where labels are free',
      'apiVersion: elbv2.k8s.aws/v1beta1\nkind: IngressClassParams\nmetadata:\n  labels:\n    |',
    ],
  ])('is silent %s', async (_, text) => {
    expect(await labels(text)).toEqual([]);
  });
});

describe('completion of values', () => {
  test.each([
    ['options', params('scheme: |'), ['internal', 'internet-facing']],
    ['options in quotes', params("scheme: '|'"), ['internal', 'internet-facing']],
    ['known words', ingressClass('controller: |'), ['ingress.k8s.aws/alb', 'eks.amazonaws.com/alb']],
    ['booleans', binding('multiClusterTargetGroup: |'), ['true', 'false']],
    [
      'names of attributes',
      params('loadBalancerAttributes:', '  - key: idle|'),
      ['idle_timeout.timeout_seconds'],
    ],
    [
      'values of attributes',
      params('loadBalancerAttributes:', '  - key: deletion_protection.enabled', '    value: |'),
      ['true', 'false'],
    ],
    [
      'values of attributes above their names',
      params('loadBalancerAttributes:', '  - value: |', '    key: deletion_protection.enabled'),
      ['true', 'false'],
    ],
    ['parts of elements', params('listeners:', '  - protocol: |'), ['HTTP', 'HTTPS']],
  ])('%s', async (_, text, offered) => {
    expect(await labels(text)).toEqual(expect.arrayContaining(offered));
  });

  test('a string that YAML takes for a boolean gets quotes, a boolean none', async () => {
    const value = params('loadBalancerAttributes:', '  - key: deletion_protection.enabled', '    value: |');
    expect(await takes(value, 'true')).toContain("value: 'true'");
    expect(await takes(binding('multiClusterTargetGroup: |'), 'true')).toContain('Group: true');
  });

  test('what exists', async () => {
    const live = liveOf({ subnets: [{ value: 'subnet-0a1b2c3d', label: 'shop' }] });
    const text = params('subnets:', '  ids:', '    - |');
    expect(await labels(text, { live })).toEqual(['subnet-0a1b2c3d']);
    expect(await accepted(text, 'subnet-0a1b2c3d', { live })).toContain('    - subnet-0a1b2c3d\n');
  });

  test('Services of the workspace and their ports', async () => {
    const service =
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports:\n    - port: 80\n---\n';
    expect(await labels(service + binding('serviceRef:', '  name: |'))).toEqual(['web']);
    expect(await labels(service + binding('serviceRef:', '  name: web', '  port: |'))).toEqual(['80']);
  });
});

describe('hover', () => {
  test('tells of a field what it is, what it beats, since when, and where to read on', () => {
    const text = hovered(params('ssl|RedirectPort: "443"'));
    expect(text).toContain('«sslRedirectPort» **`spec.sslRedirectPort`**');
    expect(text).toContain('- Wins over the annotation `alb.ingress.kubernetes.io/ssl-redirect`');
    expect(text).toContain('- Since: controller 2.14.0');
    expect(text).toContain('[Documentation](https://');
  });

  test.each([
    ['inside a list', params('tags:', '  - k|ey: a'), '`spec.tags.key`'],
    ['a known word', ingressClass('controller: eks.amazonaws|.com/alb'), 'EKS Auto Mode'],
    [
      'an attribute',
      params('loadBalancerAttributes:', '  - key: idle_timeout.time|out_seconds'),
      '`idle_timeout.timeout_seconds`',
    ],
    ['Auto Mode', params('wafv2Acl|Arn: none'), '- EKS Auto Mode: Not a field'],
    ['a deprecated field', params('Prefix|ListsIDs: []'), '**Deprecated.**'],
    ['what cannot be changed', binding('target|Type: ip'), '- Cannot be changed later'],
  ])('%s', (_, text, words) => {
    expect(hovered(text)).toContain(words);
  });

  test.each([
    ['an unknown field', params('some|thing: 1')],
    ['labels', params().replace('  name: public', '  labels:\n    a|pp: web').replace('spec:', 'x:')],
  ])('is silent on %s', (what, text) => {
    if (what === 'labels') expect(hovered(text)).toContain('Value of the label');
    else expect(hovered(text)).toBeUndefined();
  });
});

describe('checks', () => {
  test.each([
    ['an unknown field', params('shceme: internal'), ['unknown-field «shceme»']],
    ['of Auto Mode', autoParams('certificateArn: []'), ['unknown-field «certificateArn»']],
    ['an option', params('scheme: public'), ['not-an-option «public»']],
    ['a form', params('inboundCIDRs: [10.0.0.1]'), ['malformed-value «10.0.0.1»']],
    ['a number for a text', params('group:', '  name: 2048'), ['field-type «2048»']],
    ['a text for a list', params('inboundCIDRs: 10.0.0.0/8'), ['field-type «10.0.0.0/8»']],
    [
      'a text for a number',
      params('listeners:', '  - protocol: HTTP', "    port: '80'"),
      ["field-type «'80'»"],
    ],
    ['a list for a map', params('tags:', '  team: shop'), ['field-type «t»']],
    ['a range', params('listeners:', '  - protocol: HTTP', '    port: 70000'), ['out-of-range «70000»']],
    ['a missing field', params('group: {}'), ['missing-field «group»']],
    ['a missing field of an element', params('tags:', '  - key: a'), ['missing-field «key»']],
    ['none of two', binding('serviceRef:', '  name: web', '  port: 80'), ['field-choice «spec»']],
    ['both of two', params('subnets:', '  ids: [subnet-0a1b2c3d]', '  tags: {}'), ['field-choice «tags»']],
    ['too few', params('subnets:', '  ids: []'), ['too-few-items «[]»']],
    [
      'an attribute',
      params('loadBalancerAttributes:', '  - key: idle_timeout', "    value: '60'"),
      ['unknown-attribute «idle_timeout»'],
    ],
    [
      'the value of an attribute',
      params('loadBalancerAttributes:', '  - key: idle_timeout.timeout_seconds', "    value: '0'"),
      ["out-of-range «'0'»"],
    ],
    [
      'the old spelling',
      params('PrefixListsIDs: [pl-0123456789abcdef0]'),
      ['deprecated-field «PrefixListsIDs»'],
    ],
    [
      'an old spelling beside the new one',
      params('prefixListsIDs: [pl-0123456789abcdef0]', 'PrefixListsIDs: [pl-0123456789abcdef0]'),
      ['deprecated-field «PrefixListsIDs»', 'field-choice «PrefixListsIDs»'],
    ],
    ['a binding of Auto Mode', autoBinding(...BINDING), ['missing-field «spec»']],
    ['a class', ingressClass('controler: ingress.k8s.aws/alb'), ['unknown-field «controler»']],
  ])('%s', (_, text, found) => {
    expect(marked(text).sort()).toEqual(found);
  });

  test.each([
    [
      'a whole binding',
      binding(
        ...BINDING,
        'targetType: ip',
        'networking:\n  ingress:\n    - from:\n        - securityGroup:\n            groupID: sg-0a1b2c3d\n      ports:\n        - protocol: TCP\n          port: http',
      ),
    ],
    [
      "metadata are Kubernetes' own",
      params('scheme: internal').replace('  name: public', '  name: public\n  uid: x\n  labels:\n    a: b'),
    ],
    ['placeholders', params('scheme: $(SCHEME)', 'listeners:', '  - protocol: HTTP', '    port: $(PORT)')],
    ['merged fields', params('group:', '  <<: {name: shop}')],
    ['nothing', params('group:')],
    ['a patch', params().replace('spec:\n', '')],
  ])('silent: %s', (_, text) => {
    expect(marked(text)).toEqual([]);
  });

  test('the profile', () => {
    const text = params('wafv2AclArn: none');
    expect(foundIn(text, { profile: { controller: '2.13.0' } })).toEqual([
      'needs-newer-controller «wafv2AclArn»',
    ]);
    expect(foundIn(text, { profile: { autoMode: true } })).toEqual([
      'auto-mode-unsupported «elbv2.k8s.aws/v1beta1»',
      'auto-mode-unsupported «wafv2AclArn»',
    ]);
  });

  test('a patch of Kustomize lacks what stands elsewhere', () => {
    const others = { 'kustomization.yaml': 'patches:\n  - path: ingress.yaml\n' };
    expect(foundIn(params('group: {}'), { others })).toEqual([]);
  });

  test('fixes', () => {
    expect(fixed(params('shce|me: internal'))).toBe(params('scheme: internal'));
    expect(fixed(params('group:', '  name: 20|48'))).toBe(params('group:', "  name: '2048'"));
    expect(fixed(params('listeners:', '  - protocol: HTTP', "    port: '8|0'"))).toBe(
      params('listeners:', '  - protocol: HTTP', '    port: 80'),
    );
    expect(fixed(params('scheme: intern|l'))).toBe(params('scheme: internal'));
  });
});
