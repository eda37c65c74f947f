import type { JsonNode } from './goJson';
import { ValueError } from './parse';
import type { ObjectShape, Shape } from './shapes';

/** Where Go stands while it decodes: the innermost struct and the fields that led to it. */
interface Context {
  readonly struct: string;
  readonly path: readonly string[];
}

/**
 * The value of a node as Go decodes it into the shape: field names in any case, unknown fields dropped, `null` as if
 * absent, and the first mismatch reported in Go's words (Go source: encoding/json/decode.go).
 */
export function decode(shape: Shape, node: JsonNode, context?: Context): unknown {
  if (node.type === 'null') return undefined;
  switch (shape.type) {
    case 'object':
      return node.type === 'object' ? decodeObject(shape, node, context) : mismatch(node, shape.go, context);
    case 'array':
      if (node.type !== 'array') return mismatch(node, shape.go, context);
      return node.items.map((item) => decode(shape.of, item, context) ?? zeroOf(shape.of));
    case 'map':
      if (node.type !== 'object') return mismatch(node, shape.go, context);
      return Object.fromEntries(
        node.members.map(({ name, value }) => [name, decode(shape.of, value, context) ?? zeroOf(shape.of)]),
      );
    case 'string':
      return node.type === 'string' ? node.value : mismatch(node, shape.go ?? 'string', context);
    case 'bool':
      return node.type === 'bool' ? node.value : mismatch(node, 'bool', context);
    case 'int32':
      return decodeInt(node, context);
    case 'intOrString':
      return node.type === 'string' ? node.value : decodeInt(node, context);
  }
}

/** What Go makes of `null` where a list or a map must hold something. */
function zeroOf({ type }: Shape): unknown {
  if (type === 'object' || type === 'map') return {};
  if (type === 'array') return [];
  if (type === 'bool') return false;
  return type === 'string' ? '' : 0;
}

function decodeObject(
  shape: ObjectShape,
  node: JsonNode & { type: 'object' },
  context?: Context,
): Record<string, unknown> {
  const struct = shape.go.replace(/^.*\./, '');
  const values: Record<string, unknown> = {};
  for (const member of node.members) {
    const name = fieldNamed(shape, member.name);
    const field = name === undefined ? undefined : shape.fields[name];
    if (name === undefined || field === undefined) continue;
    const value = decode(field, member.value, { struct, path: [...(context?.path ?? []), name] });
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/** The field that a key means: Go prefers the exact name and accepts any case. */
export function fieldNamed(shape: ObjectShape, key: string): string | undefined {
  if (Object.hasOwn(shape.fields, key)) return key;
  const folded = key.toLowerCase();
  return Object.keys(shape.fields).find((name) => name.toLowerCase() === folded);
}

const INT32_LIMIT = 2 ** 31;

function decodeInt(node: JsonNode, context?: Context): number {
  if (node.type !== 'number') return mismatch(node, 'int32', context);
  const value = Number(node.literal);
  if (!/^-?[0-9]+$/.test(node.literal) || value >= INT32_LIMIT || value < -INT32_LIMIT) {
    return mismatch(node, 'int32', context, `number ${node.literal}`);
  }
  return value;
}

function mismatch(node: JsonNode, goType: string, context?: Context, found: string = node.type): never {
  const target =
    context === undefined
      ? `value of type ${goType}`
      : `struct field ${context.struct}.${context.path.join('.')} of type ${goType}`;
  throw new ValueError(`json: cannot unmarshal ${found} into Go ${target}`);
}
