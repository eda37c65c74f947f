/** Paths of rules and what their type makes of them (lbc:pkg/ingress/model_build_listener_rules.go). */
import type { HttpPath } from '../../../src/kube/types';
import type { Edit } from '../../edits';
import { quotedScalar } from '../../edits';
import type { ObjectNode } from '../../objects';
import { listOf } from '../../workspace/keys';
import { behind, nodeAt, pairOf } from '../../yaml/node';
import { hasPlaceholder } from '../annotations';
import type { Finding, Fix } from '../finding';
import { remembered } from '../remembered';
import { type IngressSubject, readValue, spanAt } from '../subject';
import { has } from './facts';
import { fixOf, found } from './found';

export interface PathPlace {
  readonly host: string | undefined;
  readonly path: HttpPath;
  /** The way to it within the object. */
  readonly at: readonly (string | number)[];
}

export function pathsOf({ object, value }: IngressSubject): readonly PathPlace[] {
  return paths(object, 'paths', () =>
    listOf(value.spec?.rules).flatMap((rule, ruleAt) =>
      listOf(rule?.http?.paths).flatMap((path, pathAt) =>
        path === undefined || path === null
          ? []
          : [{ host: rule?.host, path, at: ['spec', 'rules', ruleAt, 'http', 'paths', pathAt] }],
      ),
    ),
  );
}

const paths = remembered<ObjectNode, readonly PathPlace[]>();

/** Where the path stands, or its rule. */
export function spanOfPath(ingress: IngressSubject, { at }: PathPlace) {
  return spanAt(ingress, ...at, 'path');
}

/** The path as it is written, unless a tool fills it in. */
function textOf(path: unknown): string | undefined {
  return typeof path === 'string' && !isFilledIn(path) ? path : undefined;
}

function isFilledIn(text: unknown): boolean {
  return typeof text === 'string' && (hasPlaceholder(text) || text.startsWith('$'));
}

/** lbc: "prefix path shouldn't contain wildcards", "exact path shouldn't contain wildcards". */
export function pathWildcard(ingress: IngressSubject): Finding[] {
  return pathsOf(ingress).flatMap((place) => {
    const path = textOf(place.path.path);
    const type = place.path.pathType;
    if (path === undefined || (type !== 'Prefix' && type !== 'Exact') || !/[*?]/.test(path)) return [];
    const stem = path.slice(0, -2) || '/';
    const isPlain = type === 'Prefix' && path.endsWith('/*') && !/[*?]/.test(stem);
    const advice = isPlain
      ? `Write \`${stem}\`: Prefix includes everything below.`
      : 'Use `pathType: ImplementationSpecific`, which allows wildcards.';
    const message = `\`${path}\` has a wildcard, and its \`pathType\` is ${type}.`;
    const plain = isPlain ? writeAt(ingress, place, 'path', stem) : undefined;
    const typed = writeAt(ingress, place, 'pathType', 'ImplementationSpecific');
    return [found('path-wildcard', spanOfPath(ingress, place), message, advice, plain, typed)];
  });
}

/** Puts another value in place of a scalar of the path, or adds the key behind `path`. */
function writeAt(
  ingress: IngressSubject,
  { at }: PathPlace,
  key: 'path' | 'pathType',
  value: string,
): Fix | undefined {
  const node = behind(nodeAt(ingress.object.root, ...at, key));
  const edit =
    node === undefined
      ? addBelowPath(ingress, at, key, value)
      : { span: { start: node.start, end: node.end }, newText: quotedScalar(value) };
  return fixOf(`Change \`${key}\` to \`${value}\``, [edit]);
}

function addBelowPath(
  { object }: IngressSubject,
  at: PathPlace['at'],
  key: string,
  value: string,
): Edit | undefined {
  const pair = pairOf(nodeAt(object.root, ...at), 'path');
  const { text } = object.chunk;
  if (pair?.value === undefined || text.slice(pair.value.end).search(/^[ \t]*(#.*)?(\r?\n|$)/) !== 0)
    return undefined;
  const column = pair.key.start - (text.lastIndexOf('\n', pair.key.start - 1) + 1);
  const end = pair.value.end;
  return { span: { start: end, end }, newText: `\n${' '.repeat(column)}${key}: ${value}` };
}

/** k8s:pkg/apis/networking/validation validateHTTPIngressPath: what the API server refuses. */
export function invalidPath(ingress: IngressSubject): Finding[] {
  if (ingress.object.apiVersion !== 'networking.k8s.io/v1') return [];
  return pathsOf(ingress).flatMap((place) => {
    const { pathType } = place.path;
    const path = place.path.path ?? '';
    if (isFilledIn(pathType)) return [];
    if ((pathType ?? '') === '') return [typeMissing(ingress, place)];
    if (!['Exact', 'Prefix', 'ImplementationSpecific'].includes(String(pathType)))
      return [typeUnknown(ingress, place)];
    if (typeof path !== 'string' || path.startsWith('/') || isFilledIn(path)) return [];
    if (path === '' && pathType === 'ImplementationSpecific') return [];
    const message =
      path === ''
        ? `There is no \`path\`, and \`pathType: ${pathType}\` needs one.`
        : `\`${path}\` does not begin with \`/\`.`;
    const span = path === '' ? spanAt(ingress, ...place.at, 'pathType') : spanOfPath(ingress, place);
    const fix = path === '' ? undefined : writeAt(ingress, place, 'path', `/${path}`);
    return [found('invalid-path', span, message, `Write \`/${path}\`.`, fix)];
  });
}

function typeMissing(ingress: IngressSubject, place: PathPlace): Finding {
  const wild = /[*?]/.test(String(place.path.path ?? '*'));
  const type = wild ? 'ImplementationSpecific' : 'Prefix';
  const message = 'The path has no `pathType`.';
  const fix = writeAt(ingress, place, 'pathType', type);
  return found('invalid-path', spanOfPath(ingress, place), message, `Add \`pathType: ${type}\`.`, fix);
}

function typeUnknown(ingress: IngressSubject, place: PathPlace): Finding {
  const types = ['Exact', 'Prefix', 'ImplementationSpecific'];
  const near = types.find((type) => type.toLowerCase() === String(place.path.pathType).toLowerCase());
  const message = `\`${place.path.pathType}\` is not a \`pathType\`.`;
  const advice = 'Use `Prefix`, `Exact` or `ImplementationSpecific`.';
  const fix = near === undefined ? undefined : writeAt(ingress, place, 'pathType', near);
  return found('invalid-path', spanAt(ingress, ...place.at, 'pathType'), message, advice, fix);
}

/** Without a wildcard an ImplementationSpecific path is one path and nothing below it. */
export function pathSemantics(ingress: IngressSubject): Finding[] {
  if (has(ingress, 'use-regex-path-match') && readValue(ingress, 'use-regex-path-match') !== false) return [];
  return pathsOf(ingress).flatMap((place) => {
    const path = textOf(place.path.path);
    const written = place.path.pathType;
    const ofOldApi = written === undefined && ingress.object.apiVersion !== 'networking.k8s.io/v1';
    if (written !== 'ImplementationSpecific' && !ofOldApi) return [];
    if (path === undefined || !path.startsWith('/') || /[*?]/.test(path)) return [];
    const message = `\`${path}\` with \`pathType: ImplementationSpecific\` is exactly \`${path}\`.`;
    const below = path === '/' ? 'every path' : `\`${path.replace(/\/$/, '')}\` and what is below it`;
    const advice = `Use \`pathType: Prefix\` for ${below}, \`Exact\` if this one path is meant.`;
    const fixes = (['Prefix', 'Exact'] as const).map((type) => writeAt(ingress, place, 'pathType', type));
    return [found('path-semantics', spanOfPath(ingress, place), message, advice, ...fixes)];
  });
}
