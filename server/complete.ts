import type { CompletionItem, Range } from 'vscode-languageserver-types';
import {
  CompletionItemKind,
  CompletionItemTag,
  InsertTextFormat,
  MarkupKind,
} from 'vscode-languageserver-types';
import type { Annotation } from '../src/annotations/annotation';
import { catalogue, families } from '../src/annotations/catalogue';
import type { ValueSuggestion } from '../src/annotations/kinds';
import type { LiveSource, OfferPlace } from '../src/annotations/live';
import { annotationKey, type Known, lookUp, PREFIX } from '../src/annotations/read';
import type { Cursor, KeyCursor, ValueCursor } from './cursor';
import { describeAnnotation } from './hover';
import type { LiveValue } from './liveValues';
import type { Offers } from './offers';
import { plainType, type Style } from './yaml/node';

export interface CompletionContext {
  readonly snippets: boolean;
  /** The editor's command that opens the list again after a proposal was taken. */
  readonly suggestCommand?: string | undefined;
  readonly rangeOf: (start: number, end: number) => Range;
  /** What stands before the cursor on its line. */
  readonly before: string;
  /** What exists and may be written; nothing where nobody could be asked. */
  readonly offers: Offers;
  /** Names of the Ingress's actions, which may stand where a Service's name does. */
  readonly actions: readonly LiveValue[];
}

/** What people write most, in the order in which they write it. */
const COMMON = [
  ...[
    'scheme',
    'target-type',
    'listen-ports',
    'certificate-arn',
    'group.name',
    'healthcheck-path',
    'ssl-redirect',
  ],
  ...[
    'load-balancer-name',
    'inbound-cidrs',
    'load-balancer-attributes',
    'target-group-attributes',
    'tags',
    'actions',
  ],
];

/** Adds what is shown of the one item that a person looks at. */
export function resolve(item: CompletionItem): CompletionItem {
  const known = annotationOf(item);
  if (known === undefined) return item;
  return { ...item, documentation: { kind: MarkupKind.Markdown, value: describeAnnotation(known) } };
}

/** What the value of the annotation will be chosen from. */
export function liveSourceOf(item: CompletionItem): LiveSource | undefined {
  return annotationOf(item)?.row.live;
}

function annotationOf({ data }: CompletionItem): Known | undefined {
  const found: unknown = data;
  const suffix =
    typeof found === 'object' && found !== null && 'annotation' in found ? found.annotation : undefined;
  return typeof suffix === 'string' ? (lookUp(suffix) ?? lookUp(`${suffix}.x`)) : undefined;
}

export function complete(cursor: Cursor, context: CompletionContext): CompletionItem[] {
  return cursor.at === 'key' ? completeKey(cursor, context) : completeValue(cursor, context);
}

function completeKey(cursor: KeyCursor, context: CompletionContext): CompletionItem[] {
  const taken = new Set(cursor.others);
  const single = Object.entries(catalogue)
    .filter(([suffix, row]) => !('controllerOwned' in row) && !taken.has(annotationKey(suffix)))
    .map(([suffix, row]) =>
      keyItem(suffix, row, annotationKey(suffix), annotationKey(suffix), cursor, context),
    );
  const named = Object.entries(families).map(([family, row]) => {
    const label = `${family}.<${row.placeholder.label}>`;
    return keyItem(
      family,
      row,
      annotationKey(`${family}.${row.placeholder.snippet}`),
      annotationKey(`${family}.`),
      cursor,
      context,
      label,
    );
  });
  return [...single, ...named];
}

function keyItem(
  suffix: string,
  row: Annotation,
  snippet: string,
  plain: string,
  cursor: KeyCursor,
  context: CompletionContext,
  label = suffix,
): CompletionItem {
  const useSnippet = context.snippets && (!cursor.hasValue || snippet !== plain);
  const stop = snippet === plain ? 1 : 9;
  const tail = cursor.hasValue
    ? ''
    : row.kind.quoted === true
      ? useSnippet
        ? `: '$${stop}'`
        : ": ''"
      : useSnippet
        ? `: $${stop}`
        : ': ';
  const typedPrefix =
    cursor.text !== '' && (PREFIX.startsWith(cursor.text) || cursor.text.startsWith(PREFIX.slice(0, 4)));
  const common = COMMON.indexOf(suffix);
  return {
    label,
    kind: CompletionItemKind.Property,
    detail: plain,
    ...(row.fallback === undefined ? {} : { labelDetails: { description: row.fallback } }),
    data: { annotation: suffix },
    // Editors compare with what is being replaced: that begins with the prefix, or it does not.
    filterText: typedPrefix || cursor.text === '' ? plain : suffix,
    sortText:
      common < 0 ? `${row.deprecated === undefined ? 5 : 9}${suffix}` : `1${String(common).padStart(2, '0')}`,
    insertTextFormat: useSnippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    textEdit: {
      range: context.rangeOf(cursor.span.start, cursor.span.end),
      newText: (useSnippet ? snippet : plain) + tail,
    },
    ...(row.deprecated === undefined ? {} : { tags: [CompletionItemTag.Deprecated] }),
    ...(cursor.hasValue ? {} : again(context)),
  };
}

function completeValue(cursor: ValueCursor, context: CompletionContext): CompletionItem[] {
  if (!cursor.key.startsWith(`${PREFIX}/`)) return [];
  const known = lookUp(cursor.key.slice(PREFIX.length + 1));
  if (known === undefined) return [];
  const { kind, fallback, live } = known.row;
  const own = kind.suggest?.(cursor.value, cursor.offset) ?? [];
  const place =
    live === undefined
      ? kind.offers?.(cursor.value, cursor.offset)
      : elementPlace(cursor, live, kind.name === 'list');
  const offered = place === undefined ? [] : offeredAt(place, cursor, context.offers, kind.name === 'list');
  return joined(offered, own).map((found, index) =>
    valueItem(found, index, cursor, context, kind.quoted === true, fallback),
  );
}

/** The element under the cursor, or the whole value. */
function elementPlace({ value, offset }: ValueCursor, offer: LiveSource, isList: boolean): OfferPlace {
  const from = isList ? value.lastIndexOf(',', offset - 1) + 1 : 0;
  const comma = isList ? value.indexOf(',', offset) : -1;
  const part = value.slice(from, comma < 0 ? value.length : comma);
  const start = from + (part.length - part.trimStart().length);
  return { offer, start, end: Math.max(start, start + part.trim().length), write: (text) => text };
}

/** Elements that are there already are not offered again. */
function offeredAt(
  place: OfferPlace,
  { value }: ValueCursor,
  offers: Offers,
  isList: boolean,
): ValueSuggestion[] {
  const { offer, of, start, end, write } = place;
  const rest = isList ? [...value.slice(0, start).split(','), ...value.slice(end).split(',')] : [];
  const others = new Set(rest.map((one) => one.trim()));
  return offers
    .list(offer, of)
    .filter((one) => !others.has(one.value))
    .map((one) => ({ start, end, text: write(one.value), label: one.value, note: one.label, role: 'value' }));
}

/** What exists comes first, unless a table of ours has most of it, in a better order. */
function joined(offered: readonly ValueSuggestion[], own: readonly ValueSuggestion[]): ValueSuggestion[] {
  const texts = new Set(own.map(({ text }) => text));
  const more = offered.filter(({ text }) => !texts.has(text));
  return more.length === offered.length ? [...offered, ...own] : [...own, ...more];
}

export function valueItem(
  found: ValueSuggestion,
  index: number,
  cursor: ValueCursor,
  context: CompletionContext,
  quoted: boolean,
  fallback: string | undefined,
): CompletionItem {
  const isWhole = found.start === 0 && found.end === cursor.value.length;
  const snippet = found.snippet === true && context.snippets;
  const text = found.snippet === true && !context.snippets ? withoutStops(found.text) : found.text;
  const here = { start: cursor.source, end: cursor.source };
  const { start, end } = found.end > found.start ? cursor.places.span(found) : here;
  const wrap =
    cursor.style === 'plain' &&
    isWhole &&
    found.bare !== true &&
    (quoted || found.role === 'skeleton' || needsQuotes(text));
  const written = inQuotes(text, wrap ? 'single' : cursor.style, snippet);
  const space = cursor.style === 'plain' && /:$/.test(context.before) && cursor.value === '' ? ' ' : '';
  return {
    label: found.label ?? found.text,
    kind:
      found.role === 'attribute'
        ? CompletionItemKind.Property
        : found.role === 'skeleton'
          ? CompletionItemKind.Snippet
          : CompletionItemKind.Value,
    ...(found.doc === undefined ? {} : { documentation: { kind: MarkupKind.Markdown, value: found.doc } }),
    ...beside(found, fallback),
    sortText: String(index).padStart(4, '0'),
    filterText: filterText(cursor, found),
    insertTextFormat: snippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    textEdit: { range: context.rangeOf(start, end), newText: `${space}${wrap ? `'${written}'` : written}` },
    ...(found.role === 'attribute' && found.text.endsWith('=') ? again(context) : {}),
  };
}

/** Opens the list again, for the value; only where the editor has named its command for that. */
function again({ suggestCommand }: CompletionContext): Pick<CompletionItem, 'command'> {
  return suggestCommand === undefined ? {} : { command: { title: 'Suggest', command: suggestCommand } };
}

/** What is shown behind the label. */
function beside({ note, text }: ValueSuggestion, fallback: string | undefined) {
  const description = [note, text === fallback ? 'default' : undefined].filter(Boolean).join(', ');
  return description === '' ? {} : { labelDetails: { description } };
}

/** What the editor compares with the text being replaced; a skeleton replaces blanks and must match any. */
function filterText(cursor: ValueCursor, found: ValueSuggestion): string {
  return found.role === 'skeleton'
    ? cursor.value + (found.label ?? found.text)
    : [inQuotes(found.text, cursor.style, false), found.note].filter(Boolean).join(' ');
}

function needsQuotes(text: string): boolean {
  return plainType(text) !== 'string' || /^[\s&*!|>'"%@`#{}[\],?:-]|: | #|:$/.test(text);
}

/** Text as it stands within quotes. A snippet has its own escapes; of it only the quotes are escaped. */
function inQuotes(text: string, style: Style, snippet: boolean): string {
  if (style === 'single') return text.replaceAll("'", "''");
  if (style !== 'double') return text;
  return snippet ? text.replaceAll('"', '\\\\"') : text.replace(/["\\]/g, '\\$&');
}

/** A TextMate snippet as plain text: tab stops become their defaults. */
export function withoutStops(snippet: string): string {
  return snippet
    .replace(/\$\{\d+:((?:\\.|[^}\\])*)\}/g, '$1')
    .replace(/\$\{\d+\|([^,|]*)[^}]*\}/g, '$1')
    .replace(/\$\d+/g, '')
    .replace(/\\([$}\\])/g, '$1');
}
