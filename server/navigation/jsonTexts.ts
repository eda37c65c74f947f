/** Texts and numbers within a JSON value, and where they stand. */
import type { JsonNode } from '../../src/annotations/goJson';
import { readJson } from '../../src/annotations/goJson';
import type { Span } from '../../src/annotations/kinds';

export interface JsonText {
  readonly text: string;
  /** Without the quotes. */
  readonly span: Span;
}

/** The texts and numbers of the objects at a path (`*`: every item), by name in lower case, as Go does not tell. */
export function jsonTexts(
  raw: string,
  path: readonly string[],
): Readonly<Partial<Record<string, JsonText>>>[] {
  const root = tryRead(raw);
  return root === undefined ? [] : nodesAt(root, path).map(textsOf);
}

/** Undefined while it is still being typed. */
function tryRead(raw: string): JsonNode | undefined {
  try {
    return readJson(raw);
  } catch {
    return undefined;
  }
}

function nodesAt(node: JsonNode, [step, ...rest]: readonly string[]): JsonNode[] {
  if (step === undefined) return [node];
  if (step === '*') return node.type === 'array' ? node.items.flatMap((item) => nodesAt(item, rest)) : [];
  const members = node.type === 'object' ? node.members : [];
  return members
    .filter(({ name }) => name.toLowerCase() === step.toLowerCase())
    .flatMap(({ value }) => nodesAt(value, rest));
}

function textsOf(node: JsonNode): Partial<Record<string, JsonText>> {
  const members = node.type === 'object' ? node.members : [];
  return Object.fromEntries(
    members.flatMap(({ name, value }) => {
      const text = textOf(value);
      return text === undefined ? [] : [[name.toLowerCase(), text]];
    }),
  );
}

function textOf(node: JsonNode): JsonText | undefined {
  const { start, end } = node;
  if (node.type === 'number') return { text: node.literal, span: { start, end } };
  if (node.type !== 'string' || node.value === '') return undefined;
  return { text: node.value, span: { start: start + 1, end: end - 1 } };
}
