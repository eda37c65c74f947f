import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type RequestOptions, request } from 'node:https';
import { join } from 'node:path';
import { UserError } from '../../src/errors';
import { selfSigned } from '../../src/setup/controller/certificate';
import { findProgram } from '../install/kubernetes';
import type { Env, Places } from '../places';
import { egressConfig, type Network } from './network';
import { choosePort } from './ports';
import { type Service, startService } from './process';

export interface Cluster {
  readonly server: string;
  readonly token: string;
  /** PEM of the certificate authority that the API server made for itself. */
  readonly ca: string;
  /** Path of a kubeconfig whose only context is `shop`. */
  readonly kubeconfig: string;
  /** Rejects when a part ends by itself. */
  readonly broken: Promise<never>;
  stop(): Promise<void>;
}

/** Who signs the tokens of service accounts, as EKS names it. Nobody can look up its keys there. */
export const ISSUER = 'https://oidc.eks.eu-west-1.amazonaws.com/id/5A4DB0C0FFEE4B1D8E1D2C3B4A596877';

export interface ClusterOptions {
  readonly port?: number | undefined;
  /** Takes connections to pods and nodes; without it they fail. */
  readonly network?: Network | undefined;
}

/**
 * etcd and kube-apiserver with empty data. The local AWS forgets everything when it stops, so a cluster that
 * remembered would speak of load balancers that are gone: both begin anew together.
 */
export async function startCluster(
  places: Places,
  env: Env,
  { port, network }: ClusterOptions = {},
): Promise<Cluster> {
  const folder = join(places.state, 'cluster');
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'pki'), { recursive: true, mode: 0o700 });
  const etcdPort = await choosePort('etcd');
  await writeEtcdKeys(folder);
  const etcd = await startEtcd(mustFind('etcd', places, env), folder, places, etcdPort);
  try {
    return await startApiServer(mustFind('kube-apiserver', places, env), folder, places, etcd, etcdPort, {
      port,
      network,
    });
  } catch (error) {
    await etcd.stop();
    throw error;
  }
}

function mustFind(program: 'etcd' | 'kube-apiserver', places: Places, env: Env): string {
  const found = findProgram(program, places, env);
  if (found !== undefined) return found;
  throw new UserError('not-installed', `${program} is not installed.`, {
    advice: 'Run `npm run sandbox -- --install` once: it installs what is missing.',
  });
}

const ETCD_NAME = 'localhost';
const etcdKeys = (folder: string) => ({
  certificate: join(folder, 'pki', 'etcd.crt'),
  key: join(folder, 'pki', 'etcd.key'),
});

/** Whoever reaches etcd has the cluster, and it asks nobody for a name: it takes only this certificate. */
async function writeEtcdKeys(folder: string): Promise<void> {
  const { certificate, key } = await selfSigned([ETCD_NAME]);
  const files = etcdKeys(folder);
  await writeFile(files.certificate, certificate, { mode: 0o600 });
  await writeFile(files.key, key, { mode: 0o600 });
}

async function startEtcd(command: string, folder: string, { state }: Places, port: number): Promise<Service> {
  const peerPort = await choosePort('etcd (peers)');
  const peer = `https://${ETCD_NAME}:${peerPort}`;
  const { certificate, key } = etcdKeys(folder);
  const identity = { cert: await readFile(certificate), key: await readFile(key) };
  return startService({
    name: 'etcd',
    command,
    args: [
      `--data-dir=${join(folder, 'etcd')}`,
      `--listen-client-urls=https://127.0.0.1:${port}`,
      `--advertise-client-urls=https://${ETCD_NAME}:${port}`,
      `--listen-peer-urls=https://127.0.0.1:${peerPort}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
      ...['', 'peer-'].flatMap((whose) => [
        `--${whose}cert-file=${certificate}`,
        `--${whose}key-file=${key}`,
        `--${whose}trusted-ca-file=${certificate}`,
        `--${whose}client-cert-auth`,
      ]),
      // The data does not outlive the process, so waiting for the disk would protect nothing.
      '--unsafe-no-fsync',
    ],
    log: join(state, 'log', 'etcd.log'),
    ready: () =>
      answers(`https://127.0.0.1:${port}/health`, { ...identity, ca: identity.cert, servername: ETCD_NAME }),
  });
}

async function startApiServer(
  command: string,
  folder: string,
  places: Places,
  etcd: Service,
  etcdPort: number,
  options: ClusterOptions,
): Promise<Cluster> {
  const port = await choosePort('kube-apiserver', options.port);
  const server = `https://127.0.0.1:${port}`;
  const token = randomBytes(16).toString('hex');
  await writeKeys(folder, token);
  const authority = () => readFile(join(folder, 'pki', 'apiserver.crt'), 'utf8');
  const service = await startService({
    name: 'kube-apiserver',
    command,
    args: [...apiServerFlags(folder, etcdPort, port), ...(await egressFlags(folder, options.network))],
    log: join(places.state, 'log', 'kube-apiserver.log'),
    ready: async () => isReady(server, token, await authority()),
  });
  const ca = await authority();
  const kubeconfig = join(places.state, 'kubeconfig');
  await writeFile(kubeconfig, kubeconfigText(server, ca, token), { mode: 0o600 });
  const stop = async () => {
    // Without its etcd the API server would hang in its graceful stop.
    await service.stop();
    await etcd.stop();
  };
  const broken = Promise.race([service.broken, etcd.broken]);
  broken.catch(() => undefined);
  return { server, token, ca, kubeconfig, broken, stop };
}

async function writeKeys(folder: string, token: string): Promise<void> {
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  await writeFile(join(folder, 'pki', 'service-account.pub'), keys.publicKey);
  await writeFile(join(folder, 'pki', 'service-account.key'), keys.privateKey, { mode: 0o600 });
  await writeFile(join(folder, 'pki', 'tokens.csv'), `${token},admin,admin,"system:masters"\n`, {
    mode: 0o600,
  });
}

async function egressFlags(folder: string, network: Network | undefined): Promise<readonly string[]> {
  if (network === undefined) return [];
  const file = join(folder, 'egress.json');
  await writeFile(file, egressConfig(network));
  return [`--egress-selector-config-file=${file}`];
}

function apiServerFlags(folder: string, etcdPort: number, port: number): readonly string[] {
  const pki = (name: string) => join(folder, 'pki', name);
  return [
    `--etcd-servers=https://${ETCD_NAME}:${etcdPort}`,
    `--etcd-cafile=${etcdKeys(folder).certificate}`,
    `--etcd-certfile=${etcdKeys(folder).certificate}`,
    `--etcd-keyfile=${etcdKeys(folder).key}`,
    '--anonymous-auth=false',
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    '--endpoint-reconciler-type=none',
    `--secure-port=${port}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    // The server makes its own certificate here, signed by an authority that it makes as well.
    `--cert-dir=${join(folder, 'pki')}`,
    `--token-auth-file=${pki('tokens.csv')}`,
    '--authorization-mode=AlwaysAllow',
    `--service-account-issuer=${ISSUER}`,
    `--service-account-key-file=${pki('service-account.pub')}`,
    `--service-account-signing-key-file=${pki('service-account.key')}`,
    '--disable-admission-plugins=ServiceAccount',
    '--profiling=false',
  ];
}

function isReady(server: string, token: string, ca: string): Promise<boolean> {
  return answers(`${server}/readyz`, { ca, headers: { Authorization: `Bearer ${token}` } });
}

function answers(url: string, options: RequestOptions): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const asked = request(url, options, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.setTimeout(2_000, () => asked.destroy());
    asked.on('error', reject).end();
  });
}

/** JSON is YAML, so this is a kubeconfig. */
function kubeconfigText(server: string, ca: string, token: string): string {
  const authority = Buffer.from(ca).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'shop', cluster: { server, 'certificate-authority-data': authority } }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'shop', context: { cluster: 'shop', user: 'admin' } }],
    'current-context': 'shop',
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
