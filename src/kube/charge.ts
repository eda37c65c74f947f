import { getObject, type Kube, listObjects } from './client';
import { RESOURCES } from './resources';
import type { KubeObject } from './types';

/** Who turns Ingresses of this cluster into load balancers. */
export type Charge =
  | { readonly kind: 'nobody' }
  /** A running AWS Load Balancer Controller; `holder` is the pod that holds its lease. */
  | {
      readonly kind: 'controller';
      readonly namespace: string;
      readonly version: string | undefined;
      readonly holder: string | undefined;
    };

interface Deployment extends KubeObject {
  readonly spec?: {
    readonly template?: { readonly spec?: { readonly containers?: readonly { readonly image?: string }[] } };
  };
  readonly status?: { readonly readyReplicas?: number };
}

interface Lease extends KubeObject {
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly renewTime?: string;
  };
}

const NAME_LABEL = 'app.kubernetes.io/name';
const CONTROLLER = 'aws-load-balancer-controller';
/** lbc: --leader-election-id */
const LEASE = 'aws-load-balancer-controller-leader';

/** Looks for a controller that runs: a ready Deployment, or a lease that is being renewed. */
export async function whoIsInCharge(kube: Kube, now: Date): Promise<Charge> {
  const deployments = (await listObjects<Deployment>(kube, RESOURCES.Deployment)) ?? [];
  const found = deployments.find(isController);
  const namespace = found?.metadata.namespace ?? 'kube-system';
  const lease = await getObject<Lease>(kube, RESOURCES.Lease, namespace, LEASE);
  const held = lease !== undefined && isHeld(lease, now);
  if (!held && (found?.status?.readyReplicas ?? 0) === 0) return { kind: 'nobody' };
  const image = found?.spec?.template?.spec?.containers?.[0]?.image;
  return {
    kind: 'controller',
    namespace,
    version: image?.split(':')[1],
    holder: held ? lease.spec?.holderIdentity : undefined,
  };
}

function isController({ metadata }: Deployment): boolean {
  return metadata.labels?.[NAME_LABEL] === CONTROLLER || metadata.name === CONTROLLER;
}

function isHeld({ spec }: Lease, now: Date): boolean {
  if (!spec?.holderIdentity || spec.renewTime === undefined) return false;
  const age = now.getTime() - new Date(spec.renewTime).getTime();
  return age < (spec.leaseDurationSeconds ?? 15) * 1000;
}
