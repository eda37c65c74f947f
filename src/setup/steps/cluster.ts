import { stringify } from 'yaml';
import { listEksClusters } from '../../aws/cluster';
import { eksCluster, isAutoMode, type Setup } from '../setup';
import { isFalse, isTrue, type Step } from '../step';

/** Says that a cluster was made here, so that only such a one is taken away again. */
const MADE_HERE = 'eks-load-balancers/made-by';

export const clusterStep: Step = {
  id: 'cluster',
  title: 'EKS cluster',
  why: 'Load balancers live in the VPC of a cluster and are named and tagged after it.',
  phase: 'cluster',
  requires: ['credentials'],
  async check(setup) {
    const cluster = await eksCluster(setup);
    if (cluster === undefined) return isFalse(...(await missing(setup)));
    const status = cluster.status ?? 'unknown';
    if (status !== 'ACTIVE') {
      return isFalse(`The cluster ${setup.clusterName} is ${status}: wait until it is ACTIVE.`);
    }
    return isTrue(
      `${cluster.arn ?? setup.clusterName}, Kubernetes ${cluster.version ?? 'unknown'}, VPC ${cluster.resourcesVpcConfig?.vpcId ?? 'unknown'}`,
      ...((await isAutoMode(setup))
        ? ['EKS Auto Mode makes the load balancers: no controller is needed.']
        : []),
    );
  },
  async plan(setup) {
    if ((await eksCluster(setup)) !== undefined || !setup.choices.createCluster) return [];
    return [
      {
        kind: 'tool',
        text: `Make the cluster ${setup.clusterName} with eksctl (15 to 20 minutes; it costs money from then on)`,
        argv: ['eksctl', 'create', 'cluster', '--config-file', { file: 'cluster.yaml' }],
        files: { 'cluster.yaml': clusterConfig(setup) },
        long: true,
      },
    ];
  },
  async undo(setup) {
    const cluster = await eksCluster(setup);
    if (cluster?.tags?.[MADE_HERE] !== 'ekslb') return [];
    return [
      {
        kind: 'tool',
        text: `Delete the cluster ${setup.clusterName} with everything in it`,
        argv: [
          'eksctl',
          'delete',
          'cluster',
          '--name',
          setup.clusterName,
          '--region',
          setup.aws.region,
          '--wait',
        ],
        loses: cluster.arn ?? setup.clusterName,
        long: true,
      },
    ];
  },
  patience: 60_000,
};

async function missing(setup: Setup): Promise<string[]> {
  const { clusterName, aws, choices } = setup;
  const names = await listEksClusters({ ...setup.options, region: aws.region });
  const others = names.length === 0 ? 'no cluster there' : `there: ${names.join(', ')}`;
  const advice = choices.createCluster
    ? []
    : ['Name one with --cluster-name, or have it made with --create-cluster.'];
  return [`There is no EKS cluster ${clusterName} in ${aws.region} (${others}).`, ...advice];
}

/** The configuration for `eksctl create cluster`. Source: docs.aws.amazon.com/eks/latest/eksctl/schema.html */
export function clusterConfig({ clusterName, aws, choices }: Setup): string {
  const { kubernetesVersion: version, identity } = choices;
  const agent = identity === 'pod-identity' && choices.compute !== 'auto';
  const addons = ['vpc-cni', 'coredns', 'kube-proxy', ...(agent ? ['eks-pod-identity-agent'] : [])];
  return stringify({
    apiVersion: 'eksctl.io/v1alpha5',
    kind: 'ClusterConfig',
    metadata: {
      name: clusterName,
      region: aws.region,
      ...(version === undefined ? {} : { version }),
      tags: { [MADE_HERE]: 'ekslb' },
    },
    // The provider for IRSA is a step of its own.
    iam: { withOIDC: false },
    ...(choices.compute === 'auto' ? {} : { addons: addons.map((name) => ({ name })) }),
    ...COMPUTE[choices.compute],
  });
}

const COMPUTE = {
  nodes: {
    managedNodeGroups: [
      {
        name: 'workers',
        instanceType: 'm5.large',
        desiredCapacity: 2,
        minSize: 2,
        maxSize: 4,
        privateNetworking: true,
      },
    ],
  },
  fargate: {
    fargateProfiles: [
      { name: 'default', selectors: [{ namespace: 'default' }, { namespace: 'kube-system' }] },
    ],
  },
  auto: { autoModeConfig: { enabled: true } },
} as const;
