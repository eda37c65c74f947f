import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DEFINITIONS } from '../../src/crds';
import { parseManifests } from '../../src/kube/manifests';
import type { KubeObject } from '../../src/kube/types';
import { startWorld, type World } from '../helpers/world';
import { applyOf, checkOf, planOf, setupOf, stepOf, undoOf } from './harness';
import { planIn, undone } from './objects';

const CRDS = 'apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const PARAMS = `${CRDS}/ingressclassparams.elbv2.k8s.aws`;
const BINDINGS = `${CRDS}/targetgroupbindings.elbv2.k8s.aws`;

let world: World;
beforeAll(async () => {
  world = await startWorld({ pods: false });
});
afterAll(() => world?.stop());
beforeEach(() => world.reset());

interface Live {
  spec: { versions: { schema: { openAPIV3Schema: { properties: { spec: Schema } } } }[] };
}
interface Schema {
  properties: Record<string, Schema & { properties: Record<string, unknown> }>;
}

/** Changes the schema of a kind as an older release had it. */
async function alter(path: string, change: (spec: Schema) => void): Promise<void> {
  const live = (await world.kube.call('GET', path)) as unknown as Live;
  change(live.spec.versions[0]?.schema.openAPIV3Schema.properties.spec as Schema);
  await world.kube.call('PUT', path, live);
}

describe('the CRDs', () => {
  test('are there with every field', async () => {
    expect(await checkOf(await setupOf(world), 'crds')).toMatchInlineSnapshot(`
      "true
      ingressclassparams.elbv2.k8s.aws and targetgroupbindings.elbv2.k8s.aws have every field of 3.5.0."
    `);
  });

  test('an old CRD: each missing field is named with the release that brought it, and comes', async () => {
    const setup = await setupOf(world);
    await alter(PARAMS, ({ properties }) => {
      delete properties['wafv2AclArn'];
      delete properties['listeners'];
    });
    await alter(BINDINGS, ({ properties }) => {
      delete properties['vpcID'];
    });
    expect(await checkOf(setup, 'crds')).toMatchInlineSnapshot(`
      "false
      ingressclassparams.elbv2.k8s.aws does not know spec.listeners, which 2.9.0 brought.
      ingressclassparams.elbv2.k8s.aws does not know spec.wafv2AclArn, which 2.14.0 brought.
      targetgroupbindings.elbv2.k8s.aws does not know spec.vpcID, which 2.8.0 brought.
      Apply them: \`helm upgrade\` never updates custom resource definitions."
    `);
    const older = await setupOf(world, { controllerVersion: '2.8.1' });
    expect(await checkOf(older, 'crds')).toMatchInlineSnapshot(`
      "false
      targetgroupbindings.elbv2.k8s.aws does not know spec.vpcID, which 2.8.0 brought.
      Apply them: \`helm upgrade\` never updates custom resource definitions."
    `);
    expect(await planIn(world, setup, 'crds')).toMatchInlineSnapshot(`
      "  - Make or update ingressclassparams.elbv2.k8s.aws and targetgroupbindings.elbv2.k8s.aws
          $ kubectl --kubeconfig KUBECONFIG apply --server-side --force-conflicts --field-manager=ekslb -f ekslb-setup-shop/crds.yaml"
    `);
    expect(await applyOf(setup, 'crds')).toMatch(/^done/);
  });

  test('with a field more than we know are fine', async () => {
    await alter(PARAMS, ({ properties }) => {
      properties['brandNew'] = { type: 'string' } as never;
    });
    expect(await checkOf(await setupOf(world), 'crds')).toMatch(/^true/);
    await applyOf(await setupOf(world), 'crds');
  });

  test('stay while there are objects of them, go otherwise, and come back', async () => {
    const setup = await setupOf(world);
    const object = {
      apiVersion: 'elbv2.k8s.aws/v1beta1',
      kind: 'IngressClassParams',
      metadata: { name: 'shop' },
    };
    await world.kube.call('POST', 'apis/elbv2.k8s.aws/v1beta1/ingressclassparams', object);
    await expect(undoOf(setup, 'crds')).rejects.toMatchObject({
      code: 'setup-in-use',
      details: ['  shop'],
    });
    await world.kube.call('DELETE', 'apis/elbv2.k8s.aws/v1beta1/ingressclassparams/shop');
    try {
      // By the product's own deletion, which waits: the API server clears a kind of its objects first.
      expect(await undone(setup, 'crds')).toEqual([
        'ingressclassparams.elbv2.k8s.aws',
        'targetgroupbindings.elbv2.k8s.aws',
      ]);
      expect(await undoOf(setup, 'crds')).toEqual([]);
      expect(await checkOf(setup, 'crds')).toMatchInlineSnapshot(`
        "false
        There is no ingressclassparams.elbv2.k8s.aws.
        There is no targetgroupbindings.elbv2.k8s.aws.
        Apply them: \`helm upgrade\` never updates custom resource definitions."
      `);
    } finally {
      // The other tests, and the emptying of the world before them, need the kinds.
      expect(await applyOf(setup, 'crds')).toMatch(/^done/);
    }
    expect(await checkOf(setup, 'crds')).toMatch(/^true/);
  });

  test('that are being deleted are not there any more', async () => {
    const setup = await setupOf(world);
    const finalizers = (names: string[] | null) =>
      world.kube.call('PATCH', PARAMS, { metadata: { finalizers: names } }, 'application/merge-patch+json');
    await finalizers(['example.com/wait']);
    try {
      await world.kube.call('DELETE', PARAMS);
      expect(await checkOf(setup, 'crds')).toMatchInlineSnapshot(`
        "false
        ingressclassparams.elbv2.k8s.aws is being deleted: run this again when it is gone.
        Apply them: \`helm upgrade\` never updates custom resource definitions."
      `);
    } finally {
      await finalizers(null);
      await expect.poll(() => checkOf(setup, 'crds')).toContain('There is no ingressclassparams');
      expect(await applyOf(setup, 'crds')).toMatch(/^done/);
    }
  });

  test('are not needed in EKS Auto Mode, and planned before there is a cluster', async () => {
    const auto = await setupOf(world, { createCluster: true, compute: 'auto' });
    const setup = { ...auto, clusterName: 'not-there-yet' };
    expect(await stepOf('crds').skip?.({ ...setup, once: (_, read) => read() })).toMatch(/Auto Mode/);
    const far = { ...setup, options: { ...setup.options, kubeconfig: '/nowhere' } };
    expect(await planOf(far, 'crds')).toMatch(/^ {2}- Make or update/);
  });
});

/** Everything that the recordings of the real controller apply or were left with. */
function recorded(): KubeObject[] {
  const folder = join(import.meta.dirname, '../conformance/cases');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.ya?ml$/.test(name),
  );
  const kinds = DEFINITIONS.map(({ table }) => table.kind);
  return files
    .flatMap((name) => parseManifests(readFileSync(join(folder, name), 'utf8'), name))
    .map(({ object }) => object)
    .filter(({ kind }) => kinds.includes(kind ?? ''));
}

test('every object of the recordings is accepted', async () => {
  const objects = recorded();
  expect(objects.length).toBeGreaterThan(3);
  for (const object of objects) {
    const { table, definition } = DEFINITIONS.find((one) => one.table.kind === object.kind) ?? {};
    const plural = definition?.metadata.name.split('.')[0];
    const where = table?.scope === 'Namespaced' ? 'namespaces/default/' : '';
    const { namespace: _, ...metadata } = object.metadata;
    const path = `apis/elbv2.k8s.aws/v1beta1/${where}${plural}?dryRun=All&fieldValidation=Strict`;
    const answer = world.kube.call('POST', path, { ...object, metadata });
    await expect(answer).resolves.toMatchObject({ kind: object.kind });
  }
});
