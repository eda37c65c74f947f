import { type Aws, callerIdentity, openAws } from '../aws/clients';
import { UserError } from '../errors';
import { type Kube, openKube } from '../kube/client';
import { clusterOfContext } from '../kube/contextName';
import { leadsTo } from '../kube/leadsTo';
import type { EngineOptions } from '../reconcile/engine';
import { checkEksName, checkOptions, stayInSandbox } from '../reconcile/engineOptions';
import { later } from './action';
import { callIfThere, type OutputOf } from './awsCall';
import type { Choices } from './choices';
import type { Tools } from './tools';

/** Everything that the steps look at. What was read is remembered until {@link refreshed}. */
export interface Setup {
  readonly choices: Choices;
  /** Of the EKS cluster that is set up. */
  readonly clusterName: string;
  readonly aws: Aws;
  readonly tools: Tools;
  /** Profile, endpoint, kubeconfig and context, as the command line or the settings have them. */
  readonly options: EngineOptions;
  /** Reads once: the same key gives the same answer until the setup is refreshed. */
  once<T>(key: string, read: () => Promise<T>): Promise<T>;
}

export interface SetupOptions extends Omit<Setup, 'once'> {}

export function openSetup(options: SetupOptions): Setup {
  const known = new Map<string, Promise<unknown>>();
  return {
    ...options,
    once<T>(key: string, read: () => Promise<T>) {
      const asked = (known.get(key) as Promise<T> | undefined) ?? read();
      known.set(key, asked);
      return asked;
    },
  };
}

/** The setup of the cluster that the options, the environment or the kubeconfig's context name. Throws a UserError where none does. */
export async function setupFor(options: EngineOptions, choices: Choices, tools: Tools): Promise<Setup> {
  checkOptions(options);
  stayInSandbox(options, process.env['EKSLB_SANDBOX']);
  const named = contextName(options);
  const region = options.region ?? process.env['AWS_REGION'] ?? named?.region;
  const where: EngineOptions = { ...options, ...(region === undefined ? {} : { region }) };
  const clusterName = options.clusterName ?? process.env['EKSLB_CLUSTER_NAME'] ?? named?.name;
  if (clusterName === undefined) {
    throw new UserError('no-cluster-name', 'Which cluster is to be set up is not said.', {
      advice: 'Name it with --cluster-name; add --create-cluster to have it made.',
    });
  }
  checkEksName(clusterName);
  const aws = await openAws(where);
  return openSetup({ choices, clusterName, aws, tools, options: where });
}

/** Name and region in the kubeconfig's context; there may be no kubeconfig yet. */
function contextName(options: EngineOptions): { name: string; region: string } | undefined {
  try {
    return clusterOfContext(openKube(options).context);
  } catch {
    return undefined;
  }
}

/** The same setup that has seen nothing yet. */
export function refreshed(setup: Setup): Setup {
  return openSetup(setup);
}

export interface Caller {
  readonly account: string;
  readonly arn: string;
  /** `aws`, `aws-cn`, `aws-us-gov`, ... */
  readonly partition: string;
}

/** Who we are. Throws a UserError without credentials. */
export function caller(setup: Setup): Promise<Caller> {
  return setup.once('caller', async () => {
    const { account, arn } = await callerIdentity(setup.aws);
    return { account, arn, partition: arn.split(':')[1] ?? 'aws' };
  });
}

export type EksCluster = NonNullable<OutputOf<'eks', 'DescribeCluster'>['cluster']>;

/** The EKS cluster; undefined when there is none of that name in the account and region. */
export function eksCluster(setup: Setup): Promise<EksCluster | undefined> {
  return setup.once('cluster', async () => {
    const answer = await callIfThere(setup.aws, 'eks', 'DescribeCluster', { name: setup.clusterName });
    return answer?.cluster;
  });
}

/** Whether the cluster, as it is or as it is to be made, has EKS Auto Mode in charge of its load balancers. */
export async function isAutoMode(setup: Setup): Promise<boolean> {
  const cluster = await eksCluster(setup);
  if (cluster === undefined) return setup.choices.createCluster && setup.choices.compute === 'auto';
  return cluster.kubernetesNetworkConfig?.elasticLoadBalancing?.enabled === true;
}

/** Its VPC; one to be known later when the cluster is yet to be made. */
export async function vpcOf(setup: Setup): Promise<string> {
  return (await eksCluster(setup))?.resourcesVpcConfig?.vpcId ?? later('VPC_ID');
}

/** Its OIDC issuer without `https://`, as IAM writes it in ARNs and conditions. */
export async function issuerOf(setup: Setup): Promise<string> {
  const issuer = (await eksCluster(setup))?.identity?.oidc?.issuer;
  return issuer?.replace(/^https:\/\//, '') ?? later('OIDC_ISSUER');
}

/**
 * The cluster through its kubeconfig; throws a UserError where there is none yet, and where the kubeconfig leads to
 * another one: nothing may be read of it, nor taken away there.
 */
export function kubeOf(setup: Setup): Promise<Kube> {
  return setup.once('kube', async () => {
    const kube = openKube(kubeOptions(setup));
    const endpoint = (await eksCluster(setup))?.endpoint;
    if (endpoint !== undefined && leadsTo(kube, endpoint)) return kube;
    throw new UserError('wrong-cluster', wrongServerText(setup, kube, endpoint), {
      why: 'What is in another cluster says nothing about this one, and must not be changed for it.',
      advice: 'Choose the right context with --context, or have access written by the step kubeconfig.',
    });
  });
}

/** To which server a context leads, and to which it should. */
export function wrongServerText(
  { clusterName, aws }: Setup,
  { context, server }: Kube,
  endpoint: string | undefined,
): string {
  const wanted =
    endpoint === undefined ? `; there is no EKS cluster ${clusterName} in ${aws.region}` : ` (${endpoint})`;
  return `The context ${context} of the kubeconfig leads to ${server}, not to ${clusterName}${wanted}.`;
}

/** The same for a plan that is made before there is a cluster: undefined then, and where it cannot be reached. */
export async function kubeIfThere(setup: Setup): Promise<Kube | undefined> {
  try {
    const kube = await kubeOf(setup);
    await setup.once('kube answers', () => kube.call({ method: 'GET', path: '/version' }));
    return kube;
  } catch {
    return undefined;
  }
}

/** Context and file by which the cluster is reached, as kubectl and helm take them too. */
export function kubeOptions({ choices, options }: Setup): { kubeconfig?: string; context?: string } {
  const { kubeconfig = choices.kubeconfig, context } = options;
  return {
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  };
}

/** ARN of an IAM policy or role of this account, whether it exists or not. */
export async function iamArn(setup: Setup, kind: 'policy' | 'role', name: string): Promise<string> {
  const { account, partition } = await caller(setup);
  return `arn:${partition}:iam::${account}:${kind}/${name}`;
}

/** Name of the controller's role. */
export function roleName({ choices, clusterName }: Setup): string {
  // IAM takes 64 characters; names of clusters may have 100.
  return choices.roleName ?? `ekslb-${clusterName.slice(0, 47)}-controller`;
}
