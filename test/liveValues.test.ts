import { expect, test } from 'vitest';
import { createLiveAnswers } from '../src/liveValues';
import { DEFAULT_SETTINGS } from '../src/model/build';
import type { Engine } from '../src/reconcile/engine';
import { type Answers, fakeAws } from './helpers/fakeAws';
import { fakeKube } from './helpers/fakeKube';

const AWS: Answers = {
  DescribeAddresses: () => ({ Addresses: [{ AllocationId: 'eipalloc-1', PublicIp: '192.0.2.1' }] }),
  GetCallerIdentity: () => ({ Account: '111122223333' }),
};

/** An editor with a clock of its own. */
function editor(answers: Answers = AWS) {
  const aws = fakeAws(answers);
  const state = { trusted: true, now: 0, opened: 0, warnings: [] as string[] };
  const kube = fakeKube(async () => ({ items: [] }));
  const settings = { ...DEFAULT_SETTINGS, clusterName: 'shop', vpcId: 'vpc-1' };
  const live = createLiveAnswers(
    {
      isTrusted: () => state.trusted,
      engine: async (): Promise<Engine> => {
        state.opened += 1;
        return { aws, kube, settings, options: {}, knownTo: 'EKS' };
      },
      warn: (message) => void state.warnings.push(message),
    },
    () => state.now,
  );
  return { aws, live, state };
}

test('answers with values and whose they are', async () => {
  expect(await editor().live.answer({ source: 'elasticIps' })).toEqual({
    status: 'ok',
    values: [{ value: 'eipalloc-1', label: '192.0.2.1, free' }],
    place: { account: '111122223333', region: 'eu-west-1', vpcId: 'vpc-1' },
  });
  expect(await editor().live.answer({ source: 'services', namespace: 'shop' })).toEqual({
    status: 'ok',
    values: [],
  });
});

test('asks AWS once a minute, however many ask at once', async () => {
  const { aws, live, state } = editor();
  const count = () => aws.calls.filter((call) => call === 'DescribeAddresses').length;
  await Promise.all([live.answer({ source: 'elasticIps' }), live.answer({ source: 'elasticIps' })]);
  expect(count()).toBe(1);
  state.now = 59_999;
  await live.answer({ source: 'elasticIps' });
  expect(count()).toBe(1);
  state.now = 60_001;
  await live.answer({ source: 'elasticIps' });
  expect(count()).toBe(2);
  live.clear();
  await live.answer({ source: 'elasticIps' });
  expect(count()).toBe(3);
});

test('opens no connection in a workspace that is not trusted', async () => {
  const { live, state } = editor();
  state.trusted = false;
  expect(await live.answer({ source: 'elasticIps' })).toEqual({ status: 'unknown' });
  expect(state.opened).toBe(0);
});

test('says that it could not ask, keeps no failure, and logs it once', async () => {
  const { live, state } = editor({
    ...AWS,
    DescribeAddresses: () => {
      throw Object.assign(new Error('no'), { name: 'ExpiredToken' });
    },
  });
  expect(await live.answer({ source: 'elasticIps' })).toEqual({ status: 'unknown' });
  expect(await live.answer({ source: 'elasticIps' })).toEqual({ status: 'unknown' });
  expect(state.opened).toBe(2);
  expect(state.warnings).toHaveLength(1);
  expect(state.warnings[0]).toContain('elasticIps: The AWS session has expired.');
});
