/** The reference pages of the annotations. */
import type { Annotation } from '../../src/annotations/annotation';
import { mergeTexts } from '../../src/annotations/annotation';
import * as attributes from '../../src/annotations/attributes';
import type { Family } from '../../src/annotations/families';
import { type Book, ingressBooks, serviceBooks } from '../../src/annotations/keys';
import type { AttributeTable } from '../../src/annotations/mapKind';
import { documentationOf, PREFIX, SERVICE_PREFIX } from '../../src/annotations/read';
import { inTreeOnly } from '../../src/annotations/serviceCatalogue';
import { anchor, code, GENERATED, page, table } from './markdown';

interface Row {
  /** What stands behind the prefix that the page takes for granted. */
  readonly name: string;
  readonly suffix: string;
  readonly row: Annotation;
}

export function annotationsPage(): string {
  const rows = rowsOf(ingressBooks, `${PREFIX}/`);
  return page(
    '# Annotations',
    GENERATED,
    `All annotations of AWS Load Balancer Controller for Ingresses. Every key begins with \`${PREFIX}/\`. "Group" says how the annotations of the members of an IngressGroup come together:`,
    Object.entries(mergeTexts)
      .map(([merge, words]) => `- **${merge}**: ${words}`)
      .join('\n'),
    table(
      ['Annotation', 'Value', 'Default', 'On', 'Group', 'Since', 'IngressClassParams'],
      rows.map(({ name, row: { kind, fallback, on, merge, since, classParams } }) => [
        ...[link(name), kind.name, code(fallback), on.join(', '), merge, since, code(classParams)],
      ]),
    ),
    ...rows.map(section),
    '## Attributes',
    ...Object.entries(INGRESS_ATTRIBUTES).map(([name, list]) => attributeSection(name, list)),
  );
}

export function serviceAnnotationsPage(): string {
  const rows = rowsOf(serviceBooks, SERVICE_PREFIX);
  return page(
    '# Annotations of Services',
    GENERATED,
    `All annotations of AWS Load Balancer Controller for Services that get a Network Load Balancer. Every key begins with \`${SERVICE_PREFIX}\`, but for those that are given in full.`,
    table(
      ['Annotation', 'Value', 'Default', 'Since'],
      rows.map(({ name, row: { kind, fallback, since } }) => [
        ...[link(name), kind.name, code(fallback), since],
      ]),
    ),
    ...rows.map(section),
    '## Attributes',
    ...Object.entries(SERVICE_ATTRIBUTES).map(([name, list]) => attributeSection(name, list)),
    '## Not read by the controller',
    'The cloud provider knows these names; for a load balancer of the AWS Load Balancer Controller they do nothing.',
    table(
      ['Annotation', 'Instead'],
      Object.entries(inTreeOnly).map(([suffix, instead]) => [code(suffix), instead]),
    ),
  );
}

function rowsOf(books: readonly Book[], prefix: string): Row[] {
  return books.flatMap((book) => {
    const name = (suffix: string) => (book.prefix === prefix ? suffix : `${book.prefix}${suffix}`);
    const families: [string, (Annotation & Family) | undefined][] = Object.entries(book.families);
    return [
      ...Object.entries(book.catalogue).map(([suffix, row]) => ({ name: name(suffix), suffix, row })),
      ...families.flatMap(([suffix, row]) =>
        row === undefined ? [] : [{ name: name(`${suffix}.<${row.placeholder.label}>`), suffix, row }],
      ),
    ];
  });
}

const link = (name: string) => `[\`${name}\`](#${anchor(name)})`;

function section({ name, suffix, row }: Row): string {
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

const INGRESS_ATTRIBUTES: Readonly<Record<string, AttributeTable>> = {
  'load-balancer-attributes': attributes.loadBalancerAttributes,
  'target-group-attributes': attributes.targetGroupAttributes,
  'listener-attributes': attributes.listenerAttributes,
  'frontend-nlb-attributes': attributes.networkLoadBalancerAttributes,
  'minimum-load-balancer-capacity': attributes.capacityAttributes,
};

const SERVICE_ATTRIBUTES: Readonly<Record<string, AttributeTable>> = {
  attributes: attributes.networkLoadBalancerAttributes,
  'target-group-attributes': attributes.networkTargetGroupAttributes,
  'listener-attributes': attributes.networkListenerAttributes,
  'minimum-load-balancer-capacity': attributes.networkCapacityAttributes,
};

function attributeSection(name: string, list: AttributeTable): string {
  const rows = Object.entries(list.attributes).map(([key, { kind, fallback, doc }]) => [
    ...[code(key), kind.describe, code(fallback), doc],
  ]);
  return [
    `### In \`${name}\``,
    `Attributes of ${list.owner} ([AWS](${list.href})).`,
    table(['Attribute', 'Value', 'Default', ''], rows),
  ].join('\n\n');
}
