import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { setupPlanCommand, setupUndoCommand } from '../../src/cli/setup';
import type { Question } from '../../src/reconcile/host';
import { undoSetup } from '../../src/setup/flow';
import { findOrphans } from '../../src/setup/orphans/find';
import { removeOrphans } from '../../src/setup/orphans/remove';
import { kubeOf, refreshed, type Setup } from '../../src/setup/setup';
import { STEPS } from '../../src/setup/steps';
import { recordingHost } from '../helpers/recordingHost';
import { startWorld, type World } from '../helpers/world';
import { call, plainly } from './behind';
import { applyOf, notedTools, setupOf, stepOf } from './harness';
import { leftovers } from './leftovers';
import { makeDeployment } from './objects';

let world: World;

beforeAll(async () => {
  world = await startWorld({ pods: false, world: { seed: 7 } });
});
afterAll(() => world?.stop());
beforeEach(() => world.reset({ seed: 7 }));

const texts = plainly(() => world);
const plain = (text: string) =>
  texts
    .plain(text)
    .replace(/\b[0-9a-f]{16,17}\b/g, 'ID')
    .replace(/sg-\w+/g, 'sg-ID');
const { balancer, targetGroup, securityGroup, ingress } = leftovers(() => world);
const signal = new AbortController().signal;

async function balancers(setup: Setup): Promise<(string | undefined)[]> {
  const { LoadBalancers = [] } = await call(setup, 'elbv2', 'DescribeLoadBalancers', {});
  return LoadBalancers.map(({ LoadBalancerName }) => LoadBalancerName).sort();
}

/** Two of this cluster, one of which is used, and three of a cluster that is gone. */
async function somethingLeft(setup: Setup): Promise<void> {
  await ingress('front');
  await balancer(setup, 'front', 'shop', { 'ingress.k8s.aws/stack': 'shop/front' });
  await balancer(setup, 'left', 'shop', { 'ingress.k8s.aws/stack': 'shop/left' });
  await balancer(setup, 'gone', 'gone', { 'ingress.k8s.aws/stack': 'shop/front' });
  await targetGroup(setup, 'gone', 'gone');
  await securityGroup(setup, 'gone', 'gone');
}

describe('orphans', () => {
  it('are asked for one by one, each by account, region, cluster and resource', async () => {
    const setup = await setupOf(world);
    await somethingLeft(setup);
    const asked: Question[] = [];
    const host = {
      notify: () => undefined,
      confirm: async (question: Question) => {
        asked.push(question);
        return !question.title.includes('left');
      },
    };
    const { orphans } = await findOrphans(setup);
    const outcomes = await removeOrphans(setup, orphans, { host, signal });
    const told = asked.map(({ title, facts, details }) => plain([title, ...facts, details].join('\n')));
    expect(told.join('\n\n')).toMatchInlineSnapshot(`
      "Delete the load balancer left?
      Account: 123456789012
      Region: eu-west-1
      Cluster: shop
      Resource: arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/left/ID
      The cluster shop has no Ingress shop/left any more.
      Lost: arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/left/ID
        - Delete the load balancer left with its listeners
          ! deletes or replaces arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/left/ID
          $ aws elbv2 delete-load-balancer --region eu-west-1 --endpoint-url ENDPOINT --load-balancer-arn arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/left/ID

      Is the cluster gone gone for good, and may its 3 resources go?
      Account: 123456789012
      Region: eu-west-1
      Cluster: gone
      ! load balancer gone (arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/gone/ID)
      ! target group gone (arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/gone/ID)
      ! security group gone (sg-ID)
      A cluster that is not of EKS (kOps, kubeadm), or of another account, looks the same and may be alive.
      The controllers of gone would find nothing of it any more.

      Delete the load balancer gone?
      Account: 123456789012
      Region: eu-west-1
      Cluster: gone
      Resource: arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/gone/ID
      There is no EKS cluster gone in this account and region; one that is not of EKS, or of another account, would not be seen.
      Lost: arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/gone/ID
        - Delete the load balancer gone with its listeners
          ! deletes or replaces arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/gone/ID
          $ aws elbv2 delete-load-balancer --region eu-west-1 --endpoint-url ENDPOINT --load-balancer-arn arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/gone/ID

      Delete the target group gone?
      Account: 123456789012
      Region: eu-west-1
      Cluster: gone
      Resource: arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/gone/ID
      There is no EKS cluster gone in this account and region; one that is not of EKS, or of another account, would not be seen.
      Lost: arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/gone/ID
        - Delete the target group gone
          ! deletes or replaces arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/gone/ID
          $ aws elbv2 delete-target-group --region eu-west-1 --endpoint-url ENDPOINT --target-group-arn arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/gone/ID

      Delete the security group gone?
      Account: 123456789012
      Region: eu-west-1
      Cluster: gone
      Resource: sg-ID
      There is no EKS cluster gone in this account and region; one that is not of EKS, or of another account, would not be seen.
      Lost: sg-ID (gone)
        - Delete the security group sg-ID (gone)
          ! deletes or replaces sg-ID (gone)
          $ aws ec2 delete-security-group --region eu-west-1 --endpoint-url ENDPOINT --group-id sg-ID"
    `);
    expect(asked.every(({ destructive }) => destructive)).toBe(true);
    expect(outcomes.map(({ orphan, state }) => `${orphan.name} ${state}`)).toEqual([
      'left kept',
      'gone deleted',
      'gone deleted',
      'gone deleted',
    ]);
    expect(await balancers(setup)).toEqual(['front', 'left']);
  });

  it('that cannot be deleted are told, and keep no other from it', async () => {
    const setup = await setupOf(world);
    await somethingLeft(setup);
    const { orphans } = await findOrphans(setup);
    // Somebody was faster.
    await call(setup, 'elbv2', 'DeleteTargetGroup', {
      TargetGroupArn: orphans.find(({ kind }) => kind === 'target-group')?.id,
    });
    const [left, ...others] = orphans;
    await call(setup, 'elbv2', 'ModifyLoadBalancerAttributes', {
      LoadBalancerArn: left?.id,
      Attributes: [{ Key: 'deletion_protection.enabled', Value: 'true' }],
    });
    const outcomes = await removeOrphans(setup, orphans, { host: recordingHost(), signal });
    expect(plain(`${outcomes[0]?.state}: ${outcomes[0]?.evidence}`)).toMatchInlineSnapshot(
      `"failed: Delete the load balancer left with its listeners: OperationNotPermittedException: Load balancer 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/left/ID' cannot be deleted because deletion protection is enabled. What was done before it is kept. Mend the cause and run the setup again: it goes on from here."`,
    );
    expect(outcomes.slice(1).map(({ state }) => state)).toEqual(others.map(() => 'deleted'));
  });
});

/** The command line's own functions, with what they print. */
function terminal() {
  const printed = { out: [] as string[], err: [] as string[] };
  return {
    printed,
    interactive: false,
    out: (text: string) => void printed.out.push(text),
    exact: (text: string) => void printed.out.push(text),
    err: (text: string) => void printed.err.push(text),
  };
}

const options = () => ({
  ...{ region: world.region, endpointUrl: world.endpoint, kubeconfig: world.kubeconfig },
  ...{ clusterName: 'shop', yes: true },
});

describe('ekslb setup', () => {
  it('plan --orphans tells of them and changes nothing', async () => {
    const setup = await setupOf(world);
    const before = terminal();
    expect(await setupPlanCommand({ ...options(), orphans: true }, before)).toBe(0);
    expect(before.printed.out).toEqual(['Controllers have left nothing behind.']);
    await somethingLeft(setup);
    const text = terminal();
    expect(await setupPlanCommand({ ...options(), orphans: true }, text)).toBe(3);
    expect(plain(text.printed.out.join('\n'))).toMatchInlineSnapshot(`
      "load balancer left  (cluster shop)
          arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/left/ID
          The cluster shop has no Ingress shop/left any more.
        - Delete the load balancer left with its listeners
          ! deletes or replaces arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/left/ID
          $ aws elbv2 delete-load-balancer --region eu-west-1 --endpoint-url ENDPOINT --load-balancer-arn arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/left/ID
      load balancer gone  (cluster gone)
          arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/gone/ID
          There is no EKS cluster gone in this account and region; one that is not of EKS, or of another account, would not be seen.
        - Delete the load balancer gone with its listeners
          ! deletes or replaces arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/gone/ID
          $ aws elbv2 delete-load-balancer --region eu-west-1 --endpoint-url ENDPOINT --load-balancer-arn arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/gone/ID
      target group gone  (cluster gone)
          arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/gone/ID
          There is no EKS cluster gone in this account and region; one that is not of EKS, or of another account, would not be seen.
        - Delete the target group gone
          ! deletes or replaces arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/gone/ID
          $ aws elbv2 delete-target-group --region eu-west-1 --endpoint-url ENDPOINT --target-group-arn arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/gone/ID
      security group gone  (cluster gone)
          sg-ID
          There is no EKS cluster gone in this account and region; one that is not of EKS, or of another account, would not be seen.
        - Delete the security group sg-ID (gone)
          ! deletes or replaces sg-ID (gone)
          $ aws ec2 delete-security-group --region eu-west-1 --endpoint-url ENDPOINT --group-id sg-ID
      Those of gone are deleted only after a question by name, or with --delete-cluster gone."
    `);
    const json = terminal();
    expect(await setupPlanCommand({ ...options(), orphans: true, json: true }, json)).toBe(3);
    const parsed = JSON.parse(json.printed.out.join('\n')) as { orphans: unknown[] };
    expect(parsed).toMatchObject({ cluster: 'shop', region: 'eu-west-1', steps: [], untold: [] });
    expect(parsed.orphans).toHaveLength(4);
    const schema: object = JSON.parse(await readFile('schemas/setup.schema.json', 'utf8'));
    const isValid = new Ajv().compile(schema);
    expect([isValid(parsed), isValid.errors]).toEqual([true, null]);
    expect(plain(JSON.stringify(parsed.orphans[0], null, 2))).toMatchInlineSnapshot(`
      "{
        "kind": "load-balancer",
        "id": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/left/ID",
        "name": "left",
        "why": "The cluster shop has no Ingress shop/left any more.",
        "cluster": "shop",
        "actions": [
          {
            "text": "Delete the load balancer left with its listeners",
            "loses": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/left/ID",
            "command": "aws elbv2 delete-load-balancer --region eu-west-1 --endpoint-url ENDPOINT --load-balancer-arn arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/left/ID"
          }
        ]
      }"
    `);
    expect(await balancers(setup)).toEqual(['front', 'gone', 'left']);
  });

  it('plan --orphans cannot tell where the cluster does not answer', async () => {
    await somethingLeft(await setupOf(world));
    const away = terminal();
    const nowhere = { ...options(), kubeconfig: '/nowhere', orphans: true };
    expect(await setupPlanCommand(nowhere, away)).toBe(1);
    expect(away.printed.out.join('\n')).toContain('Could not tell of 2 resources of shop');
  });

  it('undo deletes those of its cluster after the steps, and names those of others', async () => {
    const setup = await setupOf(world);
    await somethingLeft(setup);
    await applyOf(setup, 'iam-policy');
    const undone = terminal();
    // The classes and kinds of the world are used by an Ingress: that is another test.
    const only = STEPS.map(({ id }) => id).filter((id) => !['ingress-class', 'crds'].includes(id));
    expect(await setupUndoCommand({ ...options(), only }, undone, signal)).toBe(0);
    expect(undone.printed.out).toEqual(['Steps taken back: 1.']);
    expect(await balancers(setup)).toEqual(['front', 'gone', 'left']);

    await world.kube.call('DELETE', 'apis/networking.k8s.io/v1/namespaces/shop/ingresses/front');
    const all = terminal();
    expect(await setupUndoCommand({ ...options(), json: true }, all, signal)).toBe(0);
    const { steps, orphans, outcomes } = JSON.parse(all.printed.out.join('\n')) as Record<
      string,
      { id: string }[]
    >;
    expect(steps?.map(({ id }) => id)).toEqual(['ingress-class', 'crds']);
    expect(orphans).toHaveLength(5);
    expect(outcomes?.map((one) => plain(JSON.stringify(one)))).toMatchInlineSnapshot(`
      [
        "{"id":"arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/front/ID","state":"deleted","evidence":["Delete the load balancer front with its listeners"]}",
        "{"id":"arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/left/ID","state":"deleted","evidence":["Delete the load balancer left with its listeners"]}",
      ]
    `);
    expect(plain(all.printed.err.join('\n'))).toMatchInlineSnapshot(`
      "[11/21] IngressClass
      Delete IngressClass alb
      [14/21] Custom resource definitions
      Delete the kind ingressclassparams.elbv2.k8s.aws
      Delete the kind targetgroupbindings.elbv2.k8s.aws
      3 resources of other clusters seem to be left behind: \`ekslb setup plan --orphans\` shows them, \`ekslb setup undo --orphans\` asks for each.
      Delete the load balancer front with its listeners
      load balancer front: deleted. Delete the load balancer front with its listeners
      Delete the load balancer left with its listeners
      load balancer left: deleted. Delete the load balancer left with its listeners"
    `);
    expect(await balancers(setup)).toEqual(['gone']);
  });

  it('undo --orphans deletes those of all clusters, and nothing else', async () => {
    const setup = await setupOf(world);
    await somethingLeft(setup);
    await applyOf(setup, 'iam-policy');
    const done = terminal();
    const named = { ...options(), orphans: true, deleteCluster: ['gone'] };
    expect(await setupUndoCommand(named, done, signal)).toBe(0);
    expect(done.printed.out).toEqual(['Left behind by controllers: 4; deleted: 4.']);
    expect(await balancers(setup)).toEqual(['front']);
    expect((await stepOf('iam-policy').check(refreshed(setup))).state).toBe('true');
  });

  it('undo --orphans --yes deletes nothing of clusters that nobody named', async () => {
    const setup = await setupOf(world);
    await somethingLeft(setup);
    await balancer(setup, 'kops', 'kops', { 'ingress.k8s.aws/stack': 'shop/front' });
    for (const deleteCluster of [[], ['other'], ['kop', 'kops2']]) {
      const done = terminal();
      expect(await setupUndoCommand({ ...options(), orphans: true, deleteCluster }, done, signal)).toBe(1);
      expect(done.printed.err.join('\n')).toContain('--delete-cluster kops');
      expect(await balancers(setup)).toEqual(['front', 'gone', 'kops']);
    }
    const one = { ...options(), orphans: true, deleteCluster: ['gone'] };
    await setupUndoCommand(one, terminal(), signal);
    expect(await balancers(setup)).toEqual(['front', 'kops']);
  });

  it('undo asks, and refuses where nobody can answer', async () => {
    await somethingLeft(await setupOf(world));
    const asked = setupUndoCommand({ ...options(), yes: false, orphans: true }, terminal(), signal);
    await expect(asked).rejects.toMatchObject({
      code: 'needs-yes',
      message: 'Nobody can answer here: Delete the load balancer left?',
      details: expect.arrayContaining(['Account: 123456789012', 'Region: eu-west-1', 'Cluster: shop']),
    });
  });
});

describe('with a kubeconfig of another cluster', () => {
  it('nothing is an orphan because it is not there, and nothing there is taken away', async () => {
    // The same server by another name: for all that is known another cluster, and it answers.
    const kubeconfig = join(dirname(world.kubeconfig), 'elsewhere');
    const text = await readFile(world.kubeconfig, 'utf8');
    const skip = '"insecure-skip-tls-verify":true';
    const lists = JSON.stringify(parse(text)).replace('127.0.0.1', 'localhost');
    await writeFile(kubeconfig, lists.replace(/"certificate-authority(-data)?":"[^"]*"/, skip));
    const shop = await setupOf(world);
    const other: Setup = { ...shop, options: { ...shop.options, kubeconfig } };
    await somethingLeft(shop);
    for (const id of ['crds', 'ingress-class'] as const) await applyOf(shop, id);
    const { orphans, untold } = await findOrphans(refreshed(other));
    expect(orphans.map(({ clusterName }) => clusterName)).toEqual(['gone', 'gone', 'gone']);
    expect(untold).toEqual([expect.stringContaining('Could not tell of 2 resources of shop')]);
    expect(await undoSetup(other, STEPS, { host: recordingHost(), signal })).toEqual([]);
    await world.kube.call('GET', 'apis/networking.k8s.io/v1/ingressclasses/alb');
    await expect(kubeOf(refreshed(other))).rejects.toMatchObject({ code: 'wrong-cluster' });
    await expect(kubeOf(refreshed(other))).rejects.toThrow(
      /The context \S+ of the kubeconfig leads to https:\/\/localhost:\d+, not to shop \(https:/,
    );
  });
});

describe('the undoing of the whole flow', () => {
  const path = 'apis/networking.k8s.io/v1/namespaces/shop/ingresses/front';

  it('stops before the class while an Ingress uses it', async () => {
    await ingress('front');
    const setup = await setupOf(world);
    const undoing = undoSetup(setup, STEPS, { host: recordingHost(), signal });
    await expect(undoing).rejects.toMatchObject({ code: 'setup-in-use', details: ['  shop/front'] });
    await expect(undoing).rejects.toThrow('The IngressClass alb stays');
    await world.kube.call('GET', 'apis/networking.k8s.io/v1/ingressclasses/alb');
  });

  it('stops before the controller while an Ingress holds its finalizer, whatever its class', async () => {
    await ingress('front');
    const keepBy = (...finalizers: string[]) =>
      world.kube.call('PATCH', path, { metadata: { finalizers } }, 'application/merge-patch+json');
    await keepBy('ingress.k8s.aws/resources');
    const labels = { 'app.kubernetes.io/managed-by': 'Helm' };
    await makeDeployment(world.kube, { namespace: 'kube-system', labels });
    const tools = notedTools(['helm']);
    const setup = await setupOf(world, { className: 'other' }, tools);
    await applyOf(setup, 'iam-policy');
    const undo = async () =>
      undoSetup(await setupOf(world, setup.choices, tools), STEPS, { host: recordingHost(), signal });
    await expect(undo()).rejects.toMatchObject({ code: 'setup-in-use', details: ['  Ingress shop/front'] });
    await expect(undo()).rejects.toThrow('The controller stays: it has to clean up after these first.');
    expect(tools.ran).toEqual([]);
    // What comes after it has not been touched either.
    expect((await stepOf('iam-policy').check(refreshed(setup))).state).toBe('true');
    await keepBy();
    const done = await undo();
    expect(done.map(({ step }) => step.id)).toEqual(expect.arrayContaining(['controller', 'iam-policy']));
    expect(tools.ran.map(({ argv }) => argv.slice(0, 3).join(' '))).toEqual([
      'helm uninstall aws-load-balancer-controller',
    ]);
  });
});
