/** Annotations whose key names a backend, against the backends (lbc:pkg/ingress/enhanced_backend_builder.go). */
import { closest } from '../../../src/annotations/closest';
import { annotationKey, type FamilyName } from '../../../src/annotations/read';
import type { Edit } from '../../edits';
import { quotedScalar, removeEntry, renameKey } from '../../edits';
import type { Entry } from '../../objects';
import type { BackendPlace } from '../../workspace/keys';
import { behind, nodeAt, pairsOf } from '../../yaml/node';
import type { CheckContext } from '../context';
import type { Finding } from '../finding';
import { backends, familyOf, familyValue, type IngressSubject, spanAt, USE_ANNOTATION } from '../subject';
import { actionsOf, has, isAssembled, knowsBackends, usedActions } from './facts';
import { fixOf, found, inWords } from './found';

/** lbc: 503 `Backend action does not exist`. */
export function actionNotFound(ingress: IngressSubject, context: CheckContext): Finding[] {
  if (isAssembled(ingress, context)) return [];
  const names = familyOf(ingress, 'actions').map(({ name }) => name);
  return backends(ingress).flatMap((backend) => {
    const { name, port } = backend;
    if (port?.name !== USE_ANNOTATION || names.includes(name)) return [];
    const near =
      closest(
        name,
        names.filter((one) => !usedActions(ingress).has(one)),
      ) ?? closest(name, names);
    const message = `There is no annotation \`actions.${name}\` for this backend.`;
    const advice =
      near === undefined
        ? `Add \`${annotationKey(`actions.${name}`)}\`, or write the port of the Service instead of \`${USE_ANNOTATION}\`.`
        : `Did you mean \`${near}\`?`;
    const fix =
      near === undefined
        ? undefined
        : fixOf(`Change to \`${near}\``, [renameBackend(ingress, backend, near)]);
    return [
      found('action-not-found', spanAt(ingress, ...backend.path, 'service', 'name'), message, advice, fix),
    ];
  });
}

function renameBackend({ object }: IngressSubject, { path }: BackendPlace, name: string): Edit | undefined {
  const node = behind(nodeAt(object.root, ...path, 'service', 'name'));
  return node === undefined
    ? undefined
    : { span: { start: node.start, end: node.end }, newText: quotedScalar(name) };
}

/** Actions count only where a backend of their name has the port name `use-annotation`. */
export function actionUnused(ingress: IngressSubject, context: CheckContext): Finding[] {
  if (isAssembled(ingress, context) || !knowsBackends(ingress)) return [];
  const used = usedActions(ingress);
  return familyOf(ingress, 'actions').flatMap(({ entry, name }) => {
    if (used.has(name) || isRedirectMistake(entry, name)) return [];
    const backend = backends(ingress).find((one) => one.name === name);
    if (backend !== undefined) return [otherPort(ingress, entry, name, backend)];
    if (redirectsToHttps(ingress, name)) return [oldRedirect(ingress, entry, name)];
    const missing = [...used].filter((one) => !has(ingress, `actions.${one}`));
    return [
      unused(
        'action-unused',
        ingress,
        entry,
        name,
        'actions',
        missing,
        ` with the port name \`${USE_ANNOTATION}\``,
      ),
    ];
  });
}

/** `actions.ssl-redirect: "443"` is another rule's. */
function isRedirectMistake({ value }: Entry, name: string): boolean {
  return name === 'ssl-redirect' && /^\d+$/.test(value);
}

function redirectsToHttps(ingress: IngressSubject, name: string): boolean {
  return familyValue(ingress, 'actions', name)?.redirectConfig?.protocol?.toUpperCase() === 'HTTPS';
}

/** Before `ssl-redirect` there was only the action, with a backend in front of all rules; many copied just the annotation. */
function oldRedirect(ingress: IngressSubject, entry: Entry, name: string): Finding {
  const { object } = ingress;
  const message = `No backend uses \`actions.${name}\`, so it redirects nothing.`;
  const remove = fixOf(`Remove \`actions.${name}\``, [removeEntry(object, entry)]);
  if (has(ingress, 'ssl-redirect'))
    return found('action-unused', entry.keySpan, message, 'Remove it: `ssl-redirect` does it all.', remove);
  const port = familyValue(ingress, 'actions', name)?.redirectConfig?.port ?? '';
  const value = /^\d+$/.test(port) ? port : '443';
  const replace = fixOf(`Replace by \`ssl-redirect: '${value}'\``, [
    renameKey(entry, annotationKey('ssl-redirect')),
    // A block has a header in front of its text, and no quotes.
    { span: entry.valueSpan, newText: entry.style === 'block' ? value : `'${value}'` },
  ]);
  const advice = `Write \`ssl-redirect: '${value}'\` instead.`;
  return found('action-unused', entry.keySpan, message, advice, replace, remove);
}

function otherPort(ingress: IngressSubject, entry: Entry, name: string, backend: BackendPlace): Finding {
  const port = backend.port?.name ?? backend.port?.number;
  const its = port === undefined ? 'no port' : `the port \`${port}\``;
  const message = `The backend \`${name}\` has ${its}, so \`actions.${name}\` is not used.`;
  const advice = `Write \`name: ${USE_ANNOTATION}\` as its port, or remove the annotation if the Service is meant.`;
  const fixes = [
    fixOf(`Change the port to \`${USE_ANNOTATION}\``, [portName(ingress, backend)]),
    fixOf(`Remove \`actions.${name}\``, [removeEntry(ingress.object, entry)]),
  ];
  return found('action-unused', entry.keySpan, message, advice, ...fixes);
}

function portName({ object }: IngressSubject, { path }: BackendPlace): Edit | undefined {
  const pairs = pairsOf(nodeAt(object.root, ...path, 'service', 'port'));
  const [pair] = pairs;
  if (pair?.value === undefined || pairs.length !== 1) return undefined;
  return { span: { start: pair.key.start, end: pair.value.end }, newText: `name: ${USE_ANNOTATION}` };
}

/** Conditions and transforms are looked up by the Service names of rules. */
export function conditionUnused(ingress: IngressSubject, context: CheckContext): Finding[] {
  return unusedOf(ingress, context, 'conditions', 'condition-unused');
}

export function transformUnused(ingress: IngressSubject, context: CheckContext): Finding[] {
  return unusedOf(ingress, context, 'transforms', 'transform-unused');
}

function unusedOf(
  ingress: IngressSubject,
  context: CheckContext,
  family: 'conditions' | 'transforms',
  code: 'condition-unused' | 'transform-unused',
): Finding[] {
  if (isAssembled(ingress, context) || !knowsBackends(ingress)) return [];
  const ofRules = backends(ingress).filter(({ path }) => path[1] === 'rules');
  const names = new Set(ofRules.map(({ name }) => name));
  return familyOf(ingress, family).flatMap(({ entry, name }) => {
    if (names.has(name)) return [];
    const free = [...names].filter((one) => !has(ingress, `${family}.${one}`));
    return [unused(code, ingress, entry, name, family, free)];
  });
}

function unused(
  code: 'action-unused' | 'condition-unused' | 'transform-unused',
  { object }: IngressSubject,
  entry: Entry,
  name: string,
  family: FamilyName,
  candidates: readonly string[],
  more = '',
): Finding {
  const near = closest(name, candidates);
  const message = `No backend of the rules has the name \`${name}\`${more}.`;
  const known = candidates.length === 0 ? '' : ` Backends without one: ${inWords(candidates.slice(0, 5))}.`;
  const advice =
    near === undefined
      ? `Name a backend behind \`${family}.\`, or remove it.${known}`
      : `Did you mean \`${family}.${near}\`?`;
  const key = annotationKey(`${family}.${near}`);
  const rename = near === undefined ? undefined : fixOf(`Change to \`${key}\``, [renameKey(entry, key)]);
  const remove = fixOf(`Remove \`${family}.${name}\``, [removeEntry(object, entry)]);
  return found(code, entry.keySpan, message, advice, rename, remove);
}

/** AWS refuses a redirect that keeps protocol, host, port and path (botocore elbv2 RedirectActionConfig); the controller leaves it out. */
export function redirectLoop(ingress: IngressSubject): Finding[] {
  return actionsOf(ingress).flatMap(({ name, action }) => {
    const { protocol, host, port, path } = action.redirectConfig ?? {};
    const same = (value: string | undefined, token: string) => value === undefined || value === token;
    const keepsAll =
      same(protocol, '#{protocol}') &&
      same(host, '#{host}') &&
      same(port, '#{port}') &&
      same(path, '/#{path}');
    if (action.type !== 'redirect' || action.redirectConfig === undefined || !keepsAll) return [];
    const entry = familyOf(ingress, 'actions').find((one) => one.name === name)?.entry;
    const message = `\`actions.${name}\` redirects to the address that was requested.`;
    const advice = 'Change at least one of `protocol`, `host`, `port` and `path`.';
    return entry === undefined ? [] : [found('redirect-loop', entry.keySpan, message, advice)];
  });
}

const MOST_TARGET_GROUPS = 5;

/** AWS quotas: "Target groups per action per Application Load Balancer". */
export function tooManyTargetGroups(ingress: IngressSubject): Finding[] {
  return actionsOf(ingress).flatMap(({ name, action }) => {
    const count = action.forwardConfig?.targetGroups?.length ?? 0;
    const entry = familyOf(ingress, 'actions').find((one) => one.name === name)?.entry;
    if (count <= MOST_TARGET_GROUPS || entry === undefined) return [];
    const message = `\`actions.${name}\` forwards to ${count} target groups; an action may have ${MOST_TARGET_GROUPS}.`;
    return [found('too-many-forward-targets', entry.keySpan, message, 'Split it into several rules.')];
  });
}
