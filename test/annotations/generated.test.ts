import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import { describe, expect, test } from 'vitest';
import { generatedFiles, schema } from '../../scripts/catalogueFiles';
import type { Annotation } from '../../src/annotations/annotation';
import { catalogue, families } from '../../src/annotations/catalogue';

describe('generated files', () => {
  test.each(Object.entries(generatedFiles()))('%s is what the catalogue says', (path, text) => {
    expect(readFileSync(path, 'utf8')).toBe(text);
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

  test('a link leads to each section of the reference', () => {
    const page = generatedFiles()['docs/annotations.md'] ?? '';
    const anchors = new Set(
      [...page.matchAll(/^### (.+)$/gm)].map(([, title = '']) =>
        title
          .toLowerCase()
          .replace(/[^a-z0-9 _-]/g, '')
          .replaceAll(' ', '-'),
      ),
    );
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, link]) => link);
    expect(links).toHaveLength(72);
    expect(links.filter((link) => !anchors.has(link ?? ''))).toEqual([]);
  });
});
