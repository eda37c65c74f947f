import type { Suffix } from '../../annotations/read';
import { BuildError } from '../errors';
import type { Member } from '../group';

/** A value of one member, and who gave it. */
interface Given<T> {
  readonly value: T;
  readonly member: string;
}

/** What each member says, in group order; members that say nothing are left out. */
export function given<T>(members: readonly Member[], read: (member: Member) => T | undefined): Given<T>[] {
  return members.flatMap((member) => {
    const value = read(member);
    return value === undefined ? [] : [{ value, member: member.key }];
  });
}

/** The one value that all members agree on; throws in the controller's words when they do not. */
export function exclusive<T extends string | boolean>(
  about: Suffix,
  members: readonly Member[],
  read: (member: Member) => T | undefined,
  conflict: (values: readonly T[]) => string,
): T | undefined {
  const values = given(members, read);
  const first = values[0];
  const other = values.find(({ value }) => value !== first?.value);
  if (first !== undefined && other !== undefined) {
    throw inConflict(conflict(values.map(({ value }) => value)), about, first, other);
  }
  return first?.value;
}

/** The refusal of a group in which `other` contradicts `first`. */
export function inConflict(
  message: string,
  about: string,
  first: Pick<Given<unknown>, 'member'>,
  other: Pick<Given<unknown>, 'member'>,
): BuildError {
  return new BuildError(message, other.member, { about, first: first.member });
}

/** Maps that may overlap only where they agree; keys in `decided` are settled elsewhere (IngressClassParams). */
export function mergeMaps(
  about: string,
  maps: readonly Given<Readonly<Record<string, string>>>[],
  decided: Readonly<Record<string, string>>,
  conflict: (key: string, before: string, now: string, member: string) => string,
): Record<string, string> {
  const merged: Record<string, string> = {};
  for (const { value: map, member } of maps) {
    for (const [key, value] of Object.entries(map)) {
      const before = merged[key];
      if (before !== undefined && before !== value && decided[key] === undefined) {
        const first = maps.find((one) => one.value[key] === before) ?? { member };
        throw inConflict(conflict(key, before, value, member), about, first, { member });
      }
      merged[key] = value;
    }
  }
  return { ...merged, ...decided };
}

export function asRecord(
  pairs: readonly { readonly key: string; readonly value: string }[] | undefined,
): Record<string, string> {
  return Object.fromEntries((pairs ?? []).map(({ key, value }) => [key, value]));
}

/** Attributes as the model prints them, sorted by key. Absent when there are none, as in the controller's JSON. */
export function asAttributes(
  record: Readonly<Record<string, string>>,
): { key: string; value: string }[] | undefined {
  const keys = Object.keys(record).sort();
  return keys.length === 0 ? undefined : keys.map((key) => ({ key, value: record[key] ?? '' }));
}

/** Leaves out members that are undefined, so that optional properties are absent rather than undefined. */
export function compact<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const compacted: Partial<T> = {};
  for (const key of Object.keys(object) as (keyof T)[]) {
    if (object[key] !== undefined) compacted[key] = object[key];
  }
  return compacted as { [K in keyof T]: Exclude<T[K], undefined> };
}
