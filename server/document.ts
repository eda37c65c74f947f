/**
 * YAML text -> Ingresses with the place of each annotation. Reading never fails: what cannot be known is left out.
 * A file is cut at its document markers first, so that a broken document leaves the others alone and an unchanged
 * one is not read again.
 */
import type { Pair, Scalar, YAMLMap } from 'yaml';
import { isAlias, isMap, isScalar, isSeq, parseAllDocuments } from 'yaml';
import type { Span } from '../src/annotations/kinds';
import type { ScalarMap, Style } from './scalar';
import { mapScalar, movedMap } from './scalar';

/** What YAML makes of a value; Kubernetes takes only strings in annotations. */
export type ValueType = 'string' | 'boolean' | 'number' | 'null' | 'collection' | 'alias';

export interface Entry {
  readonly key: string;
  readonly keySpan: Span;
  readonly type: ValueType;
  /** The decoded text; of something that is no string, its source. */
  readonly value: string;
  /** With quotes, if there are any. */
  readonly valueSpan: Span;
  readonly style: Style;
  readonly places: ScalarMap;
}

export interface IngressDocument {
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  readonly span: Span;
  /** The YAML document it stands in, from marker to marker. */
  readonly document: Span;
  readonly annotations: readonly Entry[];
}

/** The Ingresses of a file, and the parts of it in which an Ingress may stand. */
export interface ParsedFile {
  readonly text: string;
  readonly ingresses: readonly IngressDocument[];
}

/** One reader per open file: it remembers the documents of the last reading. */
export function createReader(): (text: string) => ParsedFile {
  let known = new Map<string, readonly IngressDocument[]>();
  return (text) => {
    const fresh = new Map<string, readonly IngressDocument[]>();
    const ingresses: IngressDocument[] = [];
    for (const { start, end } of cutDocuments(text)) {
      const chunk = text.slice(start, end);
      const found = fresh.get(chunk) ?? known.get(chunk) ?? readChunk(chunk);
      fresh.set(chunk, found);
      ingresses.push(...found.map((ingress) => moved(ingress, start)));
    }
    known = fresh;
    return { text, ingresses };
  };
}

/** The spans between `---` markers. A marker stands at the beginning of a line, where no scalar may continue. */
export function cutDocuments(text: string): Span[] {
  const starts = [0, ...[...text.matchAll(/^---(?=\s|$)/gm)].map((match) => match.index)];
  return starts
    .map((start, index) => ({ start, end: starts[index + 1] ?? text.length }))
    .filter(({ start, end }) => end > start);
}

const MAY_HOLD_INGRESS = /["']?kind["']?\s*:\s*["']?(Ingress|IngressList|List)\b/;

function readChunk(chunk: string): readonly IngressDocument[] {
  // A Helm template is not YAML yet; whatever we said of it would be wrong.
  if (!MAY_HOLD_INGRESS.test(chunk) || chunk.includes('{{')) return [];
  try {
    const documents = parseAllDocuments(chunk, {
      strict: false,
      uniqueKeys: false,
      logLevel: 'silent',
      stringKeys: false,
    });
    return documents.flatMap((document) => {
      const errors =
        'errors' in document ? document.errors.map(({ pos }) => ({ start: pos[0], end: pos[1] })) : [];
      return objectsIn(document.contents).flatMap((object) => readObject(object, chunk, errors));
    });
  } catch {
    // Aliases that count beyond the parser's limit and the like: the YAML extension tells of them.
    return [];
  }
}

/** The objects of a document: itself, or the items of a List. */
function objectsIn(contents: unknown): YAMLMap[] {
  if (!isMap(contents)) return [];
  const kind = textAt(contents, 'kind');
  if (kind !== 'List' && kind !== 'IngressList') return [contents];
  const items = nodeAt(contents, 'items');
  return isSeq(items) ? items.items.filter((item): item is YAMLMap => isMap(item)) : [];
}

const GROUPS = /^(networking\.k8s\.io|extensions)\//;

function readObject(object: YAMLMap, chunk: string, errors: readonly Span[]): IngressDocument[] {
  const apiVersion = textAt(object, 'apiVersion');
  if (textAt(object, 'kind') !== 'Ingress' || (apiVersion !== undefined && !GROUPS.test(apiVersion)))
    return [];
  const metadata = nodeAt(object, 'metadata');
  const annotations = isMap(metadata) ? nodeAt(metadata, 'annotations') : undefined;
  const entries = isMap(annotations)
    ? annotations.items.flatMap((pair) => readEntry(pair, chunk, errors))
    : [];
  return [
    {
      name: isMap(metadata) ? textAt(metadata, 'name') : undefined,
      namespace: isMap(metadata) ? textAt(metadata, 'namespace') : undefined,
      span: spanOf(object) ?? { start: 0, end: chunk.length },
      document: { start: 0, end: chunk.length },
      annotations: entries,
    },
  ];
}

function nodeAt(map: YAMLMap, key: string): unknown {
  return map.items.find((pair) => isScalar(pair.key) && pair.key.value === key)?.value;
}

function textAt(map: YAMLMap, key: string): string | undefined {
  const node = nodeAt(map, key);
  return isScalar(node) && typeof node.value === 'string' ? node.value : undefined;
}

function spanOf(node: { range?: readonly [number, number, number] | null | undefined }): Span | undefined {
  const range = node.range;
  return range == null ? undefined : { start: range[0], end: range[1] };
}

function readEntry(pair: Pair, chunk: string, errors: readonly Span[]): Entry[] {
  const { key, value } = pair;
  if (!isScalar(key) || typeof key.value !== 'string') return [];
  const keySpan = spanOf(key);
  // A key over several lines is two lines of which the first is still being typed.
  if (keySpan === undefined || chunk.slice(keySpan.start, keySpan.end).includes('\n')) return [];
  const entry = { key: key.value, keySpan, ...readValue(value, chunk, keySpan.end) };
  const broken = errors.some(({ start, end }) => start <= entry.valueSpan.end && end >= keySpan.start);
  return broken ? [] : [entry];
}

type Value = Pick<Entry, 'type' | 'value' | 'valueSpan' | 'style' | 'places'>;

function readValue(node: unknown, chunk: string, keyEnd: number): Value {
  if (isScalar(node)) return readScalar(node, chunk, keyEnd);
  const span = isMap(node) || isSeq(node) || isAlias(node) ? spanOf(node) : undefined;
  if (span === undefined) return emptyValue(chunk, keyEnd);
  const value = chunk.slice(span.start, span.end);
  return { ...plainValue(value, chunk, span), type: isAlias(node) ? 'alias' : 'collection' };
}

function readScalar(node: Scalar, chunk: string, keyEnd: number): Value {
  const span = spanOf(node);
  if (span === undefined || span.end <= span.start) return emptyValue(chunk, keyEnd);
  const value = typeof node.value === 'string' ? node.value : (node.source ?? '');
  const type = node.tag === 'tag:yaml.org,2002:str' ? 'string' : yamlType(node);
  switch (node.type) {
    case 'QUOTE_SINGLE':
    case 'QUOTE_DOUBLE': {
      const style = node.type === 'QUOTE_SINGLE' ? 'single' : 'double';
      return {
        type,
        value,
        valueSpan: span,
        style,
        places: mapScalar(chunk, span.start + 1, span.end - 1, value, style),
      };
    }
    case 'BLOCK_LITERAL':
    case 'BLOCK_FOLDED': {
      const first = chunk.indexOf('\n', span.start) + 1;
      const content = chunk.slice(first, span.end).trimEnd();
      const end = first + content.length;
      const valueSpan = { start: first + (content.length - content.trimStart().length), end };
      return {
        type,
        value,
        valueSpan,
        style: 'block',
        places: mapScalar(chunk, first, span.end, value, 'block'),
      };
    }
    default:
      return { ...plainValue(node.source ?? value, chunk, span), type };
  }
}

function plainValue(value: string, chunk: string, span: Span): Omit<Value, 'type'> {
  return {
    value,
    valueSpan: span,
    style: 'plain',
    places: mapScalar(chunk, span.start, span.end, value, 'plain'),
  };
}

/** A key without a value: its place is just behind the colon. */
function emptyValue(chunk: string, keyEnd: number): Value {
  const colon = chunk.indexOf(':', keyEnd);
  const at = colon < 0 ? keyEnd : colon + 1;
  return { ...plainValue('', chunk, { start: at, end: at }), type: 'null' };
}

const BOOLEAN = /^(y|Y|yes|Yes|YES|on|On|ON|true|True|TRUE|n|N|no|No|NO|off|Off|OFF|false|False|FALSE)$/;
const NUMBER =
  /^[-+]?(0b[01_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*|(\.[0-9]+|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?|\.inf|\.Inf|\.INF)$|^\.(nan|NaN|NAN)$/;

/** What kubectl's YAML reader, which follows YAML 1.1, makes of plain text (sigs.k8s.io/yaml, goyaml.v2 resolve.go). */
export function yamlType(node: Pick<Scalar, 'type' | 'source' | 'value'>): ValueType {
  if (node.type !== 'PLAIN') return 'string';
  const source = node.source ?? '';
  if (/^(|~|null|Null|NULL)$/.test(source)) return 'null';
  if (BOOLEAN.test(source)) return 'boolean';
  return NUMBER.test(source) ? 'number' : 'string';
}

function moved(ingress: IngressDocument, by: number): IngressDocument {
  if (by === 0) return ingress;
  const shift = ({ start, end }: Span): Span => ({ start: start + by, end: end + by });
  return {
    ...ingress,
    span: shift(ingress.span),
    document: shift(ingress.document),
    annotations: ingress.annotations.map((entry) => ({
      ...entry,
      keySpan: shift(entry.keySpan),
      valueSpan: shift(entry.valueSpan),
      places: movedMap(entry.places, by),
    })),
  };
}
