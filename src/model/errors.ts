import type { SubnetQuery } from './lookups';

/**
 * The group cannot be built. `message` is worded as the controller words it in its event, so that people find it in
 * the same searches; `member` names the Ingress that caused it, where one did.
 */
export class BuildError extends Error {
  readonly member: string | undefined;
  readonly conflict: Conflict | undefined;
  /** The subnets that were asked for, where there are none: by it each subnet can be told why not. */
  readonly subnets: SubnetQuery | undefined;

  constructor(message: string, member?: string, conflict?: Conflict, subnets?: SubnetQuery) {
    super(message);
    this.name = 'BuildError';
    this.member = member;
    this.conflict = conflict;
    this.subnets = subnets;
  }
}

/** Two members of a group say different things where only one can be. */
export interface Conflict {
  /** Suffix of the annotation, or `defaultBackend`. */
  readonly about: string;
  /** The member that said it first, as `namespace/name`. */
  readonly first: string;
}

/** The group cannot even be put together: the controller stops before it touches any member. */
export class LoadError extends BuildError {}

/** Runs `body`, prefixing what it throws as Go's errors.Wrapf does; the innermost member wins. */
export function inMember<T>(member: string, prefix: string | undefined, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const message = prefix === undefined ? error.message : `${prefix}: ${error.message}`;
    if (!(error instanceof BuildError)) throw new BuildError(message, member);
    throw new BuildError(message, error.member ?? member, error.conflict, error.subnets);
  }
}

/** Go's `%v` of a slice of strings: `[a b]`. */
export function goList(values: Iterable<unknown>): string {
  return `[${[...values].join(' ')}]`;
}

/** Go's `%v` of a sets.String: `map[a:{} b:{}]`, sorted. */
export function goSet(values: Iterable<string>): string {
  return `map[${sorted(values)
    .map((value) => `${value}:{}`)
    .join(' ')}]`;
}

/** Sorted copy without duplicates, in Go's byte order. */
export function sorted(values: Iterable<string>): string[] {
  return [...new Set(values)].sort(byBytes);
}

/** Byte order, as Go's sort.Strings (not the locale's). */
export function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
