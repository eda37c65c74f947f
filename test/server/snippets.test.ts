import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DiagnosticSeverity } from 'vscode-languageserver-types';
import { parseAllDocuments } from 'yaml';
import { parseChunk } from '../../server/objects';
import { createService } from '../../server/service';
import { findings, yaml } from '../helpers/cursor';

interface Snippet {
  readonly prefix: string;
  readonly description: string;
  readonly body: readonly string[];
}

interface Manifest {
  readonly contributes: { readonly snippets: readonly { readonly path: string }[] };
}

const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const files = (read('package.json') as Manifest).contributes.snippets.map(({ path }) => path);
const snippets = files.flatMap((path) => Object.entries(read(path) as Record<string, Snippet>));

/** What people are meant to find, by the beginning of what they type. */
const PREFIXES = [
  ...[
    'alb-2048',
    'alb-class',
    'alb-class-auto-mode',
    'alb-class-params',
    'alb-ingress',
    'alb-ingress-cognito',
  ],
  ...['alb-ingress-fixed-response', 'alb-ingress-full', 'alb-ingress-group', 'alb-ingress-grpc'],
  ...[
    'alb-ingress-health',
    'alb-ingress-hosts',
    'alb-ingress-https',
    'alb-ingress-oidc',
    'alb-ingress-paths',
  ],
  ...['alb-ingress-redirect', 'alb-ingress-rewrite', 'alb-ingress-weighted', 'alb-target-group-binding'],
  ...['nlb-service', 'nlb-service-health', 'nlb-service-tls'],
];

/** The Ingresses that the server sees in a text. */
function ingressesOf(text: string) {
  return yaml(text).chunks.flatMap((chunk) =>
    parseChunk(chunk).objects.filter(({ kind }) => kind === 'Ingress'),
  );
}

function serious(text: string): string[] {
  const document = yaml(text);
  const found = createService().validate(document);
  return found
    .filter(({ severity }) => severity !== DiagnosticSeverity.Hint)
    .map(({ code, message }) => `${code}: ${String(message)}`);
}

/** A snippet as an editor inserts it when nothing is typed over; of each choice one is taken. */
function expanded(body: readonly string[], choice = 0): string {
  return body
    .join('\n')
    .replace(/\$\{\d+:((?:\\.|[^}\\])*)\}/g, '$1')
    .replace(
      /\$\{\d+\|([^|]*)\|\}/g,
      (_, list: string) => list.split(',')[choice] ?? list.split(',')[0] ?? '',
    )
    .replace(/\\([$}\\])/g, '$1');
}

describe('snippets', () => {
  test('have prefixes of their own that say for which load balancer they are', () => {
    expect(snippets.map(([, { prefix }]) => prefix).sort()).toEqual(PREFIXES);
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

  test.each(snippets)('%s: every choice is right, too', (_, { body }) => {
    const choices = [...body.join('\n').matchAll(/\$\{\d+\|([^|]*)\|\}/g)].map(([, list = '']) =>
      list.split(','),
    );
    for (let at = 0; at < Math.max(0, ...choices.map(({ length }) => length)); at += 1) {
      expect(serious(expanded(body, at))).toEqual([]);
    }
  });

  test.each(snippets)('%s: an action has a backend of its name', (_, { body }) => {
    const text = expanded(body);
    for (const [, name] of text.matchAll(/actions\.([\w-]+):/g)) {
      expect(text).toMatch(new RegExp(`name: ${name}\\n\\s+port:\\n\\s+name: use-annotation`));
    }
  });
});
