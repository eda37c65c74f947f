import { coerce, type SemVer } from 'semver';
import { imagesOf, isController } from '../../kube/charge';
import { RESOURCES } from '../../kube/resources';
import type { KubeObject } from '../../kube/types';
import type { Setup } from '../setup';
import { glanceAtAll, lookForAll } from './look';
import { CONTROLLER, NAME_LABEL } from './names';

export interface Deployment extends KubeObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly template?: { readonly spec?: PodSpec };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly updatedReplicas?: number;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
  };
}

export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly containers?: readonly {
    readonly name?: string;
    readonly image?: string;
    readonly command?: readonly string[];
    readonly args?: readonly string[];
    readonly env?: readonly { readonly name: string; readonly value?: string }[];
  }[];
}

const V1 = 'alb-ingress-controller';

/** All of the cluster. */
const deployments = (setup: Setup) => lookForAll<Deployment>(setup, RESOURCES.Deployment);

/** Deployments of AWS Load Balancer Controller in all namespaces; there should be one. */
export async function controllersIn(setup: Setup): Promise<Deployment[]> {
  return (await deployments(setup)).filter(isController);
}

/** The same for plans: none where there is no cluster yet. */
export async function controllersSoFar(setup: Setup): Promise<Deployment[]> {
  return (await glanceAtAll<Deployment>(setup, RESOURCES.Deployment)).filter(isController);
}

/** Deployments of its predecessor, alb-ingress-controller v1. */
export async function legacyControllersIn(setup: Setup): Promise<Deployment[]> {
  return (await deployments(setup)).filter(isLegacy);
}

export async function legacyControllersSoFar(setup: Setup): Promise<Deployment[]> {
  return (await glanceAtAll<Deployment>(setup, RESOURCES.Deployment)).filter(isLegacy);
}

function isLegacy(deployment: Deployment): boolean {
  return (
    deployment.metadata.labels?.[NAME_LABEL] === V1 ||
    imagesOf(deployment).some((image) => /(^|\/)aws-alb-ingress-controller:v1/.test(image))
  );
}

/** The one that the choices mean. */
export function chosen({ choices }: Setup, found: readonly Deployment[]): Deployment | undefined {
  return found.find(
    ({ metadata }) => metadata.name === CONTROLLER && metadata.namespace === choices.namespace,
  );
}

/** By the tag of the image, or by the label where the image is named by its digest. */
export function versionOf(deployment: Deployment): SemVer | undefined {
  const tags = imagesOf(deployment).map((image) => /:(v?\d+\.\d+\.\d+[^@]*)/.exec(image)?.[1]);
  return (
    coerce(tags.find((tag) => tag !== undefined)) ??
    coerce(deployment.metadata.labels?.[VERSION]) ??
    undefined
  );
}

const VERSION = 'app.kubernetes.io/version';

/** The value of an option of its containers: `--cluster-name=shop`, or in two words. */
export function argumentOf({ spec }: Deployment, name: string): string | undefined {
  const containers = spec?.template?.spec?.containers ?? [];
  const words = containers.flatMap(({ command = [], args = [] }) => [...command, ...args]);
  const start = `--${name}=`;
  const at = words.findIndex((word) => word === `--${name}` || word.startsWith(start));
  const word = words[at];
  return word?.startsWith(start) ? word.slice(start.length) : word && words[at + 1];
}
