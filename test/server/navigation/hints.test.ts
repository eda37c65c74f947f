import { describe, expect, test } from 'vitest';
import type { Range } from 'vscode-languageserver-types';
import type { ServiceOptions } from '../../../server/service';
import { atOnce } from '../../../server/turns';
import { documentAt, type Files, ingressText, serviceText, shown, uriOf } from '../../helpers/navigate';
import { serviceWith } from '../../helpers/workspace';

const P = 'alb.ingress.kubernetes.io/';
const ALL: Range = { start: { line: 0, character: 0 }, end: { line: 9_999, character: 0 } };

/** Hints as `line: text before the hint -> label`. */
function hints(files: Files, path = 'a.yaml', range = ALL): string[] {
  const service = serviceWith(files);
  const document = documentAt(service, path);
  return atOnce(service.inlayHints(document, range)).map(({ position, label }) => {
    const start = { line: position.line, character: 0 };
    return `${position.line + 1}: ${document.getText({ start, end: position }).trim()} -> ${String(label)}`;
  });
}

describe('the priority of a path', () => {
  const member = (name: string, order: number, rules: string[], more: string[] = []) =>
    ingressText({
      name,
      annotations: [`${P}group.name: shop`, `${P}group.order: '${order}'`, ...more],
      rules,
    });

  test('is that in the whole group', () => {
    const files = {
      'a.yaml': member('a', 2, ['a.com / web:80', 'a.com /x web:80']),
      'b.yaml': member('b', 1, ['b.com / web:80']),
    };
    expect(hints(files)).toEqual(['14: - path: / -> rule 2', '24: - path: /x -> rule 3']);
    expect(hints(files, 'b.yaml')).toEqual(['14: - path: / -> rule 1']);
    const top = { start: { line: 0, character: 0 }, end: { line: 15, character: 0 } };
    expect(hints(files, 'a.yaml', top)).toEqual(['14: - path: / -> rule 2']);
  });

  test('differs between listeners, and is none where a redirect answers before', () => {
    const listen = `${P}listen-ports: '[{"HTTP": 80}, {"HTTPS": 443}]'`;
    const redirect = `${P}actions.go: '{"type":"redirect","redirectConfig":{"protocol":"HTTPS","port":"443","statusCode":"HTTP_301"}}'`;
    const files = {
      'a.yaml': ingressText({
        annotations: [listen, redirect],
        rules: ['a.com / go:use-annotation', 'a.com / web:80', 'b.com / web:80'],
      }),
    };
    expect(hints(files)).toEqual([
      '14: - path: / -> rule 1 on 80, none on 443',
      '24: - path: / -> rule none on 80, 1 on 443',
      '34: - path: / -> rule 2',
    ]);
  });

  test('is not told of a single rule, of a group that is refused, of another controller', () => {
    expect(hints({ 'a.yaml': ingressText({ rules: ['a.com / web:80'] }) })).toEqual([]);
    const two = ['a.com / web:80', 'b.com / web:80'];
    expect(hints({ 'a.yaml': ingressText({ className: 'nginx', rules: two }) })).toEqual([]);
    const files = {
      'a.yaml': member('a', 1, two),
      'b.yaml': member('b', 2, two, [`${P}listen-ports: '[]'`]),
    };
    expect(hints(files)).toEqual([]);
  });
});

describe('a default', () => {
  const one = (annotations: string[]) => ingressText({ annotations, rules: ['a.com / web:80'] });

  test('is shown of the target type, where the Service is known', () => {
    expect(hints({ 'a.yaml': one([]), 'b.yaml': serviceText('web') })).toEqual([
      '15: name: web -> target-type: instance',
    ]);
    expect(hints({ 'a.yaml': one([]) })).toEqual([]);
    expect(hints({ 'a.yaml': one([`${P}target-type: ip`]), 'b.yaml': serviceText('web') })).toEqual([]);
    const annotated = serviceText('web', [`  annotations: {${P}target-type: ip}`]);
    expect(hints({ 'a.yaml': one([]), 'b.yaml': annotated })).toEqual([]);
  });

  test('of EKS Auto Mode is another', () => {
    const auto =
      'apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: alb}\nspec: {controller: eks.amazonaws.com/alb}\n';
    expect(hints({ 'a.yaml': one([]), 'b.yaml': serviceText('web'), 'c.yaml': auto })).toEqual([]);
  });

  test('is shown of what a certificate brings', () => {
    const arn = 'arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012';
    const certificate = `${P}certificate-arn: ${arn}`;
    expect(hints({ 'a.yaml': one([certificate]) })).toEqual([
      `6: ${certificate} -> listen-ports: HTTPS 443 only, ssl-policy: ELBSecurityPolicy-2016-08`,
    ]);
    const full = [
      certificate,
      `${P}listen-ports: '[{"HTTPS": 443}]'`,
      `${P}ssl-policy: ELBSecurityPolicy-TLS13-1-2-2021-06`,
    ];
    expect(hints({ 'a.yaml': one(full) })).toEqual([]);
    const plain = [certificate, `${P}listen-ports: '[{"HTTP": 80}]'`];
    expect(hints({ 'a.yaml': one(plain) })).toEqual([]);
  });
});

describe('above an Ingress of a group', () => {
  const member = (name: string, more: string[] = []) =>
    ingressText({ name, annotations: [`${P}group.name: shop`, ...more], rules: ['a.com / web:80'] });

  function lenses(files: Files, options: ServiceOptions = {}) {
    const service = serviceWith(files, options);
    const found = atOnce(service.codeLenses(documentAt(service, 'a.yaml')));
    return { service, lenses: found.map((lens) => service.resolveCodeLens(lens)) };
  }

  test('stands how large it is', () => {
    const files = { 'a.yaml': member('a'), 'b.yaml': member('b') };
    const command = { title: 'Group shop: 2 Ingresses, 2 of 100 rules', command: '' };
    expect(lenses(files).lenses).toMatchObject([{ range: { start: { line: 1 } }, command }]);
    const refused = lenses({ ...files, 'b.yaml': member('b', [`${P}listen-ports: '[]'`]) }).lenses;
    expect(refused[0]?.command?.title).toBe('Group shop: 2 Ingresses, refused by the controller');
    expect(lenses({ 'a.yaml': ingressText({}) }).lenses).toEqual([]);
  });

  test('a command shows its members, if the client has one', () => {
    const files = { 'a.yaml': member('a'), 'b.yaml': member('b') };
    const { service, lenses: found } = lenses(files, { referencesCommand: 'show' });
    const [uri, position, members] = found[0]?.command?.arguments ?? [];
    expect([found[0]?.command?.command, uri, position]).toEqual([
      'show',
      uriOf('a.yaml'),
      { line: 3, character: 8 },
    ]);
    expect(shown(service, members)).toEqual(['a.yaml:4:9 «a»', 'b.yaml:4:9 «b»']);
  });

  test('changes with the members in other files', () => {
    const service = serviceWith({ 'a.yaml': member('a'), 'b.yaml': member('b') });
    const title = () => {
      const [lens] = atOnce(service.codeLenses(documentAt(service, 'a.yaml')));
      return lens === undefined ? undefined : service.resolveCodeLens(lens).command?.title;
    };
    expect(title()).toContain('2 Ingresses');
    service.forget(uriOf('b.yaml'));
    expect(title()).toBe('Group shop: 1 Ingress, 1 of 100 rules');
  });
});

test('links lead to the pages of annotations and to the console', () => {
  const arn = 'arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012';
  const annotations = [`"${P}actions.go": '{}'`, `${P}group.name: shop`, `${P}certificate-arn: ${arn}`];
  const service = serviceWith({ 'a.yaml': ingressText({ annotations }) });
  const document = documentAt(service, 'a.yaml');
  const links = atOnce(service.documentLinks(document)).map(
    ({ range, target }) => `«${document.getText(range)}» ${target}`,
  );
  expect(links).toEqual([
    `«${P}actions» https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html`,
    `«${P}group.name» https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#group.name`,
    `«${P}certificate-arn» https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html`,
    `«${arn}» https://eu-west-1.console.aws.amazon.com/acm/home?region=eu-west-1#/certificates/12345678-1234-1234-1234-123456789012`,
  ]);
});
