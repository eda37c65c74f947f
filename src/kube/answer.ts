import type { Call } from './call';

/** What is asked for by a path of the API. */
interface Asked {
  /** `networking.k8s.io/v1`, `v1` */
  readonly groupVersion: string;
  readonly plural: string;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/** `/api/v1/namespaces/NS/pods/NAME/status`; undefined for what is no kind: discovery, `/version`. */
function askedBy(path: string): Asked | undefined {
  const [, core, group, rest = ''] = /^\/(?:api\/([^/]+)|apis\/([^/]+\/[^/]+))\/(.+)$/.exec(path) ?? [];
  const groupVersion = core ?? group;
  if (groupVersion === undefined) return undefined;
  const all = rest.split('/').map(decodeURIComponent);
  const scoped = all[0] === 'namespaces' && all.length > 2 && !OF_NAMESPACES.has(all[2] ?? '');
  const [plural = '', name, subresource] = scoped ? all.slice(2) : all;
  return { groupVersion, plural, name, subresource };
}

const OF_NAMESPACES = new Set(['status', 'finalize']);

type Fields = Readonly<Record<string, unknown>>;

/**
 * What is wrong with an answer that came with success; undefined where nothing is. A login page, a proxy or another
 * address may say 200, too: whatever is not the thing that was asked for must never count as "there is none".
 */
export function wrongIn(call: Call, answer: unknown): string | undefined {
  if (!isFields(answer)) return 'no JSON object';
  const asked = askedBy(call.path);
  if (asked === undefined) return wrongInDiscovery(call.path, answer);
  const { kind } = answer;
  if (typeof kind !== 'string' || kind === '') return 'an object without a kind';
  // Of what was deleted there is a Status, or its last state.
  if (call.method === 'DELETE') return undefined;
  if (call.method === 'GET' && asked.name === undefined) return wrongInList(asked, answer, kind, call.accept);
  return wrongInObject(asked, answer, kind);
}

function wrongInDiscovery(path: string, answer: Fields): string | undefined {
  const { kind, groups, groupVersion, resources } = answer;
  if (path === '/version') return typeof answer['gitVersion'] === 'string' ? undefined : 'no version';
  if (path === '/apis')
    return kind === 'APIGroupList' && everyHas(groups, 'versions') ? undefined : 'no list of API groups';
  const wanted = /^\/(?:api|apis\/([^/]+))\/([^/]+)$/.exec(path)?.slice(1).filter(Boolean).join('/');
  if (wanted !== undefined) {
    const right = kind === 'APIResourceList' && groupVersion === wanted && everyHas(resources, 'name');
    return right ? undefined : `no list of the resources of ${wanted}`;
  }
  const group = /^\/apis\/([^/]+)$/.exec(path)?.[1];
  return group === undefined || (kind === 'APIGroup' && answer['name'] === group)
    ? undefined
    : 'no API group';
}

function wrongInList(
  { groupVersion, plural }: Asked,
  { items, apiVersion }: Fields,
  kind: string,
  accept: string | undefined,
): string | undefined {
  const partial = accept?.includes('as=PartialObjectMetadataList') === true;
  const wanted = partial ? 'meta.k8s.io/v1' : groupVersion;
  const [, member] = /^(.+)List$/.exec(kind) ?? [];
  const fits = partial ? member === 'PartialObjectMetadata' : member !== undefined && isOf(member, plural);
  if (!fits || apiVersion !== wanted)
    return `${kind} of ${String(apiVersion)} instead of a list of ${plural}`;
  // An empty list of metadata alone has none.
  if (partial && items === null) return undefined;
  if (!Array.isArray(items)) return 'a list without items';
  return items.every(isNamed) ? undefined : 'a list with an item without a name';
}

function wrongInObject(
  { groupVersion, plural, name, subresource }: Asked,
  answer: Fields,
  kind: string,
): string | undefined {
  // Their answers are no objects that are kept: Status, Scale, TokenRequest, SelfSubjectAccessReview.
  if ((subresource !== undefined && subresource !== 'status') || kind.endsWith('Review')) return undefined;
  if (!isOf(kind, plural) || answer['apiVersion'] !== groupVersion)
    return `${kind} of ${String(answer['apiVersion'])} instead of one of ${plural}`;
  if (!isNamed(answer)) return 'an object without a name';
  return name === undefined || answer.metadata.name === name ? undefined : `another object than ${name}`;
}

/**
 * Whether a kind may have this plural: `ingresses`, `policies`, `endpoints`, `ingressclassparams`. Kubernetes guesses so
 * where it has to; what is longer by more is another kind: no Ingress among `ingressclasses`.
 */
function isOf(kind: string, plural: string): boolean {
  const [one, all] = [kind.toLowerCase(), plural.replaceAll('-', '')];
  const more = all.length - one.length;
  return all.startsWith(one.slice(0, -1)) && more >= 0 && more <= 3;
}

/** A line of a watch, read; undefined where it is none. */
export function readEvent(line: string): { type: string; object: WatchedObject } | undefined {
  const event = orUndefined(() => JSON.parse(line) as unknown);
  if (!isFields(event) || typeof event['type'] !== 'string' || !isFields(event['object'])) return undefined;
  const { type, object } = event;
  const right =
    type === 'ERROR'
      ? object['kind'] === 'Status' || typeof object['code'] === 'number'
      : type === 'BOOKMARK'
        ? isFields(object['metadata'])
        : CHANGES.has(type) && isNamed(object);
  return right ? { type, object: object as unknown as WatchedObject } : undefined;
}

const CHANGES = new Set(['ADDED', 'MODIFIED', 'DELETED']);

interface WatchedObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly resourceVersion?: string;
  };
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
}

/** The answer as JSON; undefined where it is none. */
export function readJson(text: string): unknown {
  return orUndefined(() => JSON.parse(text) as unknown);
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function isFields(value: unknown): value is Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isNamed(value: unknown): value is { readonly metadata: { readonly name: string } } {
  if (!isFields(value) || !isFields(value['metadata'])) return false;
  const { name } = value['metadata'];
  return typeof name === 'string' && name !== '';
}

function everyHas(value: unknown, field: string): boolean {
  return Array.isArray(value) && value.every((one) => isFields(one) && one[field] !== undefined);
}
