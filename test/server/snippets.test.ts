import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { parseChunk } from '../../server/objects';
import { findings, yaml } from '../helpers/cursor';

interface Snippet {
  readonly prefix: string;
  readonly description: string;
  readonly body: readonly string[];
}

const snippets = Object.entries(
  JSON.parse(readFileSync('snippets/ingress.json', 'utf8')) as Record<string, Snippet>,
);

/** The Ingresses that the server sees in a text. */
function ingressesOf(text: string) {
  return yaml(text).chunks.flatMap((chunk) =>
    parseChunk(chunk).objects.filter(({ kind }) => kind === 'Ingress'),
  );
}

/** A snippet as an editor inserts it when nothing is typed over. */
function expanded(body: readonly string[]): string {
  return body
    .join('\n')
    .replace(/\$\{\d+:((?:\\.|[^}\\])*)\}/g, '$1')
    .replace(/\$\{\d+\|([^,|]*)[^}]*\|\}/g, '$1')
    .replace(/\\([$}\\])/g, '$1');
}

describe('snippets', () => {
  test('have prefixes of their own that begin alike', () => {
    const prefixes = snippets.map(([, { prefix }]) => prefix);
    expect(new Set(prefixes).size).toBe(prefixes.length);
    expect(prefixes.filter((prefix) => !/^alb-[a-z0-9-]+$/.test(prefix))).toEqual([]);
  });

  test.each(snippets)('%s: is right as it is inserted', (_, { body, description }) => {
    const text = expanded(body);
    expect(description).not.toBe('');
    expect(text).not.toMatch(/\$\{|\t/);
    const documents = parseAllDocuments(text);
    expect(documents.flatMap((document) => ('errors' in document ? document.errors : []))).toEqual([]);
    const kinds = [...text.matchAll(/^kind: (\w+)$/gm)].map(([, kind]) => kind);
    expect(ingressesOf(text)).toHaveLength(kinds.filter((kind) => kind === 'Ingress').length);
    expect(findings(text)).toEqual([]);
  });

  test.each(snippets)('%s: an action has a backend of its name', (_, { body }) => {
    const text = expanded(body);
    for (const [, name] of text.matchAll(/actions\.([\w-]+):/g)) {
      expect(text).toMatch(new RegExp(`name: ${name}\\n\\s+port:\\n\\s+name: use-annotation`));
    }
  });
});
