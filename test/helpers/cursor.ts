import type { CompletionItem, Diagnostic, Position, TextEdit } from 'vscode-languageserver-types';
import { DiagnosticSeverity } from 'vscode-languageserver-types';
import type { LanguageService, ServiceOptions } from '../../server/service';
import { createService } from '../../server/service';
import { applyEdits } from '../../server/text/applyEdits';
import type { Manifest } from '../../server/text/manifest';
import { createManifest } from '../../server/text/manifest';

/** A YAML file of which the test cares for the text only. */
export function yaml(text: string, version = 1): Manifest {
  return createManifest('file:///ingress.yaml', 'yaml', version, text);
}

/** A drawn file: `¦` is the cursor, or the first `|` if there is none. */
export function drawn(text: string): { document: Manifest; position: Position } {
  const at = text.includes('¦') ? text.indexOf('¦') : text.indexOf('|');
  if (at < 0) throw new Error(`no cursor in: ${text}`);
  const document = yaml(text.slice(0, at) + text.slice(at + 1));
  return { document, position: document.positionAt(at) };
}

/** An Ingress whose annotations are the lines given, indented by four; the spec is empty, so that each is looked at by itself. */
export function ingress(...annotations: string[]): string {
  const lines = annotations.flatMap((entry) => entry.split('\n')).map((line) => `    ${line}`);
  const head = [
    'apiVersion: networking.k8s.io/v1',
    'kind: Ingress',
    'metadata:',
    '  name: web',
    '  annotations:',
  ];
  return [...head, ...lines, 'spec:', '  # left to others', ''].join('\n');
}

const WORDS = { [DiagnosticSeverity.Error]: 'error', [DiagnosticSeverity.Warning]: 'warning' } as const;

/** Findings as text, one line each: what is marked, severity, code, message. */
export function findings(text: string, service: LanguageService = createService()): string[] {
  const document = yaml(text);
  return service.validate(document).map((found) => line(document, found));
}

function line(document: Manifest, { range, severity, code, message }: Diagnostic): string {
  const place = `${range.start.line + 1}:${range.start.character + 1}-${range.end.character + 1}`;
  const word =
    severity === DiagnosticSeverity.Error || severity === DiagnosticSeverity.Warning
      ? WORDS[severity]
      : 'information';
  return `${place} «${document.getText(range)}» ${word} ${code}: ${message}`;
}

/** `code «marked text»`, with the places of related information behind it. */
export function findingLine(
  document: Manifest,
  { range, code, relatedInformation = [] }: Diagnostic,
): string {
  const related = relatedInformation.map(
    ({ location }) => ` -> ${location.uri.replace(/^.*\//, '')}:${location.range.start.line + 1}`,
  );
  return `${code} «${document.getText(range)}»${related.join('')}`;
}

/** The codes and the marked texts only. */
export function marked(text: string): string[] {
  const document = yaml(text);
  return createService()
    .validate(document)
    .map(({ range, code }) => `${code} «${document.getText(range)}»`);
}

/** What completion offers at the cursor. */
export async function completions(text: string, options: ServiceOptions = {}): Promise<CompletionItem[]> {
  const { document, position } = drawn(text);
  return (await createService(options).complete(document, position)).items;
}

/** The labels that completion offers at the cursor. */
export async function labels(text: string, options: ServiceOptions = {}): Promise<string[]> {
  return (await completions(text, options)).map(({ label }) => label);
}

/** The file after a proposal was taken. */
export async function accepted(text: string, label: string, options: ServiceOptions = {}): Promise<string> {
  const { document, position } = drawn(text);
  const { items } = await createService(options).complete(document, position);
  const item = items.find((one) => one.label === label);
  if (item?.textEdit === undefined || !('range' in item.textEdit))
    throw new Error(`not offered: ${label} (${items.map((one) => one.label).join(' ')})`);
  return applyEdits(document, [item.textEdit]);
}

/** What is shown over the cursor: the marked text and the Markdown. */
export function hovered(text: string): string | undefined {
  const { document, position } = drawn(text);
  const found = createService().hover(document, position);
  if (found === null || typeof found.contents !== 'object' || !('value' in found.contents)) return undefined;
  return `«${found.range === undefined ? '' : document.getText(found.range)}» ${found.contents.value}`;
}

/** The titles of the quick fixes at the cursor. */
export function fixTitles(text: string): string[] {
  const { document, position } = drawn(text);
  return createService()
    .codeActions(document, { start: position, end: position }, ['quickfix'])
    .map(({ title }) => title);
}

/** The file after the only quick fix at the cursor. */
export function fixed(text: string): string {
  const { document, position } = drawn(text);
  const actions = createService().codeActions(document, { start: position, end: position }, ['quickfix']);
  if (actions.length !== 1)
    throw new Error(`${actions.length} quick fixes: ${actions.map(({ title }) => title).join(', ')}`);
  const edits: TextEdit[] = actions[0]?.edit?.changes?.[document.uri] ?? [];
  return applyEdits(document, edits);
}
