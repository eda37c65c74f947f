/** The names that objects share, and each place where one is written. */
import type { Span } from '../../src/annotations/kinds';
import type { Located } from '../workspace/workspace';
import { behind, nodeAt } from '../yaml/node';
import { type Place, scalarSpan } from './places';

export type Name =
  /** An object by its kind: a Service, a Secret, a class, its parameters, a workload. */
  | { readonly kind: 'object'; readonly of: string; readonly name: string }
  /** A port of a Service by its name or its number, as it is written. */
  | { readonly kind: 'port'; readonly service: string; readonly name: string }
  /** What stands behind `actions.` in the annotations of one Ingress. */
  | { readonly kind: 'action'; readonly name: string }
  | { readonly kind: 'group'; readonly name: string }
  /** The labels by which a Service selects its Pods; `name` is that of the Service. */
  | { readonly kind: 'pods'; readonly name: string };

export interface Occurrence extends Place {
  readonly symbol: Name;
  /** Here the thing itself is written, not only its name. */
  readonly declares: boolean;
  /** The text is another than the name, as `use-annotation` in place of a port. */
  readonly literal: boolean;
  /** The text stands at a YAML anchor, not here. */
  readonly aliased: boolean;
}

export interface Written {
  readonly text: string;
  readonly span: Span;
  readonly aliased: boolean;
}

/** The text of the scalar at a path; a name that YAML takes for a number is a name all the same. */
export function writtenAt({ object }: Located, path: readonly (string | number)[]): Written | undefined {
  const node = nodeAt(object.root, ...path);
  const scalar = behind(node);
  if (node === undefined || scalar?.kind !== 'scalar' || scalar.type === 'null' || scalar.value === '')
    return undefined;
  const aliased = node.kind === 'alias';
  const span = aliased ? { start: node.start, end: node.end } : scalarSpan(scalar, object.chunk.text);
  return { text: scalar.value, span, aliased };
}

/** What an occurrence may be besides a plain reference. */
export type Traits = Partial<Pick<Occurrence, 'declares' | 'literal'>>;

/** The occurrence of a name at a path; none if nothing is written there. */
export function named(
  at: Located,
  path: readonly (string | number)[],
  symbolOf: (name: string) => Name,
  traits: Traits = {},
): Occurrence[] {
  const written = writtenAt(at, path);
  return written === undefined ? [] : [occurrence(at, written, symbolOf(written.text), traits)];
}

export function occurrence(
  at: Located,
  { span, aliased }: Pick<Written, 'span' | 'aliased'>,
  symbol: Name,
  { declares = false, literal = false }: Traits = {},
): Occurrence {
  return { at, span, symbol, declares, literal, aliased };
}

export const objectNamed =
  (of: string) =>
  (name: string): Name => ({ kind: 'object', of, name });

export const portOf =
  (service: string) =>
  (name: string): Name => ({ kind: 'port', service, name });

export const groupNamed = (name: string): Name => ({ kind: 'group', name });
