/** A YAML document as a tree with the place of everything. Spans count UTF-16 units from the beginning of its text. */
import type { Span } from '../../src/annotations/kinds';

/** What YAML makes of a value; Kubernetes takes only strings in annotations. */
export type ValueType = 'string' | 'boolean' | 'number' | 'null' | 'collection' | 'alias';

export type Style = 'plain' | 'single' | 'double' | 'block';

export interface ScalarNode extends Span {
  readonly kind: 'scalar';
  readonly style: Style;
  readonly type: 'string' | 'boolean' | 'number' | 'null';
  /** The decoded text; of something that is no string, its source. */
  readonly value: string;
}

export interface Pair {
  readonly key: ScalarNode;
  /** Undefined: nothing stands behind the colon. */
  readonly value: Node | undefined;
}

export interface MapNode extends Span {
  readonly kind: 'map';
  readonly pairs: readonly Pair[];
}

export interface SeqNode extends Span {
  readonly kind: 'seq';
  readonly items: readonly (Node | undefined)[];
}

export interface AliasNode extends Span {
  readonly kind: 'alias';
  readonly target: Node | undefined;
}

export type Node = ScalarNode | MapNode | SeqNode | AliasNode;

export interface YamlDocument {
  readonly root: Node | undefined;
  /** Where the text is not YAML. What stands elsewhere was read all the same. */
  readonly errors: readonly Span[];
}

/** What an alias stands for; anything else is itself. */
export function behind(node: Node | undefined): Exclude<Node, AliasNode> | undefined {
  return node?.kind === 'alias' ? behind(node.target) : node;
}

export function pairOf(node: Node | undefined, key: string): Pair | undefined {
  const map = behind(node);
  return map?.kind === 'map' ? map.pairs.find((pair) => pair.key.value === key) : undefined;
}

/** The node below a path of keys and indices. */
export function nodeAt(node: Node | undefined, ...path: readonly (string | number)[]): Node | undefined {
  let at = node;
  for (const step of path) {
    const here = behind(at);
    if (here?.kind === 'map') at = pairOf(here, String(step))?.value;
    else at = here?.kind === 'seq' && typeof step === 'number' ? here.items[step] : undefined;
    if (at === undefined) return undefined;
  }
  return at;
}

export function itemsOf(node: Node | undefined): readonly (Node | undefined)[] {
  const seq = behind(node);
  return seq?.kind === 'seq' ? seq.items : [];
}

export function pairsOf(node: Node | undefined): readonly Pair[] {
  const map = behind(node);
  return map?.kind === 'map' ? map.pairs : [];
}

/** The text of a scalar that is a string; numbers and booleans are none. */
export function stringOf(node: Node | undefined): string | undefined {
  const scalar = behind(node);
  return scalar?.kind === 'scalar' && scalar.type === 'string' ? scalar.value : undefined;
}

/** Nodes that one value may have: more can only come of aliases of aliases. */
const MOST_NODES = 100_000;

/** The plain JavaScript value of a tree, merge keys (`<<`) included; undefined when aliases make it endless. */
export function plainOf(node: Node | undefined): unknown {
  let left = MOST_NODES;
  const convert = (one: Node | undefined): unknown => {
    left -= 1;
    if (left < 0) throw new RangeError('aliases beyond measure');
    const here = behind(one);
    if (here === undefined) return null;
    if (here.kind === 'scalar') return scalarValue(here);
    if (here.kind === 'seq') return here.items.map(convert);
    return objectOf(here, convert);
  };
  try {
    return node === undefined ? undefined : convert(node);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function objectOf(map: MapNode, convert: (node: Node | undefined) => unknown): Record<string, unknown> {
  const own: Record<string, unknown> = {};
  for (const { key, value } of map.pairs) {
    const converted = convert(value);
    if (key.value !== '<<' || key.style !== 'plain') set(own, key.value, converted);
    else for (const source of [converted].flat()) fill(own, source, map);
  }
  return own;
}

function set(object: Record<string, unknown>, key: string, value: unknown): void {
  // `__proto__` is a key like any other.
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

/** What is merged in yields to what the map says itself. */
function fill(own: Record<string, unknown>, source: unknown, map: MapNode): void {
  if (typeof source !== 'object' || source === null) return;
  for (const [key, value] of Object.entries(source)) {
    const said = map.pairs.some((pair) => pair.key.value === key) || Object.hasOwn(own, key);
    if (!said) set(own, key, value);
  }
}

function scalarValue({ type, value }: ScalarNode): unknown {
  switch (type) {
    case 'null':
      return null;
    case 'boolean':
      return /^(y|on|t)/i.test(value);
    case 'number':
      return numberOf(value.replaceAll('_', ''));
    default:
      return value;
  }
}

function numberOf(text: string): number {
  if (/^[-+]?0x|^[-+]?0o|^[-+]?0b/i.test(text)) {
    return text.startsWith('-') ? -Number(text.slice(1)) : Number(text.replace(/^\+/, ''));
  }
  if (/inf$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return Number(text);
}

const BOOLEAN = /^(y|Y|yes|Yes|YES|on|On|ON|true|True|TRUE|n|N|no|No|NO|off|Off|OFF|false|False|FALSE)$/;
const NUMBER =
  /^[-+]?(0b[01_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*|(\.[0-9]+|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?|\.inf|\.Inf|\.INF)$|^\.(nan|NaN|NAN)$/;
const NULL = /^(|~|null|Null|NULL)$/;

/** How everything begins that is no string; most texts are told by that. */
const NO_STRING = /^(?:$|[-+.~\dnNyYtTfFoO])/;

/** What kubectl's YAML reader, which follows YAML 1.1, makes of plain text (sigs.k8s.io/yaml, goyaml.v2 resolve.go). */
export function plainType(source: string): ScalarNode['type'] {
  if (!NO_STRING.test(source) || /^[a-z/][\w./-]{5,}$/.test(source)) return 'string';
  if (NULL.test(source)) return 'null';
  if (BOOLEAN.test(source)) return 'boolean';
  return NUMBER.test(source) ? 'number' : 'string';
}
