/** The objects of a chunk of YAML that concern load balancers. Reading never fails: what cannot be known is left out. */
import type { Span } from '../src/annotations/kinds';
import { pruned } from '../src/kube/shape';
import { OBJECT, SHAPES } from '../src/kube/shapes';
import type { KubeObject } from '../src/kube/types';
import type { ScalarMap } from './scalar';
import { mapScalar } from './scalar';
import type { Chunk } from './text/manifest';
import { atOnce, type Steps } from './turns';
import {
  behind,
  itemsOf,
  type MapNode,
  type Node,
  nodeAt,
  type Pair,
  pairsOf,
  plainOf,
  type ScalarNode,
  type Style,
  stringOf,
  type ValueType,
} from './yaml/node';
import { readYaml, readYamlInSteps } from './yaml/read';

/** One annotation and where it stands. Spans count from the beginning of the chunk. */
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

export interface ObjectNode {
  readonly apiVersion: string | undefined;
  readonly kind: string;
  readonly name: string | undefined;
  /** As written; without one the place of the manifest decides. */
  readonly namespace: string | undefined;
  readonly chunk: Chunk;
  readonly root: MapNode;
  readonly annotations: readonly Entry[];
  /** The object as plain data, without what has the wrong type; an empty one when aliases make it endless. */
  readonly value: KubeObject;
  /** Forgets the tree, which takes many times the room of the text; it is read again for whoever asks. */
  release(): void;
}

export interface ParsedChunk {
  readonly objects: readonly ObjectNode[];
  /** It is a template: whatever was said of it would be wrong. */
  readonly template: boolean;
}

const NOTHING: ParsedChunk = { objects: [], template: false };
const parsed = new WeakMap<Chunk, ParsedChunk>();

/** What a chunk holds; read once. */
export function parseChunk(chunk: Chunk): ParsedChunk {
  const known = parsed.get(chunk) ?? atOnce(readChunk(chunk));
  parsed.set(chunk, known);
  return known;
}

/** Whether that costs nothing any more. */
export function isParsed(chunk: Chunk): boolean {
  return parsed.has(chunk);
}

/** The same in steps, for a text of any length. */
export function* parseInSteps(chunk: Chunk): Steps<ParsedChunk> {
  const known = parsed.get(chunk) ?? (yield* readChunk(chunk));
  parsed.set(chunk, known);
  return known;
}

const CORE = /^v1$/;
const APPS = /^apps\/|^extensions\//;
const NETWORKING = /^(networking\.k8s\.io|extensions)\//;
const CONTROLLER = /^(elbv2\.k8s\.aws|eks\.amazonaws\.com)\//;

/** Kinds that the checks look at, with the API groups that mean them: there are Services of others, too. */
const KINDS: Readonly<Record<string, RegExp>> = {
  Ingress: NETWORKING,
  IngressClass: NETWORKING,
  Service: CORE,
  Secret: CORE,
  // Secrets are made of these.
  ExternalSecret: /^external-secrets\.io\//,
  SealedSecret: /^bitnami\.com\//,
  Namespace: CORE,
  Pod: CORE,
  IngressClassParams: CONTROLLER,
  TargetGroupBinding: CONTROLLER,
  Deployment: APPS,
  StatefulSet: APPS,
  DaemonSet: APPS,
  ReplicaSet: APPS,
  Rollout: /^argoproj\.io\//,
};

/** A document of none of these kinds is not even read. */
const MAY_CONCERN = new RegExp(`["']?kind["']?\\s*:\\s*["']?(?:${Object.keys(KINDS).join('|')}|\\w*List)\\b`);

function* readChunk(chunk: Chunk): Steps<ParsedChunk> {
  if (!MAY_CONCERN.test(chunk.text)) return NOTHING;
  if (chunk.text.includes('{{')) return { objects: [], template: true };
  const objects = (yield* readYamlInSteps(chunk.text)).flatMap(({ root, errors }) =>
    mapsIn(root).flatMap((map) => readObject(map, chunk, errors)),
  );
  return { objects, template: false };
}

/** The objects of a document: itself, or the items of a List. */
function mapsIn(root: Node | undefined): MapNode[] {
  const map = behind(root);
  if (map?.kind !== 'map') return [];
  if (!/^\w*List$/.test(stringOf(nodeAt(map, 'kind')) ?? '')) return [map];
  return itemsOf(nodeAt(map, 'items')).flatMap((item) => {
    const inner = behind(item);
    return inner?.kind === 'map' ? [inner] : [];
  });
}

function readObject(root: MapNode, chunk: Chunk, errors: readonly Span[]): ObjectNode[] {
  const kind = stringOf(nodeAt(root, 'kind'));
  const apiVersion = stringOf(nodeAt(root, 'apiVersion'));
  if (kind === undefined || !concerns(kind, apiVersion)) return [];
  const annotations = pairsOf(nodeAt(root, 'metadata', 'annotations'))
    .map((pair) => toEntry(pair, chunk.text))
    .filter((entry) => !errors.some((error) => touches(error, entry)));
  const name = textAt(root, 'metadata', 'name');
  const namespace = textAt(root, 'metadata', 'namespace');
  return [new ObjectOfChunk({ apiVersion, kind, name, namespace, chunk, annotations }, root)];
}

type Facts = Pick<ObjectNode, 'apiVersion' | 'kind' | 'name' | 'namespace' | 'chunk' | 'annotations'>;

/** A class, since there are tens of thousands: V8 keeps an object with getters of its own as a dictionary, and every look into it is slow. */
class ObjectOfChunk implements ObjectNode {
  readonly apiVersion: string | undefined;
  readonly kind: string;
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  readonly chunk: Chunk;
  readonly annotations: readonly Entry[];
  readonly #start: number;
  #tree: MapNode | undefined;
  #value: KubeObject | undefined = undefined;

  constructor({ apiVersion, kind, name, namespace, chunk, annotations }: Facts, root: MapNode) {
    this.apiVersion = apiVersion;
    this.kind = kind;
    this.name = name;
    this.namespace = namespace;
    this.chunk = chunk;
    this.annotations = annotations;
    this.#start = root.start;
    this.#tree = root;
  }

  get root(): MapNode {
    this.#tree ??= rootAt(this.chunk, this.#start) ?? EMPTY_MAP;
    return this.#tree;
  }

  get value(): KubeObject {
    this.#value ??= typed(this, plainOf(this.root) ?? { metadata: {} });
    return this.#value;
  }

  release(): void {
    this.#tree = undefined;
    this.#value = undefined;
  }
}

/**
 * The object without what the API server would refuse for its type: checks and model rely on the types. A name that YAML
 * takes for a number stays one.
 */
function typed(
  { kind, name, namespace }: Pick<ObjectNode, 'kind' | 'name' | 'namespace'>,
  value: unknown,
): KubeObject {
  const shape = SHAPES.get(kind);
  const object = pruned(value, OBJECT) as Partial<KubeObject>;
  const metadata = {
    ...object.metadata,
    ...(name === undefined ? {} : { name }),
    ...(namespace === undefined ? {} : { namespace }),
  };
  return {
    ...((shape === undefined ? object : pruned(object, shape)) as KubeObject),
    metadata,
  } as KubeObject;
}

const EMPTY_MAP: MapNode = { kind: 'map', start: 0, end: 0, pairs: [] };

/** The object that begins at an offset, read once more. */
function rootAt(chunk: Chunk, start: number): MapNode | undefined {
  const roots = readYaml(chunk.text).flatMap(({ root }) => mapsIn(root));
  return roots.find((one) => one.start === start);
}

function concerns(kind: string, apiVersion: string | undefined): boolean {
  const group = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  return group !== undefined && (apiVersion === undefined || group.test(apiVersion));
}

/** The text at a path; a name that YAML takes for a number is a name all the same. */
function textAt(root: MapNode, ...path: readonly string[]): string | undefined {
  const node = behind(nodeAt(root, ...path));
  return node?.kind === 'scalar' && node.type !== 'null' && node.value !== '' ? node.value : undefined;
}

function touches({ start, end }: Span, { keySpan, valueSpan }: Entry): boolean {
  return start <= valueSpan.end && end >= keySpan.start;
}

function toEntry({ key, value }: Pair, text: string): Entry {
  const keySpan = { start: key.start, end: key.end };
  return new EntryOfText(key.value, keySpan, valueParts(value, text, key.end), text);
}

class EntryOfText implements Entry {
  readonly type: ValueType;
  readonly value: string;
  readonly valueSpan: Span;
  readonly style: Style;
  #places: ScalarMap | undefined = undefined;

  constructor(
    readonly key: string,
    readonly keySpan: Span,
    { type, value, valueSpan, style }: Value,
    private readonly text: string,
  ) {
    this.type = type;
    this.value = value;
    this.valueSpan = valueSpan;
    this.style = style;
  }

  /** Made when it is first asked for: most values are never pointed into. */
  get places(): ScalarMap {
    const { start, end } = this.valueSpan;
    const inner = this.style === 'single' || this.style === 'double' ? 1 : 0;
    this.#places ??= mapScalar(this.text, start + inner, end - inner, this.value, this.style);
    return this.#places;
  }
}

type Value = Pick<Entry, 'type' | 'value' | 'valueSpan' | 'style'>;

function valueParts(node: Node | undefined, text: string, keyEnd: number): Value {
  if (node === undefined) return emptyValue(text, keyEnd);
  const valueSpan = { start: node.start, end: node.end };
  if (node.kind === 'scalar') return scalarValue(node, text);
  const type = node.kind === 'alias' ? 'alias' : 'collection';
  return { type, value: text.slice(node.start, node.end), valueSpan, style: 'plain' };
}

function scalarValue(node: ScalarNode, text: string): Value {
  const { type, value, style, start, end } = node;
  return { type, value, style, valueSpan: style === 'block' ? blockSpan(node, text) : { start, end } };
}

/** The text of a block without its header and the blanks around it. */
export function blockSpan({ start, end }: Span, text: string): Span {
  const first = text.indexOf('\n', start) + 1;
  const content = text.slice(first, end).trimEnd();
  return { start: first + (content.length - content.trimStart().length), end: first + content.length };
}

/** A key without a value: its place is just behind the colon. */
function emptyValue(text: string, keyEnd: number): Value {
  const colon = text.indexOf(':', keyEnd);
  const at = colon < 0 ? keyEnd : colon + 1;
  return { type: 'null', value: '', style: 'plain', valueSpan: { start: at, end: at } };
}
