/** Attributes of load balancer and target groups against each other. */
import { catalogue } from '../../../src/annotations/catalogue';
import { pairsOf } from '../../../src/annotations/mapKind';
import { lookUp, PREFIX } from '../../../src/annotations/read';
import type { Entry } from '../../objects';
import type { CheckContext } from '../context';
import { setAnnotation, within } from '../edits';
import type { Finding, Fix } from '../finding';
import { entryOf, familyOf, type IngressSubject, readValue, spanOfAnnotation } from '../subject';
import { actionsOf, has, isWritten, type NamedAction, paramsOf, wholeGroup } from './facts';
import { fixOf, found, inWords } from './found';
import { ofService, placeOf, viewsOf } from './targets';

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

/** Attributes of all members and the class are brought together. */
function allAttributes(
  ingress: IngressSubject,
  context: CheckContext,
  holder: (typeof HOLDERS)[number],
): Readonly<Record<string, string>> | undefined {
  const members = wholeGroup(ingress, context);
  const maps = members?.map((member) => (has(member, holder) ? readValue(member, holder) : {}));
  if (maps === undefined || maps.some((map) => map === undefined)) return undefined;
  const ofClass = paramsOf(ingress, context).loadBalancerAttributes ?? [];
  return Object.assign({}, ...maps, Object.fromEntries(ofClass.map(({ key, value }) => [key, value])));
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

/** AWS: "You must enable group stickiness on a rule if you enabled target stickiness on one of its target groups." */
export function weightedStickiness(ingress: IngressSubject, context: CheckContext): Finding[] {
  const sticky = new Set(
    viewsOf(ingress, context, ['target-group-attributes']).flatMap(({ subject, service }) =>
      readValue(subject, 'target-group-attributes')?.['stickiness.enabled'] === 'true'
        ? [service?.object.name ?? '*']
        : [],
    ),
  );
  return actionsOf(ingress).flatMap((named) => {
    const forward = named.action.forwardConfig;
    const groups = forward?.targetGroups ?? [];
    const names = groups.flatMap(({ serviceName }) => (serviceName === undefined ? [] : [serviceName]));
    const isSticky = (name: string) =>
      sticky.has(name) || (sticky.has('*') && !overrides(ingress, context, name));
    if (groups.length < 2 || forward?.targetGroupStickinessConfig?.enabled === true || !names.some(isSticky))
      return [];
    return [notKept(ingress, named, names.filter(isSticky))];
  });
}

function overrides(ingress: IngressSubject, context: CheckContext, name: string): boolean {
  const service = context.service(ingress, name);
  return service !== undefined && has(service, 'target-group-attributes');
}

function notKept(ingress: IngressSubject, { name, action }: NamedAction, sticky: readonly string[]): Finding {
  const entry = familyOf(ingress, 'actions').find((one) => one.name === name)?.entry;
  const forwardConfig = {
    ...action.forwardConfig,
    targetGroupStickinessConfig: { enabled: true, durationSeconds: 3600 },
  };
  const json = JSON.stringify({ ...action, forwardConfig });
  const message = `\`actions.${name}\` splits requests over several target groups, and those of ${inWords(sticky)} are sticky, but the split is not.`;
  const advice =
    'Add `"targetGroupStickinessConfig": {"enabled": true, "durationSeconds": 3600}` to `forwardConfig`.';
  const fix = fixOf('Add `targetGroupStickinessConfig`', [
    setAnnotation(ingress.object, `actions.${name}`, json),
  ]);
  return found(
    'weighted-stickiness',
    entry?.keySpan ?? spanOfAnnotation(ingress, `actions.${name}`),
    message,
    advice,
    fix,
  );
}

/** With target type `instance` the node passes requests on to any pod (lbc:docs/guide/ingress/annotations.md). */
export function stickyInstances(ingress: IngressSubject, context: CheckContext): Finding[] {
  const { autoMode, fargate } = context.profile;
  const ofClass = paramsOf(ingress, context).targetType ?? '';
  if (ofClass === 'ip' || autoMode === true || fargate === true) return [];
  const views = viewsOf(ingress, context, ['target-group-attributes', 'target-type']);
  return views.flatMap((view) => {
    const attributes = readValue(view.subject, 'target-group-attributes');
    const type = readValue(view.subject, 'target-type') ?? catalogue['target-type'].fallback;
    if (attributes?.['stickiness.enabled'] !== 'true' || type !== 'instance') return [];
    const message = `Sessions are sticky to nodes${ofService(view)}: a node sends each request to any pod.`;
    const advice = 'Set `target-type: ip`.';
    const fix: Fix | undefined =
      view.service === undefined
        ? fixOf('Set `target-type` to `ip`', [setAnnotation(ingress.object, 'target-type', 'ip')])
        : undefined;
    return [found('sticky-instances', placeOf(view, 'target-group-attributes'), message, advice, fix)];
  });
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
