/** Attributes of target groups: stickiness, and settings that exclude each other. */
import { catalogue } from '../../../src/annotations/catalogue';
import { setAnnotation } from '../../edits';
import type { CheckContext } from '../context';
import type { Finding } from '../finding';
import { type IngressSubject, readValue } from '../subject';
import { actionsOf, has, keyOf, type NamedAction, paramsOf } from './facts';
import { fixOf, found, inWords, setTo } from './found';
import { ofService, placeOf, viewsOf } from './targets';

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
  return found('weighted-stickiness', keyOf(ingress, `actions.${name}`), message, advice, fix);
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
    const fix = view.service === undefined ? setTo(ingress, 'target-type', 'ip') : undefined;
    return [found('sticky-instances', placeOf(view, 'target-group-attributes'), message, advice, fix)];
  });
}

type Attributes = Readonly<Record<string, string>>;

const ALGORITHM = 'load_balancing.algorithm.type';

/** What AWS refuses together (Application Load Balancers, "Edit target group attributes"); undefined: nothing. */
const CONFLICTS: readonly ((attributes: Attributes) => string | undefined)[] = [
  (of) =>
    of['load_balancing.algorithm.anomaly_mitigation'] === 'on' && of[ALGORITHM] !== 'weighted_random'
      ? `\`load_balancing.algorithm.anomaly_mitigation=on\` needs \`${ALGORITHM}=weighted_random\``
      : undefined,
  (of) =>
    Number(of['slow_start.duration_seconds'] ?? 0) > 0 && !['round_robin', undefined].includes(of[ALGORITHM])
      ? `\`slow_start.duration_seconds\` needs \`${ALGORITHM}=round_robin\``
      : undefined,
  (of) =>
    of['stickiness.enabled'] === 'true' &&
    of['stickiness.type'] === 'app_cookie' &&
    (of['stickiness.app_cookie.cookie_name'] ?? '') === ''
      ? '`stickiness.type=app_cookie` needs `stickiness.app_cookie.cookie_name`'
      : undefined,
];

/** Attributes of one target group against each other. */
export function attributeConflict(ingress: IngressSubject, context: CheckContext): Finding[] {
  return viewsOf(ingress, context, ['target-group-attributes']).flatMap((view) => {
    const attributes = readValue(view.subject, 'target-group-attributes') ?? {};
    return CONFLICTS.flatMap((check) => {
      const needs = check(attributes);
      if (needs === undefined) return [];
      const advice = 'Add what it needs, or remove it.';
      const span = placeOf(view, 'target-group-attributes');
      return [found('attribute-conflict', span, `${needs}${ofService(view)}.`, advice)];
    });
  });
}
