/** Names of other objects: what may be said of one that is not found. */
import { distance } from 'fastest-levenshtein';
import { closest } from '../../../src/annotations/closest';
import type { CheckContext } from '../context';
import type { Subject } from '../subject';

/** A name that a tool does not fill in later. */
export function isPlain(name: string): boolean {
  return /^[\w./-]+$/.test(name);
}

/** What is known of a name that no object has. Undefined: nothing, it may well exist elsewhere. */
export interface Missing {
  /** The object that was probably meant. */
  readonly near: Subject | undefined;
}

/**
 * An object is missing only where the workspace would hold it ({@link CheckContext.expects}), or where the name is so
 * close to another one of the namespace that it is a slip of the pen.
 */
export function missing(kind: string, name: string, of: Subject, context: CheckContext): Missing | undefined {
  if (!isPlain(name)) return undefined;
  const expected = context.expects(kind, of);
  const near = nearest(name, context.neighbours(kind, of));
  if (expected) return { near };
  return near !== undefined && isSlip(name, near.object.name ?? '') ? { near } : undefined;
}

export function nearest(name: string, among: readonly Subject[]): Subject | undefined {
  const found = similar(
    name,
    among.flatMap(({ object }) => object.name ?? []),
  );
  return among.find(({ object }) => object.name === found);
}

/** The name that was probably meant. */
export function similar(name: string, among: readonly string[]): string | undefined {
  return among.find((one) => isSlip(name, one)) ?? closest(name, among);
}

/** `wbe` for `web`, but not `web-2` for `web-1`, `shop-us` for `shop-eu` or `web-api` for `web`: those may be two objects. */
export function isSlip(name: string, other: string): boolean {
  // Most names are of quite another length, and a namespace may have thousands.
  if (Math.abs(name.length - other.length) > 1) return false;
  const [a, b] = [name.split('-'), other.split('-')];
  const differing = a.flatMap((part, at) => (part === b[at] ? [] : [[part, b[at] ?? ''] as const]));
  const [pair] = differing;
  return a.length === b.length && differing.length === 1 && pair !== undefined && looksAlike(...pair);
}

/** One letter more, less or another, or two letters in the wrong order; digits tell things apart. */
function looksAlike(one: string, other: string): boolean {
  const digits = (text: string) => text.replace(/\D/g, '');
  if (Math.min(one.length, other.length) < 3 || digits(one) !== digits(other)) return false;
  const letters = (text: string) => [...text].sort().join('');
  const away = distance(one, other);
  return away === 1 || (away === 2 && letters(one) === letters(other));
}

/** `` `a`, `b` and `c` `` */
export function listed(names: readonly (string | number)[]): string {
  const quoted = names.map((name) => `\`${name}\``);
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} and ${last}`;
}
