import { expect, test } from 'vitest';
import { type Files, ingressText, navigate, serviceText } from '../../helpers/navigate';

const P = 'alb.ingress.kubernetes.io/';

function hovered(files: Files): string | undefined {
  const { service, document, position } = navigate(files);
  const found = service.hover(document, position);
  if (found === null || typeof found.contents !== 'object' || !('value' in found.contents)) return undefined;
  return `«${found.range === undefined ? '' : document.getText(found.range)}» ${found.contents.value}`;
}

test('a backend shows its Service', () => {
  const files = { 'a.yaml': ingressText({ rules: ['a.com / we¦b:80'] }), 'k8s/b.yaml': serviceText('web') };
  expect(hovered(files)).toBe(
    [
      '«web» **Service `web`** in [k8s/b.yaml](file:///work/k8s/b.yaml#L4)',
      'Type: `ClusterIP`',
      'Ports:\n- `http` `80` to port `8080` of the pods',
    ].join('\n\n'),
  );
  expect(hovered({ 'a.yaml': files['a.yaml'] })).toBeUndefined();
});

test('a port shows where it leads', () => {
  const files = { 'a.yaml': ingressText({ rules: ['a.com / web:8¦0'] }), 'b.yaml': serviceText('web') };
  expect(hovered(files)).toContain(
    '«80» Port `http` `80` to port `8080` of the pods\n\nof **Service `web`**',
  );
});

test('use-annotation shows the action and takes the fright out of kubectl', () => {
  const annotations = [`${P}actions.go: '{"type":"redirect"}'`];
  const text = ingressText({ annotations, rules: ['a.com / go:use-¦annotation'] });
  const found = hovered({ 'a.yaml': text });
  expect(found).toContain('«use-annotation» **Action `go`**');
  expect(found).toContain('```json\n{\n  "type": "redirect"\n}\n```');
  expect(found).toContain('That is harmless');
  const missing = ingressText({ rules: ['a.com / g¦o:use-annotation'] });
  expect(hovered({ 'a.yaml': missing })).toContain('the load balancer answers with 503');
});

test('a class shows its controller and its parameters', () => {
  const ingressClass = `apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: shared}
spec: {controller: ingress.k8s.aws/alb, parameters: {apiGroup: elbv2.k8s.aws, kind: IngressClassParams, name: common}}
`;
  const params = `apiVersion: elbv2.k8s.aws/v1beta1
kind: IngressClassParams
metadata: {name: common}
spec: {scheme: internal, group: {name: shop}}
`;
  const files = { 'a.yaml': ingressText({ className: '¦shared' }), 'b.yaml': ingressClass, 'c.yaml': params };
  const found = hovered(files);
  expect(found).toContain('Controller: `ingress.k8s.aws/alb`');
  expect(found).toContain('Parameters: IngressClassParams `common`');
  expect(found).toContain('- `scheme`: `"internal"`');
});

test('annotations keep their own hover', () => {
  const files = { 'a.yaml': ingressText({ annotations: [`${P}actions.g¦o: '{}'`] }) };
  expect(hovered(files)).toContain('Controller documentation');
});
