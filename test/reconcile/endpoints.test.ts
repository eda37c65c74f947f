import { describe, expect, test } from 'vitest';
import { endpointsOf } from '../../src/reconcile/endpoints';
import { cluster, node, web } from './cluster';

const ip = { targetType: 'ip', ipAddressType: 'ipv4', serviceRef: { name: 'web', port: 80 } } as const;
const instance = { ...ip, targetType: 'instance' } as const;
const targets = (found: ReturnType<typeof endpointsOf>) =>
  found.targets.map(({ id, port }) => `${id}:${port}`);

describe('pods', () => {
  const of = (...documents: string[]) => targets(endpointsOf(cluster(...documents), 'default', ip));

  test('those that are ready; unknown readiness counts as ready', () => {
    const pods = web({ address: '10.0.0.1', ready: true }, { address: '10.0.0.2' });
    expect(of(node('n1'), pods)).toEqual(['10.0.0.1:8080', '10.0.0.2:8080']);
  });

  test.each([
    ['waiting for its readiness gate only', { ready: false }, ['10.0.0.1:8080']],
    ['with a container that is not ready', { ready: false, containersReady: false }, []],
    ['going', { ready: false, terminating: true }, []],
    ['on a node that is not ready', { ready: false, node: 'n2' }, []],
  ])('%s', (_, endpoint, expected) => {
    const pods = web({ address: '10.0.0.1', ...endpoint });
    expect(of(node('n1'), node('n2', { ready: false }), pods)).toEqual(expected);
  });

  test('an address that is in two slices is one target', () => {
    expect(of(node('n1'), web({ address: '10.0.0.1' }, { address: '10.0.0.1' }))).toEqual(['10.0.0.1:8080']);
  });

  test('without the Service, its port or its pods there is none', () => {
    const pods = cluster(node('n1'), web({ address: '10.0.0.1' }));
    expect(targets(endpointsOf(pods, 'other', ip))).toEqual([]);
    expect(targets(endpointsOf(pods, 'default', { ...ip, serviceRef: { name: 'web', port: 81 } }))).toEqual(
      [],
    );
    expect(
      targets(endpointsOf(pods, 'default', { ...ip, serviceRef: { name: 'web', port: 'http' } })),
    ).toHaveLength(1);
    expect(targets(endpointsOf(pods, 'default', { ...ip, ipAddressType: 'ipv6' }))).toEqual([]);
  });
});

describe('nodes', () => {
  const of = (...documents: string[]) =>
    targets(endpointsOf(cluster(web(), ...documents), 'default', instance));

  test.each([
    ['ready', node('a'), ['i-a:30080']],
    ['not ready', node('a', { ready: false }), []],
    ['on Fargate', node('a', { labels: { 'eks.amazonaws.com/compute-type': 'fargate' } }), []],
    [
      'excluded by label',
      node('a', { labels: { 'node.kubernetes.io/exclude-from-external-load-balancers': '' } }),
      [],
    ],
    ['about to go', node('a', { taint: 'ToBeDeletedByClusterAutoscaler' }), []],
    ['disrupted by Karpenter', node('a', { taint: 'karpenter.sh/disrupted' }), []],
    ['with a taint of its own', node('a', { taint: 'gpu' }), ['i-a:30080']],
  ])('%s', (_, one, expected) => expect(of(one)).toEqual(expected));

  test('those that the selector picks', () => {
    const binding = { ...instance, nodeSelector: { matchLabels: { pool: 'web' } } };
    const nodes = cluster(web(), node('a', { labels: { pool: 'web' } }), node('b'));
    expect(targets(endpointsOf(nodes, 'default', binding))).toEqual(['i-a:30080']);
  });
});
