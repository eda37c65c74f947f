import type { Instance } from '@aws-sdk/client-ec2';
import { allPages, parallel } from '../../aws/paging';
import { clusterTag } from '../../model/names';
import { callAws } from '../awsCall';
import { skipInAutoMode } from '../controller/autoMode';
import { argumentOf, controllersSoFar, type Deployment } from '../controller/deployments';
import { eksCluster, type Setup, vpcOf } from '../setup';
import { type Check, isFalse, isTrue, type Step } from '../step';

/** Nodes of the cluster by the tags that EKS, eksctl and Karpenter give them, from the one VPC. */
async function nodesOf(setup: Setup): Promise<Instance[]> {
  const { clusterName } = setup;
  const keys = [clusterTag(clusterName), 'eks:cluster-name', 'aws:eks:cluster-name', 'eks:eks-cluster-name'];
  const Filters = [
    { Name: 'vpc-id', Values: [await vpcOf(setup)] },
    { Name: 'instance-state-name', Values: ['pending', 'running'] },
    { Name: 'tag-key', Values: keys },
  ];
  const found = await allPages(async (NextToken) => {
    const page = await callAws(setup.aws, 'ec2', 'DescribeInstances', { Filters, NextToken });
    return { items: page.Reservations?.flatMap(({ Instances = [] }) => Instances), next: page.NextToken };
  });
  const own = clusterTag(clusterName);
  return found.filter(({ Tags = [] }) =>
    Tags.some(
      ({ Key = '', Value }) => Key === own || (Key !== own && keys.includes(Key) && Value === clusterName),
    ),
  );
}

/** Whether Pods of the controller's namespace run on Fargate, which has no instance metadata at all. */
async function isOnFargate({ aws, clusterName, choices }: Setup): Promise<boolean> {
  const names = await allPages(async (nextToken) => {
    const page = await callAws(aws, 'eks', 'ListFargateProfiles', { clusterName, nextToken });
    return { items: page.fargateProfileNames, next: page.nextToken };
  });
  const profiles = await parallel(names, async (fargateProfileName) => {
    const answer = await callAws(aws, 'eks', 'DescribeFargateProfile', { clusterName, fargateProfileName });
    return answer.fargateProfile;
  });
  return profiles.some((profile) =>
    (profile?.selectors ?? []).some(({ namespace }) => namespace === choices.namespace),
  );
}

/** Why Pods cannot read instance metadata; empty where they can. */
async function obstacles(setup: Setup): Promise<string[]> {
  if ((await eksCluster(setup)) === undefined) return [];
  const [nodes, fargate] = await Promise.all([nodesOf(setup), isOnFargate(setup)]);
  const short = nodes.filter(({ MetadataOptions: options }) => options?.HttpPutResponseHopLimit === 1);
  const off = nodes.filter(({ MetadataOptions: options }) => options?.HttpEndpoint === 'disabled');
  const ids = (some: readonly Instance[]) => some.map(({ InstanceId = '' }) => InstanceId).join(', ');
  return [
    ...(short.length === 0
      ? []
      : [`The hop limit of instance metadata is 1, too few for Pods, on ${ids(short)}.`]),
    ...(off.length === 0 ? [] : [`Instance metadata is switched off on ${ids(off)}.`]),
    ...(fargate
      ? [`Pods of ${setup.choices.namespace} run on Fargate, which has no instance metadata.`]
      : []),
  ];
}

/** What the controller would ask instance metadata for (lbc:pkg/aws/cloud.go NewCloud). */
function unsaid(deployment: Deployment): string[] {
  const env = (deployment.spec?.template?.spec?.containers ?? []).flatMap(({ env: some = [] }) => some);
  const region = argumentOf(deployment, 'aws-region') ?? env.find(({ name }) => name === 'AWS_REGION')?.value;
  const vpc = argumentOf(deployment, 'aws-vpc-id') ?? argumentOf(deployment, 'aws-vpc-tags');
  return [
    ...(region === undefined || region === '' ? ['--aws-region'] : []),
    ...(vpc === undefined || vpc === '' ? ['--aws-vpc-id'] : []),
  ];
}

async function judge(setup: Setup): Promise<Check> {
  const why = await obstacles(setup);
  const { namespace: wanted } = setup.choices;
  const deployment = (await controllersSoFar(setup)).find(({ metadata }) => metadata.namespace === wanted);
  if (deployment === undefined) {
    return isTrue('The controller will be told region and VPC, and needs no instance metadata.', ...why);
  }
  const missing = unsaid(deployment);
  const { namespace, name } = deployment.metadata;
  const which = `Deployment ${namespace}/${name}`;
  if (missing.length === 0) return isTrue(`${which} is told region and VPC.`, ...why);
  if (why.length === 0)
    return isTrue(`${which} lacks ${missing.join(' and ')}, and reads them from instance metadata.`);
  return isFalse(
    `${which} lacks ${missing.join(' and ')}, and cannot read them from instance metadata.`,
    ...why,
    `Run the step controller, which gives both; by hand: Helm values region=${setup.aws.region} and vpcId=${await vpcOf(setup)}.`,
  );
}

export const instanceMetadataStep: Step = {
  id: 'instance-metadata',
  title: 'Region and VPC without instance metadata',
  why: 'A controller that is not told them asks instance metadata, and crashes where Pods do not reach it.',
  phase: 'controller',
  requires: ['cluster'],
  skip: skipInAutoMode,
  check: judge,
  // Nodes are somebody's own: their metadata options are not changed; the step `controller` gives both values.
  plan: async () => [],
};
