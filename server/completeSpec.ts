/** Completion in the spec of an Ingress: Services and their ports, classes and path types. */
import type { CompletionItem } from 'vscode-languageserver-types';
import type { ValueSuggestion } from '../src/annotations/kinds';
import { type CompletionContext, valueItem } from './complete';
import { lineAround, objectAround, typedValue } from './cursor';
import type { LiveValue } from './liveValues';
import type { Chunk } from './text/manifest';

/** A field and the keys above it, by the lines on which they stand: what is being typed often is no YAML yet. */
interface Field {
  readonly key: string;
  /** Where its line begins, and the column of its key. */
  readonly start: number;
  readonly column: number;
  readonly above: Field | undefined;
}

const BACKEND = /(^|\.)spec\.(defaultBackend|rules\.http\.paths\.backend)\.service\./;

type Offered = readonly (Pick<LiveValue, 'value' | 'label'> & { readonly bare?: boolean })[];

/** What the fields are, by their paths. */
const FIELDS: readonly (readonly [
  RegExp,
  (field: Field, text: string, context: CompletionContext) => Offered,
])[] = [
  [/(^|\.)spec\.ingressClassName$/, (_, __, { offers }) => offers.list('ingressClasses')],
  [/(^|\.)spec\.rules\.http\.paths\.pathType$/, () => PATH_TYPES],
  [
    new RegExp(`${BACKEND.source}name$`),
    (_, __, { offers, actions }) => [...offers.list('services'), ...actions],
  ],
  [new RegExp(`${BACKEND.source}port\\.(name|number)$`), ports],
];

/** As the controller matches them (lbc:docs/guide/ingress/spec.md). */
const PATH_TYPES: Offered = [
  { value: 'Prefix', label: 'the path, and everything below it' },
  { value: 'Exact', label: 'this path only' },
  { value: 'ImplementationSpecific', label: 'a pattern with * and ?, in the order of the text' },
];

export function completeSpec(chunk: Chunk, offset: number, context: CompletionContext): CompletionItem[] {
  const { text } = chunk;
  if (objectAround(chunk, offset)?.kind !== 'Ingress') return [];
  const line = lineAround(text, offset);
  const colon = /^\s*(?:- +)*["']?[\w.-]+["']?\s*:/.exec(line.text)?.[0].length;
  const field = colon === undefined ? undefined : fieldOn(text, line.start);
  if (field === undefined || colon === undefined || offset < line.start + colon) return [];
  const cursor = typedValue(text, field.key, line.start + colon, line.end, offset);
  if (cursor === undefined) return [];
  const path = pathOf(field);
  const offered = FIELDS.find(([pattern]) => pattern.test(path))?.[1](field, text, context) ?? [];
  const whole = { start: 0, end: cursor.value.length };
  return offered.map(({ value, label, bare = false }, index) => {
    const found: ValueSuggestion = { ...whole, text: value, note: label, bare, role: 'value' };
    return valueItem(found, index, cursor, context, false, undefined);
  });
}

/** The ports of the Service that stands beside the port, by name or by number. */
function ports(field: Field, text: string, { offers }: CompletionContext): Offered {
  const service = field.above?.above;
  const name = service === undefined ? undefined : childOf(text, service, 'name');
  const byNumber = field.key === 'number';
  return offers
    .list('servicePorts', name)
    .filter(({ value }) => /^[0-9]+$/.test(value) === byNumber)
    .map((port) => ({ ...port, bare: byNumber }));
}

const KEY = /^(\s*(?:- +)*)(?:["']?([\w./-]+)["']?\s*:)?/;

function fieldOn(text: string, start: number): Field | undefined {
  const [, indent = '', key] = KEY.exec(lineAround(text, start).text) ?? [];
  if (key === undefined) return undefined;
  return { key, start, column: indent.length, above: fieldAbove(text, start, indent.length) };
}

/** The key under which a line stands: the nearest above it that is less indented. */
function fieldAbove(text: string, start: number, column: number): Field | undefined {
  for (let end = start - 1; end >= 0; ) {
    const line = lineAround(text, end);
    if (/^(---|\.\.\.)(\s|$)/.test(line.text)) return undefined;
    const depth = KEY.exec(line.text)?.[1]?.length ?? 0;
    if (!isBlank(line.text) && depth < column) return fieldOn(text, line.start);
    end = line.start - 1;
  }
  return undefined;
}

function isBlank(line: string): boolean {
  return /^\s*(#|$)/.test(line);
}

function pathOf({ key, above }: Field): string {
  return above === undefined ? key : `${pathOf(above)}.${key}`;
}

/** The text of a field directly below another, without quotes. */
function childOf(text: string, { start, column }: Field, key: string): string | undefined {
  let depth: number | undefined;
  for (let next = text.indexOf('\n', start) + 1; next > 0; next = text.indexOf('\n', next) + 1) {
    const line = lineAround(text, next);
    const [, indent = '', name] = KEY.exec(line.text) ?? [];
    if (isBlank(line.text)) continue;
    if (indent.length <= column) return undefined;
    depth ??= indent.length;
    if (name === key && indent.length === depth) return /:\s*["']?([\w.-]+)/.exec(line.text)?.[1];
  }
  return undefined;
}
