import { readAnnotation } from '../../annotations/read';
import { CLASSIC_WEB_ACL, SHIELD, WEB_ACL } from '../addOns';
import { goList, sorted } from '../errors';
import type { Member } from '../group';
import { LOAD_BALANCER, LOAD_BALANCER_ID, refTo } from '../stack';
import { annotationsOf, type Build } from './context';
import { exclusive } from './exclusive';

const NONE = 'none';

/**
 * Adds web ACLs and Shield protection to the draft, where any member says something about them.
 * Source: lbc:pkg/ingress/model_build_load_balancer_addons.go.
 */
export function buildAddOns(build: Build): void {
  const { draft, group } = build;
  const resourceARN = refTo(LOAD_BALANCER, LOAD_BALANCER_ID, 'loadBalancerARN');
  const webACLARN = webAcl(build);
  if (webACLARN !== undefined) draft.add(WEB_ACL, LOAD_BALANCER_ID, { webACLARN, resourceARN });
  const webACLID = classicWebAcl(group.members);
  if (webACLID !== undefined) draft.add(CLASSIC_WEB_ACL, LOAD_BALANCER_ID, { webACLID, resourceARN });
  const enabled = shield(group.members);
  if (enabled !== undefined) draft.add(SHIELD, LOAD_BALANCER_ID, { enabled, resourceARN });
}

/** ARNs count only where no member gives a name; `none` takes the web ACL away. */
function webAcl({ group, lookups }: Build): string | undefined {
  const name = exclusive(
    'wafv2-acl-name',
    group.members,
    (member) =>
      member.params?.wafv2AclName || readAnnotation('wafv2-acl-name', annotationsOf(member)) || undefined,
    (values) => `conflicting WAFv2 WebACL names: ${goList(sorted(values))}`,
  );
  if (name !== undefined) return name === NONE ? '' : lookups.webAclArn(name);
  const arn = webAclByArn(group.members);
  return arn === NONE ? '' : arn;
}

function webAclByArn(members: readonly Member[]): string | undefined {
  return exclusive(
    'wafv2-acl-arn',
    members,
    (member) => member.params?.wafv2AclArn || readAnnotation('wafv2-acl-arn', annotationsOf(member)),
    (values) => `conflicting WAFv2 WebACL ARNs: ${goList(sorted(values))}`,
  );
}

/** The old name counts only where the new one is absent. */
function classicWebAcl(members: readonly Member[]): string | undefined {
  const id = exclusive(
    'waf-acl-id',
    members,
    (member) => {
      const annotations = annotationsOf(member);
      const said = readAnnotation('waf-acl-id', annotations) ?? readAnnotation('web-acl-id', annotations);
      return said || undefined;
    },
    (values) => `conflicting WAFClassic WebACL IDs: ${goList(sorted(values))}`,
  );
  return id === NONE ? '' : id;
}

function shield(members: readonly Member[]): boolean | undefined {
  return exclusive(
    'shield-advanced-protection',
    members,
    (member) => readAnnotation('shield-advanced-protection', annotationsOf(member)),
    () => 'conflicting enable shield advanced protection',
  );
}
