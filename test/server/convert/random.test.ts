import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { convertCanary } from '../../../server/convert/canary';
import { applyConversion } from '../../../server/convert/conversion';
import { convertLegacy } from '../../../server/convert/legacyAlb';
import { convertNginx } from '../../../server/convert/nginx';
import { nginxTable } from '../../../server/convert/nginxTable';
import { NGINX_PREFIX } from '../../../server/convert/source';
import { catalogue } from '../../../src/annotations/catalogue';
import { PREFIX } from '../../../src/annotations/read';
import type { Ingress } from '../../../src/kube/types';
import { badValues } from './print';

const value = fc.oneof(
  fc.constantFrom(
    'true',
    'false',
    '',
    '0',
    '100',
    '7200',
    'cookie',
    'GRPCS',
    'HTTPS',
    'ewma',
    '/$2',
    '/$1?x=$3',
    'optional_no_ca',
  ),
  fc.constantFrom(
    '10.0.0.0/8, 1.2.3.4,::1',
    'https://example.com$request_uri',
    '/home?a=b',
    'www.example.com,a.b',
    'off',
  ),
  fc.constantFrom(
    'more_set_headers "X-Frame-Options: a\\,b=c,";',
    'add_header Content-Security-Policy "default-src \'self\', x" always;',
  ),
  fc.string({ unit: 'grapheme' }),
  fc.string(),
);
const names = Object.keys(nginxTable);
const nginx = fc.dictionary(fc.constantFrom(...names.map((name) => `${NGINX_PREFIX}/${name}`)), value, {
  maxKeys: 12,
});
const suffixes = [
  'group.name',
  'listen-ports',
  'actions.web',
  'transforms.web',
  'load-balancer-attributes',
  'certificate-arn',
  'ssl-redirect',
];
const alb = fc.dictionary(fc.constantFrom(...suffixes.map((name) => `${PREFIX}/${name}`)), value, {
  maxKeys: 3,
});
const path = fc.record({
  path: fc.oneof(
    fc.constantFrom('/', '/api(/|$)(.*)', '/v[0-9]+', '/*', '/a.b'),
    fc.string().map((text) => `/${text}`),
  ),
  pathType: fc.constantFrom('Prefix', 'Exact', 'ImplementationSpecific'),
  backend: fc.record({
    service: fc.record({
      name: fc.constantFrom('web', 'api'),
      port: fc.oneof(fc.constant({ number: 80 }), fc.constant({ name: 'use-annotation' })),
    }),
  }),
});
const rule = fc.record({
  host: fc.constantFrom('a.example.com', 'www.b.example.com', '*.example.com'),
  http: fc.record({ paths: fc.array(path, { maxLength: 4 }) }),
});
const ingress: fc.Arbitrary<Ingress> = fc.record({
  metadata: fc.record({
    name: fc.constant('shop'),
    annotations: fc.tuple(nginx, alb).map(([one, two]) => ({ ...one, ...two })),
  }),
  spec: fc.record({
    ingressClassName: fc.constantFrom('nginx', 'alb', 'other'),
    rules: fc.array(rule, { maxLength: 3 }),
    tls: fc.constantFrom([], [{ hosts: ['a.example.com'], secretName: 'tls' }]),
  }),
});

/** Values that the conversion writes, without those that were there already and are only completed. */
function written(before: Ingress, conversion: ReturnType<typeof convertNginx>): string[] {
  const had = before.metadata.annotations ?? {};
  const add = Object.fromEntries(Object.entries(conversion.add).filter(([key]) => !(key in had)));
  return badValues({ ...conversion, add });
}

describe('whatever stands in the annotations', () => {
  test('the conversion from nginx writes only what the catalogue accepts', () => {
    fc.assert(
      fc.property(ingress, (one) => {
        const conversion = convertNginx(one);
        expect(written(one, conversion)).toEqual([]);
        expect(applyConversion(one, conversion).metadata.name).toBe('shop');
      }),
      { numRuns: 1500 },
    );
  });

  test('so does a canary', () => {
    fc.assert(
      fc.property(ingress, ingress, (main, canary) => {
        expect(written(main, convertCanary(main, canary))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('and the conversion of old spellings', () => {
    const camel = Object.keys(catalogue).map((name) =>
      name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
    );
    const old = [
      ...camel,
      'attributes',
      'connection-idle-timeout',
      'port',
      'actions.x',
      'conditions.x',
      'security-group-inbound-cidrs',
    ];
    const json = fc.oneof(
      fc.json(),
      fc.constant('{"Type":"redirect","RedirectConfig":{"StatusCode":"HTTP_301"}}'),
    );
    const annotations = fc.dictionary(
      fc.constantFrom(...old.map((name) => `${PREFIX}/${name}`)),
      fc.oneof(value, json),
    );
    fc.assert(
      fc.property(annotations, (all) => {
        expect(badValues(convertLegacy({ metadata: { name: 'shop', annotations: all } }))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test('an Ingress that is still being typed does no harm', () => {
    fc.assert(
      fc.property(fc.anything(), nginx, (spec, annotations) => {
        const half = { metadata: { name: 'shop', annotations }, spec } as unknown as Ingress;
        const ruled = {
          metadata: { name: 'shop', annotations },
          spec: { rules: spec, tls: spec },
        } as unknown as Ingress;
        for (const one of [half, ruled]) {
          expect(badValues(convertNginx(one))).toEqual([]);
          convertLegacy(one);
        }
      }),
      { numRuns: 500 },
    );
  });
});
