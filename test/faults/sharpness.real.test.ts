import {
  CreateTargetGroupCommand,
  DescribeTargetGroupsCommand,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { awsCalls } from '../conformance/awsCalls';
import { begin, type Cell, cellsOf, type Life, type Result, runCells, undisturbedLife } from './matrix';
import { type Rig, startRig } from './rig';

/* Would the matrix see what it looks for? Here the next run does not do its work, or does too much. */

let rig: Rig;
let life: Life;

beforeAll(async () => {
  rig = await startRig();
  for (const [name, value] of Object.entries(rig.world.env)) {
    if (name.startsWith('AWS_')) vi.stubEnv(name, value);
  }
  life = await undisturbedLife(rig, await begin(rig, 'nlb'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rig?.stop();
});

/** The problems of a life in which a load balancer was made and the answer was lost. */
async function problemsWith(sync: () => Promise<unknown>): Promise<string[]> {
  const wrong: Rig = {
    ...rig,
    sync: async () => {
      const failure = await rig.sync();
      await sync();
      return failure;
    },
  };
  return found(wrong);
}

async function found(other: Rig): Promise<string[]> {
  const results: Result[] = [];
  const [cell] = cellsOf('nlb', life).filter(isLostBalancer);
  if (cell === undefined) throw new Error('no call makes a load balancer');
  await runCells(other, 'nlb', life, [cell], (result) => void results.push(result));
  return results.flatMap(({ problems }) => problems);
}

function isLostBalancer({ call, phase, kind }: Cell): boolean {
  return phase === 'up' && call === 'CreateLoadBalancer' && kind.name === 'lost, down';
}

const calls = () => awsCalls(rig.world.endpoint, rig.world.region).elb;

test('nothing is wrong where nothing is', async () => {
  expect(await found(rig)).toEqual([]);
});

test('a run that does not go on', async () => {
  expect(await found({ ...rig, sync: async () => undefined })).not.toEqual([]);
});

test('something left over', async () => {
  const make = () =>
    calls().send(new CreateTargetGroupCommand({ Name: `left-${Date.now()}`, TargetType: 'lambda' }));
  expect((await problemsWith(make)).join()).toMatch(/left-/);
});

test("somebody else's target group is touched", async () => {
  const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: '1' }];
  const touch = async () => {
    const { TargetGroups } = await calls().send(new DescribeTargetGroupsCommand({ Names: ['somebody'] }));
    const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn;
    await calls().send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }));
  };
  expect((await problemsWith(touch)).join()).toMatch(/deregistration_delay/);
});
