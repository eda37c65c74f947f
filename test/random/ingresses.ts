import type { Annotation } from '../../src/annotations/annotation';
import { annotationKey } from '../../src/annotations/read';
import type { Manifest } from '../conformance/objects';
import { type AnnotationSource, annotationsOf } from './annotations';
import { SERVICES } from './names';

/** What makes names of one world differ from those of another in the same cluster. */
export interface Place {
  /** The namespaces of the world. */
  readonly namespaces: readonly string[];
  /** What its group names and classes begin with. */
  readonly prefix: string;
}

/** Decided by membership, written by the controller, or unique in the account. */
const NOT_AT_RANDOM = new Set(['group.name', 'load-balancer-name', 'dry-run-plan']);

/** An IngressGroup of a few members, or an Ingress by itself. */
export function groupOf(at: number, place: Place, source: AnnotationSource): Manifest[] {
  const { random } = source;
  const explicit = random.chance(0.75);
  const count = explicit ? 1 + random.int(3) : 1;
  const shared = annotationsOf(
    'Ingress',
    5,
    source,
    (row, suffix) => isOfGroup(row) && !NOT_AT_RANDOM.has(suffix),
  );
  Object.assign(shared, listenPorts(source));
  const name = explicit ? { [annotationKey('group.name')]: `${place.prefix}g${at}` } : {};
  const own = random.chance(0.1) ? { [annotationKey('load-balancer-name')]: `${place.prefix}lb${at}` } : {};
  return Array.from({ length: count }, (_, member) =>
    ingress(`i${at}-${member}`, place, source, { ...shared, ...name, ...own }),
  );
}

/** Members that write it must agree. */
function isOfGroup({ merge }: Annotation): boolean {
  return merge === 'exclusive' || merge === 'perListener' || merge === 'merge';
}

/** Most features need HTTPS, so that it is asked for more often than by chance. */
function listenPorts({ random, names }: AnnotationSource): Record<string, string> {
  if (random.chance(0.4)) return {};
  const ports = random.pick([
    '[{"HTTP": 80}, {"HTTPS": 443}]',
    '[{"HTTPS": 443}]',
    '[{"HTTP": 80}, {"HTTP": 8080}]',
  ]);
  const certificate = ports.includes('HTTPS') && names.certificates.length > 0;
  return {
    [annotationKey('listen-ports')]: ports,
    ...(certificate
      ? { [annotationKey('certificate-arn')]: random.some(names.certificates, 2).join(',') }
      : {}),
  };
}

/** A member that keeps most of what the group has in common, and has something of its own. */
function ingress(
  name: string,
  place: Place,
  source: AnnotationSource,
  shared: Readonly<Record<string, string>>,
): Manifest {
  const { random } = source;
  const kept = Object.entries(shared).filter(([key]) => key.endsWith('group.name') || random.chance(0.9));
  const own = annotationsOf(
    'Ingress',
    4,
    source,
    (row, suffix) => (!isOfGroup(row) || random.chance(0.02)) && !NOT_AT_RANDOM.has(suffix),
  );
  const annotations: Record<string, string> = { ...own, ...Object.fromEntries(kept) };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { namespace: random.pick(place.namespaces), name, ...belonging(place, source, annotations) },
    spec: { ...className(place, source, annotations), ...specOf(source, annotations) },
  } as Manifest;
}

const LEGACY = 'kubernetes.io/ingress.class';

function belonging(_: Place, { random }: AnnotationSource, annotations: Record<string, string>) {
  if (random.chance(0.05)) annotations[LEGACY] = random.chance(0.8) ? 'alb' : 'nginx';
  return { annotations };
}

function className({ prefix }: Place, { random }: AnnotationSource, annotations: Record<string, string>) {
  if (annotations[LEGACY] !== undefined) return {};
  if (random.chance(0.75)) return { ingressClassName: 'alb' };
  return { ingressClassName: `${prefix}${random.pick(['params', 'params', 'params', 'nginx', 'missing'])}` };
}

const HOSTS = [
  'shop.example.com',
  'www.shop.example.com',
  '*.shop.example.com',
  'api.example.org',
  undefined,
];
const PATHS = ['/', '/api', '/api/v1', '/files/', '/a*', '/a.b'];
const TYPES = ['Prefix', 'Exact', 'ImplementationSpecific'];

function specOf(source: AnnotationSource, annotations: Readonly<Record<string, string>>) {
  const { random } = source;
  const rules = Array.from({ length: 1 + random.int(3) }, () => {
    const host = random.pick(HOSTS);
    const paths = Array.from({ length: 1 + random.int(3) }, () => pathOf(source, annotations));
    return { ...(host === undefined ? {} : { host }), ...(random.chance(0.95) ? { http: { paths } } : {}) };
  });
  const alone = random.chance(0.06);
  const tls = random.chance(0.15) ? { tls: [{ hosts: ['shop.example.com'], secretName: 'unused' }] } : {};
  return { ...(alone ? { defaultBackend: backendOf(source, annotations) } : {}), rules, ...tls };
}

function pathOf(source: AnnotationSource, annotations: Readonly<Record<string, string>>) {
  const { random } = source;
  const pathType = random.pick(TYPES);
  const path = random.pick(PATHS.filter((one) => pathType === 'ImplementationSpecific' || !/[*]/.test(one)));
  return { path, pathType, backend: backendOf(source, annotations) };
}

/** One of the Services, or an action that an annotation describes. */
function backendOf({ random, wild }: AnnotationSource, annotations: Readonly<Record<string, string>>) {
  const start = annotationKey('actions.');
  const actions = Object.keys(annotations).filter((key) => key.startsWith(start));
  if (actions.length > 0 && random.chance(0.6)) {
    return { service: { name: random.pick(actions).slice(start.length), port: { name: 'use-annotation' } } };
  }
  const name = wild && random.chance(0.05) ? 'nobody' : random.pick(SERVICES);
  const port = random.chance(0.6) ? { number: 80 } : { name: wild && random.chance(0.1) ? 'none' : 'http' };
  return { service: { name, port } };
}
