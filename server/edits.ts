/** Changes to the text of an object that keep its style. */

import type { Span } from '../src/annotations/kinds';
import { annotationKey } from '../src/annotations/read';
import type { Entry, ObjectNode } from './objects';
import { behind, nodeAt, pairOf, pairsOf, plainType } from './yaml/node';

export interface Edit {
  readonly span: Span;
  readonly newText: string;
}

/** Writes an annotation of the controller: in place of its value, or as a new line. Undefined where there is no room. */
export function setAnnotation(object: ObjectNode, suffix: string, value: string): Edit | undefined {
  return setKey(object, annotationKey(suffix), value);
}

export function setKey(object: ObjectNode, key: string, value: string): Edit | undefined {
  const entry = object.annotations.find((one) => one.key === key);
  return entry === undefined
    ? addKey(object, key, value)
    : { span: entry.valueSpan, newText: asScalar(value, entry) };
}

/** A new annotation, as a line behind the others. */
function addKey(object: ObjectNode, key: string, value: string): Edit | undefined {
  const { text } = object.chunk;
  const pairs = pairsOf(nodeAt(object.root, 'metadata', 'annotations'));
  const first = pairs[0];
  const line = `${key}: ${quotedScalar(value)}`;
  if (first === undefined) return addAnnotations(object, line);
  const lineStart = text.lastIndexOf('\n', first.key.start - 1) + 1;
  const indent = text.slice(lineStart, first.key.start);
  // Annotations in braces or on the line of their parent have no lines of their own.
  if (indent.trim() !== '') return undefined;
  return { span: { start: first.key.start, end: first.key.start }, newText: `${line}\n${indent}` };
}

/** The first annotation of an object that has none. */
function addAnnotations({ root, chunk }: ObjectNode, line: string): Edit | undefined {
  const metadata = pairOf(root, 'metadata');
  const map = behind(metadata?.value);
  const first = pairsOf(map)[0];
  if (metadata === undefined || first === undefined || pairOf(map, 'annotations') !== undefined)
    return undefined;
  const start = chunk.text.lastIndexOf('\n', first.key.start - 1) + 1;
  const indent = chunk.text.slice(start, first.key.start);
  if (indent.trim() !== '') return undefined;
  const step = indent.slice(0, Math.max(2, indent.length - columnOf(chunk.text, metadata.key.start)));
  const newText = `annotations:\n${indent}${step}${line}\n${indent}`;
  return { span: { start: first.key.start, end: first.key.start }, newText };
}

/** A new key in front of the others of a map, on a line of its own. Undefined where there is no room. */
export function addField(object: ObjectNode, path: readonly string[], line: string): Edit | undefined {
  const first = pairsOf(nodeAt(object.root, ...path))[0];
  if (first === undefined) return undefined;
  const { start } = first.key;
  const indent = object.chunk.text.slice(object.chunk.text.lastIndexOf('\n', start - 1) + 1, start);
  return indent.trim() === '' ? { span: { start, end: start }, newText: `${line}\n${indent}` } : undefined;
}

/** Another value in place of the scalar at a path. */
export function setField(
  object: ObjectNode,
  path: readonly (string | number)[],
  value: string,
): Edit | undefined {
  const node = nodeAt(object.root, ...path);
  if (node?.kind !== 'scalar' || node.style === 'block') return undefined;
  return { span: { start: node.start, end: node.end }, newText: asScalar(value, node) };
}

function columnOf(text: string, at: number): number {
  return at - (text.lastIndexOf('\n', at - 1) + 1);
}

/** Takes an annotation out, with its line. */
export function removeEntry(object: ObjectNode, entry: Entry): Edit | undefined {
  const { text } = object.chunk;
  const start = text.lastIndexOf('\n', entry.keySpan.start - 1) + 1;
  if (text.slice(start, entry.keySpan.start).trim() !== '') return undefined;
  const end = text.indexOf('\n', Math.max(entry.valueSpan.end, entry.keySpan.end));
  return { span: { start, end: end < 0 ? text.length : end + 1 }, newText: '' };
}

/** Puts another key in place of an annotation's; its quotes stay. */
export function renameKey(entry: Entry, key: string): Edit {
  return { span: bareKey(entry), newText: key };
}

/** The key without its quotes. */
export function bareKey({ key, keySpan }: Entry): Span {
  const quotes = (keySpan.end - keySpan.start - key.length) / 2;
  return quotes === 1 ? { start: keySpan.start + 1, end: keySpan.end - 1 } : keySpan;
}

/** A value in place of an entry's whole value, in its quotes if it has any. */
export function asScalar(value: string, { style }: Pick<Entry, 'style'>): string {
  if (style === 'double') return JSON.stringify(value);
  return style === 'single' ? single(value) : style === 'plain' ? quotedScalar(value) : value;
}

/** A value as YAML, in quotes where it needs them. */
export function quotedScalar(value: string): string {
  const plain =
    plainType(value) === 'string' && !/^[\s&*!|>'"%@`#{}[\],?:-]|: | #|:$|\s$|\n/.test(value) && value !== '';
  return plain ? value : single(value);
}

function single(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** Text as it is written within the quotes of a value. */
export function within({ style }: Pick<Entry, 'style'>, text: string): string {
  if (style === 'single') return text.replaceAll("'", "''");
  return style === 'double' ? text.replace(/["\\]/g, '\\$&') : text;
}
