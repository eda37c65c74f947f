/** How the controller gets its AWS credentials, in words of the steps that see to it. */
import type { WantedPolicy } from './iam/policies';
import type { WantedRole } from './iam/roles';
import { policyDocument } from './iam/statements';
import type { Trust } from './iam/trust';
import { caller, iamArn, issuerOf, roleName, type Setup } from './setup';

/** Release, namespace and service account of external-dns are all called after the program. */
export const EXTERNAL_DNS = 'external-dns';

/** Whether `eksctl create iamserviceaccount` makes the role, in the step `service-account`. */
export function isRoleByEksctl({ choices }: Setup): boolean {
  return choices.serviceAccountBy === 'eksctl' && choices.identity === 'irsa';
}

/** Who may become a role that a service account of the cluster has. */
export async function trustOf(setup: Setup, namespace: string, serviceAccount: string): Promise<Trust> {
  if (setup.choices.identity === 'pod-identity') return { kind: 'pod-identity' };
  const { account, partition } = await caller(setup);
  return { kind: 'irsa', partition, account, issuer: await issuerOf(setup), namespace, serviceAccount };
}

/** The controller's policy, as its release, the partition and the choices want it. */
export async function controllerPolicy(setup: Setup): Promise<WantedPolicy> {
  const { policyName: name, controllerVersion: version, extraPermissions: extras } = setup.choices;
  const { partition } = await caller(setup);
  const description = 'What AWS Load Balancer Controller may do';
  return { name, description, document: policyDocument({ version, partition, extras }) };
}

/** The controller's role. */
export async function controllerRole(setup: Setup): Promise<WantedRole> {
  const { namespace, serviceAccount, policyName } = setup.choices;
  return {
    name: roleName(setup),
    description: `AWS Load Balancer Controller of the EKS cluster ${setup.clusterName}`,
    trust: await trustOf(setup, namespace, serviceAccount),
    policyArn: await iamArn(setup, 'policy', policyName),
  };
}
