/** Which cluster is meant: kubeconfig, record of EKS and name have to be of one. */
import type { AwsOptions } from '../aws/clients';
import { describeEksCluster, type EksCluster, eksClusterAt } from '../aws/cluster';
import { UserError } from '../errors';
import type { Kube } from '../kube/client';
import { leadsTo } from '../kube/leadsTo';

/** What is known of the cluster before anything is planned. */
export interface RightCluster {
  readonly name: string;
  readonly vpcId: string;
  /** Whether EKS has a record of it; otherwise its name and VPC are as somebody gave them. */
  readonly knownTo: 'EKS' | 'nobody';
}

/** What the command line, the settings and the environment say of it. */
export interface Said {
  /** Given by hand. */
  readonly name?: string | undefined;
  /** In the name of the kubeconfig's context, which anybody may have written. */
  readonly contextName?: string | undefined;
  readonly vpcId?: string | undefined;
}

/**
 * Finds the cluster whose load balancers are meant. By its name resources are found, and deleted: a kubeconfig that
 * leads to another cluster would judge them by objects that are not theirs. Throws a UserError where they do not agree,
 * and where EKS cannot be asked.
 */
export async function rightCluster(options: AwsOptions, kube: Kube, said: Said): Promise<RightCluster> {
  const name = said.name ?? said.contextName;
  if (name === undefined) return found(await clusterAt(options, kube), said) ?? refuse(notInEks(kube));
  const record = await describeEksCluster(options, name);
  if (record !== undefined) {
    if (!leadsTo(kube, record.endpoint)) throw wrongCluster(kube, record, await reachedName(options, kube));
    return found(record, said) ?? refuse(notInEks(kube, name));
  }
  const reached = await clusterAt(options, kube);
  if (reached !== undefined) throw wrongCluster(kube, { name }, reached.name);
  if (said.name === undefined || said.vpcId === undefined) throw notInEks(kube, name);
  return { name: said.name, vpcId: said.vpcId, knownTo: 'nobody' };
}

function found(record: EksCluster | undefined, { vpcId }: Said): RightCluster | undefined {
  if (record === undefined) return undefined;
  if (vpcId !== undefined && vpcId !== record.vpcId) throw wrongVpc(record, vpcId);
  return { name: record.name, vpcId: record.vpcId, knownTo: 'EKS' };
}

function refuse(error: UserError): never {
  throw error;
}

function clusterAt(options: AwsOptions, kube: Kube): Promise<EksCluster | undefined> {
  return eksClusterAt(options, (endpoint) => leadsTo(kube, endpoint));
}

/** For the message alone: whoever may not list clusters is told the address. */
async function reachedName(options: AwsOptions, kube: Kube): Promise<string | undefined> {
  try {
    return (await clusterAt(options, kube))?.name;
  } catch {
    return undefined;
  }
}

function wrongCluster(
  { context, server }: Kube,
  wanted: Pick<EksCluster, 'name'> & Partial<EksCluster>,
  reached: string | undefined,
): UserError {
  const there = reached === undefined ? server : `the EKS cluster ${reached} (${server})`;
  const record =
    wanted.endpoint === undefined ? 'which EKS does not know here' : `whose API server is ${wanted.endpoint}`;
  return new UserError(
    'wrong-cluster',
    `The kubeconfig context ${context} leads to ${there}, not to the cluster ${wanted.name}, ${record}.`,
    {
      why: `Load balancers are found by the cluster's name. Those of ${wanted.name} would be changed and deleted by what another cluster holds.`,
      advice: `Choose the context of ${wanted.name} with --context, or name the cluster that the context leads to with --cluster-name.`,
    },
  );
}

function wrongVpc({ name, vpcId }: EksCluster, said: string): UserError {
  return new UserError('wrong-vpc', `The cluster ${name} is in ${vpcId}, not in ${said}.`, {
    why: 'Subnets, security groups and target groups of another VPC cannot serve its pods.',
    advice: 'Leave --vpc-id (or EKSLB_VPC_ID) away: EKS knows it.',
  });
}

function notInEks({ server }: Kube, name?: string): UserError {
  const what =
    name === undefined
      ? `No EKS cluster of this account and region answers at ${server}`
      : `There is no EKS cluster '${name}' in this account and region`;
  return new UserError('unknown-cluster', `${what}.`, {
    why: 'Names and tags of load balancers contain the name of the cluster, and they live in its VPC.',
    advice:
      'Check --profile and --region. For a cluster that is not of EKS pass both --cluster-name and --vpc-id.',
  });
}
