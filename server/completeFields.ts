/** Completion of the fields of resources whose fields are known, and of their values. */
import type { CompletionItem } from 'vscode-languageserver-types';
import {
  CompletionItemKind,
  CompletionItemTag,
  InsertTextFormat,
  InsertTextMode,
  MarkupKind,
} from 'vscode-languageserver-types';
import type { Field, Fields, ResourceTable } from '../src/crds';
import { crdOf, elementOf, fieldNamed } from '../src/crds';
import { again, type CompletionContext, valueItem, withoutStops } from './complete';
import { suggestField } from './completeFieldValues';
import { type Line, lineAround, objectAround, typedValue } from './cursor';
import { describeField } from './describeField';
import type { Chunk } from './text/manifest';
import { fieldAbove, isInElement, namesOf, siblingsOf } from './yamlPath';

/** Where the cursor is among the fields. */
interface Place {
  readonly table: ResourceTable;
  readonly text: string;
  readonly line: Line;
  readonly offset: number;
  /** The column of the field, and that of the first dash before it, if there is one. */
  readonly column: number;
  readonly dash: boolean;
  /** The names above it, and the field that they lead to. */
  readonly names: readonly string[];
  readonly parent: Field;
}

export function completeFields(chunk: Chunk, offset: number, context: CompletionContext): CompletionItem[] {
  const object = objectAround(chunk, offset);
  const table = object === undefined ? undefined : crdOf(object.apiVersion ?? '', object.kind);
  const place = table === undefined ? undefined : placeAt(table, chunk.text, offset);
  if (place === undefined) return [];
  const { line } = place;
  const colon = /^\s*(?:- +)*["']?[\w./-]+["']?\s*:(?=\s|$)/.exec(line.text)?.[0].length;
  if (colon !== undefined && offset >= line.start + colon) return values(place, colon, context);
  const element = place.parent.type === 'array' ? elementOf(place.parent) : undefined;
  const isItem = place.dash || isInElement(place.text, line.start, place.column);
  if (element?.fields === undefined && element !== undefined)
    return place.dash ? elements(place, context) : [];
  return names(place, colon !== undefined, element !== undefined && !isItem, context);
}

function placeAt(table: ResourceTable, text: string, offset: number): Place | undefined {
  const line = lineAround(text, offset);
  const lead = /^\s*(?:- +)*/.exec(line.text)?.[0] ?? '';
  const isBlank = line.text.trim() === '';
  const column = isBlank ? offset - line.start : lead.length;
  if (/^\s*#/.test(line.text) || offset < line.start + column) return undefined;
  const above = fieldAbove(text, line.start, column);
  const path = above === undefined ? [] : namesOf(above);
  const parent = fieldAt(table, path);
  if (parent === undefined || (above === undefined && column > 0)) return undefined;
  return { table, text, line, offset, column, dash: lead.includes('-'), names: path, parent };
}

function fieldAt(table: ResourceTable, path: readonly string[]): Field | undefined {
  return path.length === 0 ? table.root : fieldNamed(table, path);
}

function fieldsOf(place: Place): Fields {
  return elementOf(place.parent)?.fields ?? {};
}

/** Names that are not there yet; of those of which one may be there only while none is. */
function names(
  place: Place,
  hasValue: boolean,
  newItem: boolean,
  context: CompletionContext,
): CompletionItem[] {
  const { text, line, offset, column } = place;
  const typed = /^["']?[\w./-]*/.exec(line.text.slice(column))?.[0] ?? '';
  const start = line.start + column;
  if (offset > start + typed.length) return [];
  const rest = line.text.slice(column + typed.length).trim();
  if (!hasValue && rest !== '' && !rest.startsWith('#')) return [];
  const there = newItem ? [] : siblingsOf(text, line.start, column).map(({ key }) => key);
  const out = new Set([...there, ...excluded(elementOf(place.parent), there)]);
  const span = { start, end: start + typed.length };
  return Object.entries(fieldsOf(place))
    .filter(([name]) => !out.has(name))
    .map(([name, field], index) => nameItem({ name, field, index, hasValue, newItem }, place, span, context));
}

function excluded(parent: Field | undefined, there: readonly string[]): readonly string[] {
  const { fields = [], max } = parent?.oneOf ?? {};
  return max === 1 && fields.some((name) => there.includes(name)) ? fields : [];
}

interface Name {
  readonly name: string;
  readonly field: Field;
  readonly index: number;
  readonly hasValue: boolean;
  readonly newItem: boolean;
}

function nameItem(
  { name, field, index, hasValue, newItem }: Name,
  place: Place,
  span: { readonly start: number; readonly end: number },
  context: CompletionContext,
): CompletionItem {
  const leading = /^\s*/.exec(place.line.text)?.[0].length ?? 0;
  const isBlank = place.line.text.trim() === '';
  const pad = (isBlank ? 0 : place.column - leading) + (newItem ? 4 : 2);
  const snippet = (newItem ? '- ' : '') + (hasValue ? name : skeleton(name, field, pad));
  const order = field.required === true ? 1 : field.deprecated === undefined ? 5 : 9;
  return {
    label: newItem ? `- ${name}` : name,
    kind: CompletionItemKind.Field,
    ...(field.required === true ? { labelDetails: { description: 'required' } } : {}),
    documentation: { kind: MarkupKind.Markdown, value: describeField(name, field, place.table) },
    filterText: name,
    sortText: `${order}${String(index).padStart(3, '0')}`,
    insertTextFormat: context.snippets ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    insertTextMode: InsertTextMode.adjustIndentation,
    textEdit: {
      range: context.rangeOf(span.start, span.end),
      newText: context.snippets ? snippet : withoutStops(snippet),
    },
    ...(field.deprecated === undefined ? {} : { tags: [CompletionItemTag.Deprecated] }),
    ...(hasValue ? {} : again(context)),
  };
}

/** A field with room for its value; of an object with the fields that it must have. */
function skeleton(name: string, field: Field, pad: number): string {
  let stop = 0;
  const next = () => {
    stop += 1;
    return `$${stop}`;
  };
  const write = (key: string, one: Field, indent: number): string => {
    const value = inside(one, indent);
    return value.startsWith('\n') ? `${key}:${value}` : `${key}: ${value}`;
  };
  const inside = (one: Field, indent: number): string => {
    const newLine = `\n${' '.repeat(indent)}`;
    if (one.type === 'array') return `${newLine}- ${inItem(one.of, indent + 2)}`;
    if (one.type === 'map') return newLine + next();
    if (one.type === 'object') return newLine + inItem(one, indent);
    return one.kind?.quoted === true ? `'${next()}'` : next();
  };
  const inItem = (one: Field | undefined, indent: number): string => {
    if (one === undefined || one.type !== 'object') return next();
    const required = Object.entries(one.fields ?? {}).filter(([, inner]) => inner.required === true);
    if (required.length === 0) return next();
    return required.map(([key, inner]) => write(key, inner, indent + 2)).join(`\n${' '.repeat(indent)}`);
  };
  return write(name, field, pad);
}

/** The value behind the colon of the line. */
function values(place: Place, colon: number, context: CompletionContext): CompletionItem[] {
  const { text, line, offset, column, names: path } = place;
  const key = /^["']?([\w./-]+)/.exec(line.text.slice(column))?.[1] ?? '';
  const field = fieldNamed(place.table, [...path, key]);
  const cursor = typedValue(text, key, line.start + colon, line.end, offset);
  if (field === undefined || cursor === undefined) return [];
  const siblings = siblingsOf(text, line.start, column);
  const around = { path: [...path, key].join('.'), list: place.parent, siblings };
  return suggestField(field, cursor, around, context.offers).map((found, index) =>
    valueItem(found, index, cursor, context, field.kind?.quoted === true, undefined),
  );
}

/** A value that is an element of a list. */
function elements(place: Place, context: CompletionContext): CompletionItem[] {
  const { text, line, offset, column, names: path } = place;
  const field = elementOf(place.parent);
  const from = line.text.trim() === '-' ? offset : line.start + column;
  const cursor = typedValue(text, '', from, Math.max(line.end, from), offset);
  if (field === undefined || cursor === undefined) return [];
  const around = { path: path.join('.'), list: undefined, siblings: [] };
  return suggestField(field, cursor, around, context.offers).map((found, index) =>
    valueItem(found, index, cursor, { ...context, before: '' }, false, undefined),
  );
}
