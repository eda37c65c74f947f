import type { Setup } from './setup';

/** By which setup knows again what it made: only that is deleted when a setup is taken back. */
export const MADE_BY = 'ekslb/made-by';
export const MADE_FOR = 'ekslb/cluster';
const US = 'setup';

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** What we make for all clusters of an account. */
export const OWN_TAGS: Tag[] = [{ Key: MADE_BY, Value: US }];

/** What we make for one cluster. */
export function clusterTags({ clusterName }: Setup): Tag[] {
  return [...OWN_TAGS, { Key: MADE_FOR, Value: clusterName }];
}

/** The same as a map, as the EKS API takes it. */
export function tagMap(tags: readonly Tag[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

type Found = { readonly Key?: string | undefined; readonly Value?: string | undefined };

/** Whether tags, as a list or as a map, say that we made it. */
export function isOurs(tags: readonly Found[] | Readonly<Record<string, string>> | undefined): boolean {
  if (tags === undefined) return false;
  if (!isList(tags)) return tags[MADE_BY] === US;
  return tags.some(({ Key, Value }) => Key === MADE_BY && Value === US);
}

function isList(tags: readonly Found[] | Readonly<Record<string, string>>): tags is readonly Found[] {
  return Array.isArray(tags);
}
