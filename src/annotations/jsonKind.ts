import { findNodeAtLocation, getLocation, parseTree } from 'jsonc-parser';
import { codeSpan } from '../markdown';
import type { JsonNode } from './goJson';
import { readJson } from './goJson';
import { checkShape, parseForCheck } from './jsonCheck';
import { decode, fieldNamed } from './jsonDecode';
import type { Explanation, Kind, ValueProblem, ValueSuggestion } from './kinds';
import type { OfferPlace } from './live';
import { ValueError } from './parse';
import type { ObjectShape, Shape } from './shapes';
import { schemaOf } from './shapes';

export interface Skeleton {
  readonly label: string;
  readonly doc: string;
  /** A TextMate snippet of the whole value. */
  readonly snippet: string;
}

export interface JsonOptions {
  readonly describe: string;
  readonly shape: Shape;
  readonly skeletons: readonly Skeleton[];
  /** The controller's words before Go's error; by default those of its annotation parser. */
  readonly failure?: (raw: string, key: string) => string;
  /** Checks that a shape cannot express. */
  readonly refine?: (node: JsonNode) => ValueProblem[];
}

/** A JSON value. `T` is what {@link decode} makes of the shape. */
export function json<T>({
  describe,
  shape,
  skeletons,
  failure = parserFailure,
  refine,
}: JsonOptions): Kind<T> {
  const known = new Map<string, T>();
  const read = (raw: string): T => {
    const found = known.get(raw);
    if (found !== undefined) return found;
    // `T` restates the shape; a test compares the two by decoding every example of the catalogue.
    const value = decode(shape, readJson(raw)) as T;
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(raw, value);
    return value;
  };
  return {
    name: 'json',
    describe,
    parse(raw, key) {
      try {
        return read(raw);
      } catch (error) {
        if (error instanceof ValueError) throw new ValueError(`${failure(raw, key)}: ${error.message}`);
        throw error;
      }
    },
    check(raw) {
      const read = parseForCheck(raw);
      if ('problem' in read) return [read.problem];
      return [...checkShape(shape, read.node), ...(refine?.(read.node) ?? [])];
    },
    suggest: (raw, at) => (raw.trim() === '' ? whole(raw, skeletons) : suggestInside(shape, raw, at)),
    explain: (raw, at) => explainField(shape, raw, at),
    offers: (raw, at) => offersInside(shape, raw, at),
    quoted: true,
    schema: { type: 'string', contentMediaType: 'application/json', contentSchema: schemaOf(shape) },
  };
}

/** A value is read by many, and nobody changes what they read: so many of each annotation are kept. */
const MOST_KNOWN = 200;

/** lbc:pkg/annotations/parser.go ParseJSONAnnotation */
function parserFailure(raw: string, key: string): string {
  return `failed to parse json annotation, ${key}: ${raw}`;
}

function whole(raw: string, skeletons: readonly Skeleton[]): ValueSuggestion[] {
  return skeletons.map(({ label, doc, snippet }) => ({
    text: snippet,
    label,
    doc,
    snippet: true,
    start: 0,
    end: raw.length,
    role: 'skeleton',
  }));
}

/** The shape at a path such as `['forwardConfig', 'targetGroups', 0]`. */
function shapeAt(shape: Shape, path: readonly (string | number)[]): Shape | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return shape;
  if (shape.type === 'array' || shape.type === 'map') return shapeAt(shape.of, rest);
  if (shape.type !== 'object' || typeof step !== 'string') return undefined;
  const name = fieldNamed(shape, step);
  const field = name === undefined ? undefined : shape.fields[name];
  return field === undefined ? undefined : shapeAt(field, rest);
}

function suggestInside(shape: Shape, raw: string, at: number): ValueSuggestion[] {
  const { path, isAtPropertyKey, previousNode } = getLocation(raw, at);
  const under =
    previousNode !== undefined && at > previousNode.offset && at <= previousNode.offset + previousNode.length;
  const span = under
    ? { start: previousNode.offset, end: previousNode.offset + previousNode.length }
    : { start: at, end: at };
  if (isAtPropertyKey) {
    const parent = shapeAt(shape, path.slice(0, -1));
    const taken = membersAt(raw, path.slice(0, -1));
    const colon = /^\s*:/.test(raw.slice(span.end));
    return namesIn(parent)
      .filter((name) => name === path.at(-1) || !taken.includes(name))
      .map((name) => ({
        ...span,
        text: colon ? JSON.stringify(name) : `${JSON.stringify(name)}: `,
        label: name,
        ...docOf(parent, name),
        role: 'attribute',
      }));
  }
  const here = shapeAt(shape, path);
  return valuesOf(here).map((text) => ({ ...span, text, label: text.replaceAll('"', ''), role: 'value' }));
}

/** A field whose values are names of what exists; the ports of a Service are those of the Service beside it. */
function offersInside(shape: Shape, raw: string, at: number): OfferPlace | undefined {
  const { path, isAtPropertyKey, previousNode: node } = getLocation(raw, at);
  const here = isAtPropertyKey ? undefined : shapeAt(shape, path);
  if ((here?.type !== 'string' && here?.type !== 'intOrString') || here.live === undefined) return undefined;
  const under = node !== undefined && at > node.offset && at <= node.offset + node.length;
  const span = under ? { start: node.offset, end: node.offset + node.length } : { start: at, end: at };
  const bare = here.type === 'intOrString' ? /^[0-9]+$/ : /^$/;
  const write = (value: string) => (bare.test(value) ? value : JSON.stringify(value));
  return { offer: here.live, of: serviceBeside(raw, path), ...span, write };
}

function serviceBeside(raw: string, path: readonly (string | number)[]): string | undefined {
  const root = parseTree(raw);
  const node =
    root === undefined ? undefined : findNodeAtLocation(root, [...path.slice(0, -1), 'serviceName']);
  return typeof node?.value === 'string' ? node.value : undefined;
}

function namesIn(shape: Shape | undefined): readonly string[] {
  if (shape?.type === 'object') return Object.keys(shape.fields);
  return shape?.type === 'map' ? (shape.keys ?? []) : [];
}

function docOf(shape: Shape | undefined, name: string): { doc?: string } {
  const doc = shape?.type === 'object' ? shape.fields[name]?.doc : undefined;
  return doc === undefined ? {} : { doc };
}

function valuesOf(shape: Shape | undefined): readonly string[] {
  if (shape?.type === 'string') return (shape.options ?? []).map((option) => JSON.stringify(option));
  return shape?.type === 'bool' ? ['true', 'false'] : [];
}

function membersAt(raw: string, path: readonly (string | number)[]): string[] {
  const root = parseTree(raw);
  const node = root === undefined ? undefined : findNodeAtLocation(root, [...path]);
  return (node?.children ?? []).flatMap((member) => {
    const key: unknown = member.children?.[0]?.value;
    return typeof key === 'string' ? [key] : [];
  });
}

function explainField(shape: Shape, raw: string, at: number): Explanation | undefined {
  const { path, previousNode } = getLocation(raw, at);
  const name = path.findLast((step) => typeof step === 'string');
  if (
    previousNode === undefined ||
    typeof name !== 'string' ||
    at > previousNode.offset + previousNode.length
  )
    return undefined;
  const owner = shapeAt(shape, path.slice(0, path.lastIndexOf(name)));
  const field = owner?.type === 'object' ? lookUp(owner, name) : undefined;
  if (field?.doc === undefined) return undefined;
  return {
    start: previousNode.offset,
    end: previousNode.offset + previousNode.length,
    markdown: `${codeSpan(name)}: ${field.doc}`,
  };
}

function lookUp(shape: ObjectShape, key: string): Shape | undefined {
  const name = fieldNamed(shape, key);
  return name === undefined ? undefined : shape.fields[name];
}
