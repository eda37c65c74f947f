import { readAnnotation } from '../../annotations/read';
import type { Service } from '../../kube/types';
import { keyOf } from '../../kube/types';
import { BuildError } from '../errors';
import type { Member } from '../group';
import type { Tags } from '../stack';
import { annotationsOf, type Build, type BuildSettings } from './context';
import { asRecord, given, mergeMaps } from './exclusive';

/** Tags shared by the members of a group: load balancer, security group, listener. Source: lbc:pkg/ingress/model_build_tags.go. */
export function groupTags(build: Build, members: readonly Member[]): Tags | undefined {
  const maps = given(members, (member) => memberTags(member, build.settings));
  const merged = mergeMaps(
    'tags',
    maps,
    {},
    (key, before, now) => `conflicting tag ${key}: ${before} | ${now}`,
  );
  return tagsOrNone({ ...merged, ...build.settings.defaultTags });
}

/** Tags of what belongs to one Ingress: a rule. */
export function ruleTags(build: Build, member: Member): Tags | undefined {
  return tagsOrNone({ ...memberTags(member, build.settings), ...build.settings.defaultTags });
}

/** Tags of a target group: the Ingress's and the Service's, the Service's first, the class's before both. */
export function backendTags(build: Build, member: Member, service: Service): Tags | undefined {
  const own = {
    ...readAnnotation('tags', annotationsOf(member)),
    ...readAnnotation('tags', service.metadata.annotations),
  };
  refuseManaged(
    own,
    build.settings,
    `failed build tags for Ingress ${member.key} and Service ${keyOf(service)}`,
  );
  return tagsOrNone({ ...own, ...classTags(member, build.settings), ...build.settings.defaultTags });
}

function memberTags(member: Member, settings: BuildSettings): Record<string, string> {
  const own = readAnnotation('tags', annotationsOf(member)) ?? {};
  refuseManaged(own, settings, `failed build tags for Ingress ${member.key}`);
  return { ...own, ...classTags(member, settings) };
}

function classTags(member: Member, settings: BuildSettings): Record<string, string> {
  const tags = asRecord(member.params?.tags);
  const name = member.ingressClass?.spec?.parameters?.name ?? '';
  refuseManaged(tags, settings, `failed build tags for IngressClassParams ${name}`);
  return tags;
}

/** Tag keys that somebody else manages (--external-managed-tags) must not be written by us. */
function refuseManaged(
  tags: Readonly<Record<string, string>>,
  settings: BuildSettings,
  prefix: string,
): void {
  const managed = Object.keys(tags).find((key) => settings.externalManagedTags.includes(key));
  if (managed !== undefined) {
    throw new BuildError(`${prefix}: external managed tag key ${managed} cannot be specified`);
  }
}

function tagsOrNone(tags: Record<string, string>): Tags | undefined {
  return Object.keys(tags).length === 0 ? undefined : tags;
}
