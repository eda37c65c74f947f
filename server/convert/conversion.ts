/** What a conversion of an Ingress is, and how it is applied to the object. */
import type { Ingress, Metadata } from '../../src/kube/types';

export type Verdict =
  /** Said in annotations or rules of the load balancer, with the same meaning. */
  | 'converted'
  /** Said as far as the load balancer can; the note tells what is different. */
  | 'partly'
  /** Nothing to write: the load balancer does it anyway, or the annotation did nothing. */
  | 'default'
  /** The load balancer cannot do it; the note tells what to do instead. */
  | 'none';

export interface Note {
  /** The key of the annotation, or the place in the object (`spec.tls`) or new annotation that the note is about. */
  readonly key: string;
  readonly verdict: Verdict;
  readonly text: string;
  /** The annotation kept somebody out, and nothing does after the conversion. */
  readonly unguarded?: true;
}

/** Puts `value` at `path`, counted from the root of the Ingress; an index just behind the end of a list appends. */
export interface SpecEdit {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

export interface Conversion {
  /** Keys of annotations to remove. */
  readonly remove: readonly string[];
  /** Annotations to write, in this order, by whole key; they replace those of the same key. */
  readonly add: Readonly<Record<string, string>>;
  readonly spec: readonly SpecEdit[];
  /** One per annotation that was looked at, in their order, then those about the rest of the Ingress. */
  readonly notes: readonly Note[];
}

/** The Ingress after the conversion; the given one stays as it is. */
export function applyConversion(ingress: Ingress, { remove, add, spec }: Conversion): Ingress {
  const kept = Object.entries(ingress.metadata.annotations ?? {}).filter(([key]) => !remove.includes(key));
  const metadata: Metadata = { ...ingress.metadata, annotations: { ...Object.fromEntries(kept), ...add } };
  // Edits stay within the type: they are made from values of the same type by `editsBetween`.
  return spec.reduce<unknown>((object, { path, value }) => put(object, path, value), {
    ...ingress,
    metadata,
  }) as Ingress;
}

function put(object: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === 'number') {
    const list: readonly unknown[] = Array.isArray(object) ? object : [];
    const next = put(list[step], rest, value);
    return step < list.length ? list.with(step, next) : [...list, next];
  }
  const record = isRecord(object) ? object : {};
  return { ...record, [step]: put(record[step], rest, value) };
}

/** The smallest edits that make `to` of `from`: single values, elements at the end of lists, else whole lists. */
export function editsBetween(from: unknown, to: unknown, path: readonly (string | number)[]): SpecEdit[] {
  if (Array.isArray(from) && Array.isArray(to) && to.length >= from.length) {
    return to.flatMap((value, at) => editsBetween(from[at], value, [...path, at]));
  }
  if (isRecord(from) && isRecord(to) && Object.keys(from).every((key) => key in to)) {
    return Object.keys(to).flatMap((key) => editsBetween(from[key], to[key], [...path, key]));
  }
  return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ path, value: to }];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
