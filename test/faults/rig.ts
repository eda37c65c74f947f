import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfiguredRetryStrategy } from '@smithy/core/retry';
import { deleteObject, openKube } from '../../src/kube/client';
import { LEASE } from '../../src/kube/lease';
import { RESOURCES } from '../../src/kube/resources';
import { type Engine, type EngineOptions, openEngine, planOf, run } from '../../src/reconcile/engine';
import type { Plan } from '../../src/reconcile/plan';
import { failuresOf } from '../../src/reconcile/provision';
import { awsCalls } from '../conformance/awsCalls';
import { readState } from '../conformance/awsState';
import type { Left } from '../conformance/handover';
import { createNames } from '../conformance/names';
import { readObjects } from '../conformance/objectState';
import { recordingHost } from '../helpers/recordingHost';
import { startWorld, type World } from '../helpers/world';
import { seedForeign } from './foreign';
import { type FaultProxy, startProxy, type Target } from './proxy';
import { AWS, KUBERNETES } from './wire';

/** A world, and proxies through which it is disturbed. */
export interface Rig {
  readonly world: World;
  readonly aws: FaultProxy;
  readonly kube: FaultProxy;
  /**
   * `ekslb sync --all --yes` in this process, through the proxies; says why it failed, if it did.
   *
   * @param timeoutMs how long an answer may take; as long as the product waits, when absent
   */
  disturbed(timeoutMs?: number): Promise<string | undefined>;
  /** The plan of everything, through the proxies. */
  plan(): Promise<Plan>;
  /** A run undisturbed. */
  sync(): Promise<string | undefined>;
  /** The same as a process of its own, through the proxies. */
  start(): Promise<ChildProcess>;
  /** Everything that AWS and the cluster hold, with placeholders. */
  read(): Promise<Left>;
  /** The world as it was in the beginning, with what somebody else has in it. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

const PROGRAM = resolve(import.meta.dirname, '../../dist/cli.js');

export async function startRig(): Promise<Rig> {
  const world = await startWorld({ pods: false, world: { eks: false } });
  const calls = awsCalls(world.endpoint, world.region);
  const server = await kubernetesTarget(world.kubeconfig);
  const aws = await startProxy({ url: world.endpoint }, AWS);
  const kube = await startProxy(server, KUBERNETES);
  const kubeconfig = join(world.kubeconfig, '..', 'kubeconfig-disturbed');
  await writeFile(kubeconfig, plainKubeconfig(kube.url), { mode: 0o600 });
  const reset = async () => {
    await world.reset({ eks: false });
    await seedForeign(calls, world);
  };
  await seedForeign(calls, world);
  return {
    ...{ world, aws, kube, reset },
    disturbed: (timeoutMs) =>
      syncOnce(world, {
        ...{ kubeconfig, endpointUrl: aws.url },
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      }),
    plan: () => planOnce(world, { kubeconfig, endpointUrl: aws.url }),
    sync: () => syncOnce(world, { kubeconfig: world.kubeconfig, endpointUrl: world.endpoint }),
    start: async () => {
      await forgetLease(world);
      return startProgram(world, kubeconfig, aws.url);
    },
    read: async () => {
      const names = createNames(world.ids);
      const state = await readState(calls, names, world.vpcId);
      return { state, objects: await readObjects(world.kube, names) };
    },
    stop: async () => {
      for (const part of [aws, kube, calls]) part.close();
      await world.stop();
    },
  };
}

interface KubeconfigFile {
  readonly clusters: readonly { readonly cluster: Record<'server' | 'certificate-authority-data', string> }[];
  readonly users: readonly { readonly user: { readonly token: string } }[];
}

/** The proxy brings the credentials: over plain HTTP clients send none. */
async function kubernetesTarget(file: string): Promise<Target> {
  const { clusters, users } = JSON.parse(await readFile(file, 'utf8')) as KubeconfigFile;
  const { server = '', 'certificate-authority-data': ca = '' } = clusters[0]?.cluster ?? {};
  const headers = { authorization: `Bearer ${users[0]?.user.token}` };
  return { url: server, ca: Buffer.from(ca, 'base64').toString('utf8'), headers };
}

/** JSON is YAML. */
function plainKubeconfig(server: string): string {
  return JSON.stringify({
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'shop' },
    clusters: [{ name: 'shop', cluster: { server } }],
    users: [{ name: 'admin', user: {} }],
    contexts: [{ name: 'shop', context: { cluster: 'shop', user: 'admin' } }],
  });
}

type Places = Pick<EngineOptions, 'kubeconfig' | 'endpointUrl' | 'timeoutMs'>;

/** What `sync --all` does: everything is selected, and checkpoints are believed. */
async function syncOnce(world: World, places: Places): Promise<string | undefined> {
  const { clusterName, region, vpcId } = world;
  const engine = await openEngine({ clusterName, region, vpcId, ...places });
  hasten(engine);
  try {
    const plan = await planOf(engine, () => true, [], 'checkpoints');
    const outcome = await run(engine, plan, recordingHost(), new AbortController().signal);
    return failuresOf(outcome)[0]?.error.message;
  } catch (error) {
    return String(error);
  }
}

async function planOnce({ clusterName, region, vpcId }: World, places: Places): Promise<Plan> {
  const engine = await openEngine({ clusterName, region, vpcId, ...places });
  hasten(engine, 2);
  return planOf(engine, () => true);
}

/** As often as the product, but without the pauses between: the matrix would take hours. */
export function hasten({ aws }: Engine, attempts = 8): void {
  for (const client of [aws.elbv2, aws.ec2, aws.acm, aws.sts]) {
    client.config.retryStrategy = async () => new ConfiguredRetryStrategy(attempts, 1);
  }
}

/** A process that was killed holds its Lease for fifteen seconds more, which the matrix does not wait for. */
async function forgetLease({ kubeconfig }: World): Promise<void> {
  await deleteObject(openKube({ kubeconfig }), RESOURCES.Lease, 'kube-system', LEASE);
}

function startProgram(world: World, kubeconfig: string, endpoint: string): ChildProcess {
  const { clusterName, region, vpcId } = world;
  const options = [
    ...['--cluster-name', clusterName, '--region', region, '--vpc-id', vpcId],
    ...['--kubeconfig', kubeconfig, '--endpoint-url', endpoint],
  ];
  const env = { ...world.env, AWS_ENDPOINT_URL: endpoint, KUBECONFIG: kubeconfig };
  return spawn(process.execPath, [PROGRAM, 'sync', '--all', '--yes', ...options], {
    env: env as NodeJS.ProcessEnv,
    stdio: 'ignore',
  });
}

/** Kills the process when the armed fault has met its call; false where the process ended before. */
export async function killAt(child: ChildProcess, proxy: FaultProxy): Promise<boolean> {
  const ended = once(child, 'exit').then(() => undefined);
  const met = await Promise.race([proxy.met(), ended]);
  child.kill('SIGKILL');
  await ended;
  return met !== undefined;
}
