import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { pathOf } from '../../sandbox/kube';
import { kindOf } from '../conformance/kinds';
import { stubAwsEnv } from '../helpers/awsEnv';
import type { FaultProxy } from './proxy';
import { type Rig, startRig } from './rig';
import { SCENARIOS, type Scenario, stageOf } from './scenario';

/*
 * Somebody deletes what a load balancer is being made for, while it is being made for the first time: before each call
 * of AWS and each write to Kubernetes. Whatever the run does then, the next one leaves nothing. EKSLB_FAULTS=all does
 * it at every call; a sample otherwise.
 */

const every = (process.env['EKSLB_FAULTS'] ?? '').includes('all');
const SAMPLE = 4;
const MINUTES_MS = 10 * 60_000;

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
  stubAwsEnv(rig.world.env);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rig?.stop();
});

/** Ingresses and Services with a load balancer of their own, as `kubectl delete` does it. */
async function deleteBalanced(): Promise<void> {
  const { kube } = rig.world;
  for (const kind of ['Ingress', 'Service']) {
    const { items } = await kube.call<{ items: Item[] }>('GET', pathOf(kindOf(kind)));
    for (const { metadata, spec } of items) {
      if (kind === 'Service' && spec?.type !== 'LoadBalancer') continue;
      await kube.call('DELETE', pathOf(kindOf(kind), metadata.namespace, metadata.name));
    }
  }
}

interface Item {
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly spec?: { readonly type?: string };
}

async function firstBuild(scenario: Scenario, side: 'aws' | 'kube', nth: number): Promise<boolean> {
  await rig.reset();
  const stage = stageOf(rig, scenario);
  await stage.prepare();
  await stage.ask('up');
  let deleted = false;
  const meanwhile = async () => {
    await deleteBalanced();
    deleted = true;
  };
  const proxies: Record<'aws' | 'kube', FaultProxy> = rig;
  for (const one of Object.values({ aws: rig.aws, kube: rig.kube })) one.arm();
  proxies[side].arm({ nth, times: 1, carriedOut: false, answer: 'pass', meanwhile });
  await rig.disturbed();
  return deleted;
}

for (const scenario of SCENARIOS) {
  for (const side of ['aws', 'kube'] as const) {
    test(
      `${scenario}: deleted before a call of ${side}`,
      async () => {
        await rig.reset();
        await stageOf(rig, scenario).prepare();
        const empty = await rig.read();
        let reached = 0;
        for (let nth = 1; await firstBuild(scenario, side, nth); nth += every ? 1 : SAMPLE) {
          reached += 1;
          await rig.sync();
          expect(await rig.read(), `call ${nth}`).toEqual(empty);
        }
        expect(reached).toBeGreaterThan(every ? 5 : 1);
      },
      MINUTES_MS,
    );
  }
}
