import { describe, expect, test } from 'vitest';
import { type Files, ingressText, navigate, renamed, serviceText } from '../../helpers/navigate';

const P = 'alb.ingress.kubernetes.io/';

/** What may be renamed, or why nothing may. */
function prepared(files: Files): string {
  const { service, document, position } = navigate(files);
  const answer = service.prepareRename(document, position);
  return 'refused' in answer
    ? answer.refused
    : `«${document.getText(answer.range)}» as ${answer.placeholder}`;
}

describe('an action', () => {
  const text = ingressText({
    annotations: [`${P}actions.go: '{}'`, `"${P}conditions.go": '[]'`, `${P}transforms.go: '[]'`],
    rules: ['a.com / go:use-annotation', 'b.com / web:80'],
  });
  const marked = text.replace('name: go', 'name: g¦o');

  test('gets a new name in its Ingress, and only there', () => {
    const files = { 'a.yaml': marked, 'b.yaml': text.replace('name: web', 'name: other') };
    expect(prepared(files)).toBe('«go» as go');
    expect(renamed(files, 'away')).toEqual({
      'a.yaml': text.replaceAll('.go', '.away').replace('name: go', 'name: away'),
    });
    expect(renamed({ 'a.yaml': text.replace('actions.go', 'actions.g¦o') }, 'away')).toEqual(
      renamed({ 'a.yaml': marked }, 'away'),
    );
  });

  test('that only a backend names can be renamed, too', () => {
    const one = ingressText({ rules: ['a.com / go:use-annotation'] });
    expect(renamed({ 'a.yaml': one.replace('name: go', 'name: ¦go') }, 'x')).toEqual({
      'a.yaml': one.replace('name: go', 'name: x'),
    });
  });

  test('keeps its name when the new one is none', () => {
    expect(renamed({ 'a.yaml': marked }, 'go')).toEqual({});
    for (const bad of ['', 'Go', '1a', 'a_b', 'a.b', 'a-', 'x'.repeat(64)]) {
      expect(renamed({ 'a.yaml': marked }, bad)).toContain('cannot be the name of a Service');
    }
    expect(renamed({ 'a.yaml': marked }, 'web')).toBe('This Ingress uses the name `web` already.');
  });

  test('keeps its name when a Service of the same Ingress has it', () => {
    const both = ingressText({
      annotations: [`${P}actions.g¦o: '{}'`],
      rules: ['a.com / go:use-annotation', 'b.com / go:80'],
    });
    expect(prepared({ 'a.yaml': both })).toContain('the name of a Service in this Ingress, too');
  });
});

describe('a group', () => {
  const member = (name: string, value = 'shop') =>
    ingressText({ name, annotations: [`${P}group.name: ${value}`] });
  const params =
    'apiVersion: elbv2.k8s.aws/v1beta1\nkind: IngressClassParams\nmetadata: {name: common}\nspec: {group: {name: "shop"}}\n';

  test('gets a new name in all files', () => {
    const files = {
      'a.yaml': member('a', "'sh¦op'"),
      'b.yaml': member('b'),
      'c.yaml': params,
      'd.yaml': member('d', 'shop-2'),
    };
    expect(prepared(files)).toBe('«shop» as shop');
    expect(renamed(files, 'store.eu')).toEqual({
      'a.yaml': member('a', "'store.eu'"),
      'b.yaml': member('b', 'store.eu'),
      'c.yaml': params.replace('shop', 'store.eu'),
    });
    expect(
      renamed({ ...files, 'a.yaml': member('a'), 'c.yaml': params.replace('shop', 'shop¦') }, 'x'),
    ).toMatchObject({ 'b.yaml': member('b', 'x') });
  });

  test('gets a new name in a block, too', () => {
    const block = (name: string) =>
      ingressText({ annotations: [`${P}group.name: >-\n  ${name}`, `${P}scheme: internal`] });
    expect(renamed({ 'a.yaml': block('sh¦op') }, 'x')).toEqual({ 'a.yaml': block('x') });
  });

  test('of another environment keeps its name', () => {
    const files = {
      'prod/a.yaml': member('a', '¦shop'),
      'dev/a.yaml': member('a'),
    };
    expect(renamed(files, 'x')).toEqual({ 'prod/a.yaml': member('a', 'x') });
  });

  test('keeps its name when the new one is none, or another group has it', () => {
    const files = { 'a.yaml': member('a', '¦shop'), 'b.yaml': member('b', 'other') };
    for (const bad of ['', 'Shop', '-a', 'a-', 'x'.repeat(64), 'a b']) {
      expect(renamed(files, bad)).toContain('is not a valid group name');
    }
    expect(renamed(files, 'other')).toBe('There is a group `other` already; renaming would merge the two.');
  });

  test('keeps its name when it stands at an anchor', () => {
    const text = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: &n shop, annotations: {${P}group.name: *¦n}}
spec: {ingressClassName: alb}
`;
    expect(prepared({ 'a.yaml': text })).toContain('YAML alias');
  });
});

test.each([
  ['a Service', { 'a.yaml': serviceText('we¦b') }],
  ['a backend', { 'a.yaml': ingressText({ rules: ['a.com / we¦b:80'] }) }],
  ['use-annotation', { 'a.yaml': ingressText({ rules: ['a.com / go:use-¦annotation'] }) }],
  ['nothing', { 'a.yaml': '¦' }],
])('%s is not renamed', (_, files) => {
  expect(prepared(files)).toContain('Only the names of actions');
  expect(renamed(files, 'x')).toContain('Only the names of actions');
});
