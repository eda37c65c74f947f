/** Hover over the fields of resources whose fields are known. */
import type { Span } from '../src/annotations/kinds';
import type { Field, ResourceTable } from '../src/crds';
import { crdOf, fieldAt } from '../src/crds';
import { codeSpan } from '../src/markdown';
import { objectAround } from './cursor';
import { describeField } from './describeField';
import type { Chunk } from './text/manifest';
import type { Node, Pair } from './yaml/node';

export interface HoverText {
  readonly span: Span;
  readonly markdown: string;
}

/** What the name of a field, or a word that is its value, means. */
export function hoverField(chunk: Chunk, offset: number): HoverText | undefined {
  const object = objectAround(chunk, offset);
  const table = object === undefined ? undefined : crdOf(object.apiVersion ?? '', object.kind);
  const found = object === undefined ? undefined : pairAt(object.root, offset, []);
  if (table === undefined || found === undefined) return undefined;
  const { pair, path } = found;
  const field = fieldAt(table, path);
  if (field === undefined) return undefined;
  const { start, end } = pair.key;
  if (holds(pair.key, offset))
    return { span: { start, end }, markdown: describeField(nameOf(path), field, table) };
  return hoverValue(pair, field, path, table);
}

type Path = readonly (string | number)[];

/** The innermost field whose name or scalar value the offset is in. */
function pairAt(node: Node, offset: number, path: Path): { pair: Pair; path: Path } | undefined {
  if (node.kind === 'seq') {
    const index = node.items.findIndex((item) => item !== undefined && holds(item, offset));
    const item = node.items[index];
    return item === undefined ? undefined : pairAt(item, offset, [...path, index]);
  }
  if (node.kind !== 'map') return undefined;
  for (const pair of node.pairs) {
    const here = [...path, pair.key.value];
    if (holds(pair.key, offset)) return { pair, path: here };
    const { value } = pair;
    if (value === undefined || !holds(value, offset)) continue;
    return value.kind === 'scalar' ? { pair, path: here } : pairAt(value, offset, here);
  }
  return undefined;
}

function holds({ start, end }: Span, offset: number): boolean {
  return offset >= start && offset <= end;
}

/** The path without positions in lists. */
function nameOf(path: Path): string {
  return path.filter((step) => typeof step === 'string').join('.');
}

function hoverValue(pair: Pair, { known }: Field, path: Path, table: ResourceTable): HoverText | undefined {
  const { value } = pair;
  if (value?.kind !== 'scalar') return undefined;
  const span = { start: value.start, end: value.end };
  const word = known !== undefined && Object.hasOwn(known, value.value) ? known[value.value] : undefined;
  const attribute = path.at(-1) === 'key' ? attributeAt(table, path, value.value) : undefined;
  const doc = word ?? attribute;
  return doc === undefined ? undefined : { span, markdown: `**${codeSpan(value.value)}**\n\n${doc}` };
}

function attributeAt(table: ResourceTable, path: Path, name: string): string | undefined {
  const attributes = fieldAt(table, path.slice(0, -2))?.attributes?.attributes;
  return attributes !== undefined && Object.hasOwn(attributes, name) ? attributes[name]?.doc : undefined;
}
