/** What the controller that the profile names cannot do. */
import { lookUpOn, shortKey } from '../../../src/annotations/keys';
import { removeEntry } from '../../edits';
import type { Entry } from '../../objects';
import { type CheckContext, LEGACY_CLASS } from '../context';
import type { Finding } from '../finding';
import { isBefore } from '../profile';
import { entryOf, type IngressSubject, readValue, type Subject, spanOfAnnotation } from '../subject';
import { fixOf, found } from './found';

/** An annotation that came with a later release is an unknown one. */
export function needsNewerController({ object }: Subject, { profile }: CheckContext): Finding[] {
  if (profile.autoMode === true || profile.controller === undefined) return [];
  return object.annotations.flatMap((entry) => {
    const known = lookUpOn(entry.key, object.kind);
    if (known === undefined || !isBefore(profile, known.row.since)) return [];
    const message = `\`${shortKey(known)}\` came with release ${known.row.since} of the controller; this project is for ${profile.controller}.`;
    const advice = 'Upgrade the controller (with its IAM policy), or remove the annotation.';
    return [found('needs-newer-controller', entry.keySpan, message, advice)];
  });
}

/** EKS user guide, Auto Mode: load balancing, "Considerations"; the text is that of the catalogue. */
export function autoModeUnsupported({ object }: Subject, { profile }: CheckContext): Finding[] {
  if (profile.autoMode !== true) return [];
  return object.annotations.flatMap((entry) => {
    if (entry.key === LEGACY_CLASS) return [legacyClass(entry)];
    const known = lookUpOn(entry.key, object.kind);
    const advice = known?.row.autoMode;
    // Of the two ways to log in one is supported.
    if (known === undefined || advice === undefined) return [];
    if (known.suffix === 'auth-type' && entry.value !== 'oidc') return [];
    const name = shortKey(known);
    const message = `\`${name}\` does not work in EKS Auto Mode.`;
    const fix = fixOf(`Remove \`${name}\``, [removeEntry(object, entry)]);
    return [found('auto-mode-unsupported', entry.keySpan, message, advice, fix)];
  });
}

function legacyClass(entry: Entry): Finding {
  const message = `\`${LEGACY_CLASS}\` does not work in EKS Auto Mode.`;
  const advice =
    'Set `spec.ingressClassName` to an IngressClass with the controller `eks.amazonaws.com/alb`.';
  return found('auto-mode-unsupported', entry.keySpan, message, advice);
}

/** Fixed in 2.8.2: before, `none` was sent to AWS as if it were an ARN (kubernetes-sigs/aws-load-balancer-controller#4033). */
export function webAclNone(ingress: IngressSubject, { profile }: CheckContext): Finding[] {
  const isNone = readValue(ingress, 'wafv2-acl-arn') === 'none';
  if (!isNone || profile.autoMode === true || !isBefore(profile, '2.8.2')) return [];
  const message = `Controller ${profile.controller} takes \`none\` for an ARN.`;
  const advice =
    'Upgrade it to 2.8.2 or later, or remove the annotation and disassociate the web ACL yourself.';
  const entry = entryOf(ingress, 'wafv2-acl-arn');
  const fix =
    entry === undefined ? undefined : fixOf('Remove `wafv2-acl-arn`', [removeEntry(ingress.object, entry)]);
  return [found('waf-none-old-controller', spanOfAnnotation(ingress, 'wafv2-acl-arn'), message, advice, fix)];
}
