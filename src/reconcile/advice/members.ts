/** Which objects of a group are to blame, and which others stay as they were because of it. */
import { keyOf } from '../../kube/types';
import type { Owner } from '../owner';

/** As many names as one sentence can hold. */
const SHOWN = 8;

export interface Shares {
  readonly blamed: readonly string[];
  readonly others: readonly string[];
  readonly members: string | undefined;
}

/** Shares of the members of an owner: whoever is not to blame waits for who is. */
export function sharesOf(owner: Owner, blame: readonly string[], stage: 'build' | 'deploy'): Shares {
  const leaving = owner.leaving.map(keyOf);
  const all = [...owner.members.map(({ key }) => key), ...leaving];
  const blamed = all.filter((key) => blame.includes(key));
  const others = all.filter((key) => !blamed.includes(key));
  const sentence = all.length < 2 ? undefined : sentenceOf(blamed, others, leaving, stage);
  return { blamed, others, members: sentence };
}

function sentenceOf(
  blamed: readonly string[],
  others: readonly string[],
  leaving: readonly string[],
  stage: 'build' | 'deploy',
): string {
  const staying = others.filter((key) => !leaving.includes(key));
  const waiting = others.filter((key) => leaving.includes(key));
  const verb = stage === 'build' ? 'stay as they were' : 'may be changed only in part';
  const because = blamed.length === 0 ? '' : ' because of it';
  const parts = [
    ...(blamed.length === 0 ? [] : [`${listOf(blamed)} ${blamed.length === 1 ? 'is' : 'are'} to blame.`]),
    ...(staying.length === 0
      ? []
      : [`Of the group, ${listOf(staying)} ${singular(verb, staying)}${because}.`]),
    ...(waiting.length === 0
      ? []
      : [`${listOf(waiting)}, which ${waiting.length === 1 ? 'leaves' : 'leave'}, cannot be let go before.`]),
  ];
  return parts.join(' ');
}

function singular(verb: string, { length }: readonly string[]): string {
  return length > 1 ? verb : verb.replace('stay as they were', 'stays as it was');
}

/** "a, b and c", or "a, b and 7 more". */
export function listOf(names: readonly string[], shown = SHOWN): string {
  const [first = ''] = names;
  if (names.length < 2) return first;
  const head = names.length > shown ? names.slice(0, shown) : names.slice(0, -1);
  const last = names.length > shown ? `${names.length - shown} more` : names.at(-1);
  return `${head.join(', ')} and ${last}`;
}
