/** The cases of conversions as changes to their text: what comes out is the converted Ingress, and nothing is lost. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { applyConversion } from '../../../server/convert/conversion';
import { convertNginx } from '../../../server/convert/nginx';
import { createService } from '../../../server/service';
import { applyEdits } from '../../../server/text/applyEdits';
import { createManifest } from '../../../server/text/manifest';
import type { Ingress } from '../../../src/kube/types';
import { manifests } from './print';

const CASES = 'test/server/convert/cases';
const names = readdirSync(CASES).filter((name) => name.endsWith('.yaml'));

/** The file after the first conversion that is offered for its first Ingress. */
function converted(text: string, title = /^Convert/): string | undefined {
  const service = createService();
  const document = createManifest('file:///x.yaml', 'yaml', 1, text);
  const line = text.slice(0, text.indexOf('kind: Ingress')).split('\n').length - 1;
  const place = { line, character: 2 };
  const actions = service.codeActions(document, { start: place, end: place }, ['refactor']);
  const action = actions.find((one) => title.test(one.title));
  return action === undefined ? undefined : applyEdits(document, action.edit?.changes?.[document.uri] ?? []);
}

const objects = (text: string) =>
  parseAllDocuments(text).map((one) => one.toJS() as { kind?: string } & Ingress);

describe('every case', () => {
  test.each(names)('%s', (name) => {
    const text = readFileSync(`${CASES}/${name}`, 'utf8');
    const { ingresses, services } = manifests(text);
    const [ingress] = ingresses;
    const after = converted(text);
    if (ingress === undefined || after === undefined) return;
    const expected = applyConversion(ingress, convertNginx(ingress, services));
    const found = objects(after).find(({ kind }) => kind === 'Ingress');
    expect(found?.spec).toEqual(expected.spec);
    expect(found?.metadata.annotations ?? {}).toEqual(expected.metadata.annotations ?? {});
  });
});

const NGINX = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  annotations:
    # ours
    nginx.ingress.kubernetes.io/rewrite-target: /$2
    nginx.ingress.kubernetes.io/limit-rps: "5"
    example.com/kept: "yes"
spec:
  ingressClassName: nginx
  rules:
    # the shop
    - host: shop.example.com
      http:
        paths:
          - path: /api(/|$)(.*)
            pathType: ImplementationSpecific
            backend:
              service:
                name: api
                port:
                  number: 80
`;

describe('the text', () => {
  test('keeps what it is not about, and says what was lost', () => {
    expect(converted(NGINX)).toMatchInlineSnapshot(`
      "apiVersion: networking.k8s.io/v1
      kind: Ingress
      metadata:
        name: shop
        annotations:
          # ours
          alb.ingress.kubernetes.io/target-type: ip
          alb.ingress.kubernetes.io/transforms.api: '[{"type":"url-rewrite","urlRewriteConfig":{"rewrites":[{"regex":"^/api(/|)([^?]*)","replace":"/$2"}]}}]'
          # alb.ingress.kubernetes.io/scheme:
          #   Without \`scheme\` the load balancer is internal. Write \`internet-facing\` if the Service of nginx was
          #   reached from the internet. DNS must point to the new load balancer.
          # nginx.ingress.kubernetes.io/limit-rps: "5"
          #   NOT PROTECTED ANY MORE: The load balancer does not limit rates. A rate-based rule of AWS WAF counts
          #   per address over minutes, not per second. Until then nothing stands in its place.
          example.com/kept: "yes"
      spec:
        ingressClassName: alb
        rules:
          # the shop
          - host: shop.example.com
            http:
              paths:
                - path: /api
                  pathType: Prefix
                  backend:
                    service:
                      name: api
                      port:
                        number: 80
      "
    `);
  });

  test('of the old controller is renewed', () => {
    const old = NGINX.replace(
      / {4}# ours\n.*\n.*\n/,
      '    alb.ingress.kubernetes.io/listenPorts: \'[{"HTTP": 80}]\'\n',
    );
    expect(converted(old, /old ALB/)).toContain(
      '    alb.ingress.kubernetes.io/listen-ports: \'[{"HTTP": 80}]\'\n',
    );
  });

  test('of an Ingress in braces is left alone', () => {
    expect(
      converted(
        '{"kind": "Ingress", "metadata": {"name": "x", "annotations": {"nginx.ingress.kubernetes.io/app-root": "/x"}}, "spec": {}}',
      ),
    ).toBeUndefined();
  });
});
