import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  backendSecurityGroupName,
  frontendTargetGroupName,
  loadBalancerName,
  managedSecurityGroupName,
  type ServiceTargetGroupIdentity,
  serviceTargetGroupName,
  type TargetGroupIdentity,
  targetGroupName,
} from '../../src/model/names';
import { readCases, recordedOf } from '../conformance/case';
import type { TargetGroupState } from '../conformance/state';

/* Names that the controller really gave (conformance/names.json), with the Service UIDs of that run. */

interface Vector {
  readonly case: string;
  readonly step: number;
  readonly name: string;
  /** `${tg:NAMESPACE/INGRESS-SERVICE:PORT}`; `#2` for the second group made under that tag. */
  readonly placeholder: string;
  readonly serviceUids: Readonly<Record<string, string>>;
}

const folder = join(import.meta.dirname, '../conformance');
const { cluster, names } = JSON.parse(readFileSync(join(folder, 'names.json'), 'utf8')) as {
  cluster: string;
  names: Vector[];
};
const cases = new Map(readCases(join(folder, 'cases')).map((found) => [found.name, found]));

/** A group keeps the name that it got in the step that made it. */
function madeIn({ case: name, placeholder }: Vector): { made: Vector; state: TargetGroupState } {
  const testCase = cases.get(name);
  const made = names.find((other) => other.case === name && other.placeholder === placeholder);
  const state = testCase && made && recordedOf(testCase, made.step).state.targetGroups[placeholder];
  if (made === undefined || state === undefined) throw new Error(`${name} has no ${placeholder}`);
  return { made, state };
}

function tagOf({ tags }: TargetGroupState, key: string): string | undefined {
  return (tags as Record<string, string>)[key];
}

function groupOf(stack: string): { namespace: string; name: string } {
  const [first = '', second] = stack.split('/');
  return second === undefined ? { namespace: '', name: first } : { namespace: first, name: second };
}

/** What the controller hashed, out of the target group as it was made; undefined for groups of Services. */
function identityOf(vector: Vector): TargetGroupIdentity | undefined {
  const { made, state } = madeIn(vector);
  const stack = tagOf(state, 'ingress.k8s.aws/stack');
  const [, namespace = '', rest = '', servicePort = ''] =
    /^(.*?)\/(.*):(.*)$/.exec(tagOf(state, 'ingress.k8s.aws/resource') ?? '') ?? [];
  const owner = Object.entries(made.serviceUids).find(
    ([key]) => key.startsWith(`${namespace}/`) && rest.endsWith(`-${key.slice(namespace.length + 1)}`),
  );
  if (stack === undefined || owner === undefined) return undefined;
  const service = owner[0].slice(namespace.length + 1);
  return {
    clusterName: cluster,
    group: groupOf(stack),
    ingress: { namespace, name: rest.slice(0, -service.length - 1) },
    service: { namespace, name: service, uid: owner[1] },
    servicePort,
    port: Number(state['port']),
    targetType: String(state['targetType']),
    protocol: String(state['protocol']),
    protocolVersion: String(state['protocolVersion']),
    targetControlPort: state['targetControlPort'] as number | undefined,
  };
}

const identities = names.map((vector) => ({ vector, identity: identityOf(vector) }));

describe('target groups of Ingresses have the names that the controller gives them', () => {
  for (const { vector, identity } of identities) {
    if (identity === undefined) continue;
    const title = `${vector.case}, step ${vector.step}: ${vector.placeholder.slice(5, -1)}`;
    test(title, () => {
      expect(targetGroupName(identity)).toBe(vector.name);
    });
  }
});

test('every vector is a target group of an Ingress, of a Service, or between a front-end NLB and its ALB', () => {
  const left = identities.filter(({ identity }) => identity === undefined).map(({ vector }) => vector);
  const ofServices = left.filter(
    (vector) => tagOf(madeIn(vector).state, 'service.k8s.aws/stack') !== undefined,
  );
  const ofFrontends = left.filter(({ placeholder }) => placeholder.includes(':FrontendNlb-tg-'));
  expect({
    all: names.length,
    ingresses: names.length - left.length,
    services: ofServices.length,
    frontends: ofFrontends.length,
  }).toEqual({ all: 174, ingresses: 121, services: 50, frontends: 3 });
});

/** What the controller hashed for a target group of a Service. */
function serviceIdentityOf(vector: Vector): ServiceTargetGroupIdentity | undefined {
  const { made, state } = madeIn(vector);
  const stack = tagOf(state, 'service.k8s.aws/stack');
  const resource = tagOf(state, 'service.k8s.aws/resource') ?? '';
  const [, key = '', port = ''] = /^(.*):(.*)$/.exec(resource) ?? [];
  if (stack === undefined) return undefined;
  const ownerOf = (service: string) => {
    const [namespace = '', name = ''] = service.split('/');
    return { namespace, name, uid: made.serviceUids[service] ?? '' };
  };
  return {
    clusterName: cluster,
    service: ownerOf(key),
    base: key === stack ? undefined : ownerOf(stack),
    port: Number(state['port']),
    servicePort: Number(port),
    targetType: String(state['targetType']),
    protocol: String(state['protocol']),
    healthCheckProtocol: String(state['healthCheckProtocol']),
    healthCheckInterval: Number(state['healthCheckIntervalSeconds']),
  };
}

describe('target groups of Services have the names that the controller gives them', () => {
  for (const vector of names) {
    const identity = serviceIdentityOf(vector);
    if (identity === undefined) continue;
    test(`${vector.case}, step ${vector.step}: ${vector.placeholder.slice(5, -1)}`, () => {
      expect(serviceTargetGroupName(identity)).toBe(vector.name);
    });
  }
});

test('target groups of front-end NLBs have the names that the controller gives them', () => {
  const pairs = names.flatMap((vector) => {
    const { state } = madeIn(vector);
    if (!vector.placeholder.includes(':FrontendNlb-tg-')) return [];
    const check = { port: String(state['healthCheckPort']), protocol: String(state['healthCheckProtocol']) };
    const group = groupOf(tagOf(state, 'ingress.k8s.aws/stack') ?? '');
    return [[vector.name, frontendTargetGroupName(cluster, group, Number(state['port']), check)] as const];
  });
  expectEqual(pairs, 3);
});

/* Names that hash nothing random are in the recordings as they are. */

const states = [...cases.values()].flatMap(({ recorded }) => recorded.map(({ state }) => state));

/** Each found name with the name that we would give. */
function expectEqual(pairs: readonly (readonly [found: string, made: string])[], atLeast: number): void {
  expect(pairs.filter(([found, made]) => found !== made)).toEqual([]);
  expect(pairs.length).toBeGreaterThanOrEqual(atLeast);
}

test('load balancers of Ingresses have the names that the controller gives them', () => {
  const balancers = states.flatMap(({ loadBalancers }) => Object.entries(loadBalancers));
  const pairs = balancers.flatMap(([found, { tags, type, scheme }]) => {
    const stack = tags['ingress.k8s.aws/stack'];
    const given = type === 'application' && /^k8s-.*-[0-9a-f]{10}$/.test(found);
    if (stack === undefined || !given) return [];
    return [[found, loadBalancerName(cluster, groupOf(stack), String(scheme))] as const];
  });
  expectEqual(pairs, 60);
});

test('security groups have the names that the controller gives them', () => {
  const groups = states.flatMap(({ securityGroups }) => Object.entries(securityGroups));
  const shared = groups
    .filter(([, { tags }]) => tags['elbv2.k8s.aws/resource'] === 'backend-sg')
    .map(([found]) => [found, backendSecurityGroupName(cluster)] as const);
  const frontends = groups.flatMap(([found, { tags }]) => {
    const stack = tags['ingress.k8s.aws/stack'];
    return stack === undefined ? [] : [[found, managedSecurityGroupName(cluster, groupOf(stack))] as const];
  });
  expectEqual(shared, 60);
  expectEqual(frontends, 60);
});
