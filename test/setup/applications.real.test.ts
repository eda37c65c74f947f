/** The sample applications, each from nothing to a load balancer and back; the engine stands in for the controller. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { lintCommand } from '../../src/cli/lint';
import type { KubeObject } from '../../src/kube/types';
import { type Choices, SAMPLES, type Sample } from '../../src/setup/choices';
import type { Setup } from '../../src/setup/setup';
import type { StepId } from '../../src/setup/stepIds';
import { imageUri } from '../../src/setup/steps/image';
import { type Bench, objectsOf, startBench } from '../reconcile/bench';
import { call } from './behind';
import { applyOf, checkOf, planOf, setupOf, stepOf, undoOf } from './harness';
import { planIn, undone } from './objects';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench?.stop());
beforeEach(() => bench.reset());

const setupWith = (choices: Partial<Choices> = {}) => setupOf(bench.world, { samples: SAMPLES, ...choices });

/** Applied, but not waited for: nobody gives it an address yet. */
const applied = (setup: Setup, id: StepId) => applyOf(setup, id, true, 0);

/** What the plan of a step applies. */
async function appliedBy(setup: Setup, sample: Sample): Promise<readonly KubeObject[]> {
  const actions = await stepOf(`sample-${sample}`).plan(setup);
  return actions.flatMap((action) => (action.kind === 'apply' ? action.objects : []));
}

const PODS: Readonly<Record<Sample, readonly [namespace: string, pods: number]>> = {
  '2048': ['game-2048', 3],
  'two-apps': ['two-apps', 4],
  'two-apps-ip': ['two-apps-ip', 4],
  fastapi: ['fastapi', 2],
  nlb: ['nlb-sample', 2],
};

describe.each(SAMPLES)('%s', (sample) => {
  const id = `sample-${sample}` as const;
  const [namespace, pods] = PODS[sample];

  test('from nothing to a load balancer, and back', async () => {
    const setup = await setupWith();
    const empty = await bench.aws();
    expect(await checkOf(setup, id)).toMatch(/^false\nThere is no Namespace/);
    expect((await planIn(bench.world, setup, id)).split('\n').slice(0, 2).join('\n')).toBe(
      [
        `  - Apply the sample in the namespace ${namespace}`,
        `    $ kubectl --kubeconfig KUBECONFIG apply --server-side --force-conflicts --field-manager=ekslb -f ekslb-setup-shop/${id}.yaml`,
      ].join('\n'),
    );
    expect(await applied(setup, id)).toMatch(/^todo\n.* has no address yet/);
    const before = await versions(namespace);
    expect(await applied(setup, id)).toMatch(/^todo/);
    expect(await versions(namespace)).toEqual(before);

    await bench.pods(namespace, pods);
    await bench.sync();
    expect(await checkOf(setup, id)).toMatch(
      /^true\n.*\nIt answers at http:\/\/k8s-.*amazonaws.com\/ as soon/,
    );
    const healthy = (await bench.outline()).filter((line) => line.endsWith(' healthy'));
    expect(healthy).toHaveLength(sample === 'two-apps' ? 2 * bench.world.nodes.length : pods);

    const entry = (await undoOf(setup, id)).map(({ text }) => text);
    const undoing = undone(setup, id);
    await expect
      .poll(() => checkOf(setup, id))
      .toContain(`${entry[0]?.replace('Delete ', '')} is being deleted`);
    await bench.sync();
    expect(await undoing).toHaveLength(2);
    expect(await undoOf(setup, id)).toEqual([]);
    expect(await checkOf(setup, id)).toMatch(/^false\nThere is no Namespace/);
    expect(await bench.aws()).toEqual(empty);
  });

  test('its manifests have no finding of the linter', async () => {
    const objects = await appliedBy(await setupWith(), sample);
    expect(await lintedAs(objects)).toBe('');
  });
});

/** Which objects of ours changed would show here. */
async function versions(namespace: string): Promise<string[]> {
  const paths = [
    `api/v1/namespaces/${namespace}/services`,
    `apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`,
  ];
  const lists = await Promise.all(paths.map((path) => bench.world.kube.call('GET', path)));
  return lists
    .flatMap(({ items }) => items as KubeObject[])
    .map(({ metadata }) => `${metadata.name} ${metadata.generation} ${metadata.resourceVersion}`);
}

/** What `ekslb lint` finds; its hints (gates and hooks for rollouts without a gap) are left out: samples are to be short. */
async function lintedAs(objects: readonly KubeObject[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ekslb-samples-'));
  try {
    await writeFile(join(folder, 'sample.yaml'), objects.map((one) => stringify(one)).join('---\n'));
    const out: string[] = [];
    const terminal = {
      out: (text: string) => out.push(text),
      exact: () => undefined,
      err: out.push,
      interactive: false,
    };
    await lintCommand([folder], { format: 'json' }, terminal);
    return (JSON.parse(out.join('')) as unknown[]).map((one) => JSON.stringify(one)).join('\n');
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('2048 is the same as samples/game-2048.yaml', async () => {
  const [namespace, ...others] = await appliedBy(await setupWith(), '2048');
  const [named, ...written] = await objectsOf('samples/game-2048.yaml');
  expect(namespace?.metadata.name).toBe(named?.metadata.name);
  expect(others).toEqual(written);
});

describe('a namespace of somebody else', () => {
  test('is used as it is, and stays with what else is in it', async () => {
    const { kube } = bench.world;
    await kube.call('POST', 'api/v1/namespaces', { metadata: { name: 'fastapi', labels: { team: 'a' } } });
    await kube.call('POST', 'api/v1/namespaces/fastapi/configmaps', { metadata: { name: 'theirs' } });
    const setup = await setupWith();
    expect(await applied(setup, 'sample-fastapi')).toMatch(/^todo\n.* has no address yet/);
    expect((await kube.call('GET', 'api/v1/namespaces/fastapi')).metadata.labels).toMatchObject({
      team: 'a',
    });
    expect(await undone(setup, 'sample-fastapi')).toMatchInlineSnapshot(`
      [
        "Ingress fastapi/fastapi and its load balancer",
        "Deployment fastapi/fastapi",
        "Service fastapi/fastapi",
      ]
    `);
    expect((await kube.call('GET', 'api/v1/namespaces/fastapi/configmaps/theirs')).metadata.name).toBe(
      'theirs',
    );
    expect(await undoOf(setup, 'sample-fastapi')).toEqual([]);
  });
});

describe('the image of the FastAPI sample', () => {
  const imageIn = async (setup: Setup) =>
    /"image":"([^"]*)"/.exec(JSON.stringify(await appliedBy(setup, 'fastapi')))?.[1];

  test('is the one that the image step builds, at the address of its repository', async () => {
    const setup = await setupWith({ image: 'build' });
    expect(await imageIn(setup)).toBe(await imageUri(setup));
    expect(await imageIn(setup)).toMatch(/^123456789012\.dkr\.ecr\.eu-west-1\..*\/ekslb\/shop\/fastapi:1$/);
    const { repository } = await call(setup, 'ecr', 'CreateRepository', {
      repositoryName: 'ekslb/shop/fastapi',
    });
    expect(await imageIn(await setupWith())).toBe(`${repository?.repositoryUri}:1`);
    // Kubernetes starts pods only when it is there.
    expect(stepOf('sample-fastapi').requires).toContain('image');
  });

  test('is a public one where that was chosen; another one in the cluster is told, and replaced', async () => {
    await applied(await setupWith(), 'sample-fastapi');
    const setup = await setupWith({ image: 'public.ecr.aws/shop/fastapi:2' });
    expect(await imageIn(setup)).toBe('public.ecr.aws/shop/fastapi:2');
    expect(await checkOf(setup, 'sample-fastapi')).toMatchInlineSnapshot(`
      "false
      Deployment fastapi/fastapi runs 123456789012.dkr.ecr.eu-west-1.amazonaws.com/ekslb/shop/fastapi:1, not public.ecr.aws/shop/fastapi:2."
    `);
    expect(await applied(setup, 'sample-fastapi')).toMatch(/^todo\n.* has no address yet/);
  });

  test('listens where the program of samples/fastapi does', async () => {
    const text = JSON.stringify(await appliedBy(await setupWith(), 'fastapi'));
    expect(text).toContain('"containerPort":8080');
    expect(text).toContain('"targetPort":8080');
    expect(text).toContain('"alb.ingress.kubernetes.io/healthcheck-path":"/healthz"');
  });
});

test('in EKS Auto Mode the Service asks for the class of EKS', async () => {
  const setup = await setupWith({ createCluster: true, compute: 'auto' });
  const auto = { ...setup, clusterName: 'later' };
  expect(JSON.stringify(await appliedBy(auto, 'nlb'))).toContain(
    '"loadBalancerClass":"eks.amazonaws.com/nlb"',
  );
});

test('a sample that was not asked for is none of this setup; before there is a cluster it is planned all the same', async () => {
  const none = await setupWith({ samples: [] });
  expect(await stepOf('sample-nlb').skip?.(none)).toBe('This sample was not asked for.');
  const setup = await setupWith();
  const far = { ...setup, options: { ...setup.options, kubeconfig: '/nowhere' } };
  expect(await planOf(far, 'sample-nlb')).toMatch(/^ {2}- Apply the sample/);
  expect(await undoOf(far, 'sample-nlb')).toEqual([]);
});
