import { readAnnotation } from '../../annotations/read';
import { keyOf } from '../../kube/types';
import { newDraft } from '../draft';
import { BuildError } from '../errors';
import { type Group, sortMembers } from '../group';
import { groupIdText } from '../groupId';
import type { Lookups } from '../lookups';
import { type Stack, withFrontendTable } from '../stack';
import { buildAddOns } from './addOns';
import { annotationsOf, type Build, type BuildSettings } from './context';
import { buildFrontendNlb } from './frontendNlb';
import { buildListeners } from './listeners';
import { planPorts } from './listenPorts';
import { buildLoadBalancer } from './loadBalancer';
import type { RuleOrigin } from './ruleOrigin';

export { type BuildSettings, DEFAULT_SETTINGS } from './context';
export type { RuleOrigin } from './ruleOrigin';

/**
 * The resources that the controller would make for a group. Pure: the same group, lookups and settings give the same
 * stack. Throws {@link BuildError}, worded as the controller's event, when the group cannot be built; a group without
 * members gives a stack without resources, which means that all it has is to be removed.
 */
export function buildStack(
  group: Group,
  lookups: Lookups,
  settings: BuildSettings,
  observe?: (origin: RuleOrigin) => void,
): Stack {
  if (group.broken !== undefined) throw group.broken;
  refuseProtected(group);
  const ordered = { ...group, members: sortMembers(group.members) };
  const build: Build = {
    settings,
    group: ordered,
    lookups,
    draft: newDraft(),
    targetGroups: new Set(),
    observe,
  };
  let frontend = {};
  if (ordered.members.length > 0) {
    const ports = planPorts(build);
    const facts = buildLoadBalancer(build, ports.merged);
    buildListeners(build, facts, ports);
    buildAddOns(build);
    frontend = buildFrontendNlb(build, facts, ports);
  }
  const resources = withFrontendTable(build.draft.done(), frontend);
  return { kind: 'ingress', id: groupIdText(group.id), group: group.id, resources };
}

/** An Ingress whose load balancer is protected is not let go (lbc:pkg/ingress/model_builder.go run). */
function refuseProtected(group: Group): void {
  for (const ingress of group.inactive) {
    if (ingress.metadata.deletionTimestamp === undefined) continue;
    const attributes = readAnnotation('load-balancer-attributes', annotationsOf(ingress)) ?? {};
    if (attributes['deletion_protection.enabled'] === 'true') {
      const { name } = ingress.metadata;
      throw new BuildError(
        `deletion_protection is enabled, cannot delete the ingress: ${name}`,
        keyOf(ingress),
      );
    }
  }
}
