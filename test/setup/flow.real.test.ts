/** The whole flow, to the end and back, in a cluster where a controller really answers. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { callAws } from '../../src/setup/awsCall';
import type { Choices } from '../../src/setup/choices';
import { applySetup, planSetup, undoSetup } from '../../src/setup/flow';
import { setupJson } from '../../src/setup/planText';
import { STEPS } from '../../src/setup/steps';
import { recordingHost } from '../helpers/recordingHost';
import { startWorld, type World } from '../helpers/world';
import { type Charts, startCharts } from './charts';
import { checkOf, setupOf, statesOf } from './harness';
import { freshWorld, NAMESPACE } from './objects';

let world: World;
let charts: Charts;
beforeAll(async () => {
  execFileSync('node', ['scripts/build.mjs', '--only', 'controller']);
  [world, charts] = await Promise.all([startWorld({ controller: true }), startCharts({ '3.5.0': '3.5.0' })]);
});
afterAll(async () => {
  await charts?.stop();
  await world?.stop();
});

const WAYS: Readonly<Record<string, () => Partial<Choices>>> = {
  'IRSA and Helm': () => ({ identity: 'irsa', install: 'helm', chart: charts.url }),
  'EKS Pod Identity and manifests': () => ({ identity: 'pod-identity', install: 'manifest' }),
};

describe.each(Object.entries(WAYS))('with %s', (_, choices) => {
  const setup = () => setupOf(world, { namespace: NAMESPACE, samples: ['2048'], ...choices() }, charts.tools);

  const loadBalancers = async () => {
    const { aws } = await setup();
    const { LoadBalancers = [] } = await aws.elbv2.send(new DescribeLoadBalancersCommand({}));
    return LoadBalancers.map(({ LoadBalancerName }) => LoadBalancerName);
  };

  test('everything becomes true, stays so, and goes again', { timeout: 180_000 }, async () => {
    await freshWorld(world);
    const signal = new AbortController().signal;
    const planned = await planSetup(await setup(), STEPS);
    const reports = await applySetup(await setup(), STEPS, { host: recordingHost(), signal });
    const open = reports.filter(({ state }) => state !== 'done' && state !== 'skipped');
    expect(open.map(({ step, state, evidence }) => [step.id, state, ...evidence])).toEqual([]);
    expect(await statesOf(await setup())).toMatchSnapshot();
    const again = await planSetup(await setup(), STEPS);
    expect(again.filter(({ actions }) => actions.length > 0).map(({ step }) => step.id)).toEqual([]);

    const schema: object = JSON.parse(readFileSync('schemas/setup.schema.json', 'utf8'));
    const check = new Ajv().compile(schema);
    check(JSON.parse(JSON.stringify(setupJson(await setup(), [...planned, ...again]))));
    expect(check.errors).toBe(null);
    expect(await loadBalancers()).toHaveLength(1);
    const undone = await undoSetup(await setup(), STEPS, { host: recordingHost(), signal });
    expect(undone.map(({ step }) => step.id)).toMatchSnapshot();
    expect(await loadBalancers()).toEqual([]);
    const left = await planSetup(await setup(), STEPS);
    expect(left.map(({ step, state }) => `${step.id}: ${state}`)).toMatchSnapshot();
  });
});

test('a trust policy for another service account: named by its step, and by the log of the controller', {
  timeout: 120_000,
}, async () => {
  await freshWorld(world);
  const setup = () => setupOf(world, { namespace: NAMESPACE, install: 'manifest' });
  const signal = new AbortController().signal;
  await applySetup(await setup(), STEPS, { host: recordingHost(), signal });
  const { aws } = await setup();
  const RoleName = 'ekslb-shop-controller';
  const { Role } = await callAws(aws, 'iam', 'GetRole', { RoleName });
  const PolicyDocument = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '').replace(
    'aws-load-balancer-controller',
    'load-balancer-controller',
  );
  await callAws(aws, 'iam', 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument });
  expect(await checkOf(await setup(), 'iam-role')).toContain('load-balancer-controller');

  await restartController();
  await vi.waitFor(
    async () => expect(await checkOf(await setup(), 'controller-logs')).toMatch(/^false\nAWS does not let/),
    { timeout: 30_000, interval: 500 },
  );
});

/** New pods get new credentials. */
async function restartController(): Promise<void> {
  const path = `apis/apps/v1/namespaces/${NAMESPACE}/deployments/aws-load-balancer-controller`;
  const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() };
  const patch = { spec: { template: { metadata: { annotations } } } };
  await world.kube.call('PATCH', path, patch, 'application/merge-patch+json');
}
