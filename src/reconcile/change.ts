import type { Aws } from '../aws/clients';
import type { Kube } from '../kube/client';
import type { ClusterSnapshot } from '../kube/snapshot';
import type { BuildSettings } from '../model/build';
import { parseRef, type Token } from '../model/stack';
import type { Host } from './host';

/** One field that a change sets. Values are what AWS holds and what it will hold. */
export interface FieldChange {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** A resource of a stack: its type, and its id there. */
export interface ResourceKey {
  readonly type: string;
  readonly id: string;
}

export type ChangeKind = 'create' | 'update' | 'replace' | 'delete';

/**
 * Something that a run does, as a value: a preview lists it, a run calls its `apply`. Applying twice is safe: creates
 * are found again by their tags, updates and deletes are repeatable.
 */
export interface Change {
  readonly kind: ChangeKind;
  /** In the field's words: "Target group", "Listener", ... */
  readonly what: string;
  /** Name, port or id by which a person knows it. */
  readonly name: string;
  readonly arn?: string;
  /** The resource of the stack that it is about, by which its reason is found. */
  readonly of?: ResourceKey;
  readonly fields: readonly FieldChange[];
  /** Why this loses something: traffic, a DNS name, a protection. */
  readonly destructive?: string;
  apply(run: Run): Promise<void>;
}

/** What runs side by side (`parallel`) or one after the other. */
export interface Step {
  readonly title: string;
  readonly order: 'parallel' | 'sequence';
  readonly changes: readonly Change[];
}

/** What a change needs to act. */
export interface Run {
  readonly aws: Aws;
  readonly kube: Kube | undefined;
  readonly settings: BuildSettings;
  readonly outputs: Outputs;
  readonly host: Host;
  readonly signal: AbortSignal;
  /** The cluster as it is now; it is read anew where nobody keeps it. */
  readonly read?: (() => Promise<ClusterSnapshot>) | undefined;
}

/** Ids and ARNs that exist already or that creates have brought, by token. */
export interface Outputs {
  /** The value of a token; undefined while its resource (a reference, or `new:NAME`) does not exist. */
  find(token: Token): string | undefined;
  /** The value of a token; throws when a change runs before the one that it needs. */
  need(token: Token): string;
  put(token: Token, value: string): void;
}

/**
 * Outputs of one stack: references are its own, `new:NAME` is known to all stacks of a run (`shared`), because every
 * stack has a listener `80`, but only one back-end group is made.
 */
export function newOutputs(shared: Map<string, string> = new Map()): Outputs {
  const own = new Map<string, string>();
  const valuesOf = (token: Token) => (typeof token === 'string' ? shared : own);
  const find = (token: Token) =>
    typeof token === 'string' && !token.startsWith('new:') ? token : valuesOf(token).get(keyOf(token));
  return {
    find,
    need(token) {
      const value = find(token);
      if (value === undefined)
        throw new Error(`${keyOf(token)} does not exist yet: changes ran out of order`);
      return value;
    },
    put: (token, value) => valuesOf(token).set(keyOf(token), value),
  };
}

function keyOf(token: Token): string {
  return typeof token === 'string' ? token : token.$ref;
}

/** A token as a plan shows it: its value, or the name of what is yet to be made. */
export function showToken(token: Token, outputs: Outputs): string {
  const value = outputs.find(token);
  if (value !== undefined) return value;
  if (typeof token === 'string') return `(new) ${token.slice('new:'.length)}`;
  return `(new) ${parseRef(token)?.id ?? token.$ref}`;
}

/** Fields in which two records differ, in order of their keys. */
export function diffRecords(
  prefix: string,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): FieldChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys
    .filter((key) => canonical(before[key]) !== canonical(after[key]))
    .map((key) => ({
      path: prefix === '' ? key : `${prefix}.${key}`,
      before: before[key],
      after: after[key],
    }));
}

/** JSON with sorted keys and without absent members: equal values give equal text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** A port as a plan shows it: node ports below zero are still to be chosen by the cluster. */
export function showPort(port: number): string {
  return port < 0 ? '(node port, chosen by the cluster)' : String(port);
}
