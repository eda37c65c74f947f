import { appendFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Kube, kubeAt } from './kube';
import type { Env, Places } from './places';
import { type PodRunner, runPods } from './pods/index';
import { localAwsRoute, startLocalAws } from './services/aws';
import { startCluster } from './services/cluster';
import { type AwsWorld, CLUSTER, REGION, seedAws, type WorldOptions } from './world/aws';
import { installCrds, seedCluster, wipeCluster } from './world/cluster';

export interface StartOptions {
  readonly awsPort?: number;
  readonly kubePort?: number;
  /** Keep Pods and EndpointSlices in step with Deployments and Services (default); tests may write their own. */
  readonly pods?: boolean;
  readonly world?: WorldOptions;
  /** How long a new target is `initial` in the local AWS. */
  readonly targetsInitialSeconds?: number;
}

/** A running cluster and a running AWS with the same world in both. */
export interface Sandbox {
  /** Path of a kubeconfig. */
  readonly kubeconfig: string;
  /** URL of the local AWS. */
  readonly endpoint: string;
  readonly clusterName: string;
  readonly region: string;
  readonly kube: Kube;
  /** What programs need in their environment to find it. */
  exports(): Readonly<Record<string, string>>;
  /** This process's environment with that in it, and without a person's own AWS settings. */
  env(): Env;
  world(): AwsWorld;
  reset(options?: WorldOptions): Promise<void>;
  /** Rejects when a service ends by itself. */
  readonly broken: Promise<never>;
  stop(): Promise<void>;
}

/** Starts everything; what was started is stopped again when a part fails. */
export async function startSandbox(places: Places, env: Env, options: StartOptions = {}): Promise<Sandbox> {
  await rm(join(places.state, 'log'), { recursive: true, force: true });
  await mkdir(join(places.state, 'log'), { recursive: true });
  const starting = [
    startCluster(places, env, options.kubePort),
    startLocalAws(places, env, { port: options.awsPort }),
  ] as const;
  const [cluster, aws] = await Promise.allSettled(starting);
  if (cluster.status === 'rejected' || aws.status === 'rejected') {
    for (const part of [cluster, aws]) if (part.status === 'fulfilled') await part.value.stop();
    throw cluster.status === 'rejected' ? cluster.reason : (aws as PromiseRejectedResult).reason;
  }
  const services = async () => {
    await Promise.all([cluster.value.stop(), aws.value.stop()]);
  };
  const broken = Promise.race([cluster.value.broken, aws.value.broken]);
  broken.catch(() => undefined);
  try {
    return { ...(await furnish(places, options, cluster.value, aws.value.endpoint, services)), broken };
  } catch (error) {
    await services();
    throw error;
  }
}

type Running = Awaited<ReturnType<typeof startCluster>>;

async function furnish(
  places: Places,
  options: StartOptions,
  cluster: Running,
  endpoint: string,
  stopServices: () => Promise<void>,
): Promise<Omit<Sandbox, 'broken'>> {
  const { server, ca, token, kubeconfig } = cluster;
  const kube = kubeAt(server, ca, token);
  // The record of the EKS cluster names the real API server: a kubeconfig made from it reaches the sandbox.
  const config = {
    initial_s: options.targetsInitialSeconds ?? 0,
    cluster_server: server,
    cluster_ca: Buffer.from(ca).toString('base64'),
  };
  await localAwsRoute(endpoint, '/_test/config', config);
  const [seeded] = await Promise.all([seedAws(endpoint, options.world), installCrds(kube, places.root)]);
  let world = seeded;
  await seedCluster(kube, world.nodes);
  let pods = await startPods(places, options, kubeconfig, kube, world);
  const stop = async () => {
    await pods?.stop();
    kube.close();
    await stopServices();
  };
  const reset = async (more: WorldOptions = {}) => {
    await pods?.stop();
    [world] = await Promise.all([seedAws(endpoint, { ...options.world, ...more }), wipeCluster(kube)]);
    await seedCluster(kube, world.nodes);
    pods = await startPods(places, options, kubeconfig, kube, world);
  };
  const exported = () => environment(endpoint, kubeconfig, world.vpcId);
  const env = () => ({ ...withoutAws(process.env), ...exported() });
  const names = { kubeconfig, endpoint, clusterName: CLUSTER, region: REGION };
  return { ...names, kube, exports: exported, env, world: () => world, reset, stop };
}

async function startPods(
  places: Places,
  { pods }: StartOptions,
  kubeconfig: string,
  kube: Kube,
  world: AwsWorld,
): Promise<PodRunner | undefined> {
  const log = join(places.state, 'log', 'pods.log');
  const report = (problem: string) => appendFileSync(log, `${new Date().toISOString()} ${problem}\n`);
  return pods === false ? undefined : runPods(kubeconfig, kube, world.nodes, report);
}

/** What points the AWS SDKs, kubectl, `ekslb` and the extension at the sandbox, and at nothing else. */
function environment(endpoint: string, kubeconfig: string, vpcId: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'sandbox',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    // No credentials of the person's own account may leak into the sandbox.
    AWS_CONFIG_FILE: devNull(),
    AWS_SHARED_CREDENTIALS_FILE: devNull(),
    AWS_EC2_METADATA_DISABLED: 'true',
    KUBECONFIG: kubeconfig,
    EKSLB_CLUSTER_NAME: CLUSTER,
    EKSLB_VPC_ID: vpcId,
  };
}

/** AWS_PROFILE and its like would win over the sandbox's keys. */
function withoutAws(env: Env): Env {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('AWS_')));
}

function devNull(): string {
  return process.platform === 'win32' ? 'NUL' : '/dev/null';
}
