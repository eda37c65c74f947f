import type { CompletionItem, Range } from 'vscode-languageserver-types';
import {
  CompletionItemKind,
  CompletionItemTag,
  InsertTextFormat,
  MarkupKind,
} from 'vscode-languageserver-types';
import type { Annotation } from '../src/annotations/annotation';
import type { Family } from '../src/annotations/families';
import type { Book, KnownKey } from '../src/annotations/keys';
import { booksOf, lookUpKey, shortKey } from '../src/annotations/keys';
import type { ValueSuggestion } from '../src/annotations/kinds';
import type { LiveSource, OfferPlace } from '../src/annotations/live';
import { isBefore, type Profile } from './checks/profile';
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
  /** What is offered is what the controller of the profile knows. */
  readonly profile: Profile;
  /** Names of the Ingress's actions, which may stand where a Service's name does. */
  readonly actions: readonly LiveValue[];
}

/** What people write most, in the order in which they write it; of Services what begins with `aws-load-balancer-`. */
const COMMON: readonly string[] = [
  ...['scheme', 'target-type', 'listen-ports', 'certificate-arn', 'group.name', 'healthcheck-path'],
  ...['ssl-redirect', 'load-balancer-name', 'inbound-cidrs', 'load-balancer-attributes'],
  ...['target-group-attributes', 'tags', 'actions'],
];
const COMMON_ON_SERVICES: readonly string[] = [
  ...['type', 'nlb-target-type', 'scheme', 'name', 'ssl-cert', 'ssl-ports', 'healthcheck-protocol'],
  ...['healthcheck-path', 'subnets', 'eip-allocations', 'attributes', 'target-group-attributes'],
].map((suffix) => `aws-load-balancer-${suffix}`);

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

function annotationOf({ data }: CompletionItem): KnownKey | undefined {
  const found: unknown = data;
  const key =
    typeof found === 'object' && found !== null && 'annotation' in found ? found.annotation : undefined;
  return typeof key === 'string' ? (lookUpKey(key) ?? lookUpKey(`${key}.x`)) : undefined;
}

export function complete(cursor: Cursor, context: CompletionContext): CompletionItem[] {
  return cursor.at === 'key' ? completeKey(cursor, context) : completeValue(cursor, context);
}

/** A key that may be written: of a family without its name. */
interface Offered {
  readonly book: Book;
  readonly suffix: string;
  readonly row: Annotation & Partial<Family>;
  /** The key as it is inserted, with tab stops. */
  readonly snippet: string;
  /** The same without tab stops. */
  readonly plain: string;
}

function completeKey(cursor: KeyCursor, context: CompletionContext): CompletionItem[] {
  const taken = new Set(cursor.others);
  return booksOf(cursor.kind)
    .flatMap(keysOf)
    .filter(({ plain, row }) => row.controllerOwned !== true && !taken.has(plain))
    .filter(({ row }) => !isBefore(context.profile, row.since))
    .map((offered) => keyItem(offered, cursor, context));
}

function keysOf(book: Book): Offered[] {
  const { prefix, catalogue, families } = book;
  const single = Object.entries(catalogue).map(([suffix, row]) => {
    const key = prefix + suffix;
    return { book, suffix, row, snippet: key, plain: key };
  });
  const named = Object.entries(families).map(([suffix, row]) => {
    const start = `${prefix}${suffix}.`;
    return { book, suffix, row, snippet: start + row.placeholder.snippet, plain: start };
  });
  return [...single, ...named];
}

function keyItem(offered: Offered, cursor: KeyCursor, context: CompletionContext): CompletionItem {
  const { book, suffix, row, snippet, plain } = offered;
  const useSnippet = context.snippets && (!cursor.hasValue || snippet !== plain);
  const short = shortKey({ prefix: book.prefix, suffix });
  return {
    label: row.placeholder === undefined ? short : `${short}.<${row.placeholder.label}>`,
    kind: CompletionItemKind.Property,
    detail: plain,
    ...labelDetails(row, context.profile),
    data: { annotation: book.prefix + suffix },
    // Editors compare with what is being replaced: that begins with the prefix, or it does not.
    filterText: cursor.text === '' || isInPrefix(cursor.text, plain) ? plain : short,
    sortText: isDifferent(row, context.profile) ? `8${short}` : keyOrder(offered, short, cursor.kind),
    insertTextFormat: useSnippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    textEdit: {
      range: context.rangeOf(cursor.span.start, cursor.span.end),
      newText: (useSnippet ? snippet : plain) + tailOf(offered, cursor, useSnippet),
    },
    ...(row.deprecated === undefined ? {} : { tags: [CompletionItemTag.Deprecated] }),
    ...(cursor.hasValue ? {} : again(context)),
  };
}

/** EKS Auto Mode does not read it, or reads it in another way; the documentation says which. */
function isDifferent(row: Annotation, { autoMode }: Profile): boolean {
  return autoMode === true && row.autoMode !== undefined;
}

function labelDetails(row: Annotation, profile: Profile): Pick<CompletionItem, 'labelDetails'> {
  if (isDifferent(row, profile)) return { labelDetails: { description: 'not as such in EKS Auto Mode' } };
  return row.fallback === undefined ? {} : { labelDetails: { description: row.fallback } };
}

/** What follows the key: the colon and the place for the value. */
function tailOf({ row, snippet, plain }: Offered, { hasValue }: KeyCursor, useSnippet: boolean): string {
  if (hasValue) return '';
  const stop = useSnippet ? `$${snippet === plain ? 1 : 9}` : '';
  return row.kind.quoted === true ? `: '${stop}'` : `: ${stop}`;
}

function isInPrefix(typed: string, key: string): boolean {
  const domain = key.slice(0, key.indexOf('/'));
  return domain.startsWith(typed) || typed.startsWith(domain.slice(0, 4));
}

/** On a Service what concerns its own load balancer stands before what concerns the target groups of others. */
function keyOrder({ book, suffix, row }: Offered, short: string, kind: string): string {
  const isOwn = booksOf(kind)[0]?.prefix.split('/')[0] === book.prefix.split('/')[0];
  const common = isOwn ? (kind === 'Service' ? COMMON_ON_SERVICES : COMMON).indexOf(short) : -1;
  if (common >= 0) return `1${String(common).padStart(2, '0')}`;
  return `${row.deprecated !== undefined ? 9 : isOwn ? 5 : 7}${suffix}`;
}

function completeValue(cursor: ValueCursor, context: CompletionContext): CompletionItem[] {
  const known = lookUpKey(cursor.key);
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
export function again({ suggestCommand }: CompletionContext): Pick<CompletionItem, 'command'> {
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
    .replace(/\$\{\d{1,3}:((?:\\.|[^}\\]){0,999})\}/g, '$1')
    .replace(/\$\{\d{1,3}\|([^,|}]{0,999})(?:[,|][^}]{0,999})?\}/g, '$1')
    .replace(/\$\d+/g, '')
    .replace(/\\([$}\\])/g, '$1');
}
