import { describe, expect, test } from 'vitest';
import { built, ingresses, refusals } from './build';

type Set = Readonly<Record<string, string>>;
const NLB = 'frontend-nlb';
const ON = { 'group.name': 'shop', 'enable-frontend-nlb': 'true' };
const group = (...sets: Set[]) => ingresses(...sets.map((one) => ({ ...ON, ...one })));

describe('members that contradict each other about the NLB in front', () => {
  test.each<[string, Set, Set]>([
    ['conflicting enable frontend NLB values', {}, { 'enable-frontend-nlb': 'false' }],
    [
      'conflicting scheme: map[internal:{} internet-facing:{}]',
      { [`${NLB}-scheme`]: 'internal' },
      { [`${NLB}-scheme`]: 'internet-facing' },
    ],
    ['unknown scheme: public', { [`${NLB}-scheme`]: 'public' }, {}],
    [
      'conflicting securityGroups: [a b] | [b a]',
      { [`${NLB}-security-groups`]: 'a,b' },
      { [`${NLB}-security-groups`]: 'b,a' },
    ],
    ['conflicting subnets: [a b] | [a c]', { [`${NLB}-subnets`]: 'a,b' }, { [`${NLB}-subnets`]: 'a,c' }],
    [
      'conflicting frontend NLB tags: map[a:1] | map[a:2]',
      { [`${NLB}-tags`]: 'a=1' },
      { [`${NLB}-tags`]: 'a=2' },
    ],
    ['conflicting frontend NLB attributes: map[a:1] | map[]', { [`${NLB}-attributes`]: 'a=1' }, {}],
    [
      "invalid dns_record.client_routing_policy set in annotation aws-load-balancer-attributes: got 'far' expected one of ['any_availability_zone', 'partial_availability_zone_affinity', 'availability_zone_affinity']",
      {},
      { [`${NLB}-attributes`]: 'dns_record.client_routing_policy=far' },
    ],
    [
      'failed to merge NLB listenPort config for port: 80: conflicting Path, config 2: /b, previous: /a',
      { [`${NLB}-healthcheck-path`]: '/a' },
      { [`${NLB}-healthcheck-path`]: '/b' },
    ],
    [
      'failed to merge NLB listenPort config for port: 80: conflicting Port, config 2: {0 80 }, previous: {1 0 traffic-port}',
      { [`${NLB}-healthcheck-port`]: 'traffic-port' },
      { [`${NLB}-healthcheck-port`]: '80' },
    ],
    [
      'failed to merge NLB listenPort config for port: 90: conflicting Target Port, config 2: 81, previous: 80',
      { 'listen-ports': '[{"HTTP":80},{"HTTP":81}]', [`${NLB}-listener-port-mapping`]: '90=80' },
      { 'listen-ports': '[{"HTTP":80},{"HTTP":81}]', [`${NLB}-listener-port-mapping`]: '90=81' },
    ],
    [
      'failed to compute listenPort config for ingress: default/web-1: invalid NLB listener port: x',
      { [`${NLB}-listener-port-mapping`]: 'x=80' },
      {},
    ],
  ])('%s', (message, first, second) => {
    expect(refusals(group(first, second))).toEqual([message]);
  });

  test.each<[string, Set, Set]>([
    ['subnets in another order', { [`${NLB}-subnets`]: 'a,b' }, { [`${NLB}-subnets`]: 'b,a' }],
    ['attributes from the second member on', {}, { [`${NLB}-attributes`]: 'a=1' }],
    ['a path that one member writes', {}, { [`${NLB}-healthcheck-path`]: '/b' }],
  ])('%s are no contradiction', (_, first, second) => {
    expect(refusals(group(first, second))).toEqual(['built']);
  });
});

describe('listeners of the NLB in front', () => {
  const mapped = (...sets: Set[]) => {
    const [one] = built(group(...sets));
    const resources = one !== undefined && 'stack' in one ? (one.stack.resources as Resources) : undefined;
    const targets = Object.values(
      resources?.FrontendNLBTargetGroup.FrontendNLBTargetGroup.TargetGroups ?? {},
    );
    return targets.map(({ Port, TargetPort }) => `${Port} -> ${TargetPort}`);
  };

  test('are those of the Application Load Balancer', () => {
    expect(mapped({ 'listen-ports': '[{"HTTP":80},{"HTTP":81}]' })).toEqual(['80 -> 80', '81 -> 81']);
  });

  test('are the mapped ones, where there is a mapping; ports that nobody listens on are left out', () => {
    const mapping = { [`${NLB}-listener-port-mapping`]: '90=80,91=8080' };
    expect(mapped(mapping, { 'listen-ports': '[{"HTTP":82}]' })).toEqual(['82 -> 82', '90 -> 80']);
  });

  test('are none where nobody asks for any', () => {
    expect(mapped({ 'enable-frontend-nlb': 'false' })).toEqual([]);
  });
});

interface Resources {
  readonly FrontendNLBTargetGroup: {
    readonly FrontendNLBTargetGroup: {
      readonly TargetGroups: Record<string, { readonly Port: number; readonly TargetPort: number }>;
    };
  };
}
