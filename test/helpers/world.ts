import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { installContext, requireInstalled } from '../../sandbox/install/index';
import type { Kube } from '../../sandbox/kube';
import { placesOf } from '../../sandbox/places';
import { type StartOptions, startSandbox } from '../../sandbox/start';
import type { WorldNode, WorldOptions } from '../../sandbox/world/aws';

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
  stop(): Promise<void>;
}

/** Starts the real services (about 5 s); installs nothing, and says what to do where something is missing. */
export async function startWorld(options: StartOptions = {}): Promise<World> {
  const state = await mkdtemp(join(tmpdir(), 'eks-load-balancers-'));
  const places = placesOf(root, process.env, state);
  await requireInstalled(
    ['services'],
    installContext(places, process.env, () => undefined),
  );
  const sandbox = await startSandbox(places, process.env, options);
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
      await sandbox.stop();
      await rm(state, { recursive: true, force: true });
    },
  };
}
