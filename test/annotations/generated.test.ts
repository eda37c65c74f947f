import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import { describe, expect, test } from 'vitest';
import { generatedFiles } from '../../scripts/catalogueFiles';
import { schema, serviceSchema } from '../../scripts/generated/annotationSchemas';
import { leftovers } from '../../scripts/leftovers';
import type { Annotation } from '../../src/annotations/annotation';
import { catalogue, families } from '../../src/annotations/catalogue';
import { serviceCatalogue, serviceOthers } from '../../src/annotations/serviceCatalogue';
import { serviceActions, serviceFamilies } from '../../src/annotations/serviceFamilies';
import { rules } from '../../src/rules';
import { themes } from '../../src/rules/themes';

describe('generated files', () => {
  test.each(Object.entries(generatedFiles()))('%s is what the catalogue says', (path, text) => {
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test('no page is left of a rule that is no more', () => {
    expect(leftovers(generatedFiles())).toEqual([]);
    const { 'docs/rules/json-type.md': _, ...others } = generatedFiles();
    expect(leftovers(others)).toEqual(['docs/rules/json-type.md']);
  });

  test('every rule has its page, and the themes hold them all once', () => {
    const pages = Object.keys(generatedFiles()).filter((path) => path.startsWith('docs/rules/'));
    const expected = [...Object.keys(rules), 'README'].map((code) => `docs/rules/${code}.md`);
    expect(pages.sort()).toEqual(expected.sort());
    expect(themes.flatMap((theme) => Object.keys(theme.rules)).sort()).toEqual(Object.keys(rules).sort());
  });
});

describe('schema', () => {
  const validate = new Ajv({ strict: false }).compile(schema());
  const accepts = (suffix: string, value: unknown) =>
    validate({ [`alb.ingress.kubernetes.io/${suffix}`]: value });
  const rows: [string, Annotation][] = [
    ...Object.entries(catalogue),
    ...Object.entries(families).map(([name, row]): [string, Annotation] => [`${name}.x`, row]),
  ];

  test.each(rows)('%s: accepts the example as a string and nothing but strings', (suffix, { example }) => {
    expect(accepts(suffix, example)).toBe(true);
    expect(accepts(suffix, 443)).toBe(false);
    expect(accepts(suffix, true)).toBe(false);
  });

  test('knows enumerations, and lets other annotations be', () => {
    expect(accepts('scheme', 'public')).toBe(false);
    expect(accepts('group.order', 'first')).toBe(false);
    expect(validate({ 'nginx.ingress.kubernetes.io/rewrite-target': '/' })).toBe(true);
  });

  test.each([
    ['docs/annotations.md', 72],
    ['docs/service-annotations.md', 49],
  ])('a link leads to each section of %s', (path, count) => {
    const page = generatedFiles()[path] ?? '';
    const anchors = new Set(
      [...page.matchAll(/^### (.+)$/gm)].map(([, title = '']) =>
        title
          .toLowerCase()
          .replace(/[^a-z0-9 _-]/g, '')
          .replaceAll(' ', '-'),
      ),
    );
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, link]) => link);
    expect(links).toHaveLength(count);
    expect(links.filter((link) => !anchors.has(link ?? ''))).toEqual([]);
  });
});

describe('schema of Services', () => {
  const validate = new Ajv({ strict: false }).compile(serviceSchema());
  const accepts = (suffix: string, value: unknown) =>
    validate({ [`service.beta.kubernetes.io/${suffix}`]: value });
  const names = (rows: object, prefix: string, end = '') =>
    Object.entries(rows).map(([name, row]): [string, Annotation] => [`${prefix}${name}${end}`, row]);
  const rows = [
    ...names(serviceCatalogue, 'aws-load-balancer-'),
    ...names(serviceFamilies, 'aws-load-balancer-', '.x'),
    ...names(serviceOthers, ''),
    ...names(serviceActions, '', '.x'),
  ];

  test.each(rows)('%s: accepts the example as a string and nothing but strings', (suffix, { example }) => {
    expect(accepts(suffix, example)).toBe(true);
    expect(accepts(suffix, 443)).toBe(false);
    expect(accepts(suffix, true)).toBe(false);
  });

  test('knows enumerations, and lets other annotations be', () => {
    expect(accepts('aws-load-balancer-scheme', 'public')).toBe(false);
    expect(accepts('aws-load-balancer-healthcheck-protocol', 'Http')).toBe(true);
    expect(accepts('aws-load-balancer-healthcheck-protocol', 'udp')).toBe(false);
    expect(validate({ 'example.com/owner': 'me' })).toBe(true);
  });
});
