import { parseAllDocuments, stringify } from 'yaml';
import type { Conversion } from '../../../server/convert/conversion';
import { lookUp, PREFIX } from '../../../src/annotations/read';
import type { Ingress, Service } from '../../../src/kube/types';
import { built } from '../../model/build/build';

/** Manifests of one case: its Ingresses in order, its Services by key. */
export function manifests(text: string): {
  ingresses: Ingress[];
  services: (key: string) => Service | undefined;
} {
  const objects = parseAllDocuments(text).map((one) => one.toJS() as { kind: string } & Ingress & Service);
  const services = new Map(
    objects
      .filter(({ kind }) => kind === 'Service')
      .map((one) => [`${one.metadata.namespace ?? 'default'}/${one.metadata.name}`, one]),
  );
  return {
    ingresses: objects.filter(({ kind }) => kind === 'Ingress'),
    services: (key) => services.get(key),
  };
}

const service = (name: string, type: string) =>
  stringify({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { type, ports: [{ name: 'http', port: 80, targetPort: 8080, nodePort: 30080 }] },
  });

/** What the cases refer to. */
export const SERVICES = [
  stringify({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'alb' },
    spec: { controller: 'ingress.k8s.aws/alb' },
  }),
  ...['web', 'web-v2', 'api', 'front'].map((name) => service(name, 'ClusterIP')),
  service('node', 'NodePort'),
].join('\n---\n');

const NGINX = 'nginx.ingress.kubernetes.io';
const short = (key: string) => key.replace(`${NGINX}/`, 'nginx/').replace(`${PREFIX}/`, 'alb/');

/** What a conversion says, as lines for people: removed keys, new annotations, edits and notes. */
export function printed({ remove, add, spec, notes }: Conversion): string {
  return [
    ...remove.map((key) => `- ${short(key)}`),
    ...Object.entries(add).map(([key, value]) => `+ ${short(key)}: ${value}`),
    ...spec.map(({ path, value }) => `~ ${path.join('.')}: ${JSON.stringify(value)}`),
    ...notes.map(
      ({ key, verdict, text, unguarded }) =>
        `#${unguarded === true ? '!' : ''} ${short(key)} (${verdict}): ${text}`,
    ),
  ].join('\n');
}

/** Values of new annotations that the catalogue would complain about. */
export function badValues({ add }: Conversion): string[] {
  return Object.entries(add).flatMap(([key, value]) => {
    const known = lookUp(key.slice(PREFIX.length + 1));
    if (known === undefined) return [`${key} is not known`];
    return known.row.kind.check(value).map(({ message }) => `${key}: ${message}`);
  });
}

/** The listeners and rules that the controller would make of an Ingress, one per line. */
export function rulesOf(ingress: Ingress): string {
  return built(`${stringify(ingress)}\n---\n${SERVICES}`)
    .map((one) => ('refused' in one ? `refused: ${one.refused}` : stackLines(one.stack)))
    .join('\n');
}

function stackLines(stack: unknown): string {
  const { resources } = stack as {
    resources: Readonly<Record<string, Readonly<Record<string, { spec: Spec }>>>>;
  };
  const all = (type: string) => Object.entries(resources[`AWS::ElasticLoadBalancingV2::${type}`] ?? {});
  return [
    ...all('Listener').map(
      ([id, { spec }]) => `${spec.protocol}:${id} else ${actions(spec.defaultActions ?? [])}`,
    ),
    ...all('ListenerRule').map(([id, { spec }]) => `${id} ${ruleLine(spec)}`),
  ].join('\n');
}

interface Spec {
  readonly protocol?: string;
  readonly defaultActions?: readonly unknown[];
  readonly conditions?: readonly Readonly<Record<string, unknown>>[];
  readonly transforms?: readonly unknown[];
  readonly actions?: readonly unknown[];
}

function ruleLine({ conditions = [], transforms = [], actions: then = [] }: Spec): string {
  const when = conditions.map(
    ({ field, ...config }) => `${field}=${JSON.stringify(Object.values(config)[0])}`,
  );
  const rewrites = transforms.map((transform) => ` rewrite ${JSON.stringify(transform)}`);
  return `if ${when.join(' and ')}${rewrites.join('')} then ${actions(then)}`;
}

function actions(list: readonly unknown[]): string {
  return JSON.stringify(list).replaceAll(/\{"\$ref":"[^"]*TargetGroup\/([^"]*)\/status[^"]*"\}/g, '$1');
}
