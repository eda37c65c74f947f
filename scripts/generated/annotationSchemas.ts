/** JSON schemas (draft 7) of annotations. */
import type { Annotation } from '../../src/annotations/annotation';
import type { Family } from '../../src/annotations/families';
import { type Book, ingressBooks, serviceBooks } from '../../src/annotations/keys';

export const DRAFT = 'http://json-schema.org/draft-07/schema#';

/** The annotations of an Ingress. */
export function schema(): Record<string, unknown> {
  return schemaOfBooks('Annotations of an Ingress for AWS Load Balancer Controller', ingressBooks);
}

/** The annotations of a Service. */
export function serviceSchema(): Record<string, unknown> {
  return schemaOfBooks('Annotations of a Service for AWS Load Balancer Controller', serviceBooks);
}

function schemaOfBooks(title: string, books: readonly Book[]): Record<string, unknown> {
  return {
    $schema: DRAFT,
    title,
    type: 'object',
    properties: Object.fromEntries(books.flatMap(singles)),
    patternProperties: Object.fromEntries(books.flatMap(named)),
    additionalProperties: { type: 'string' },
  };
}

function singles({ prefix, catalogue }: Book): [string, unknown][] {
  return Object.entries(catalogue).map(([suffix, row]) => [`${prefix}${suffix}`, rowSchema(row)]);
}

function named({ prefix, families }: Book): [string, unknown][] {
  const rows: [string, (Annotation & Family) | undefined][] = Object.entries(families);
  return rows.flatMap(([family, row]): [string, unknown][] =>
    row === undefined ? [] : [[`^${`${prefix}${family}`.replaceAll('.', '\\.')}\\..+$`, rowSchema(row)]],
  );
}

function rowSchema(row: Annotation): Record<string, unknown> {
  const { doc, fallback, example, deprecated } = row;
  return {
    description: deprecated === undefined ? doc : `Deprecated. ${deprecated} ${doc}`,
    ...(fallback === undefined ? {} : { default: fallback }),
    examples: [example],
    ...(deprecated === undefined ? {} : { deprecated: true }),
    ...row.kind.schema,
  };
}
