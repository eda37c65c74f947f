import { describe, expect, test } from 'vitest';
import { deploymentStatus, orphans, podChanges } from '../../sandbox/pods/deployments';
import { addressesOf, gatesOpen, readinessChanged } from '../../sandbox/pods/kubelet';
import { sliceChanges, slicesOf } from '../../sandbox/pods/slices';
import type { Deployment, PodItem, ServiceItem } from '../../sandbox/pods/view';

function deployment(replicas: number, image = 'web:1'): Deployment {
  return {
    metadata: { name: 'web', namespace: 'shop', uid: 'd1', generation: 2 },
    spec: {
      replicas,
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image }] } },
    },
  };
}

/** The Deployment's pods after they have been made, with addresses 10.0.64.1, 2, ... and ready or not. */
function running(pods: readonly PodItem[], ready = true): readonly PodItem[] {
  return pods.map((pod, index) => ({
    ...pod,
    metadata: { ...pod.metadata, uid: `${pod.metadata.name}-uid` },
    status: {
      podIP: `10.0.64.${index + 1}`,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    },
  }));
}

/** `+name` for what is made, `-name` for what goes; the template's hash is drawn as `#`. */
function changes(wanted: Deployment, pods: readonly PodItem[]): string {
  const { create, remove } = podChanges(wanted, pods);
  const line = (sign: string) => (pod: PodItem) => sign + pod.metadata.name.replace(/-[0-9a-f]{8}-/, '-#-');
  return [...create.map(line('+')), ...remove.map(line('-'))].join(' ');
}

describe('the pods of a Deployment', () => {
  const two = running(podChanges(deployment(2), []).create);

  test.each([
    ['nothing there', deployment(2), [], '+web-#-0 +web-#-1'],
    ['all there', deployment(2), two, ''],
    ['scaled down', deployment(1), two, '-web-#-1'],
    ['scaled to zero', deployment(0), two, '-web-#-0 -web-#-1'],
    ['scaled up', deployment(3), two, '+web-#-2'],
    ['another image: old pods stay until new ones are ready', deployment(1, 'web:2'), two, '+web-#-0'],
  ] as const)('%s', (_, wanted, pods, expected) => {
    expect(changes(wanted, pods)).toBe(expected);
  });

  test('of the old image go when the new ones are ready', () => {
    const fresh = podChanges(deployment(1, 'web:2'), two).create;
    expect(changes(deployment(1, 'web:2'), [...two, ...running(fresh, false)])).toBe('');
    expect(changes(deployment(1, 'web:2'), [...two, ...running(fresh)])).toBe('-web-#-0 -web-#-1');
  });

  test('are orphans when it is gone', () => {
    expect(orphans([deployment(2)], two)).toEqual([]);
    expect(orphans([], two)).toEqual(two);
  });

  test('are counted in its status, which is not written twice', () => {
    const status = deploymentStatus(deployment(2), two) as Record<string, unknown>;
    expect(status).toMatchObject({
      observedGeneration: 2,
      replicas: 2,
      readyReplicas: 2,
      unavailableReplicas: 0,
    });
    expect(deploymentStatus({ ...deployment(2), status }, two)).toBeUndefined();
  });
});

describe('the addresses of pods', () => {
  const node = (name: string, ...pod_ips: string[]) => ({
    name,
    instance: 'i-1',
    zone: 'a',
    private_ip: '10.0.0.1',
    pod_ips,
  });
  const addresses = addressesOf([node('n1', '10.1.0.1', '10.1.0.2'), node('n2', '10.2.0.1')]);
  const pod = (uid: string, nodeName?: string): PodItem => ({
    metadata: { name: uid, uid },
    spec: nodeName === undefined ? {} : { nodeName },
  });

  test('come from the node with most room, or the one it names, and are given once', () => {
    const pods = [pod('a'), pod('b', 'n1'), pod('c'), pod('d')];
    expect(pods.map((each) => addresses.place(each, pods)?.ip)).toEqual([
      '10.1.0.1',
      '10.1.0.2',
      '10.2.0.1',
      undefined,
    ]);
  });

  test('are free again when the pod is gone', () => {
    const pods = [pod('b'), pod('c'), pod('d')];
    expect(addresses.place(pod('d'), pods)?.ip).toBe('10.1.0.1');
  });
});

test('a readiness gate holds a pod back until its condition is true', () => {
  const gated = (status: string): PodItem => ({
    metadata: { name: 'p' },
    spec: { readinessGates: [{ conditionType: 'target-health.elbv2.k8s.aws/x' }] },
    status: {
      conditions: [
        { type: 'target-health.elbv2.k8s.aws/x', status },
        { type: 'Ready', status: 'False' },
      ],
    },
  });
  expect([gatesOpen(gated('False')), readinessChanged(gated('False'))]).toEqual([false, false]);
  expect([gatesOpen(gated('True')), readinessChanged(gated('True'))]).toEqual([true, true]);
});

describe('EndpointSlices', () => {
  const service: ServiceItem = {
    metadata: { name: 'web', namespace: 'shop', uid: 's1' },
    spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  };
  const pod = (name: string, ip: string, port: number, labels = { app: 'web' }): PodItem => ({
    metadata: { name, namespace: 'shop', labels },
    spec: { containers: [{ name: 'c', ports: [{ name: 'http', containerPort: port }] }] },
    status: { podIP: ip, conditions: [{ type: 'Ready', status: 'True' }] },
  });
  const shown = (pods: readonly PodItem[], of = service) =>
    slicesOf(of, pods).map((slice) => {
      const ports = (slice['ports'] as { port: number }[]).map(({ port }) => port);
      const addresses = (slice['endpoints'] as { addresses: string[] }[]).flatMap(
        (endpoint) => endpoint.addresses,
      );
      return `${slice.metadata.name} ${ports} -> ${addresses}`;
    });

  test('hold the selected pods', () => {
    const pods = [
      pod('a', '10.0.0.1', 8080),
      pod('b', '10.0.0.2', 8080),
      pod('c', '10.0.0.3', 8080, { app: 'other' }),
    ];
    expect(shown(pods)).toEqual(['web-sandbox-0 8080 -> 10.0.0.1,10.0.0.2']);
  });

  test('are several where a named port differs, as in the middle of a rollout', () => {
    expect(shown([pod('a', '10.0.0.1', 8080), pod('b', '10.0.0.2', 9090)])).toEqual([
      'web-sandbox-0 8080 -> 10.0.0.1',
      'web-sandbox-1 9090 -> 10.0.0.2',
    ]);
  });

  test('hold at most 100 endpoints each', () => {
    const pods = Array.from({ length: 101 }, (_, at) =>
      pod(`p${String(at).padStart(3, '0')}`, `10.0.1.${at}`, 80),
    );
    expect(slicesOf(service, pods).map((slice) => (slice['endpoints'] as object[]).length)).toEqual([100, 1]);
  });

  test.each([
    ['without a selector', { ports: [] }],
    ['of an external name', { type: 'ExternalName', selector: { app: 'web' } }],
  ])('are nobody else’s business for a Service %s', (_, spec) => {
    expect(shown([pod('a', '10.0.0.1', 80)], { ...service, spec })).toEqual([]);
  });

  test('are written once, and deleted with their Service', () => {
    const pods = [pod('a', '10.0.0.1', 8080)];
    const [slice, ...rest] = sliceChanges([service], pods, []).write;
    expect(rest).toEqual([]);
    const have = slice === undefined ? [] : [slice];
    expect(sliceChanges([service], pods, have)).toEqual({ write: [], remove: [] });
    expect(sliceChanges([], pods, have)).toEqual({ write: [], remove: have });
  });
});
