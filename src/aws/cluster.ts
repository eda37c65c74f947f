import { DescribeClusterCommand, EKSClient, ListClustersCommand } from '@aws-sdk/client-eks';
import { type AwsOptions, makeClient } from './clients';
import { translateAwsError } from './errors';
import { allPages, parallel } from './paging';

/** An EKS cluster, as far as load balancers care. */
export interface EksCluster {
  readonly name: string;
  readonly vpcId: string;
  readonly endpoint: string;
}

/** The EKS cluster of that name; undefined when there is none. */
export async function describeEksCluster(options: AwsOptions, name: string): Promise<EksCluster | undefined> {
  return describe(makeClient(EKSClient, options), name);
}

/** The EKS cluster whose API server answers at the address that `isIt` knows; all clusters of the account and region are asked for. */
export async function eksClusterAt(
  options: AwsOptions,
  isIt: (endpoint: string) => boolean,
): Promise<EksCluster | undefined> {
  const eks = makeClient(EKSClient, options);
  const names = await namesOf(eks);
  const clusters = await parallel(names, (name) => describe(eks, name));
  return clusters.find((one) => one !== undefined && isIt(one.endpoint));
}

/** Names of the EKS clusters of the account and region. */
export async function listEksClusters(options: AwsOptions): Promise<string[]> {
  return namesOf(makeClient(EKSClient, options));
}

function namesOf(eks: EKSClient): Promise<string[]> {
  return asked(() =>
    allPages(async (nextToken) => {
      const page = await eks.send(new ListClustersCommand({ nextToken }));
      return { items: page.clusters, next: page.nextToken };
    }),
  );
}

async function describe(eks: EKSClient, name: string): Promise<EksCluster | undefined> {
  const answer = await asked(async () => {
    try {
      return await eks.send(new DescribeClusterCommand({ name }));
    } catch (error) {
      if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  });
  const { resourcesVpcConfig, endpoint = '' } = answer?.cluster ?? {};
  return resourcesVpcConfig?.vpcId === undefined
    ? undefined
    : { name, vpcId: resourcesVpcConfig.vpcId, endpoint };
}

async function asked<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw translateAwsError(cause);
  }
}
