import { whoIsInCharge } from './charge';
import { type Kube, listObjects } from './client';
import { RESOURCES } from './resources';
import type { IngressClass } from './types';

/** What a cluster tells about who builds its load balancers, as far as the checks of manifests need to know. */
export interface ClusterProfile {
  /** Release of AWS Load Balancer Controller, e.g. `2.13.0`. */
  readonly controller?: string;
  readonly autoMode?: boolean;
}

const AUTO_MODE = 'eks.amazonaws.com/alb';

/** A controller that is installed counts; without one a class of EKS Auto Mode does. Throws when the cluster cannot be asked. */
export async function clusterProfile(kube: Kube): Promise<ClusterProfile> {
  const [charge, classes] = await Promise.all([
    whoIsInCharge(kube, new Date()),
    listObjects<IngressClass>(kube, RESOURCES.IngressClass),
  ]);
  if (charge.kind === 'controller') {
    const controller = releaseOf(charge.version);
    return { autoMode: false, ...(controller === undefined ? {} : { controller }) };
  }
  const autoMode = (classes ?? []).some(({ spec }) => spec?.controller === AUTO_MODE);
  return autoMode ? { autoMode } : {};
}

/** The release in the tag of an image: `v2.13.0`, `v2.13.0-linux_amd64`. */
export function releaseOf(tag: string | undefined): string | undefined {
  return /^v?(\d+\.\d+\.\d+)/.exec(tag ?? '')?.[1];
}
