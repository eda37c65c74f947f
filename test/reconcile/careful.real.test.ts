import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { modelCommand, planCommand } from '../../src/cli/commands';
import { mergePatch } from '../../src/kube/client';
import { RESOURCES } from '../../src/kube/resources';
import type { Ingress } from '../../src/kube/types';
import { failuresOf } from '../../src/reconcile/provision';
import { testTerminal } from '../helpers/testTerminal';
import { application, type Bench, objectsIn, startBench } from './bench';

/* As careful as the controller, where a state at the end of a run does not show it (test/conformance/end-states). */

const CASES = 'test/conformance/end-states';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench?.stop());
afterEach(() => bench.reset());

const options = (name: string) => {
  const { kubeconfig, region, endpoint, clusterName } = bench.world;
  const file = [join(CASES, name, 'manifests.yaml')];
  return { kubeconfig, region, endpointUrl: endpoint, clusterName, file };
};

test('a Secret that stands in the manifests counts before it is in the cluster', async () => {
  const terminal = testTerminal();
  expect(await planCommand(options('apply-with-secret'), terminal)).toBe(3);
  expect(terminal.printed.err.join('\n')).not.toContain('not found');
  expect([...terminal.printed.out, ...terminal.printed.err].join('\n')).not.toContain('not-a-real-secret');
});

test('a Service that gets no node ports is refused before anything is made', async () => {
  const refusal = 'unable to support instance target type with an unallocated NodePort';
  for (const command of [modelCommand, planCommand]) {
    const terminal = testTerminal();
    expect(await command(options('nlb-instance-without-node-ports'), terminal)).toBe(1);
    expect(terminal.printed.err.join('\n')).toContain(refusal);
  }
});

const ingress = (annotations: string) =>
  objectsIn(`
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  namespace: demo
  name: web
  annotations:
    alb.ingress.kubernetes.io/target-type: ip
${annotations}
spec:
  ingressClassName: alb
  defaultBackend: { service: { name: web, port: { number: 80 } } }
`);

async function targets(): Promise<number> {
  return (await bench.outline()).filter((line) => /^ {2}target .*:8080 (healthy|initial)/.test(line)).length;
}

test('while an Ingress is refused, its targets follow their pods', async () => {
  await bench.apply(application(2));
  await bench.pods('demo', 2);
  await bench.provision(ingress(''));
  expect(await targets()).toBe(2);
  await bench.apply(ingress('    alb.ingress.kubernetes.io/scheme: public'));
  await bench.apply(application(1));
  await bench.pods('demo', 1);
  const outcome = await bench.trySync();
  expect(failuresOf(outcome).map(({ error }) => error.message)).toEqual([
    expect.stringContaining('unknown scheme: public'),
  ]);
  expect(await targets()).toBe(1);
  // The class as well: what cannot be loaded keeps everything, and follows.
  await bench.apply(
    ingress('').map((one) => ({ ...one, spec: { ...(one as Ingress).spec, ingressClassName: 'abl' } })),
  );
  await bench.apply(application(3));
  await bench.pods('demo', 3);
  expect(failuresOf(await bench.trySync())[0]?.error.message).toContain(
    'IngressClass.networking.k8s.io "abl" not found',
  );
  expect(await targets()).toBe(3);
});

test('the plan of a controller in dry-run mode is removed', async () => {
  await bench.apply(application(1));
  await bench.pods('demo', 1);
  await bench.provision(ingress(''));
  const { kube } = await bench.engine();
  const annotations = { 'alb.ingress.kubernetes.io/dry-run-plan': '{}' };
  await mergePatch(
    kube,
    RESOURCES.Ingress,
    { namespace: 'demo', name: 'web' },
    { metadata: { annotations } },
  );
  await bench.sync();
  const { cluster, groups } = await bench.plan();
  expect(cluster.ingresses.get('demo/web')?.metadata.annotations).not.toHaveProperty([
    'alb.ingress.kubernetes.io/dry-run-plan',
  ]);
  expect(groups.flatMap(({ steps }) => steps)).toEqual([]);
});
