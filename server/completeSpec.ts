/** Completion outside annotations: in the spec of an Ingress Services and their ports, classes and path types. */
import type { CompletionItem } from 'vscode-languageserver-types';
import type { ValueSuggestion } from '../src/annotations/kinds';
import { type CompletionContext, valueItem } from './complete';
import { completeFields } from './completeFields';
import { lineAround, objectAround, typedValue } from './cursor';
import type { LiveValue } from './liveValues';
import type { Chunk } from './text/manifest';
import { childOf, fieldOn, type LineField, namesOf } from './yamlPath';

const BACKEND = /(^|\.)spec\.(defaultBackend|rules\.http\.paths\.backend)\.service\./;

type Offered = readonly (Pick<LiveValue, 'value' | 'label'> & { readonly bare?: boolean })[];

/** What the fields are, by their paths. */
const FIELDS: readonly (readonly [
  RegExp,
  (field: LineField, text: string, context: CompletionContext) => Offered,
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
  if (objectAround(chunk, offset)?.kind !== 'Ingress') return completeFields(chunk, offset, context);
  const line = lineAround(text, offset);
  const colon = /^\s*(?:- +)*["']?[\w.-]+["']?\s*:/.exec(line.text)?.[0].length;
  const field = colon === undefined ? undefined : fieldOn(text, line.start);
  if (field === undefined || colon === undefined || offset < line.start + colon) return [];
  const cursor = typedValue(text, field.key, line.start + colon, line.end, offset);
  if (cursor === undefined) return [];
  const path = namesOf(field).join('.');
  const offered = FIELDS.find(([pattern]) => pattern.test(path))?.[1](field, text, context) ?? [];
  const whole = { start: 0, end: cursor.value.length };
  return offered.map(({ value, label, bare = false }, index) => {
    const found: ValueSuggestion = { ...whole, text: value, note: label, bare, role: 'value' };
    return valueItem(found, index, cursor, context, false, undefined);
  });
}

/** The ports of the Service that stands beside the port, by name or by number. */
function ports(field: LineField, text: string, { offers }: CompletionContext): Offered {
  const service = field.above?.above;
  const name = service === undefined ? undefined : childOf(text, service, 'name');
  const byNumber = field.key === 'number';
  return offers
    .list('servicePorts', name)
    .filter(({ value }) => /^[0-9]+$/.test(value) === byNumber)
    .map((port) => ({ ...port, bare: byNumber }));
}
