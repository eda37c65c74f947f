import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DocumentSymbol, Range } from 'vscode-languageserver-types';
import { createService, type LanguageService } from '../../../server/service';
import { createManifest, type Manifest } from '../../../server/text/manifest';
import { atOnce } from '../../../server/turns';
import { ingressText } from '../../helpers/navigate';
import { serviceWith } from '../../helpers/workspace';

const cases = resolve(import.meta.dirname, '../../conformance/cases');
const corpus = readdirSync(cases).map((name) => {
  const text = readFileSync(join(cases, name, 'manifests.yaml'), 'utf8');
  return createManifest(`file:///work/${name}/manifests.yaml`, 'yaml', 1, text);
});

/** Asks everything at a place, and holds the answers against the protocol. */
function askAll(service: LanguageService, document: Manifest, offset: number): void {
  const position = document.positionAt(offset);
  const range = { start: position, end: { line: position.line + 20, character: 0 } };
  service.definition(document, position);
  atOnce(service.references(document, position, true));
  atOnce(service.highlights(document, position));
  service.hover(document, position);
  const place = service.prepareRename(document, position);
  const renamed = service.rename(document, position, 'other-name');
  if ('refused' in place) expect(renamed).toHaveProperty('refused');
  else if (!('refused' in renamed))
    disjoint(renamed.changes?.[document.uri]?.map((edit) => edit.range) ?? []);
  atOnce(service.inlayHints(document, range));
  for (const lens of atOnce(service.codeLenses(document)))
    expect(service.resolveCodeLens(lens).command).toBeDefined();
  atOnce(service.documentLinks(document));
  for (const symbol of atOnce(service.documentSymbols(document))) nested(symbol);
}

function before(a: Range['start'], b: Range['start']): boolean {
  return a.line < b.line || (a.line === b.line && a.character <= b.character);
}

function disjoint(ranges: readonly Range[]): void {
  const sorted = [...ranges].sort((a, b) => (before(a.start, b.start) ? -1 : 1));
  sorted.slice(1).forEach((range, at) => {
    const last = sorted[at];
    expect(last !== undefined && before(last.end, range.start)).toBe(true);
  });
}

function nested({ name, range, selectionRange, children = [] }: DocumentSymbol): void {
  expect(name.trim()).not.toBe('');
  expect(before(range.start, selectionRange.start) && before(selectionRange.end, range.end)).toBe(true);
  for (const child of children) nested(child);
}

describe('every feature', () => {
  const service = createService();
  for (const document of corpus) service.workspace.set(document);

  test('answers at any place of the recordings', () => {
    const place = fc.tuple(fc.constantFrom(...corpus), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(place, ([document, at]) => {
        askAll(service, document, Math.floor(at * document.getText().length));
      }),
      { numRuns: 400 },
    );
  });

  test('answers when a part is missing', () => {
    const cut = fc.tuple(fc.constantFrom(...corpus), fc.nat(), fc.integer({ min: 1, max: 60 }), fc.nat());
    fc.assert(
      fc.property(cut, ([document, from, length, at]) => {
        const text = document.getText();
        const start = from % text.length;
        const rest = text.slice(0, start) + text.slice(start + length);
        askAll(createService(), createManifest(document.uri, 'yaml', 2, rest), at % (rest.length + 1));
      }),
      { numRuns: 200 },
    );
  });

  test('answers when anything stands in place of a value', () => {
    const template = ingressText({
      annotations: [
        'alb.ingress.kubernetes.io/group.name: shop',
        "alb.ingress.kubernetes.io/actions.a: '{}'",
      ],
      rules: ['a.com / a:use-annotation', 'b.com / web:80'],
    });
    const values = ['', '[]', '{}', '[[]]', '7', 'true', '~', '*x', '&x', '"', '{a: [', '- -', '!!binary x'];
    const lines = template.split('\n');
    for (const [at, line] of lines.entries()) {
      for (const value of values) {
        const text = lines.with(at, line.replace(/:.*/, `: ${value}`)).join('\n');
        const document = createManifest('file:///work/a.yaml', 'yaml', 1, text);
        askAll(
          createService(),
          document,
          text.indexOf('\n', text.split('\n').slice(0, at).join('\n').length + 1),
        );
      }
    }
  });
});

test('a large group is asked in time that grows with it, not with its square', () => {
  const member = (at: number) =>
    ingressText({
      name: `i${at}`,
      annotations: ['alb.ingress.kubernetes.io/group.name: shop'],
      rules: [`h${at}.com / web:80`, `h${at}.com /x web:80`],
    });
  const text = (count: number) => Array.from({ length: count }, (_, at) => member(at)).join('---\n');
  const timeOf = (count: number) => {
    const service = serviceWith({ 'a.yaml': text(count) });
    const file = service.workspace.file('file:///work/a.yaml');
    if (file === undefined) throw new Error('no file');
    const started = performance.now();
    const [lens] = atOnce(service.codeLenses(file.manifest));
    if (lens !== undefined) service.resolveCodeLens(lens);
    atOnce(
      service.inlayHints(file.manifest, {
        start: { line: 0, character: 0 },
        end: { line: 99_999, character: 0 },
      }),
    );
    return performance.now() - started;
  };
  timeOf(50);
  const [small, large] = [timeOf(100), timeOf(1_000)];
  expect(large).toBeLessThan(Math.max(small * 40, 1_000));
}, 30_000);
