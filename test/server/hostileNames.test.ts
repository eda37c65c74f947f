import { marked } from 'marked';
import { describe, expect, test } from 'vitest';
import { ingressText, navigate, serviceText } from '../helpers/navigate';

/*
 * Names, types and texts of manifests in what the editor renders as Markdown (with the renderer that VS Code uses):
 * nothing in them becomes an image, a link, a heading or HTML.
 */

const EVIL = [
  '`![x](http://evil.example/x.png)`',
  '``` ![x](http://evil.example/x.png) ```',
  '[run](command:workbench.action.terminal.new)',
  '<img src=http://evil.example/x.png>',
  '<script>alert(1)</script>',
  'a\n\n# Heading\n\n![x](http://evil.example/x.png)',
  '` ` [x](http://evil.example) ` `',
  '\u202eevil\u001b[2K',
];

/** A YAML text that holds it as a value. */
const yaml = (text: string) => JSON.stringify(text);

const P = 'alb.ingress.kubernetes.io/';

async function rendered(files: Readonly<Record<string, string>>): Promise<string> {
  const { service, document, position } = navigate(files);
  const found = service.hover(document, position);
  if (found === null || typeof found.contents !== 'object' || !('value' in found.contents)) return '';
  return await marked(found.contents.value);
}

function expectHarmless(html: string): void {
  expect(html).not.toBe('');
  const tags = [...html.matchAll(/<(\w+)/g)].map(([, tag]) => tag);
  expect(
    tags.filter((tag) => !['p', 'strong', 'em', 'code', 'pre', 'a', 'ul', 'li'].includes(tag ?? '')),
  ).toEqual([]);
  const targets = [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href ?? '');
  expect(
    targets.filter((href) => !/^(file:\/\/\/work\/|https:\/\/(kubernetes-sigs|docs\.aws))/.test(href)),
  ).toEqual([]);
  for (const obeyed of ['\u202e', '\u001b']) expect(html).not.toContain(obeyed);
}

describe.each(EVIL)('%j', (evil) => {
  test('as the type and a port of a Service', async () => {
    const service = serviceText('web')
      .replace('spec:', `spec:\n  type: ${yaml(evil)}`)
      .replace('name: http', `name: ${yaml(evil)}`);
    expectHarmless(
      await rendered({ 'a.yaml': ingressText({ rules: ['a.com / we¦b:80'] }), 'b.yaml': service }),
    );
  });

  test('as the value of an action', async () => {
    const annotations = [`${P}actions.go: ${yaml(evil)}`];
    expectHarmless(
      await rendered({ 'a.yaml': ingressText({ annotations, rules: ['a.com / go:use-¦annotation'] }) }),
    );
  });

  test('as the controller and the parameters of a class', async () => {
    const ingressClass = `apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: shared}
spec: {controller: ${yaml(evil)}, parameters: {apiGroup: elbv2.k8s.aws, kind: IngressClassParams, name: ${yaml(evil)}}}
`;
    const params = `apiVersion: elbv2.k8s.aws/v1beta1
kind: IngressClassParams
metadata: {name: ${yaml(evil)}}
spec: {scheme: ${yaml(evil)}, ${yaml(evil)}: x}
`;
    expectHarmless(
      await rendered({
        'a.yaml': ingressText({ className: '¦shared' }),
        'b.yaml': ingressClass,
        'c.yaml': params,
      }),
    );
  });

  test('as the name of a file', async () => {
    const name = `${evil.replaceAll('/', '_').replaceAll('\n', ' ')}.yaml`;
    expectHarmless(
      await rendered({ 'a.yaml': ingressText({ rules: ['a.com / we¦b:80'] }), [name]: serviceText('web') }),
    );
  });
});
