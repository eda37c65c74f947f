import { certificatesFor } from '../../../src/aws/certificates';
import { parseManifests } from '../../../src/kube/manifests';
import { byKey } from '../../../src/kube/snapshot';
import type { ClusterView, KubeObject } from '../../../src/kube/types';
import { type BuildSettings, buildStack, DEFAULT_SETTINGS } from '../../../src/model/build';
import { loadGroups, membershipOf } from '../../../src/model/group';
import { groupIdText } from '../../../src/model/groupId';
import type { CurrentLoadBalancer, Lookups } from '../../../src/model/lookups';
import { stackJson } from '../../../src/model/stack';

/** What a build is told besides the manifests. */
interface World {
  readonly settings?: Partial<BuildSettings>;
  /** The load balancer that exists already. */
  readonly current?: CurrentLoadBalancer;
}

const CERTIFICATES = [
  { arn: 'arn:wildcard', domains: ['*.example.com'] },
  { arn: 'arn:shop', domains: ['shop.example.com', 'www.shop.example.com'] },
];

/** The cluster that manifests describe; objects get a uid of their own, as the API server would give one. */
export function viewOf(text: string): ClusterView {
  const objects = parseManifests(text, 'test.yaml').map(({ object }) => withUid(object));
  const ofKind = (kind: string) => byKey(objects.filter((one) => one.kind === kind));
  return {
    ingresses: ofKind('Ingress'),
    services: ofKind('Service'),
    ingressClasses: ofKind('IngressClass'),
    ingressClassParams: ofKind('IngressClassParams'),
    namespaces: ofKind('Namespace'),
  };
}

function withUid(object: KubeObject): KubeObject {
  const { namespace = '', name } = object.metadata;
  return { ...object, metadata: { uid: `uid-of-${namespace}-${name}`, ...object.metadata } };
}

export function lookupsOf(view: ClusterView, world: World): Lookups {
  return {
    subnets: (query) => {
      if (query.by === 'names') return query.namesOrIds.map((one) => `subnet-of-${one}`);
      if (query.by === 'ids') return query.ids;
      return query.by === 'tags'
        ? ['subnet-tagged-a', 'subnet-tagged-b']
        : [`${query.scheme}-a`, `${query.scheme}-b`];
    },
    currentLoadBalancer: () => world.current,
    securityGroups: (names) => names.map((one) => (one.startsWith('sg-') ? one : `sg-of-${one}`)),
    backendSecurityGroup: () => 'new:backend',
    certificates: (hosts) => certificatesFor(hosts, CERTIFICATES),
    targetGroupArn: (name) => `arn:target-group/${name}`,
    trustStoreArn: (name) => `arn:trust-store/${name}`,
    webAclArn: (name) => `arn:web-acl/${name}`,
    service: (key) => view.services.get(key),
    secret: () => ({ clientID: 'id', clientSecret: 'secret' }),
  };
}

export type Built = { group: string } & ({ stack: ReturnType<typeof stackJson> } | { refused: string });

/** Manifests in, the desired stack of every group out, or why there is none. */
export function built(text: string, world: World = {}): Built[] {
  const view = viewOf(text);
  const settings = { ...DEFAULT_SETTINGS, clusterName: 'shop', vpcId: 'vpc-1', ...world.settings };
  return loadGroups(view).map((group) => {
    const id = groupIdText(group.id);
    try {
      return { group: id, stack: stackJson(buildStack(group, lookupsOf(view, world), settings)) };
    } catch (error) {
      return { group: id, refused: error instanceof Error ? error.message : String(error) };
    }
  });
}

/** Refusals alone; `built` where all went well. */
export function refusals(text: string, world: World = {}): string[] {
  const results = built(text, world).map((one) => ('refused' in one ? one.refused : 'built'));
  const view = viewOf(text);
  const misplaced = [...view.ingresses.values()].flatMap((ingress) => {
    const membership = membershipOf(ingress, view);
    return 'message' in membership ? [membership.message] : [];
  });
  return [...misplaced, ...results];
}

const P = 'alb.ingress.kubernetes.io';

/** A Service `web` (80 -> 8080, NodePort 30080), a class `alb`, and an Ingress per set of annotations. */
export function ingresses(...sets: readonly Readonly<Record<string, string>>[]): string {
  return [CLASS, ...sets.map((annotations, at) => ingress(`web-${at + 1}`, annotations))].join('\n---\n');
}

export const CLASS = `
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: alb }
spec: { controller: ingress.k8s.aws/alb }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: NodePort, ports: [{ name: http, port: 80, targetPort: 8080, nodePort: 30080 }] }
`;

/** Annotations without prefix, but for `spec.` keys, which go into the spec as JSON. */
export function ingress(name: string, annotations: Readonly<Record<string, string>>): string {
  const entries = Object.entries(annotations).filter(([key]) => !key.startsWith('spec.'));
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const spec: Record<string, unknown> = {
    ingressClassName: 'alb',
    rules: [{ host: `${name}.example.com`, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
  };
  for (const [key, value] of Object.entries(annotations)) {
    if (key.startsWith('spec.')) spec[key.slice('spec.'.length)] = JSON.parse(value);
  }
  return JSON.stringify({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name,
      annotations: Object.fromEntries(entries.map(([key, value]) => [`${P}/${key}`, value])),
    },
    spec,
  });
}
