import { EKSClient, ListPodIdentityAssociationsCommand } from '@aws-sdk/client-eks';
import { ROLE_ANNOTATION } from '../../src/setup/controller/names';
import { ifThere, type Kube } from '../kube';
import type { PodItem } from './view';

/** An environment variable of a container. */
export interface Variable {
  readonly name: string;
  readonly value: string;
}

/** What the admission webhook of EKS adds to a new pod. */
export type IdentityOf = (namespace: string, serviceAccount: string) => Promise<readonly Variable[]>;

const TOKEN = '/var/run/secrets/eks.amazonaws.com/serviceaccount/token';
const POD_IDENTITY_TOKEN = '/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token';

/**
 * Variables by which the SDKs find a role: that of the service account's annotation (IRSA), else that of an association
 * (EKS Pod Identity). Source: github.com/aws/amazon-eks-pod-identity-webhook
 */
export function identityOf(kube: Kube, endpoint: string, region: string, clusterName: string): IdentityOf {
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  const eks = new EKSClient({ endpoint, region, credentials });
  return async (namespace, serviceAccount) => {
    const path = `api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}`;
    const account = await ifThere(kube.call('GET', path));
    const role = account?.metadata.annotations?.[ROLE_ANNOTATION];
    if (role !== undefined) return variables({ ...webIdentity(region), AWS_ROLE_ARN: role });
    const asked = new ListPodIdentityAssociationsCommand({ clusterName, namespace, serviceAccount });
    const { associations = [] } = await eks.send(asked);
    return associations.length === 0 ? [] : variables(podIdentity(region));
  };
}

const webIdentity = (region: string) => ({ AWS_REGION: region, AWS_WEB_IDENTITY_TOKEN_FILE: TOKEN });

const podIdentity = (region: string) => ({
  AWS_REGION: region,
  AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials',
  AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: POD_IDENTITY_TOKEN,
});

function variables(values: Readonly<Record<string, string>>): Variable[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

/** The pod with these variables in all of its containers; what they have already stays. */
export function withVariables(pod: PodItem, added: readonly Variable[]): PodItem {
  if (added.length === 0) return pod;
  const containers = pod.spec.containers?.map((container) => {
    const { env = [] } = container as { env?: readonly Variable[] };
    const own = new Set(env.map(({ name }) => name));
    return { ...container, env: [...env, ...added.filter(({ name }) => !own.has(name))] };
  });
  return { ...pod, spec: { ...pod.spec, ...(containers === undefined ? {} : { containers }) } };
}
