import { describe, expect, test } from 'vitest';
import type { Profile } from '../../server/checks/profile';
import { createService, type ServiceOptions } from '../../server/service';
import { DEFAULT_CONFIG } from '../../server/settings';
import { sslPolicies } from '../../src/annotations/sslPolicies';
import { accepted, completions, ingress, labels } from '../helpers/cursor';
import { liveOf } from '../helpers/live';

const P = 'alb.ingress.kubernetes.io/';

/** The annotations of the file after a proposal was taken. */
async function takes(annotation: string, label: string, snippets = true): Promise<string> {
  const before = ingress(annotation).split('\n').length;
  const after = (await accepted(ingress(annotation), label, { snippets })).split('\n');
  return after
    .slice(5, after.length - 3)
    .map((line) => line.slice(4))
    .join('\n')
    .concat(after.length < before ? '?' : '');
}

describe('completion of keys', () => {
  test('offers the common annotations first, the deprecated ones last', async () => {
    const offered = await labels(ingress('|'));
    expect(offered.slice(0, 6)).toEqual([
      'scheme',
      'target-type',
      'listen-ports',
      'certificate-arn',
      'group.name',
      'healthcheck-path',
    ]);
    expect(offered.slice(-2)).toEqual(['waf-acl-id', 'web-acl-id']);
    expect(offered).toHaveLength(66 + 5);
    expect(offered).not.toContain('dry-run-plan');
  });

  test.each([
    ['on an empty line', '|', 'scheme', `${P}scheme: $1`],
    ['without the prefix', 'sch|', 'scheme', `${P}scheme: $1`],
    ['with the prefix', `${P}|`, 'scheme', `${P}scheme: $1`],
    ['within the prefix', 'alb.ingr|', 'scheme', `${P}scheme: $1`],
    ['in the middle of a key', `${P}sch|eme: internal`, 'subnets', `${P}subnets: internal`],
    ['quotes where YAML would read a number', '|', 'ssl-redirect', `${P}ssl-redirect: '$1'`],
    ['quotes where YAML would read a boolean', '|', 'enable-frontend-nlb', `${P}enable-frontend-nlb: '$1'`],
    ['quotes for JSON', '|', 'listen-ports', `${P}listen-ports: '$1'`],
    ['a family asks for its name', 'act|', 'actions.<name>', `${P}actions.\${1:name}: '$9'`],
    [
      'a family with two names',
      '|',
      'listener-attributes.<protocol-port>',
      `${P}listener-attributes.\${1|HTTPS,HTTP|}-\${2:443}: $9`,
    ],
  ])('%s', async (_, before, label, after) => {
    expect(await takes(before, label)).toBe(after);
  });

  test('without tab stops for editors that know none', async () => {
    expect(await takes('|', 'scheme', false)).toBe(`${P}scheme: `);
    expect(await takes('|', 'ssl-redirect', false)).toBe(`${P}ssl-redirect: ''`);
    expect(await takes('|', 'actions.<name>', false)).toBe(`${P}actions.: ''`);
  });

  test('what is set already is not offered again, wherever the cursor is', async () => {
    for (const lines of [
      ['|', `${P}scheme: internal`],
      [`${P}scheme: internal`, '|'],
      [`${P}scheme: internal`, 'alb.|', `${P}tags: a=b`],
    ]) {
      expect(await labels(ingress(...lines))).not.toContain('scheme');
    }
    expect(await labels(ingress(`${P}sche|me: internal`))).toContain('scheme');
  });

  test('the filter fits what is being replaced', async () => {
    const filter = async (line: string) => (await completions(ingress(line)))[0]?.filterText;
    expect(await filter('sch|')).toBe('scheme');
    expect(await filter('alb.ing|')).toBe(`${P}scheme`);
    expect(await filter('al|')).toBe(`${P}scheme`);
  });

  test('documentation comes when an item is looked at', async () => {
    const [item] = await completions(ingress('|'));
    if (item === undefined) throw new Error('nothing offered');
    expect(item.documentation).toBeUndefined();
    expect(JSON.stringify(createService().resolve(item).documentation)).toContain('public addresses');
    expect(createService().resolve({ label: 'x' })).toEqual({ label: 'x' });
  });

  test.each([
    ['before the annotations are closed by anything', 'kind: Ingress\nmetadata:\n  annotations:\n    |'],
    ['with kind below', 'metadata:\n  annotations:\n    |\nkind: Ingress\n'],
    ['deeper indentation', 'kind: Ingress\nmetadata:\n    annotations:\n            |\n    name: x'],
    [
      'in the second document',
      'kind: Service\n---\nkind: Ingress\nmetadata:\n  annotations:\n    |\n---\nkind: Pod',
    ],
    [
      'in a List',
      'kind: List\nitems:\n- apiVersion: networking.k8s.io/v1\n  kind: Ingress\n  metadata:\n    annotations:\n      |',
    ],
    ['Windows line ends', 'kind: Ingress\r\nmetadata:\r\n  annotations:\r\n    |\r\n'],
    ['behind a comment', 'kind: Ingress\nmetadata:\n  annotations:\n    # note\n    |'],
  ])('works %s', async (_, text) => {
    expect(await labels(text)).toContain('scheme');
  });

  test.each([
    ['under labels', ingress().replace('annotations:', 'labels:\n    |\n  annotations:')],
    ['under spec', `${ingress()}  |`],
    ['below another annotation', ingress(`${P}scheme: internal`, '  |')],
    ['at the level of metadata', ingress(`${P}scheme: internal`).replace('spec:', '  |\nspec:')],
    ['in another kind', 'kind: Pod\nmetadata:\n  annotations:\n    |'],
    ['in the document before the Ingress', `kind: Pod\nmetadata:\n  annotations:\n    |\n---\n${ingress()}`],
    ['in the document after the Ingress', `${ingress()}---\nkind: Pod\nmetadata:\n  annotations:\n    |`],
    [
      'in an Ingress of another API',
      'apiVersion: networking.istio.io/v1\nkind: Ingress\nmetadata:\n  annotations:\n    |',
    ],
    ['in a Helm template', ingress('{{- toYaml .Values.annotations }}', '|')],
    ['in a comment', ingress('# al|')],
    ['in text without Kubernetes', 'annotations:\n  |'],
    ['in nothing', '|'],
  ])('is silent %s', async (_, text) => {
    expect(await labels(text)).toEqual([]);
  });
});

/** Blocks begin with a bar of their own: there the cursor is drawn as ¦. */
describe('completion of values', () => {
  test.each([
    ['an enumeration', `${P}scheme: |`, 'internal', `${P}scheme: internal`],
    ['right behind the colon', `${P}scheme:|`, 'internal', `${P}scheme: internal`],
    ['over what is there', `${P}scheme: inter|nal`, 'internet-facing', `${P}scheme: internet-facing`],
    ['a boolean gets quotes', `${P}enable-frontend-nlb: |`, 'true', `${P}enable-frontend-nlb: 'true'`],
    [
      'a boolean in quotes gets no more',
      `${P}enable-frontend-nlb: '|'`,
      'true',
      `${P}enable-frontend-nlb: 'true'`,
    ],
    ['a boolean in open quotes', `${P}enable-frontend-nlb: "t|`, 'true', `${P}enable-frontend-nlb: "true`],
    ['a number gets quotes', `${P}ssl-redirect: 4|`, '443', `${P}ssl-redirect: '443'`],
    ['with a comment behind', `${P}scheme: | # public?`, 'internal', `${P}scheme: internal # public?`],
    ['codes get quotes', `${P}success-codes: |`, '200', `${P}success-codes: '200'`],
    [
      'an attribute',
      `${P}load-balancer-attributes: |`,
      'idle_timeout.timeout_seconds',
      `${P}load-balancer-attributes: idle_timeout.timeout_seconds=`,
    ],
    [
      'a second attribute',
      `${P}load-balancer-attributes: routing.http2.enabled=true,|`,
      'idle_timeout.timeout_seconds',
      `${P}load-balancer-attributes: routing.http2.enabled=true,idle_timeout.timeout_seconds=`,
    ],
    [
      'an attribute before another',
      `${P}load-balancer-attributes: idle|,routing.http2.enabled=true`,
      'idle_timeout.timeout_seconds',
      `${P}load-balancer-attributes: idle_timeout.timeout_seconds=,routing.http2.enabled=true`,
    ],
    [
      'another name for a value',
      `${P}load-balancer-attributes: rout|ing.http2.enabled=true`,
      'deletion_protection.enabled',
      `${P}load-balancer-attributes: deletion_protection.enabled=true`,
    ],
    [
      "an attribute's value",
      `${P}target-group-attributes: a=b, stickiness.type=lb|`,
      'app_cookie',
      `${P}target-group-attributes: a=b, stickiness.type=app_cookie`,
    ],
    [
      "an attribute's value in quotes",
      `${P}target-group-attributes: "stickiness.enabled=|"`,
      'true',
      `${P}target-group-attributes: "stickiness.enabled=true"`,
    ],
    [
      'a skeleton gets quotes',
      `${P}listen-ports: |`,
      'HTTP and HTTPS',
      `${P}listen-ports: '[{"HTTP": 80}, {"HTTPS": 443}]'`,
    ],
    [
      'a skeleton in double quotes',
      `${P}listen-ports: "|"`,
      'HTTP and HTTPS',
      `${P}listen-ports: "[{\\\\"HTTP\\\\": 80}, {\\\\"HTTPS\\\\": 443}]"`,
    ],
    [
      'a skeleton in a block',
      `${P}listen-ports: |-\n  ¦`,
      'HTTP',
      `${P}listen-ports: |-\n  [{"HTTP": \${1:80}}]`,
    ],
    [
      'a JSON field',
      `${P}actions.x: '{"type":"redirect",|}'`,
      'redirectConfig',
      `${P}actions.x: '{"type":"redirect","redirectConfig": }'`,
    ],
    ['a JSON field half-typed', `${P}actions.x: '{"ty|"}'`, 'type', `${P}actions.x: '{"type": }'`],
    ['a JSON value', `${P}actions.x: '{"type":|}'`, 'redirect', `${P}actions.x: '{"type":"redirect"}'`],
    [
      'a JSON value in open quotes',
      `${P}actions.x: '{"type":"|`,
      'redirect',
      `${P}actions.x: '{"type":"redirect"`,
    ],
    [
      'a JSON value in double quotes',
      `${P}actions.x: "{\\"type\\":|}"`,
      'redirect',
      `${P}actions.x: "{\\"type\\":\\"redirect\\"}"`,
    ],
    [
      'a JSON field in a block',
      `${P}actions.x: >\n  {"type":"redirect",\n   ¦}`,
      'redirectConfig',
      `${P}actions.x: >\n  {"type":"redirect",\n   "redirectConfig": }`,
    ],
  ])('%s', async (_, before, label, after) => {
    expect(await takes(before, label)).toBe(after);
  });

  test('SSL policies, the recommended one first', async () => {
    const offered = await labels(ingress(`${P}ssl-policy: |`));
    expect(offered[0]).toBe('ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09');
    expect(offered).toHaveLength(sslPolicies.length);
  });

  test('no attribute twice', async () => {
    const offered = await labels(ingress(`${P}load-balancer-attributes: idle_timeout.timeout_seconds=60,|`));
    expect(offered).not.toContain('idle_timeout.timeout_seconds');
    expect(offered).not.toContain('dns_record.client_routing_policy');
    expect(offered).toContain('deletion_protection.enabled');
  });

  test('the attributes of the load balancer that they are for', async () => {
    expect(await labels(ingress(`${P}frontend-nlb-attributes: |`))).toContain(
      'dns_record.client_routing_policy',
    );
    expect(await labels(ingress(`${P}listener-attributes.HTTP-80: |`))).toContain(
      'routing.http.response.server.enabled',
    );
  });

  test('the skeletons of actions', async () => {
    expect(await labels(ingress(`${P}actions.x: '|'`))).toEqual([
      'Fixed response',
      'Redirect',
      'Weighted forward',
      'Forward to an existing target group',
    ]);
  });

  test('nothing where nothing can be known', async () => {
    for (const line of [
      'foo: |',
      `${P}unknown: |`,
      `${P}load-balancer-name: |`,
      `${P}tags: |`,
      `${P}scheme: internal |# no`,
    ]) {
      expect(await labels(ingress(line))).toEqual([]);
    }
  });
});

test('the list opens again only in editors that have named their command for it', async () => {
  const suggestCommand = 'editor.action.triggerSuggest';
  const line = `${P}load-balancer-attributes: |`;
  const commands = async (text: string, options: ServiceOptions) =>
    new Set((await completions(ingress(text), options)).map(({ command }) => command?.command));
  expect(await commands('|', { suggestCommand })).toEqual(new Set([suggestCommand]));
  expect(await commands(line, { suggestCommand })).toEqual(new Set([suggestCommand]));
  expect(await commands('|', {})).toEqual(new Set([undefined]));
});

describe('live values', () => {
  const values = [
    { value: 'subnet-a', label: 'public-a, eu-west-1a' },
    { value: 'subnet-b', label: 'public-b, eu-west-1b' },
  ];
  const live = liveOf({ subnets: values });

  test('are offered for the element under the cursor, not twice', async () => {
    expect(await labels(ingress(`${P}subnets: |`), { live })).toEqual(['subnet-a', 'subnet-b']);
    expect(await labels(ingress(`${P}subnets: subnet-a, |`), { live })).toEqual(['subnet-b']);
    expect(await accepted(ingress(`${P}subnets: subnet-a, su|`), 'subnet-b', { live })).toContain(
      'subnets: subnet-a, subnet-b\n',
    );
  });

  test('are not missed when nobody can be asked', async () => {
    const unknown = liveOf({});
    expect(await labels(ingress(`${P}subnets: |`), { live: unknown })).toEqual([]);
    expect(await labels(ingress(`${P}ssl-policy: |`), { live: unknown })).toHaveLength(sslPolicies.length);
  });
});

describe('the profile', () => {
  const offered = async (profile: Profile) =>
    (await completions(ingress('¦'), { configOf: () => ({ ...DEFAULT_CONFIG, profile }) })).map(
      ({ label, labelDetails }) => `${label} ${labelDetails?.description ?? ''}`,
    );

  test('an older controller is offered what it knows', async () => {
    expect(await offered({})).toContain('enable-frontend-nlb false');
    const old = await offered({ controller: '2.8.0' });
    expect(old.filter((label) => label.startsWith('enable-frontend-nlb'))).toEqual([]);
    expect(old.filter((label) => label.startsWith('scheme'))).toHaveLength(1);
  });

  test('what EKS Auto Mode reads in another way comes last', async () => {
    const labels = await offered({ autoMode: true });
    expect(labels.at(-1)).toMatch(/not as such in EKS Auto Mode|waf/);
    expect(labels).toContain('group.name not as such in EKS Auto Mode');
  });
});

test('a file that begins with an empty line is no endless one', async () => {
  expect(await labels('\nki¦nd: Ingress\n')).toEqual([]);
  expect(await labels('\n\nkind: Ingress\nmetadata:\n  na¦me: x\n')).toEqual([]);
});
