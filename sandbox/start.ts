import { appendFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runControllers } from './controller/index';
import { type Kube, kubeAt } from './kube';
import type { Env, Places } from './places';
import { identityOf } from './pods/identity';
import { type Report, runPods } from './pods/index';
import { localAwsRoute, startLocalAws } from './services/aws';
import { type Cluster, ISSUER, startCluster } from './services/cluster';
import { type Network, startNetwork } from './services/network';
import { type AwsWorld, CLUSTER, REGION, seedAws, type WorldOptions } from './world/aws';
import { installCrds, seedCluster, seedDns, wipeCluster } from './world/cluster';

export interface StartOptions {
  readonly awsPort?: number;
  readonly kubePort?: number;
  /** Keep Pods and EndpointSlices in step with Deployments and Services (default); tests may write their own. */
  readonly pods?: boolean;
  /** Run a controller of ours where the AWS Load Balancer Controller is installed; for this, pods are kept, too. */
  readonly controller?: boolean;
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

/**
 * Starts everything; what was started is stopped again when a part fails. What its programs write (keys, tokens, data,
 * logs) is for this user alone.
 */
export async function startSandbox(places: Places, env: Env, options: StartOptions = {}): Promise<Sandbox> {
  const umask = process.umask(0o077);
  try {
    return await start(places, env, options);
  } finally {
    process.umask(umask);
  }
}

async function start(places: Places, env: Env, options: StartOptions): Promise<Sandbox> {
  await rm(join(places.state, 'log'), { recursive: true, force: true });
  await mkdir(join(places.state, 'log'), { recursive: true });
  const network = options.controller ? await startNetwork() : undefined;
  const starting = [
    startCluster(places, env, { port: options.kubePort, network }),
    startLocalAws(places, env, { port: options.awsPort }),
  ] as const;
  const [cluster, aws] = await Promise.allSettled(starting);
  if (cluster.status === 'rejected' || aws.status === 'rejected') {
    for (const part of [cluster, aws]) if (part.status === 'fulfilled') await part.value.stop();
    await network?.stop();
    throw cluster.status === 'rejected' ? cluster.reason : (aws as PromiseRejectedResult).reason;
  }
  const services = async () => {
    await Promise.all([cluster.value.stop(), aws.value.stop(), network?.stop()]);
  };
  const broken = Promise.race([cluster.value.broken, aws.value.broken]);
  broken.catch(() => undefined);
  try {
    return {
      ...(await furnish(
        places,
        options,
        { cluster: cluster.value, endpoint: aws.value.endpoint, network },
        services,
      )),
      broken,
    };
  } catch (error) {
    await services();
    throw error;
  }
}

interface Running {
  readonly cluster: Cluster;
  readonly endpoint: string;
  readonly network: Network | undefined;
}

async function furnish(
  places: Places,
  options: StartOptions,
  { cluster, endpoint, network }: Running,
  stopServices: () => Promise<void>,
): Promise<Omit<Sandbox, 'broken'>> {
  const { server, ca, token, kubeconfig } = cluster;
  const kube = kubeAt(server, ca, token);
  // The record of the EKS cluster names the real API server: a kubeconfig made from it reaches the sandbox.
  const config = {
    initial_s: options.targetsInitialSeconds ?? 0,
    cluster_server: server,
    cluster_ca: Buffer.from(ca).toString('base64'),
    cluster_issuer: ISSUER,
  };
  await localAwsRoute(endpoint, '/_test/config', config);
  const [seeded] = await Promise.all([seedAws(endpoint, options.world), installCrds(kube, places.root)]);
  let world = seeded;
  await seedCluster(kube, world.nodes);
  if (options.controller) await seedDns(kube);
  const exported = () => environment(endpoint, kubeconfig, world.vpcId);
  const env = () => ({ ...withoutAws(process.env), ...exported() });
  const controllers = network && (await runControllers({ places, kube, network, env }));
  const identity = identityOf(kube, endpoint, REGION, CLUSTER);
  const startPods = () =>
    options.pods === false
      ? undefined
      : runPods(kubeconfig, kube, world.nodes, {
          report: reportTo(places),
          identityOf: identity,
          keep: controllers?.keep,
        });
  let pods = await startPods();
  const stop = async () => {
    await pods?.stop();
    await controllers?.stop();
    kube.close();
    await stopServices();
  };
  const reset = async (more: WorldOptions = {}) => {
    await pods?.stop();
    [world] = await Promise.all([seedAws(endpoint, { ...options.world, ...more }), wipeCluster(kube)]);
    await seedCluster(kube, world.nodes);
    if (options.controller) await seedDns(kube);
    pods = await startPods();
  };
  const names = { kubeconfig, endpoint, clusterName: CLUSTER, region: REGION };
  return { ...names, kube, exports: exported, env, world: () => world, reset, stop };
}

function reportTo(places: Places): Report {
  const log = join(places.state, 'log', 'pods.log');
  return (problem) => appendFileSync(log, `${new Date().toISOString()} ${problem}\n`, { mode: 0o600 });
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
    // The engine refuses any other address of AWS, and the editor keeps its choices apart.
    EKSLB_SANDBOX: endpoint,
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
