/**
 * A conversion as changes to the text of the Ingress. What could not be converted stays as a comment, with its value
 * and the reason: nothing is lost.
 */
import { stringify } from 'yaml';
import type { Ingress } from '../../src/kube/types';
import type { Edit } from '../edits';
import { addField, quotedScalar, setKey } from '../edits';
import type { Entry, ObjectNode } from '../objects';
import { type Node, nodeAt, pairOf } from '../yaml/node';
import { applyConversion, type Conversion, type Note, type SpecEdit } from './conversion';

/** Edits that do not overlap; undefined where the text has no lines of its own for them (flow style). */
export function textEdits(object: ObjectNode, conversion: Conversion): Edit[] | undefined {
  const annotations = annotationEdits(object, conversion);
  const spec = specEdits(object, conversion);
  return annotations === undefined || spec === undefined ? undefined : [...annotations, ...spec];
}

function annotationEdits(object: ObjectNode, conversion: Conversion): Edit[] | undefined {
  const { remove, add, notes } = conversion;
  const written = new Set(object.annotations.map(({ key }) => key));
  const changed = Object.entries(add).filter(([key]) => written.has(key) && !remove.includes(key));
  const fresh = Object.entries(add).filter(([key]) => !written.has(key) || remove.includes(key));
  const gone = object.annotations.filter(({ key }) => remove.includes(key));
  const replaced = changed.map(([key, value]) => setKey(object, key, value));
  if (replaced.some((edit) => edit === undefined)) return undefined;
  const [first] = gone;
  const own = replaced.filter((edit) => edit !== undefined);
  if (first === undefined) return fresh.length === 0 ? own : withBlock(own, object, fresh);
  const removals = gone.map((entry) => {
    const head = entry === first ? [...fresh.map(lineOf), ...elsewhere(notes, written)] : [];
    return replaceLines(object, entry, [...head, ...commentFor(entry, object, notes)]);
  });
  if (removals.some((edit) => edit === undefined)) return undefined;
  return [...own, ...removals.filter((edit) => edit !== undefined)];
}

/** New annotations on an Ingress that keeps all it has. */
function withBlock(
  own: readonly Edit[],
  object: ObjectNode,
  fresh: readonly (readonly [string, string])[],
): Edit[] | undefined {
  if (object.annotations.length === 0) {
    const map = addMap(object, ['metadata'], 'annotations', fresh.map(lineOf));
    return map === undefined ? undefined : [...own, map];
  }
  const edits = fresh.map(([key, value]) => setKey(object, key, value));
  const [first] = edits;
  if (first === undefined || edits.some((edit) => edit === undefined)) return undefined;
  // All of them are put in at one place, one after the other.
  const newText = edits.map((edit) => edit?.newText ?? '').join('');
  return [...own, { span: first.span, newText }];
}

/** A map of these lines as a new field of another map. */
function addMap(
  object: ObjectNode,
  path: readonly string[],
  field: string,
  lines: readonly string[],
): Edit | undefined {
  const edit = addField(object, path, field);
  const indent = edit?.newText.slice(edit.newText.indexOf('\n') + 1) ?? '';
  const below = lines.map((line) => `\n${indent}  ${line}`).join('');
  return edit === undefined ? undefined : { ...edit, newText: `${field}:${below}\n${indent}` };
}

function lineOf([key, value]: readonly [string, string]): string {
  return `${key}: ${quotedScalar(value)}`;
}

/** Puts lines, which get the entry's indentation, in place of those of the entry. */
function replaceLines({ chunk }: ObjectNode, entry: Entry, lines: readonly string[]): Edit | undefined {
  const { text } = chunk;
  const start = text.lastIndexOf('\n', entry.keySpan.start - 1) + 1;
  const indent = text.slice(start, entry.keySpan.start);
  if (indent.trim() !== '') return undefined;
  const last = text.indexOf('\n', Math.max(entry.valueSpan.end, entry.keySpan.end));
  const end = last < 0 ? text.length : last + 1;
  return { span: { start, end }, newText: lines.map((line) => `${indent}${line}\n`).join('') };
}

const TOLD: ReadonlySet<Note['verdict']> = new Set(['partly', 'none']);
const WIDTH = 100;

/** What became of an annotation, where it is not simply said in another way now. */
function commentFor(entry: Entry, { chunk }: ObjectNode, notes: readonly Note[]): string[] {
  const told = notes.filter(({ key, verdict }) => key === entry.key && TOLD.has(verdict));
  if (told.length === 0) return [];
  const source = chunk.text.slice(entry.keySpan.start, Math.max(entry.valueSpan.end, entry.keySpan.end));
  return [...source.split(/\r?\n/).map((line) => `# ${line.trim()}`), ...told.flatMap(textLines)];
}

/** Notes on other parts of the Ingress, such as `spec.tls`. */
function elsewhere(notes: readonly Note[], written: ReadonlySet<string>): string[] {
  return notes
    .filter(({ key, verdict }) => !written.has(key) && TOLD.has(verdict))
    .flatMap((note) => [`# ${note.key}:`, ...textLines(note)]);
}

function textLines({ text, unguarded }: Note): string[] {
  return wrapped(unguarded === true ? `NOT PROTECTED ANY MORE: ${text}` : text).map((line) => `#   ${line}`);
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** Single values are changed where they stand; where the shape changes, the whole field of the spec is written anew. */
function specEdits(object: ObjectNode, conversion: Conversion): Edit[] | undefined {
  const simple = conversion.spec.map((edit) => valueEdit(object, edit));
  if (simple.every((edit) => edit !== undefined)) return simple.filter((edit) => edit !== undefined);
  const fields = new Set(conversion.spec.map(({ path }) => String(path[1])));
  const after = applyConversion(object.value as Ingress, conversion);
  const edits = [...fields].map((field) => fieldEdit(object, field, after));
  return edits.every((edit) => edit !== undefined) ? edits.filter((edit) => edit !== undefined) : undefined;
}

function valueEdit({ root }: ObjectNode, { path, value }: SpecEdit): Edit | undefined {
  const node = nodeAt(root, ...path);
  if (node?.kind !== 'scalar' || node.style === 'block' || typeof value === 'object') return undefined;
  return { span: { start: node.start, end: node.end }, newText: scalarText(value) };
}

function scalarText(value: unknown): string {
  return typeof value === 'string' ? quotedScalar(value) : String(value);
}

/** `spec.FIELD` as the converted Ingress has it, in place of what stands there. */
function fieldEdit(object: ObjectNode, field: string, after: Ingress): Edit | undefined {
  const value = (after.spec as Readonly<Record<string, unknown>> | undefined)?.[field];
  const pair = pairOf(nodeAt(object.root, 'spec'), field);
  if (pair === undefined) return addRendered(object, field, value);
  const { text } = object.chunk;
  const start = text.lastIndexOf('\n', pair.key.start - 1) + 1;
  const indent = text.slice(start, pair.key.start);
  if (indent.trim() !== '') return undefined;
  const lines = stringify({ [field]: value }, OPTIONS)
    .trimEnd()
    .split('\n');
  return {
    span: { start: pair.key.start, end: endOf(pair.value, text) },
    newText: lines.join(`\n${indent}`),
  };
}

function addRendered(object: ObjectNode, field: string, value: unknown): Edit | undefined {
  const lines = stringify(value, OPTIONS).trimEnd().split('\n');
  return typeof value === 'object'
    ? addMap(object, ['spec'], field, lines)
    : addField(object, ['spec'], `${field}: ${lines[0] ?? ''}`);
}

const OPTIONS = { lineWidth: 0, aliasDuplicateObjects: false } as const;

/** Where a value ends, without the line break that a block brings along. */
function endOf(node: Node | undefined, text: string): number {
  let end = node?.end ?? 0;
  while (end > 0 && /\s/.test(text.charAt(end - 1))) end--;
  return end;
}
