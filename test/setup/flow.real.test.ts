/** The whole flow, to the end and back, in a cluster where a controller really answers. */
import { execFileSync } from 'node:child_process';
import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Choices } from '../../src/setup/choices';
import { applySetup, planSetup, undoSetup } from '../../src/setup/flow';
import { STEPS } from '../../src/setup/steps';
import { recordingHost } from '../helpers/recordingHost';
import { startWorld, type World } from '../helpers/world';
import { type Charts, startCharts } from './charts';
import { setupOf, statesOf } from './harness';
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
    const reports = await applySetup(await setup(), STEPS, { host: recordingHost(), signal });
    const open = reports.filter(({ state }) => state !== 'done' && state !== 'skipped');
    expect(open.map(({ step, state, evidence }) => [step.id, state, ...evidence])).toEqual([]);
    expect(await statesOf(await setup())).toMatchSnapshot();
    const again = await planSetup(await setup(), STEPS);
    expect(again.filter(({ actions }) => actions.length > 0).map(({ step }) => step.id)).toEqual([]);

    expect(await loadBalancers()).toHaveLength(1);
    const undone = await undoSetup(await setup(), STEPS, { host: recordingHost(), signal });
    expect(undone.map(({ step }) => step.id)).toMatchSnapshot();
    expect(await loadBalancers()).toEqual([]);
    const left = await planSetup(await setup(), STEPS);
    expect(left.map(({ step, state }) => `${step.id}: ${state}`)).toMatchSnapshot();
  });
});
