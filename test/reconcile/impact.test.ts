import { describe, expect, test } from 'vitest';
import type { CacheEvent } from '../../src/kube/cache';
import type { KubeObject } from '../../src/kube/types';
import { impactOf } from '../../src/reconcile/watch/impact';
import { cluster } from './cluster';

const P = 'alb.ingress.kubernetes.io';
type Loose = Record<string, unknown>;

function ingress(
  name: string,
  more: { annotations?: Loose; service?: string; finalizers?: string[]; className?: string } = {},
) {
  const { annotations = {}, service = name, finalizers = [], className = 'alb' } = more;
  const prefixed = Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => [`${P}/${key}`, value]),
  );
  const backend = { service: { name: service, port: { number: 80 } } };
  return {
    kind: 'Ingress',
    metadata: { namespace: 'shop', name, annotations: prefixed, finalizers },
    spec: { ingressClassName: className, rules: [{ http: { paths: [{ path: '/', backend }] } }] },
  };
}

function named(kind: string, name: string, more: Loose = {}) {
  return { kind, metadata: { namespace: 'shop', name }, ...more };
}

function binding(name: string, service: string, labels: Loose, targetType = 'ip') {
  const spec = { targetGroupARN: name, targetType, serviceRef: { name: service, port: 80 } };
  return { kind: 'TargetGroupBinding', metadata: { namespace: 'shop', name, labels }, spec };
}

const IMPLICIT = { 'ingress.k8s.aws/stack-namespace': 'shop', 'ingress.k8s.aws/stack-name': 'web' };
const slice = {
  kind: 'EndpointSlice',
  metadata: { namespace: 'shop', name: 'web-1', labels: { 'kubernetes.io/service-name': 'web' } },
  endpoints: [{ addresses: ['10.0.0.1'], targetRef: { kind: 'Pod', namespace: 'shop', name: 'web-a' } }],
};
const objects = [
  {
    kind: 'IngressClass',
    metadata: { name: 'alb' },
    spec: {
      controller: 'ingress.k8s.aws/alb',
      parameters: { apiGroup: 'elbv2.k8s.aws', kind: 'IngressClassParams', name: 'params' },
    },
  },
  { kind: 'IngressClassParams', metadata: { name: 'params' } },
  { kind: 'IngressClass', metadata: { name: 'nginx' }, spec: { controller: 'k8s.io/ingress-nginx' } },
  ingress('web'),
  ingress('login', { annotations: { 'auth-idp-oidc': '{"issuer":"x","secretName":"oidc"}' } }),
  ingress('weighted', {
    service: 'use-annotation',
    annotations: { 'actions.blue': '{"forwardConfig":{"targetGroups":[{"serviceName":"web"}]}}' },
  }),
  ingress('api', { annotations: { 'group.name': 'shared' } }),
  ingress('moved', {
    annotations: { 'group.name': 'shared' },
    finalizers: ['group.ingress.k8s.aws/old', 'ingress.k8s.aws/resources'],
  }),
  ingress('foreign', { className: 'nginx', service: 'web' }),
  slice,
  binding('web-ip', 'web', IMPLICIT),
  binding('web-nodes', 'web', { 'ingress.k8s.aws/stack': 'shared' }, 'instance'),
];
const view = cluster(...objects.map((one) => JSON.stringify(one)));

/** What an event touches: groups, bindings, and whether rules of nodes and pods may. */
function touched(kind: CacheEvent['kind'], before: object | undefined, after: object | undefined) {
  const impact = impactOf({ kind, before: before as KubeObject, after: after as KubeObject }, view);
  return {
    groups: [...impact.groups].sort(),
    ...(impact.bindings.size === 0 ? {} : { bindings: [...impact.bindings].sort() }),
    ...(impact.network ? { network: true } : {}),
  };
}

const nothing = { groups: [] };

describe('an Ingress', () => {
  test('touches its group, and those that it has to be released from', () => {
    expect(touched('Ingress', undefined, ingress('web'))).toEqual({ groups: ['shop/web'] });
    const moved = objects.find(({ metadata }) => metadata.name === 'moved');
    expect(touched('Ingress', undefined, moved)).toEqual({ groups: ['old', 'shared', 'shop/moved'] });
  });

  test('that changes its group touches both', () => {
    const before = ingress('api', { annotations: { 'group.name': 'earlier' } });
    const after = ingress('api', { annotations: { 'group.name': 'shared' } });
    expect(touched('Ingress', before, after)).toEqual({ groups: ['earlier', 'shared'] });
  });

  test('of another class touches nothing, one that left our class what it left behind', () => {
    expect(touched('Ingress', undefined, ingress('x', { className: 'nginx' }))).toEqual(nothing);
    const left = ingress('x', { className: 'nginx', finalizers: ['ingress.k8s.aws/resources'] });
    expect(touched('Ingress', ingress('x'), left)).toEqual({ groups: ['shop/x'] });
  });

  test('of which only status and finalizers changed was written by ourselves', () => {
    const after = {
      ...ingress('web', { finalizers: ['ingress.k8s.aws/resources'] }),
      status: { loadBalancer: {} },
    };
    expect(touched('Ingress', ingress('web'), after)).toEqual(nothing);
  });

  test('that is deleted, and one that is gone', () => {
    const whole = ingress('web', { finalizers: ['ingress.k8s.aws/resources'] });
    const deleted = { ...whole, metadata: { ...whole.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
    expect(touched('Ingress', whole, deleted)).toEqual({ groups: ['shop/web'] });
    expect(touched('Ingress', deleted, undefined)).toEqual({ groups: ['shop/web'] });
  });
});

describe('backends', () => {
  test('a Service touches the groups that name it, in paths or actions, and its bindings', () => {
    expect(touched('Service', undefined, named('Service', 'web'))).toEqual({
      groups: ['shared', 'shop/web', 'shop/weighted'],
      bindings: ['shop/web-ip', 'shop/web-nodes'],
      network: true,
    });
    expect(touched('Service', named('Service', 'other'), undefined)).toEqual(nothing);
  });

  test('the same name in another namespace is another Service', () => {
    const elsewhere = { kind: 'Service', metadata: { namespace: 'elsewhere', name: 'web' } };
    expect(touched('Service', undefined, elsewhere)).toEqual(nothing);
  });

  test('an EndpointSlice and a pod touch only bindings whose targets are pods', () => {
    const ip = { groups: [], bindings: ['shop/web-ip'], network: true };
    expect(touched('EndpointSlice', undefined, slice)).toEqual(ip);
    expect(touched('Pod', named('Pod', 'web-a'), named('Pod', 'web-a'))).toEqual(ip);
    expect(touched('Pod', undefined, named('Pod', 'stranger'))).toEqual(nothing);
  });

  test('a node touches only bindings whose targets are nodes', () => {
    expect(touched('Node', undefined, { kind: 'Node', metadata: { name: 'n1' } })).toEqual({
      groups: [],
      bindings: ['shop/web-nodes'],
      network: true,
    });
  });

  test('a Secret touches the groups whose login names it', () => {
    expect(touched('Secret', undefined, named('Secret', 'oidc'))).toEqual({ groups: ['shop/login'] });
    expect(touched('Secret', undefined, named('Secret', 'other'))).toEqual(nothing);
  });
});

describe('classes', () => {
  const all = ['old', 'shared', 'shop/login', 'shop/moved', 'shop/web', 'shop/weighted'];

  test('a class touches its Ingresses, parameters those of all classes that name them', () => {
    expect(touched('IngressClass', undefined, { metadata: { name: 'alb' } })).toEqual({ groups: all });
    expect(touched('IngressClassParams', undefined, { metadata: { name: 'params' } })).toEqual({
      groups: all,
    });
    expect(touched('IngressClassParams', undefined, { metadata: { name: 'other' } })).toEqual(nothing);
    expect(touched('IngressClass', undefined, { metadata: { name: 'nginx' } })).toEqual(nothing);
  });

  test('a namespace touches its Ingresses', () => {
    expect(touched('Namespace', undefined, { metadata: { name: 'shop' } })).toEqual({ groups: all });
    expect(touched('Namespace', undefined, { metadata: { name: 'other' } })).toEqual(nothing);
  });
});

describe('bindings', () => {
  const one = binding('web-ip', 'web', IMPLICIT);

  test('a new one is ours: its targets are looked at', () => {
    expect(touched('TargetGroupBinding', undefined, one)).toEqual({
      groups: [],
      bindings: ['shop/web-ip'],
      network: true,
    });
  });

  test('one that somebody edits or deletes touches its group', () => {
    const edited = { ...one, spec: { ...one.spec, targetType: 'instance' } };
    const both = { groups: ['shop/web'], bindings: ['shop/web-ip'], network: true };
    expect(touched('TargetGroupBinding', one, edited)).toEqual(both);
    expect(touched('TargetGroupBinding', one, undefined)).toEqual(both);
  });

  test('one whose annotations changed touches no group', () => {
    const noted = { ...one, metadata: { ...one.metadata, annotations: { checkpoint: 'x' } } };
    expect(touched('TargetGroupBinding', one, noted)).toEqual({ groups: [], bindings: ['shop/web-ip'] });
  });

  test('one that somebody wrote is looked at by itself', () => {
    const own = binding('mine', 'web', {});
    const groups = ['TargetGroupBinding shop/mine'];
    expect(touched('TargetGroupBinding', undefined, own)).toMatchObject({ groups });
    expect(touched('TargetGroupBinding', own, undefined)).toMatchObject({ groups });
  });

  test('one of a Service with a load balancer of its own belongs to that', () => {
    const labels = { 'service.k8s.aws/stack-namespace': 'shop', 'service.k8s.aws/stack-name': 'db' };
    const own = binding('db-ip', 'db', labels);
    expect(touched('TargetGroupBinding', own, undefined)).toMatchObject({ groups: ['Service shop/db'] });
  });
});

describe('Services with a load balancer of their own', () => {
  const spec = { type: 'LoadBalancer', loadBalancerClass: 'service.k8s.aws/nlb', ports: [{ port: 5432 }] };
  const db = named('Service', 'db', { spec });

  test('are looked at when they come, change or go', () => {
    const changed = named('Service', 'db', { spec: { ...spec, ports: [{ port: 5433 }] } });
    for (const [before, after] of [
      [undefined, db],
      [db, changed],
      [db, undefined],
    ]) {
      expect(touched('Service', before, after)).toEqual({ groups: ['Service shop/db'] });
    }
  });

  test('are left alone when only their status changes', () => {
    const told = { ...db, status: { loadBalancer: { ingress: [{ hostname: 'x' }] } } };
    expect(touched('Service', db, told)).toEqual({ groups: [] });
  });

  test('are released when they ask for none any more', () => {
    const held = { ...db, metadata: { ...db.metadata, finalizers: ['service.k8s.aws/resources'] } };
    const plain = { ...held, spec: { type: 'ClusterIP', ports: [{ port: 5432 }] } };
    expect(touched('Service', held, plain)).toEqual({ groups: ['Service shop/db'] });
  });
});
