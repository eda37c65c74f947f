import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createService } from '../../server/service';
import { createManifest } from '../../server/text/manifest';
import type { Rule } from '../../src/rules';
import { ingress as example, service as serviceYaml, specOf } from '../../src/rules/examples';
import { liveRules } from '../../src/rules/liveRules';
import { accepted, completions, findings, ingress, labels, yaml } from '../helpers/cursor';
import { liveOf } from '../helpers/live';

const P = 'alb.ingress.kubernetes.io/';

describe('rules of live values', () => {
  test.each(Object.entries<Rule>(liveRules))('%s', (code, { bad, good, live }) => {
    if (live === undefined) throw new Error('the rule does not say what exists');
    const codes = (text: string, options = {}) =>
      createService(options)
        .validate(yaml(text))
        .map((found) => found.code);
    const known = { live: liveOf(live.values, live) };
    expect(codes(bad, known)).toContain(code);
    expect(codes(good, known)).not.toContain(code);
    expect(codes(bad)).not.toContain(code);
  });
});

describe('what exists', () => {
  const place = { account: '111122223333', region: 'eu-west-1', vpcId: 'vpc-1' };
  const arn = (region: string, account: string) =>
    `arn:aws:acm:${region}:${account}:certificate/12345678-1234-1234-1234-123456789012`;
  const checked = (...annotations: string[]) =>
    findings(
      ingress(...annotations),
      createService({ live: liveOf({ certificates: [], subnets: [], securityGroups: [] }, { place }) }),
    ).map((found) => found.replace(/:.*?«/, ' «').replace(/(:.*?\.).*/, '$1'));

  test('is said of the account and region that were asked only', () => {
    expect(checked(`${P}certificate-arn: ${arn('eu-west-1', '111122223333')}`)).toHaveLength(1);
    expect(checked(`${P}certificate-arn: ${arn('us-east-1', '111122223333')}`)).toEqual([]);
    expect(checked(`${P}certificate-arn: ${arn('eu-west-1', '444455556666')}`)).toEqual([]);
  });

  test('an ARN of another account tells that the manifest is for that one', () => {
    const subnets = `${P}subnets: subnet-00000000, a-name`;
    expect(checked(subnets)).toHaveLength(1);
    expect(checked(subnets, `${P}certificate-arn: ${arn('eu-west-1', '444455556666')}`)).toEqual([]);
  });

  test('each id is marked where it stands', () => {
    expect(
      findings(
        ingress(`${P}security-groups: "sg-11111111, sg-22222222"`),
        createService({ live: liveOf({ securityGroups: [{ value: 'sg-11111111', label: '' }] }, { place }) }),
      ),
    ).toEqual([
      '6:62-73 «sg-22222222» warning resource-not-found: There is no security group `sg-22222222` in vpc-1 (eu-west-1). The controller fails to build the load balancer of the whole group. Check the id, or connect to the account and region that the manifest is for.',
    ]);
  });
});

const services = {
  services: [{ value: 'cart', label: 'ClusterIP, http 80', facts: { ports: 'http:80,:9000' } }],
  ingressClasses: [{ value: 'alb', label: 'ingress.k8s.aws/alb' }],
  secrets: [{ value: 'oidc', label: 'Secret' }],
};
const live = liveOf(services);

describe('in annotations', () => {
  test('buckets, target groups, trust stores and Secrets', async () => {
    const known = liveOf({
      buckets: [{ value: 'logs', label: 'bucket in eu-west-1' }],
      targetGroups: [{ value: 'arn:tg', label: 'legacy' }],
      trustStores: [{ value: 'ca', label: 'active' }],
      ...services,
    });
    const offered = (text: string) => labels(ingress(text), { live: known });
    expect(await offered(`${P}load-balancer-attributes: access_logs.s3.bucket=|`)).toEqual(['logs']);
    expect(await offered(`${P}actions.x: '{"type":"forward","targetGroupARN":|}'`)).toEqual(['arn:tg']);
    expect(await offered(`${P}auth-idp-oidc: '{"secretName":"|"}'`)).toEqual(['oidc']);
    expect(await offered(`${P}mutual-authentication: '[{"trustStore": |}]'`)).toEqual(['ca']);
  });

  test('Services and their ports in actions', async () => {
    const text = (inside: string) =>
      ingress(`${P}actions.x: '{"type":"forward","forwardConfig":{"targetGroups":[{${inside}}]}}'`);
    expect(await accepted(text('"serviceName":"|"'), 'cart', { live })).toBe(text('"serviceName":"cart"'));
    const port = text('"serviceName":"cart","servicePort":|');
    expect(await labels(port, { live })).toEqual(['http', '80', '9000']);
    expect(await accepted(port, '80', { live })).toBe(port.replace('|', '80'));
    expect(await accepted(port, 'http', { live })).toBe(port.replace('|', '"http"'));
  });

  test('a label tells which one it is and finds it', async () => {
    const known = liveOf({ subnets: [{ value: 'subnet-1', label: 'public-a' }] });
    expect(await completions(ingress(`${P}subnets: |`), { live: known })).toMatchObject([
      { label: 'subnet-1', labelDetails: { description: 'public-a' }, filterText: 'subnet-1 public-a' },
    ]);
  });

  test('a certificate that cannot be used is not offered', async () => {
    const known = liveOf({ certificates: [{ value: 'arn:x', label: 'x', unusable: 'it has expired' }] });
    expect(await labels(ingress(`${P}certificate-arn: |`), { live: known })).toEqual([]);
  });

  test('a policy that we know is not offered twice', async () => {
    const known = liveOf({
      sslPolicies: [
        { value: 'ELBSecurityPolicy-2016-08', label: 'TLSv1' },
        { value: 'ELBSecurityPolicy-New', label: 'TLSv1.3' },
      ],
    });
    const offered = await labels(ingress(`${P}ssl-policy: |`), { live: known });
    expect(offered.filter((one) => one === 'ELBSecurityPolicy-2016-08')).toHaveLength(1);
    expect(offered.at(-1)).toBe('ELBSecurityPolicy-New');
  });

  test('are asked for as soon as somebody looks at the annotation', async () => {
    const asked: string[] = [];
    const service = createService({
      live: {
        ...live,
        known(source) {
          asked.push(source);
          return { answer: undefined, pending: true };
        },
      },
    });
    const { items } = await service.complete(yaml(ingress('')), { line: 5, character: 4 });
    expect(asked).toEqual([]);
    for (const item of items) if (/^(certificate-arn|scheme)$/.test(item.label)) service.resolve(item);
    expect(asked).toEqual(['certificates']);
  });

  test('the list is incomplete as long as an answer is on its way', async () => {
    const service = createService({ live: liveOf({}, { pending: true }) });
    const text = ingress(`${P}subnets: `);
    const at = (line: number, character: number) => service.complete(yaml(text), { line, character });
    expect(await at(5, 39)).toEqual({ isIncomplete: true, items: [] });
    expect((await at(5, 4)).isIncomplete).toBe(false);
  });
});

const HEAD = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
  annotations:
    ${P}actions.redirect: '{"type":"redirect"}'
`;
const path = (backend: string) => `${HEAD}spec:
  rules:
    - host: a
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
${backend}`;

describe('in the spec', () => {
  test.each([
    ['a class', `${HEAD}spec:\n  ingressClassName: |\n`, ['alb']],
    ['a class, right behind the colon', `${HEAD}spec:\n  ingressClassName:|\n`, ['alb']],
    [
      'a path type',
      `${HEAD}spec:\n  rules:\n  - http:\n      paths:\n      - pathType: |`,
      ['Prefix', 'Exact', 'ImplementationSpecific'],
    ],
    ['a Service', path('                name: |\n'), ['cart', 'redirect']],
    ['a Service in quotes', path('                name: "c|"\n'), ['cart', 'redirect']],
    [
      'a Service of the default backend',
      `${HEAD}spec:\n  defaultBackend:\n    service:\n      name: |`,
      ['cart', 'redirect'],
    ],
    [
      'a port by name',
      path('                name: cart\n                port:\n                  name: |'),
      ['http'],
    ],
    [
      'a port by number',
      path('                port:\n                  number: |\n                name: cart\n'),
      ['80', '9000'],
    ],
    [
      'a port above the name, with Windows line ends',
      path('                port:\n                  name: x|\n                name: cart\n').replaceAll(
        '\n',
        '\r\n',
      ),
      ['http'],
    ],
    [
      'the port of an action',
      path('                name: redirect\n                port:\n                  name: |'),
      ['use-annotation'],
    ],
    ['a port of nothing', path('                port:\n                  name: |'), []],
    ['a name elsewhere', `${HEAD}spec:\n  tls:\n    - secretName: |`, []],
    ['the name of the object', HEAD.replace('name: web', 'name: |'), []],
  ])('%s', async (_, text, wanted) => {
    expect(await labels(text, { live })).toEqual(wanted);
  });

  test('a proposal replaces what was typed; numbers stay numbers', async () => {
    const number = path('                name: cart\n                port:\n                  number: 8|\n');
    expect(await accepted(number, '9000', { live })).toBe(number.replace('8|', '9000'));
    const behind = path('                name:|\n');
    expect(await accepted(behind, 'cart', { live })).toBe(behind.replace('|', ' cart'));
  });

  test('Services of the workspace come first, those of other namespaces not at all', async () => {
    const service = createService({ live });
    const file = (uri: string, text: string) => service.workspace.set(createManifest(uri, 'yaml', 1, text));
    file('file:///a.yaml', serviceYaml({ name: 'web', namespace: 'shop' }));
    file('file:///b.yaml', serviceYaml({ name: 'other', namespace: 'other' }));
    const text = path('                name: \n');
    const document = yaml(text);
    const position = document.positionAt(text.length - 1);
    const { items } = await service.complete(document, position);
    expect(items.map(({ label, labelDetails }) => `${label}: ${labelDetails?.description}`)).toEqual([
      'web: 80 http, in a.yaml',
      'cart: ClusterIP, http 80',
      'redirect: action of this Ingress',
    ]);
  });

  test('nothing in other kinds', async () => {
    expect(await labels(`kind: Service\napiVersion: v1\nspec:\n  ingressClassName: |\n`, { live })).toEqual(
      [],
    );
  });
});

describe('members of a group in the cluster', () => {
  const member = (name: string, scheme: string) =>
    example({
      name,
      namespace: 'shop',
      annotations: ['group.name: shop', `scheme: ${scheme}`],
      spec: specOf([{ path: `/${name}` }]),
    });
  const live = (...names: string[]) =>
    liveOf({
      groupMembers: names.map((name) => ({
        value: `shop/${name}`,
        label: 'in group shop',
        facts: { group: 'shop', manifest: JSON.stringify(parse(member(name, 'internet-facing'))) },
      })),
    });
  const codesWith = (...names: string[]) =>
    createService({ live: live(...names) })
      .validate(yaml(member('web', 'internal')))
      .map(({ code, relatedInformation }) => `${code} ${relatedInformation?.length ?? 0}`);

  test('contradict what is being written, if the cluster is the one that is meant', () => {
    expect(codesWith('cart', 'web')).toContain('group-conflict 0');
    expect(codesWith('cart')).not.toContain('group-conflict 0');
    expect(codesWith()).not.toContain('group-conflict 0');
  });

  test('yield to what stands in the files', () => {
    expect(codesWith('web')).not.toContain('group-conflict 0');
  });
});
