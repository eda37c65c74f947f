/** What is told of a field; completion and hover show the same. */
import { PREFIX } from '../src/annotations/read';
import type { Field, ResourceTable } from '../src/crds';
import { codeSpan } from '../src/markdown';

export function describeField(name: string, field: Field, { href }: ResourceTable): string {
  const deprecated = field.deprecated === undefined ? [] : [`**Deprecated.** ${field.deprecated}`];
  const example = field.example === undefined ? [] : [`Example: \`${field.example}\``];
  return [
    `**${codeSpan(name)}**`,
    field.doc,
    ...deprecated,
    factsOf(field).join('\n'),
    ...example,
    `[Documentation](${field.attributes?.href ?? href})`,
  ].join('\n\n');
}

function factsOf(field: Field): string[] {
  const { required, since, annotation, immutable, autoMode } = field;
  return [
    `- Value: ${wordsFor(field)}`,
    required === undefined ? undefined : '- Required',
    annotation === undefined ? undefined : `- Wins over the annotation \`${PREFIX}/${annotation}\``,
    immutable === undefined ? undefined : '- Cannot be changed later',
    since === undefined ? undefined : `- Since: controller ${since}`,
    autoMode === undefined ? undefined : `- EKS Auto Mode: ${autoMode}`,
  ].filter((fact) => fact !== undefined);
}

const NOUNS: Readonly<Record<Field['type'], string>> = {
  string: 'text',
  integer: 'a whole number',
  boolean: '`true` or `false`',
  object: 'fields',
  array: 'a list',
  map: 'keys with values',
  intOrString: 'a whole number or text',
};

/** One phrase about the values of a field. */
export function wordsFor({ type, options, known, kind, minimum, maximum, of }: Field): string {
  if (options !== undefined) return `one of ${quoted(options)}`;
  if (known !== undefined) return quoted(Object.keys(known));
  if (kind !== undefined) return kind.describe;
  if (type === 'array' && of !== undefined)
    return `a list of ${of.type === 'object' ? 'objects' : wordsFor(of)}`;
  const range = [
    ...(minimum === undefined ? [] : [`from ${minimum}`]),
    ...(maximum === undefined ? [] : [`to ${maximum}`]),
  ];
  return [NOUNS[type], ...range].join(' ');
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(', ');
}
