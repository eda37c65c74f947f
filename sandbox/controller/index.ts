import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isController } from '../../src/kube/charge';
import { WEBHOOK_SERVICE } from '../../src/setup/controller/names';
import { ifThere, type Kube } from '../kube';
import type { Env, Places } from '../places';
import { isReady, podsOf } from '../pods/deployments';
import type { PodItem, View } from '../pods/view';
import { unwatch, watch } from '../services/guard';
import type { Network } from '../services/network';
import { choosePort } from '../services/ports';
import { type PodLogs, startPodLogs } from './logs';

/** Runs what stands for the AWS Load Balancer Controller, as long as a pod of it is ready. */
export interface Controllers {
  /** Looks at the pods; called whenever something in the cluster changed. */
  keep(view: View): Promise<void>;
  stop(): Promise<void>;
}

export interface ControllerWorld {
  readonly places: Places;
  readonly kube: Kube;
  readonly network: Network;
  /** Whole environment of a program in the cluster, with credentials that may do everything. */
  env(): Env;
}

const KUBELET_PORT = 10_250;

interface Running {
  readonly pod: PodItem;
  stop(): Promise<void>;
}

/**
 * Images cannot run here, so a program of this project runs in place of the controller's: with the environment of the
 * pod's container, its service account's role, its Secret, behind its Service, with its log for the pod's.
 */
export async function runControllers(world: ControllerWorld): Promise<Controllers> {
  const logs = await startPodLogs();
  world.network.routes.set(`*:${KUBELET_PORT}`, logs.port);
  let running: Running | undefined;
  return {
    keep: async (view) => {
      const pod = leaderOf(view);
      if (pod?.metadata.uid === running?.pod.metadata.uid) return;
      await running?.stop();
      running = pod === undefined ? undefined : await runController(world, logs, pod);
    },
    stop: async () => {
      await running?.stop();
      logs.stop();
    },
  };
}

/** Of several pods one works; here it is the first. */
function leaderOf(view: View): PodItem | undefined {
  const deployment = view.deployments().find(isController);
  if (deployment === undefined) return undefined;
  const ready = podsOf(deployment, view.pods()).filter(isReady);
  return ready.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))[0];
}

async function runController(world: ControllerWorld, logs: PodLogs, pod: PodItem): Promise<Running> {
  const { namespace = '', name } = pod.metadata;
  const id = `${namespace}/${name}`;
  const volume = await mkdtemp(join(tmpdir(), 'ekslb-pod-'));
  const env = await environmentOf(world, pod, volume);
  if (env === undefined) {
    logs.write(id, NO_ROLE);
    return { pod, stop: () => rm(volume, { recursive: true, force: true }) };
  }
  const port = await choosePort('the webhooks of the controller');
  const route = await routeOf(world.kube, namespace);
  if (route !== undefined) world.network.routes.set(route, port);
  const args = [join(world.places.root, 'dist/controller.js'), namespace, name, String(port)];
  const container = runContainer(args, env, (line) => logs.write(id, line));
  return {
    pod,
    stop: async () => {
      if (route !== undefined) world.network.routes.delete(route);
      await container.stop();
      await rm(volume, { recursive: true, force: true });
    },
  };
}

const RESTART_MS = 2_000;

/** A program that is started again when it ends by itself, as a kubelet does it. */
function runContainer(
  args: readonly string[],
  env: Env,
  tell: (line: string) => void,
): Pick<Running, 'stop'> {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let child = start();
  function start(): ChildProcess {
    const started = spawn(process.execPath, args, { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    if (started.pid !== undefined) watch(started.pid);
    for (const output of [started.stdout, started.stderr]) createInterface(output).on('line', tell);
    started.once('exit', () => {
      if (started.pid !== undefined) unwatch(started.pid);
      if (stopped) return;
      timer = setTimeout(() => {
        child = start();
      }, RESTART_MS);
    });
    return started;
  }
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await ended(child);
    },
  };
}

/** As the controller says it when it has no role (lbc issue 2231). */
const NO_ROLE = JSON.stringify({
  level: 'error',
  msg: 'unable to initialize AWS cloud',
  error: 'failed to get VPC ID: no EC2 IMDS role found, operation error ec2imds: GetMetadata',
});

interface Container {
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

/**
 * The container's environment, over that of the sandbox. With IRSA the SDK really takes on the role, by a token of the
 * service account; where EKS Pod Identity would hand out credentials, the sandbox's are used. Undefined without a role.
 */
async function environmentOf(world: ControllerWorld, pod: PodItem, volume: string): Promise<Env | undefined> {
  const containers = (pod.spec.containers ?? []) as readonly Container[];
  const own = Object.fromEntries(
    containers.flatMap(({ env = [] }) => env.map(({ name, value }) => [name, value])),
  );
  const all = world.env();
  if (own['AWS_ROLE_ARN'] !== undefined) {
    const file = join(volume, 'token');
    await writeFile(file, await tokenOf(world.kube, pod), { mode: 0o600 });
    const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...others } = all;
    return { ...others, AWS_ROLE_ARN: own['AWS_ROLE_ARN'], AWS_WEB_IDENTITY_TOKEN_FILE: file };
  }
  return own['AWS_CONTAINER_CREDENTIALS_FULL_URI'] === undefined ? undefined : all;
}

/** Kubernetes API: TokenRequest. */
async function tokenOf(kube: Kube, { metadata, spec }: PodItem): Promise<string> {
  const account = String(spec['serviceAccountName'] ?? 'default');
  const path = `api/v1/namespaces/${metadata.namespace}/serviceaccounts/${account}/token`;
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest' };
  const { status } = await kube.call<{ status: { token: string } }>('POST', path, {
    ...body,
    spec: { audiences: ['sts.amazonaws.com'] },
  });
  return status.token;
}

async function routeOf(kube: Kube, namespace: string): Promise<string | undefined> {
  const path = `api/v1/namespaces/${namespace}/services/${WEBHOOK_SERVICE}`;
  const service = await ifThere(kube.call('GET', path));
  const { clusterIP } = (service?.['spec'] ?? {}) as { clusterIP?: string };
  return clusterIP === undefined ? undefined : `${clusterIP}:443`;
}

/** Gives the Lease back, then ends. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = new Promise((done) => child.once('exit', done));
  child.kill();
  await end;
}
