import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runOrThrow } from '../../sandbox/run';
import { perform } from '../../src/setup/perform';
import { setupFor } from '../../src/setup/setup';
import { startWorld, type World } from '../helpers/world';
import { awsFolder } from './awsProgram';
import { call, plainly } from './behind';
import { applyOf, checkOf, notedTools, planOf, setupOf, stepOf, undoOf } from './harness';

let world: World;

beforeAll(async () => {
  world = await startWorld({ pods: false, world: { seed: 7 } });
});
afterAll(() => world?.stop());
beforeEach(() => world.reset({ seed: 7 }));

const { check, plan, plain } = plainly(() => world);

describe('the cluster', () => {
  it('is there as the world has it', async () => {
    expect(await check(await setupOf(world), 'cluster')).toMatchInlineSnapshot(`
      "true
      arn:aws:eks:eu-west-1:123456789012:cluster/shop, Kubernetes 1.33, VPC <vpc>"
    `);
  });

  it('is made by eksctl, in a terminal, and leaves the usual kubeconfig alone', async () => {
    const tools = notedTools(['eksctl']);
    const setup = { ...(await setupOf(world, { createCluster: true }, tools)), clusterName: 'new' };
    expect(await check(setup, 'cluster')).toMatchInlineSnapshot(`
      "false
      There is no EKS cluster new in eu-west-1 (there: shop)."
    `);
    expect(await plan(setup, 'cluster')).toMatchInlineSnapshot(`
      "  - Make the cluster new with eksctl (15 to 20 minutes; it costs money from then on)
          $ eksctl create cluster --config-file ekslb-setup-new/cluster.yaml --write-kubeconfig=false"
    `);
    for (const action of await stepOf('cluster').plan(setup)) {
      await perform(setup, action, new AbortController().signal);
    }
    const [ran] = tools.ran;
    expect(ran?.argv.join(' ').replace(/\S+\/cluster.yaml/, 'cluster.yaml')).toBe(
      'eksctl create cluster --config-file cluster.yaml --write-kubeconfig=false',
    );
    expect(ran?.long).toBe(true);
    expect(ran?.env).toMatchObject({ AWS_REGION: 'eu-west-1' });
  });

  it('is not made where nobody asked for it', async () => {
    const setup = { ...(await setupOf(world)), clusterName: 'new' };
    expect(await check(setup, 'cluster')).toMatchInlineSnapshot(`
      "false
      There is no EKS cluster new in eu-west-1 (there: shop).
      Name one with --cluster-name, or have it made with --create-cluster."
    `);
    expect(await plan(setup, 'cluster')).toBe('');
  });

  it('is deleted only where setup made it', async () => {
    const setup = await setupOf(world);
    expect(await undoOf(setup, 'cluster')).toEqual([]);
    const resourceArn = 'arn:aws:eks:eu-west-1:123456789012:cluster/shop';
    await call(setup, 'eks', 'TagResource', { resourceArn, tags: { 'ekslb/made-by': 'setup' } });
    expect(await undoOf(setup, 'cluster')).toMatchInlineSnapshot(`
      [
        {
          "argv": [
            "eksctl",
            "delete",
            "cluster",
            "--name",
            "shop",
            "--region",
            "eu-west-1",
            "--wait",
          ],
          "kind": "tool",
          "long": true,
          "loses": "arn:aws:eks:eu-west-1:123456789012:cluster/shop",
          "text": "Delete the cluster shop with everything in it",
        },
      ]
    `);
  });
});

/** A kubeconfig beside the world's own, with another cluster in it. */
async function otherFile(): Promise<string> {
  const path = join(dirname(world.kubeconfig), 'others', 'config');
  await mkdir(dirname(path), { recursive: true });
  const text = [
    '# mine',
    'apiVersion: v1',
    'kind: Config',
    'current-context: other',
    'clusters: [{name: other, cluster: {server: "https://127.0.0.1:1"}}]',
    'contexts: [{name: other, context: {cluster: other, user: other}}]',
    'users: [{name: other, user: {token: "0123"}}]',
    '',
  ].join('\n');
  await writeFile(path, text);
  await chmod(path, 0o640);
  return path;
}

/** The cluster as EKS would tell of it: the endpoint leads to the world's API server. */
async function setupAt(kubeconfig: string) {
  const setup = await setupOf(world);
  return { ...setup, options: { ...setup.options, kubeconfig } };
}

describe('access to the cluster', () => {
  it('is there as the world has it', async () => {
    expect(await plan(await setupOf(world), 'kubeconfig')).toBe('');
    expect(await applyOf(await setupOf(world), 'kubeconfig')).toMatch(/^done/);
  });

  it('is added to a file that has another cluster, which keeps that and its mode', async () => {
    const path = await otherFile();
    const before = parse(await readFile(path, 'utf8')) as Lists;
    const usual = await readFile(world.kubeconfig, 'utf8');
    await applyOf(await setupAt(path), 'kubeconfig').catch(() => undefined);
    const text = await readFile(path, 'utf8');
    const after = parse(text) as Lists;
    expect(text).toContain('# mine');
    for (const list of ['clusters', 'contexts', 'users'] as const) {
      expect(after[list]).toHaveLength(2);
      expect(after[list][0]).toEqual(before[list][0]);
    }
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    expect(await readFile(world.kubeconfig, 'utf8')).toBe(usual);
  });

  it('in a file of its own is made with its folder, for nobody else to read', async () => {
    const path = join(dirname(world.kubeconfig), 'own', 'folder', 'config');
    const usual = await readFile(world.kubeconfig, 'utf8');
    const setup = await setupAt(path);
    expect(await checkOf(setup, 'kubeconfig')).toBe('false\nThe kubeconfig has no cluster yet.');
    expect(plain(await planOf(setup, 'kubeconfig')).replaceAll(path, 'OWN')).toMatchInlineSnapshot(`
      "  - Add the cluster to OWN and make it the current one
          $ aws eks update-kubeconfig --name shop --kubeconfig OWN --region eu-west-1 --endpoint-url ENDPOINT"
    `);
    await applyOf(setup, 'kubeconfig').catch(() => undefined);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(world.kubeconfig, 'utf8')).toBe(usual);
  });

  it('is what the AWS CLI writes', async (context) => {
    const folder = awsFolder();
    if (folder === undefined) return context.skip('The AWS CLI is not installed.');
    const [ours, theirs] = ['ours', 'theirs'].map((name) => join(dirname(world.kubeconfig), name));
    await applyOf(await setupAt(ours ?? ''), 'kubeconfig').catch(() => undefined);
    const env = {
      ...process.env,
      AWS_ENDPOINT_URL: world.endpoint,
      PATH: `${folder}:${process.env['PATH']}`,
    };
    const argv = ['eks', 'update-kubeconfig', '--name', 'shop', '--kubeconfig', theirs ?? ''];
    await runOrThrow('aws', [...argv, '--region', 'eu-west-1'], { env });
    const read = async (file = '') => parse(await readFile(file, 'utf8')) as Lists;
    const [one, other] = [await read(ours), await read(theirs)];
    expect(one.clusters).toEqual(other.clusters);
    expect(one.contexts).toEqual(other.contexts);
    expect(one['current-context']).toBe(other['current-context']);
    const execOf = (lists: Lists) => (lists.users[0] as { user: { exec: { args: string[] } } }).user.exec;
    expect(execOf(one).args).toEqual(execOf(other).args);
  });

  it('with a token that the cluster does not know says who we are and how access is granted', async () => {
    const path = join(dirname(world.kubeconfig), 'stranger');
    const lists = parse(await readFile(world.kubeconfig, 'utf8')) as { users: { name: string }[] };
    const users = lists.users.map(({ name }) => ({ name, user: { token: 'nobody-knows-it' } }));
    await writeFile(path, JSON.stringify({ ...lists, users }));
    const setup = await setupAt(path);
    expect(await check(setup, 'kubeconfig')).toMatchInlineSnapshot(`
      "false
      The cluster does not know this identity (401 Unauthorized).
      You are arn:aws:sts::123456789012:user/moto. An administrator grants it with: aws eks create-access-entry --cluster-name shop --principal-arn arn:aws:sts::123456789012:user/moto
      and: aws eks associate-access-policy --cluster-name shop --principal-arn arn:aws:sts::123456789012:user/moto --policy-arn arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy --access-scope type=cluster"
    `);
    expect(await plan(setup, 'kubeconfig')).toBe('');
  });
});

interface Lists {
  readonly clusters: readonly unknown[];
  readonly contexts: readonly unknown[];
  readonly users: readonly unknown[];
  readonly 'current-context': string;
}

describe('the name of the cluster', () => {
  it('is asked for where nothing tells it', async () => {
    const options = { region: world.region, endpointUrl: world.endpoint, kubeconfig: '/nowhere' };
    const setup = await setupOf(world);
    await expect(setupFor(options, setup.choices, notedTools())).rejects.toMatchObject({
      code: 'no-cluster-name',
    });
  });
});
