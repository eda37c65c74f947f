import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { localAwsRoute } from '../../sandbox/services/aws';
import type { KubeObject } from '../../src/kube/types';
import { planOf, run } from '../../src/reconcile/engine';
import { recordingHost } from '../helpers/recordingHost';
import { type Bench, startBench } from './bench';

/** What the controller needed for groups of these sizes, in a local AWS (calls, and how many of them write). */
const GROUPS = [
  { ingresses: 2, paths: 2, services: 3, ports: 2, fresh: 52, writes: 18, settled: 20 },
  { ingresses: 20, paths: 5, services: 20, ports: 1, fresh: 227, writes: 146, settled: 40 },
  { ingresses: 20, paths: 5, services: 100, ports: 1, fresh: 551, writes: 306, settled: 124 },
];

let bench: Bench;

beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench?.stop());
beforeEach(() => bench.reset());

/** Ingresses of one group; each has its share of the Services, and its paths lead to them in turn. */
function group({ ingresses, paths, services, ports }: (typeof GROUPS)[number]): KubeObject[] {
  const namespace = 'calls';
  const annotations = {
    'alb.ingress.kubernetes.io/group.name': 'calls',
    'alb.ingress.kubernetes.io/target-type': 'ip',
    'alb.ingress.kubernetes.io/listen-ports': JSON.stringify(
      Array.from({ length: ports }, (_, at) => ({ HTTP: 80 + at })),
    ),
  };
  const share = Math.max(1, Math.floor(services / ingresses));
  const path = (ingress: number, number: number) => ({
    path: `/${ingress}-${number}`,
    pathType: 'Prefix',
    backend: { service: { name: `s${ingress * share + (number % share)}`, port: { number: 80 } } },
  });
  const ingress = (_: unknown, at: number) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { namespace, name: `i${at}`, annotations },
    spec: {
      ingressClassName: 'alb',
      rules: [{ http: { paths: Array.from({ length: paths }, (__, of) => path(at, of)) } }],
    },
  });
  const service = (_: unknown, at: number) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name: `s${at}` },
    spec: { selector: { app: `s${at}` }, ports: [{ port: 80, targetPort: 8080 }] },
  });
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    ...Array.from({ length: services }, service),
    ...Array.from({ length: ingresses }, ingress),
  ];
}

/** Calls that a run over everything makes, as `ekslb sync --all` does it. */
async function sync() {
  // Which cluster it is, the controller is told; that EKS is asked for it is counted elsewhere (test/conformance).
  const engine = await bench.engine();
  await localAwsRoute(bench.world.endpoint, '/_test/log', {});
  const plan = await planOf(engine, () => true, [], 'checkpoints');
  const outcome = await run(engine, plan, recordingHost(), new AbortController().signal);
  expect(outcome.groups.flatMap(({ failure }) => failure ?? [])).toEqual([]);
  const stats = await fetch(`${bench.world.endpoint}/_test/stats`);
  return (await stats.json()) as { calls: number; writes: number };
}

describe('calls of AWS, against what the controller needs', () => {
  for (const size of GROUPS) {
    test(`${size.ingresses} Ingresses, ${size.services} Services`, async () => {
      await bench.apply(group(size));
      const fresh = await sync();
      const settled = await sync();
      expect(fresh.writes).toBeLessThanOrEqual(size.writes);
      expect(fresh.calls - fresh.writes).toBeLessThanOrEqual((size.fresh - size.writes) / 2);
      expect(settled.writes).toBe(0);
      expect(settled.calls).toBeLessThanOrEqual(0.4 * size.settled);
    });
  }
});
