/** The files that follow from the catalogue, as text. */
import type { Annotation } from '../src/annotations/annotation';
import { mergeTexts } from '../src/annotations/annotation';
import * as attributes from '../src/annotations/attributes';
import { catalogue, families } from '../src/annotations/catalogue';
import type { AttributeTable } from '../src/annotations/mapKind';
import { annotationKey, documentationOf, PREFIX } from '../src/annotations/read';
import { rules } from '../src/rules';

/** Path in the repository -> content. */
export function generatedFiles(): Record<string, string> {
  return {
    'schemas/annotations.schema.json': `${JSON.stringify(schema(), null, 2)}\n`,
    'docs/annotations.md': annotationsPage(),
    'docs/rules.md': rulesPage(),
  };
}

const singles: [string, Annotation][] = Object.entries(catalogue);

/** A JSON schema (draft 7) of the annotations of an Ingress. */
export function schema(): Record<string, unknown> {
  const named = Object.entries(families).map(([family, row]): [string, unknown] => [
    `^${annotationKey(family).replaceAll('.', '\\.')}\\..+$`,
    { ...describe(row), ...row.kind.schema },
  ]);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Annotations of an Ingress for AWS Load Balancer Controller',
    type: 'object',
    properties: Object.fromEntries(
      singles.map(([suffix, row]) => [annotationKey(suffix), { ...describe(row), ...row.kind.schema }]),
    ),
    patternProperties: Object.fromEntries(named),
    additionalProperties: { type: 'string' },
  };
}

function describe({ doc, fallback, example, deprecated }: Annotation): Record<string, unknown> {
  return {
    description: deprecated === undefined ? doc : `Deprecated. ${deprecated} ${doc}`,
    ...(fallback === undefined ? {} : { default: fallback }),
    examples: [example],
    ...(deprecated === undefined ? {} : { deprecated: true }),
  };
}

const GENERATED = '<!-- Generated from src/annotations by `npm run generate`; do not edit. -->';

function annotationsPage(): string {
  const rows: [string, string, Annotation][] = [
    ...singles.map(([suffix, row]): [string, string, Annotation] => [suffix, suffix, row]),
    ...Object.entries(families).map(([family, row]): [string, string, Annotation] => [
      `${family}.<${row.placeholder.label}>`,
      family,
      row,
    ]),
  ];
  return `${[
    '# Annotations',
    GENERATED,
    `All annotations of AWS Load Balancer Controller for Ingresses. Every key begins with \`${PREFIX}/\`. "Group" says how the annotations of the members of an IngressGroup come together:`,
    Object.entries(mergeTexts)
      .map(([merge, words]) => `- **${merge}**: ${words}`)
      .join('\n'),
    table(
      ['Annotation', 'Value', 'Default', 'On', 'Group', 'Since', 'IngressClassParams'],
      rows.map(summary),
    ),
    ...rows.map(([name, suffix, row]) => section(name, suffix, row)),
    '## Attributes',
    ...Object.entries(ATTRIBUTES).map(([name, list]) => attributeSection(name, list)),
  ].join('\n\n')}\n`;
}

function summary([name, , row]: [string, string, Annotation]): string[] {
  const { kind, fallback, on, merge, since, classParams } = row;
  const link = `[\`${name}\`](#${anchor(name)})`;
  const code = (text: string | undefined) => (text === undefined ? '' : `\`${text}\``);
  return [link, kind.name, code(fallback), on.join(', '), merge, since, code(classParams)];
}

function section(name: string, suffix: string, row: Annotation): string {
  const notes = [
    row.doc,
    row.deprecated === undefined ? undefined : `**Deprecated.** ${row.deprecated}`,
    row.mergeNote === undefined ? undefined : `In a group: ${row.mergeNote}`,
    row.autoMode === undefined ? undefined : `EKS Auto Mode: ${row.autoMode}`,
    `Value: ${row.kind.describe}. Example: \`${row.example}\``,
    `[Controller documentation](${documentationOf({ row, suffix })})${row.aws === undefined ? '' : ` · [AWS documentation](${row.aws})`}`,
  ];
  return [`### ${name}`, ...notes.filter((note) => note !== undefined)].join('\n\n');
}

const ATTRIBUTES: Readonly<Record<string, AttributeTable>> = {
  'load-balancer-attributes': attributes.loadBalancerAttributes,
  'target-group-attributes': attributes.targetGroupAttributes,
  'listener-attributes': attributes.listenerAttributes,
  'frontend-nlb-attributes': attributes.networkLoadBalancerAttributes,
  'minimum-load-balancer-capacity': attributes.capacityAttributes,
};

function attributeSection(name: string, list: AttributeTable): string {
  const rows = Object.entries(list.attributes).map(([key, { kind, fallback, doc }]) => [
    `\`${key}\``,
    kind.describe,
    fallback === undefined ? '' : `\`${fallback}\``,
    doc,
  ]);
  return [
    `### In \`${name}\``,
    `Attributes of ${list.owner} ([AWS](${list.href})).`,
    table(['Attribute', 'Value', 'Default', ''], rows),
  ].join('\n\n');
}

function rulesPage(): string {
  const rows = Object.entries(rules).map(
    ([code, { severity, title, why }]) => `## ${code}\n\n${title} (${severity}). ${why}`,
  );
  return `${['# Rules', GENERATED, 'What the editor and `ekslb lint` check in annotations, by the code of the finding.', ...rows].join('\n\n')}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The anchor that Markdown viewers make of a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-');
}
