import { type Kube, listObjects } from './client';
import { isOurs, isWatch, type Lease, readLease, seemsHeld } from './lease';
import { RESOURCES } from './resources';
import type { KubeObject } from './types';

/** Who turns Ingresses of this cluster into load balancers. */
export type Charge =
  /** Whoever takes the Lease; another run of ours may have it for the moment. */
  | { readonly kind: 'nobody' }
  /** A running AWS Load Balancer Controller; `holder` is the pod that holds its lease. */
  | {
      readonly kind: 'controller';
      readonly namespace: string;
      readonly version: string | undefined;
      readonly holder: string | undefined;
    }
  /** `ekslb watch`, here or elsewhere. */
  | { readonly kind: 'watch'; readonly namespace: string; readonly holder: string }
  /** EKS Auto Mode, for Ingresses of its class. */
  | { readonly kind: 'autoMode' };

interface Containing extends KubeObject {
  readonly spec?: {
    readonly template?: { readonly spec?: { readonly containers?: readonly { readonly image?: string }[] } };
  };
}

interface Deployment extends Containing {
  readonly status?: { readonly readyReplicas?: number };
}

/** Name of the controller: of its Deployment, its image, and in the label that its chart sets. */
export const CONTROLLER = 'aws-load-balancer-controller';
export const NAME_LABEL = 'app.kubernetes.io/name';
const USUAL_NAMESPACE = 'kube-system';

/** The controller as it is installed: in which namespace its Lease is kept, and whether it runs. */
export interface Installed {
  readonly namespace: string;
  readonly version: string | undefined;
  readonly ready: boolean;
}

/** Looks for the controller's Deployment; without one, its Lease is where it would be installed. */
export async function findController(kube: Kube): Promise<Installed> {
  const deployments = (await listObjects<Deployment>(kube, RESOURCES.Deployment)) ?? [];
  const found = deployments.find(isController);
  const [image] = found === undefined ? [] : imagesOf(found);
  return {
    namespace: found?.metadata.namespace ?? USUAL_NAMESPACE,
    version: image?.split(':')[1],
    ready: (found?.status?.readyReplicas ?? 0) > 0,
  };
}

/** Whether a Deployment runs the controller, whatever it is called: by its name, its label or its image. */
export function isController(deployment: Containing): boolean {
  const { labels, name } = deployment.metadata;
  const named = labels?.[NAME_LABEL] === CONTROLLER || name === CONTROLLER;
  return named || imagesOf(deployment).some((image) => IMAGE.test(image));
}

const IMAGE = new RegExp(`(^|/)${CONTROLLER}([:@]|$)`);

/** Images of the containers of a Deployment's pods. */
export function imagesOf({ spec }: Containing): string[] {
  return (spec?.template?.spec?.containers ?? []).flatMap(({ image }) => image ?? []);
}

/** Looks for a controller that runs: a ready Deployment, or a Lease that is being renewed. */
export async function whoIsInCharge(kube: Kube, now: Date): Promise<Charge> {
  const installed = await findController(kube);
  return chargeOf(installed, await readLease(kube, installed.namespace), now.getTime());
}

/** Who is in charge, by what is installed and who holds the Lease. */
export function chargeOf(
  { namespace, version, ready }: Installed,
  lease: Lease | undefined,
  now: number,
): Charge {
  const holder =
    lease !== undefined && seemsHeld(lease, now) ? (lease.spec?.holderIdentity ?? '') : undefined;
  const foreign = holder !== undefined && !isOurs(holder);
  if (ready || foreign) {
    return { kind: 'controller', namespace, version, holder: foreign ? holder : undefined };
  }
  return holder !== undefined && isWatch(holder) ? { kind: 'watch', namespace, holder } : { kind: 'nobody' };
}
