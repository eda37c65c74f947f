import { stringify } from 'yaml';
import { listEksClusters } from '../../aws/cluster';
import { SAMPLE_ROWS } from '../applications/samples';
import type { Choices } from '../choices';
import { EXTERNAL_DNS } from '../identity';
import { isOurs, OWN_TAGS, tagMap } from '../ownTags';
import { eksCluster, isAutoMode, type Setup } from '../setup';
import { type Check, cannotTell, isFalse, isTrue, type Step } from '../step';

export const clusterStep: Step = {
  id: 'cluster',
  title: 'EKS cluster',
  why: 'Load balancers live in the VPC of a cluster and are named and tagged after it.',
  phase: 'cluster',
  requires: ['credentials'],
  async check(setup) {
    const cluster = await eksCluster(setup);
    if (cluster === undefined) return isFalse(...(await missing(setup)));
    // One that is updated goes on working.
    if (cluster.status !== 'ACTIVE' && cluster.status !== 'UPDATING') return notReady(setup, cluster.status);
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
        // Access is a step of its own: eksctl would write it into the usual kubeconfig, whichever was chosen.
        argv: [
          ...(['eksctl', 'create', 'cluster', '--config-file', { file: 'cluster.yaml' }] as const),
          '--write-kubeconfig=false',
        ],
        files: { 'cluster.yaml': clusterConfig(setup) },
        long: true,
      },
    ];
  },
  async undo(setup) {
    const cluster = await eksCluster(setup);
    if (cluster === undefined || !isOurs(cluster.tags)) return [];
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

function notReady({ clusterName }: Setup, status = 'of an unknown state'): Check {
  const told = `The cluster ${clusterName} is ${status}.`;
  const atWork = status === 'CREATING' || status === 'PENDING';
  return atWork
    ? cannotTell(told, 'EKS is making it: look again in some minutes.')
    : isFalse(
        told,
        `Why, tells \`aws eks describe-cluster --name ${clusterName}\`; choose another, or make it anew.`,
      );
}

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
export function clusterConfig({
  clusterName,
  aws,
  choices,
}: Pick<Setup, 'clusterName' | 'aws' | 'choices'>): string {
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
      tags: tagMap(OWN_TAGS),
    },
    // The provider for IRSA is a step of its own.
    iam: { withOIDC: false },
    ...(choices.compute === 'auto' ? {} : { addons: addons.map((name) => ({ name })) }),
    ...computeOf(choices),
  });
}

function computeOf(choices: Choices): object {
  switch (choices.compute) {
    case 'nodes':
      return { managedNodeGroups: [WORKERS] };
    case 'fargate':
      return { fargateProfiles: fargateProfiles(namespacesOf(choices)) };
    case 'auto':
      return { autoModeConfig: { enabled: true } };
  }
}

const WORKERS = {
  ...{ name: 'workers', instanceType: 'm5.large', desiredCapacity: 2, minSize: 2, maxSize: 4 },
  privateNetworking: true,
};

/** A profile has five selectors at most (EKS user guide, "Service quotas"). */
const SELECTORS = 5;

/** Pods of a namespace that no profile selects stay pending: there are no nodes. */
function fargateProfiles(namespaces: readonly string[]): object[] {
  const count = Math.ceil(namespaces.length / SELECTORS);
  return Array.from({ length: count }, (_, at) => ({
    name: at === 0 ? 'default' : `more-${at}`,
    selectors: namespaces.slice(at * SELECTORS, (at + 1) * SELECTORS).map((namespace) => ({ namespace })),
  }));
}

/** All in which the setup runs something. */
function namespacesOf({ namespace, samples, dns, webhookCertificate }: Choices): string[] {
  const own = SAMPLE_ROWS.filter(({ sample }) => samples.includes(sample)).map((row) => row.namespace);
  const more = [
    ...(webhookCertificate === 'cert-manager' ? ['cert-manager'] : []),
    ...(dns?.by === 'external-dns' ? [EXTERNAL_DNS] : []),
  ];
  return [...new Set(['default', 'kube-system', namespace, ...more, ...own])];
}
