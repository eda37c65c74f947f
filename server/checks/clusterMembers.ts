/** Members of a group that are in the connected cluster and not in the workspace. */
import type { LiveValue } from '../liveValues';
import { parseChunk } from '../objects';
import { createManifest } from '../text/manifest';
import type { Located } from '../workspace/workspace';
import { type IngressSubject, subjectOf } from './subject';

/** How the addresses of objects begin that stand in no file. */
export const CLUSTER = 'cluster:';

/**
 * Only where a member of the workspace is in the cluster, too: else the manifests are for another one.
 * `live` are the cluster's members of all groups.
 */
export function clusterMembers(
  group: string,
  members: readonly IngressSubject[],
  live: readonly LiveValue[],
): IngressSubject[] {
  const ofGroup = live.filter(({ facts }) => facts?.['group'] === group);
  const known = new Set(members.map(({ label }) => label));
  if (!ofGroup.some(({ value }) => known.has(value))) return [];
  return ofGroup.flatMap((value) => (known.has(value.value) ? [] : subjectFrom(value)));
}

/** An answer holds its values as long as nothing has changed. */
const read = new WeakMap<LiveValue, readonly Located[]>();

function subjectFrom(value: LiveValue): IngressSubject[] {
  const located = read.get(value) ?? locate(value);
  read.set(value, located);
  return located.map((one) => subjectOf(one) as IngressSubject);
}

function locate({ value, facts }: LiveValue): Located[] {
  const manifest = createManifest(`${CLUSTER}///${value}`, 'json', 0, facts?.['manifest'] ?? '');
  const objects = manifest.chunks.flatMap((chunk) => parseChunk(chunk).objects);
  const file = { uri: manifest.uri, manifest, located: [], template: false };
  return objects.map((object) => ({ file, object }));
}
