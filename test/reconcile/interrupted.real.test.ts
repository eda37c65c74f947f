import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { localAwsRoute } from '../../sandbox/services/aws';
import type { KubeObject } from '../../src/kube/types';
import { failuresOf } from '../../src/reconcile/provision';
import { type Bench, objectsOf, startBench } from './bench';

const FILE = 'samples/game-2048.yaml';
const INGRESS = 'game-2048/ingress-2048';
/** Globs over AWS's actions that change something: on the way up, and on the way down. */
const RAISES = '*:[ACMS][durae][tdefe]*';
const LOWERS = '*:[DR]e[lrv]*';

interface State {
  readonly aws: readonly string[];
  readonly objects: readonly string[];
}

let bench: Bench;
let manifests: KubeObject[];
let empty: State;
let full: State;
let raising: string[];
let lowering: string[];

const state = async (): Promise<State> => ({ aws: await bench.aws(), objects: await bench.objects() });

/** An undisturbed life of the load balancer: its end states, and the calls that lead there. */
beforeAll(async () => {
  bench = await startBench();
  manifests = await objectsOf(FILE);
  await bench.apply(manifests.filter(({ kind }) => kind !== 'Ingress'));
  await bench.pods('game-2048', 3);
  empty = await state();
  raising = await bench.writes(() => bench.provision(manifests));
  full = await state();
  lowering = await bench.writes(() => bench.remove(INGRESS));
});
afterAll(() => bench?.stop());
beforeEach(() => bench.faults());

test('a whole life: every call, and nothing left', async () => {
  expect(raising).toMatchInlineSnapshot(`
    [
      "CreateSecurityGroup",
      "CreateSecurityGroup",
      "AuthorizeSecurityGroupIngress",
      "CreateTargetGroup",
      "CreateLoadBalancer",
      "CreateListener",
      "CreateRule",
      "RegisterTargets",
      "AuthorizeSecurityGroupIngress",
    ]
  `);
  expect(lowering).toMatchInlineSnapshot(`
    [
      "DeleteLoadBalancer",
      "RevokeSecurityGroupIngress",
      "DeregisterTargets",
      "DeleteTargetGroup",
      "DeleteSecurityGroup",
      "DeleteSecurityGroup",
    ]
  `);
  expect(await state()).toEqual(empty);
});

/** A refusal that no retry helps against, or an answer that gets lost after the call was carried out. */
const faults = {
  refused: { code: 'AccessDenied', status: 403 },
  lost: { code: 'InternalFailure', lose_reply: true },
};

describe.each(Object.keys(faults) as (keyof typeof faults)[])('interrupted by a call that is %s', (kind) => {
  test('on the way up, at every call: the next run ends as an undisturbed one', async () => {
    for (let nth = 1; nth <= raising.length; nth++) {
      await bench.faults({ action: RAISES, nth, ...faults[kind] });

      await bench.provision(manifests).catch(() => undefined);
      await bench.faults();
      await bench.sync();
      expect(await state(), `call ${nth}, ${raising[nth - 1]}`).toEqual(full);
      await bench.remove(INGRESS);
    }
    expect(await state()).toEqual(empty);
  });

  test('on the way down, at every call: the next run leaves nothing', async () => {
    for (let nth = 1; nth <= lowering.length; nth++) {
      await bench.provision(manifests);

      await bench.faults({ action: LOWERS, nth, ...faults[kind] });
      await bench.tryRemove(INGRESS);
      await bench.trySync();
      await bench.faults();
      await bench.sync();
      expect(await state(), `call ${nth}, ${lowering[nth - 1]}`).toEqual(empty);
    }
  });
});

test('a refused call is reported as what it is, and the faults do hit', async () => {
  for (const glob of [RAISES, LOWERS]) {
    await bench.faults({ action: glob, nth: 1, ...faults.refused });
    if (glob === LOWERS) await bench.tryRemove(INGRESS);
    else await bench.apply(manifests);
    const [failure] = failuresOf(await bench.trySync());
    expect(failure?.error.message).toMatch(/AWS refuses|AccessDenied/);
  }
  await bench.faults();
  await bench.sync();
  expect(await state()).toEqual(empty);
});

describe('the command is killed', () => {
  /** `ekslb` as a process of its own, with every call of AWS slowed down. */
  function start(...args: string[]): ChildProcess {
    const program = resolve(import.meta.dirname, '../../dist/cli.js');
    return spawn(process.execPath, [program, ...args, '--yes'], {
      env: bench.world.env as NodeJS.ProcessEnv,
      stdio: 'ignore',
    });
  }

  async function writesSoFar(): Promise<number> {
    const stats = (await (await fetch(`${bench.world.endpoint}/_test/stats`)).json()) as { writes: number };
    return stats.writes;
  }

  test.each([3, 7])('after %i writes: the same command goes on', async (writes) => {
    await localAwsRoute(bench.world.endpoint, '/_test/log', {});
    await localAwsRoute(bench.world.endpoint, '/_test/config', { latency_ms: 40 });
    const killed = start('apply', '-f', FILE);
    const ended = once(killed, 'exit');
    while ((await writesSoFar()) < writes && killed.exitCode === null)
      await new Promise((next) => setTimeout(next, 5));
    killed.kill('SIGKILL');
    await ended;
    await localAwsRoute(bench.world.endpoint, '/_test/config', { latency_ms: 0 });
    expect(killed.signalCode).toBe('SIGKILL');
    expect(await state()).not.toEqual(full);

    const [code] = await once(start('apply', '-f', FILE), 'exit');
    expect(code).toBe(0);
    expect(await state()).toEqual(full);
    const [deleted] = await once(start('delete', '-f', FILE), 'exit');
    expect(deleted).toBe(0);
    expect(await state()).toEqual(empty);
  });
});
