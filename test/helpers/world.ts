import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { installContext, requireInstalled } from '../../sandbox/install/index';
import type { Kube } from '../../sandbox/kube';
import { placesOf } from '../../sandbox/places';
import { localAwsRoute } from '../../sandbox/services/aws';
import { type Sandbox, type StartOptions, startSandbox } from '../../sandbox/start';
import type { WorldNode, WorldOptions } from '../../sandbox/world/aws';
import { installCrds } from '../../sandbox/world/cluster';

const root = resolve(import.meta.dirname, '../..');

/** A cluster and an AWS of a test's own, with the sandbox's small world in both. */
export interface World {
  /** Path of a kubeconfig. */
  readonly kubeconfig: string;
  /** URL of the local AWS. */
  readonly endpoint: string;
  readonly clusterName: string;
  readonly region: string;
  readonly vpcId: string;
  /** `${vpc}`, `${subnet:shop-public-a}`, `${acm:shop.example.com}`, ... -> the real id. */
  readonly ids: Readonly<Record<string, string>>;
  readonly nodes: readonly WorldNode[];
  /** A whole environment for child processes that points the AWS SDKs, kubectl and `ekslb` here. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Plain calls of the Kubernetes API. */
  readonly kube: Kube;
  /** Empties AWS and the cluster and makes the world anew; ids, nodes and vpcId are the new ones afterwards. */
  reset(options?: WorldOptions): Promise<void>;
  /** Gives it back: the next file may have it. */
  stop(): Promise<void>;
}

/**
 * The real services, as if they had just been started. Test files that run in one process one after the other share
 * them: starting takes 5 s, emptying less than one. They end with the process (sandbox/services/guard.ts). Installs
 * nothing, and says what to do where something is missing.
 */
export async function startWorld(options: StartOptions = {}): Promise<World> {
  const key = JSON.stringify(options);
  const free = POOL.find((one) => one.key === key && !one.taken);
  if (free !== undefined) {
    free.taken = true;
    await localAwsRoute(free.sandbox.endpoint, '/_test/config', free.config);
    await free.sandbox.reset();
    await installCrds(free.sandbox.kube, root);
    return worldOf(free);
  }
  const sandbox = await started(options);
  const config = await localAwsRoute<object>(sandbox.endpoint, '/_test/config');
  const shared: Shared = { key, sandbox, config, taken: true };
  POOL.push(shared);
  return worldOf(shared);
}

interface Shared {
  readonly key: string;
  readonly sandbox: Sandbox;
  /** Settings of the local AWS as they were at first. */
  readonly config: object;
  taken: boolean;
}

const POOL: Shared[] = [];

/** Its state goes with those of all others (stateFolder.ts). */
async function started(options: StartOptions): Promise<Sandbox> {
  const state = await mkdtemp(join(process.env['EKSLB_TEST_STATES'] ?? tmpdir(), 'eks-load-balancers-'));
  const places = placesOf(root, process.env, state);
  await requireInstalled(
    ['services'],
    installContext(places, process.env, () => undefined),
  );
  return startSandbox(places, process.env, options);
}

function worldOf(shared: Shared): World {
  const { sandbox } = shared;
  return {
    kubeconfig: sandbox.kubeconfig,
    endpoint: sandbox.endpoint,
    clusterName: sandbox.clusterName,
    region: sandbox.region,
    kube: sandbox.kube,
    get vpcId() {
      return sandbox.world().vpcId;
    },
    get ids() {
      return sandbox.world().placeholders;
    },
    get nodes() {
      return sandbox.world().nodes;
    },
    get env() {
      return sandbox.env();
    },
    reset: sandbox.reset,
    stop: async () => {
      shared.taken = false;
    },
  };
}
