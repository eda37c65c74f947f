import { afterAll, beforeAll, expect, test } from 'vitest';
import { getObject } from '../../src/kube/client';
import { RESOURCES } from '../../src/kube/resources';
import type { KubeObject, Service } from '../../src/kube/types';
import { planOf } from '../../src/reconcile/engine';
import { named, ownersOf } from '../../src/reconcile/owner';
import { changesOf } from '../../src/reconcile/plan';
import { summaryOf } from '../../src/reconcile/planText';
import { unprovision } from '../../src/reconcile/provision';
import { recordingHost } from '../helpers/recordingHost';
import { type Bench, objectsOf, startBench } from './bench';

const KEY = 'broker/mosquitto';
const never = new AbortController().signal;

let bench: Bench;
let manifests: KubeObject[];

beforeAll(async () => {
  bench = await startBench();
  manifests = await objectsOf('samples/nlb-service.yaml');
  await bench.apply(manifests.filter(({ kind }) => kind !== 'Service'));
});
afterAll(() => bench?.stop());

test('a Service gets its Network Load Balancer, is in step then, and leaves nothing behind', async () => {
  const empty = await bench.aws();
  const { dnsNames, outcome } = await bench.provision(manifests);
  expect(outcome?.failures).toEqual([]);
  expect(dnsNames).toHaveLength(1);
  await bench.pods('broker', 2);
  await bench.sync();
  // Targets turn healthy in their own time; names hash the UID of the Service.
  const steady = (line: string) =>
    line.replace(/ (initial|healthy)$/, '').replaceAll(/(k8s-broker-mosquitt-)[0-9a-f]{10}/g, '$1*');
  const outline = (await bench.outline()).map(steady);
  expect(outline).toMatchInlineSnapshot(`
    [
      "load balancer k8s-broker-mosquitt-* internet-facing ipv4 in 3 zones",
      "  security groups k8s-broker-mosquitt-*, k8s-traffic-shop-8d9001d32c",
      "  listener TCP:1883, otherwise forward to k8s-broker-mosquitt-*",
      "target group k8s-broker-mosquitt-* ip TCP:1883 check undefined",
      "  used by k8s-broker-mosquitt-*",
      "  target 10.0.64.101:1883",
      "  target 10.0.80.101:1883",
      "security group default",
      "security group eks-cluster-sg-shop-1",
      "security group k8s-broker-mosquitt-*",
      "  admits tcp 1883-1883 from 0.0.0.0/0",
      "security group k8s-traffic-shop-8d9001d32c",
      "security group shop-extra",
      "security group shop-frontend",
      "security group shop-node",
      "  admits tcp 1883-1883 from k8s-traffic-shop-8d9001d32c elbv2.k8s.aws/targetGroupBinding=shared",
    ]
  `);
  const engine = await bench.engine();
  const wanted = named([], [KEY]);
  expect(summaryOf(changesOf(await planOf(engine, ownersOf(wanted))))).toBe('no change');
  await unprovision(engine, wanted, recordingHost(), never);
  expect(await bench.aws()).toEqual(empty);
});

test('a Service that stops asking for one is released and stays', async () => {
  const empty = await bench.aws();
  await bench.provision(manifests);
  const plain = manifests.map((one) => {
    if (one.kind !== 'Service') return one;
    const { annotations: _, ...metadata } = one.metadata;
    // The class of a Service cannot be taken away from it; its type decides here.
    return {
      ...one,
      metadata,
      spec: { ...Object(one).spec, type: 'ClusterIP', loadBalancerClass: undefined },
    };
  });
  await bench.apply(plain);
  await bench.sync();
  expect(await bench.aws()).toEqual(empty);
  const { kube } = await bench.engine();
  const service = await getObject<Service>(kube, RESOURCES.Service, 'broker', 'mosquitto');
  expect(service?.metadata.finalizers ?? []).toEqual([]);
  expect(service?.status?.loadBalancer?.ingress ?? []).toEqual([]);
});
