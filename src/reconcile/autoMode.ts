import { CONTROLLERS } from '../annotations/controllers';
import { UserError } from '../errors';
import { type Kube, servesGroup } from '../kube/client';
import { overlay } from '../kube/snapshot';
import type { ClusterView, KubeObject } from '../kube/types';
import { membershipOf } from '../model/group';

/** The API group in which a cluster with EKS Auto Mode keeps the kinds of its load balancers. */
const GROUP = 'eks.amazonaws.com';

/** Whether EKS Auto Mode serves all of these Ingresses; throws where their class is its, and the cluster is not. */
export async function inAutoMode(
  kube: Kube,
  cluster: ClusterView,
  manifests: readonly KubeObject[],
  keys: ReadonlySet<string>,
): Promise<boolean> {
  const found = autoModeKeys(overlay(cluster, manifests), keys);
  if (keys.size === 0 || found.length < keys.size) return false;
  if (await servesGroup(kube, GROUP)) return true;
  throw new UserError('no-auto-mode', `${[...keys].join(', ')} has a class of EKS Auto Mode.`, {
    why: 'This cluster does not have the kinds of EKS Auto Mode, so nothing would build its load balancer.',
    advice: `Switch EKS Auto Mode on, or name a class whose controller is ${CONTROLLERS.alb}.`,
  });
}

/** Ingresses whose class names the controller of EKS Auto Mode. They are followed, never reconciled. */
export function autoModeKeys(view: ClusterView, keys: ReadonlySet<string>): string[] {
  return [...keys].filter((key) => {
    const ingress = view.ingresses.get(key);
    if (ingress === undefined || membershipOf(ingress, view).kind !== 'foreign') return false;
    const ingressClass = view.ingressClasses.get(ingress.spec?.ingressClassName ?? '');
    return ingressClass?.spec?.controller === CONTROLLERS.autoMode;
  });
}
