/** Single values of fields. */
import { closest } from '../../../src/annotations/closest';
import type { ValueProblem } from '../../../src/annotations/kinds';
import type { AttributeTable } from '../../../src/annotations/mapKind';
import { map } from '../../../src/annotations/mapKind';
import type { Field } from '../../../src/crds';
import { asScalar } from '../../edits';
import { behind, type Node, nodeAt, type ScalarNode } from '../../yaml/node';
import { hasPlaceholder } from '../annotations';
import type { Finding, Fix } from '../finding';
import { found, inWords } from '../ingress/found';

type Value = Exclude<Node, { readonly kind: 'alias' }>;

/** Undefined: the value is of the right type. An empty list: nobody can say. */
export function checkType(
  node: Value,
  field: Field,
  path: readonly (string | number)[],
): Finding[] | undefined {
  if (node.kind === 'scalar' && hasPlaceholder(node.value)) return [];
  const actual = typeOf(node);
  if (WANTED[field.type].includes(actual)) return undefined;
  const name = path.findLast((step) => typeof step === 'string') ?? '';
  const span = { start: node.start, end: node.kind === 'scalar' ? node.end : node.start + 1 };
  const message = `\`${name}\` is ${NOUNS[field.type]}, and this is ${NOUNS[actual]}.`;
  return [found('field-type', span, message, `Write ${NOUNS[field.type]}.`, typeFix(node, field))];
}

type Actual = 'string' | 'integer' | 'number' | 'boolean' | 'map' | 'array';

function typeOf(node: Value): Actual {
  if (node.kind === 'map') return 'map';
  if (node.kind === 'seq') return 'array';
  if (node.type === 'number') return /^[-+]?[0-9_]+$/.test(node.value) ? 'integer' : 'number';
  return node.type === 'boolean' ? 'boolean' : 'string';
}

const WANTED: Readonly<Record<Field['type'], readonly Actual[]>> = {
  string: ['string'],
  integer: ['integer'],
  boolean: ['boolean'],
  object: ['map'],
  map: ['map'],
  array: ['array'],
  intOrString: ['integer', 'string'],
};

const NOUNS: Readonly<Record<Field['type'] | Actual, string>> = {
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'a boolean',
  object: 'a map',
  map: 'a map',
  array: 'a list',
  intOrString: 'a whole number or a string',
};

/** Quotes make a string, and without them a number may be one. */
function typeFix(node: Value, { type }: Field): Fix | undefined {
  if (node.kind !== 'scalar' || node.style === 'block') return undefined;
  const span = { start: node.start, end: node.end };
  if (type === 'string')
    return { title: 'Put the value in quotes', edits: [{ span, newText: `'${node.value}'` }], safe: true };
  const isMeant =
    (type === 'integer' && /^[0-9]+$/.test(node.value)) ||
    (type === 'boolean' && /^(true|false)$/.test(node.value));
  return isMeant
    ? { title: 'Take the quotes away', edits: [{ span, newText: node.value }], safe: true }
    : undefined;
}

/** Options, forms and ranges. */
export function checkWords(node: ScalarNode, field: Field): Finding[] {
  const { options, kind } = field;
  if (options !== undefined) return checkOption(node, options);
  if (field.type === 'string' && kind !== undefined)
    return kind.check(node.value).map((problem) => placed(node, problem));
  return field.type === 'integer' ? checkRange(node, field) : [];
}

function checkOption(node: ScalarNode, options: readonly string[]): Finding[] {
  if (options.includes(node.value)) return [];
  const near = closest(node.value, options);
  const message = `\`${node.value}\` is not a valid value.`;
  const advice = `Use one of ${inWords(options, 'or')}.`;
  return [found('not-an-option', spanOf(node), message, advice, changeTo(node, near))];
}

function checkRange(node: ScalarNode, { minimum = -Infinity, maximum = Infinity }: Field): Finding[] {
  const value = Number(node.value.replaceAll('_', ''));
  if (value >= minimum && value <= maximum) return [];
  const range = `${minimum === -Infinity ? '' : `from ${minimum}`}${maximum === Infinity ? ' up' : ` to ${maximum}`}`;
  const message = `${node.value} is not a number ${range}.`;
  return [found('out-of-range', spanOf(node), message, `Use a number ${range}.`)];
}

function spanOf({ start, end }: Node): Finding['span'] {
  return { start, end };
}

function changeTo(node: ScalarNode, text: string | undefined): Fix | undefined {
  if (text === undefined || node.style === 'block') return undefined;
  const newText = asScalar(text, node);
  return { title: `Change to \`${text}\``, edits: [{ span: spanOf(node), newText }], safe: false };
}

/** A problem of a kind, in the text; the replacement is of the whole value here, or there is none. */
function placed(node: ScalarNode, { code, message, advice, replacement, start, end }: ValueProblem): Finding {
  const isWhole = start === 0 && end === node.value.length;
  const fix = isWhole ? changeTo(node, replacement) : undefined;
  return found(code, isWhole ? spanOf(node) : partOf(node, { start, end }), message, advice ?? '', fix);
}

function partOf(node: ScalarNode, { start, end }: Finding['span']): Finding['span'] {
  return node.style === 'plain' ? { start: node.start + start, end: node.start + end } : spanOf(node);
}

/** An attribute and its value, as the same pair in an annotation would be judged. */
export function checkAttribute(item: Node, table: AttributeTable): Finding[] {
  const key = behind(nodeAt(item, 'key'));
  const value = behind(nodeAt(item, 'value'));
  if (!isPlainText(key) || !isPlainText(value)) return [];
  const pair = `${key.value}=${value.value}`;
  return map({ describe: '', table })
    .check(pair)
    .map((problem) => {
      const inKey = problem.start <= key.value.length && problem.end <= key.value.length;
      const node = inKey ? key : value;
      const by = inKey ? 0 : key.value.length + 1;
      return placed(node, {
        ...problem,
        start: Math.max(0, problem.start - by),
        end: Math.max(0, problem.end - by),
      });
    });
}

/** Commas and equal signs would mean something else in an annotation. */
function isPlainText(node: Value | undefined): node is ScalarNode {
  return (
    node?.kind === 'scalar' &&
    node.type === 'string' &&
    node.value !== '' &&
    !/[,=]/.test(node.value) &&
    !hasPlaceholder(node.value)
  );
}
