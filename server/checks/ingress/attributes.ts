import { pairsOf } from '../../../src/annotations/mapKind';
import { lookUp, PREFIX } from '../../../src/annotations/read';
import { setAnnotation, within } from '../../edits';
import type { Entry } from '../../objects';
import { listOf } from '../../workspace/keys';
import type { CheckContext } from '../context';
import type { Finding } from '../finding';
import { ofGroup } from '../ofGroup';
import { entryOf, type IngressSubject, readValue, spanOfAnnotation } from '../subject';
import { has, isWritten, paramsOf, wholeGroup } from './facts';
import { fixOf, found } from './found';

const LOGS = ['access_logs.s3', 'connection_logs.s3', 'health_check_logs.s3'];
const HOLDERS = ['load-balancer-attributes', 'frontend-nlb-attributes'] as const;

/** botocore elbv2 LoadBalancerAttribute: "access_logs.s3.bucket ... is required if access logs are enabled". */
export function logBuckets(ingress: IngressSubject, context: CheckContext): Finding[] {
  return HOLDERS.flatMap((holder) => {
    const own = readValue(ingress, holder);
    const all = allAttributes(ingress, context, holder);
    if (own === undefined || all === undefined) return [];
    return LOGS.flatMap((log) => {
      const [enabled, bucket] = [all[`${log}.enabled`], all[`${log}.bucket`] ?? ''];
      const missing = own[`${log}.enabled`] === 'true' && bucket === '';
      if (missing) return [bucketMissing(ingress, holder, log)];
      return (own[`${log}.bucket`] ?? '') !== '' && enabled !== 'true'
        ? [logsOff(ingress, holder, log, enabled)]
        : [];
    });
  });
}

const memberAttributes = (holder: (typeof HOLDERS)[number]) =>
  ofGroup((members): Readonly<Record<string, string>> | undefined => {
    const maps = members.map((member) => (has(member, holder) ? readValue(member, holder) : {}));
    return maps.some((map) => map === undefined) ? undefined : Object.assign({}, ...maps);
  });

const MEMBER_ATTRIBUTES = Object.fromEntries(
  HOLDERS.map((holder) => [holder, memberAttributes(holder)]),
) as Readonly<Record<(typeof HOLDERS)[number], ReturnType<typeof memberAttributes>>>;

/** Attributes of all members and the class are brought together. */
function allAttributes(
  ingress: IngressSubject,
  context: CheckContext,
  holder: (typeof HOLDERS)[number],
): Readonly<Record<string, string>> | undefined {
  const members = wholeGroup(ingress, context);
  const ofMembers = members === undefined ? undefined : MEMBER_ATTRIBUTES[holder](members, context);
  if (ofMembers === undefined) return undefined;
  const ofClass = listOf(paramsOf(ingress, context).loadBalancerAttributes);
  return { ...ofMembers, ...Object.fromEntries(ofClass.map((one) => [one?.key, one?.value])) };
}

function bucketMissing(ingress: IngressSubject, holder: string, log: string): Finding {
  const message = `\`${log}.enabled=true\` has no \`${log}.bucket\`.`;
  const advice = `Add \`${log}.bucket=\` and the name of a bucket in the region of the load balancer.`;
  return found('log-bucket-missing', spanOfPair(ingress, holder, `${log}.enabled`), message, advice);
}

function logsOff(ingress: IngressSubject, holder: string, log: string, enabled: string | undefined): Finding {
  const message = `\`${log}.bucket\` is set, but \`${log}.enabled\` is ${enabled === undefined ? 'not' : `\`${enabled}\``}.`;
  const advice = `Add \`${log}.enabled=true\`.`;
  const raw = entryOf(ingress, holder)?.value ?? '';
  const fix =
    enabled === undefined
      ? fixOf(`Add \`${log}.enabled=true\``, [
          setAnnotation(ingress.object, holder, `${log}.enabled=true,${raw.trim()}`),
        ])
      : undefined;
  return found('logs-not-enabled', spanOfPair(ingress, holder, `${log}.bucket`), message, advice, fix);
}

function spanOfPair(ingress: IngressSubject, holder: string, key: string) {
  const entry = entryOf(ingress, holder);
  const pair = entry === undefined ? undefined : pairsOf(entry.value).find(({ name }) => name.text === key);
  return entry === undefined || pair === undefined
    ? spanOfAnnotation(ingress, holder)
    : entry.places.span({ start: pair.name.start, end: (pair.value ?? pair.name).end });
}

/** lbc:pkg/ingress/model_builder.go: "deletion_protection is enabled, cannot delete the ingress". */
export function deletionProtection(ingress: IngressSubject): Finding[] {
  if (readValue(ingress, 'load-balancer-attributes')?.['deletion_protection.enabled'] !== 'true') return [];
  const message = 'The load balancer is protected from deletion, and so is this Ingress.';
  const advice = 'Before you delete it, set `deletion_protection.enabled=false` and wait for the controller.';
  const span = spanOfPair(ingress, 'load-balancer-attributes', 'deletion_protection.enabled');
  return [found('deletion-protection', span, message, advice)];
}

/** Quotes around the value of a pair are no syntax: they become part of it (lbc:pkg/annotations/parser.go). */
export function innerQuotes(ingress: IngressSubject): Finding[] {
  return ingress.object.annotations.flatMap((entry) => {
    if (!/["']/.test(entry.value)) return [];
    const row = entry.key.startsWith(`${PREFIX}/`)
      ? lookUp(entry.key.slice(PREFIX.length + 1))?.row
      : undefined;
    if (row?.kind.name !== 'map' || entry.type !== 'string' || row.kind.check(entry.value).length > 0)
      return [];
    return pairsOf(entry.value).flatMap(({ name, value }) =>
      [name, ...(value === undefined ? [] : [value])].flatMap((part) => {
        const inner = /^(["'])(.*)\1$/s.exec(part.text)?.[2];
        return inner === undefined ? [] : [quoted(entry, part, inner)];
      }),
    );
  });
}

function quoted(
  entry: Entry,
  { start, end, text }: { start: number; end: number; text: string },
  inner: string,
): Finding {
  const span = entry.places.span({ start, end });
  const message = `The quotes of \`${text}\` become part of the text.`;
  const fix = fixOf(`Change to \`${inner}\``, [
    { span, newText: within(entry, inner.replaceAll(',', '\\,')) },
  ]);
  return found('inner-quotes', span, message, `Write \`${inner}\`.`, fix);
}

/** The web ACL beside a controller or a policy that cannot cope with it. */
export function webAclName(ingress: IngressSubject): Finding[] {
  const name = readValue(ingress, 'wafv2-acl-name');
  if (name === undefined || name === 'none' || name === '' || !isWritten(ingress, 'wafv2-acl-name'))
    return [];
  const message = `The controller has to look up the web ACL \`${name}\`.`;
  const advice = 'Allow its role `wafv2:ListWebACLs`, or use `wafv2-acl-arn`.';
  return [found('waf-acl-name-permission', spanOfAnnotation(ingress, 'wafv2-acl-name'), message, advice)];
}
