import { getObject, type Kube, listObjects } from '../kube/client';
import { RESOURCES } from '../kube/resources';
import type { KubeObject } from '../kube/types';

/** What is read of a Deployment. */
export interface Deployment extends KubeObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly template?: {
      readonly spec?: { readonly containers?: readonly Container[]; readonly hostNetwork?: boolean };
    };
  };
  readonly status?: { readonly availableReplicas?: number; readonly replicas?: number };
}

interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly args?: readonly string[];
  readonly command?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

const NAME = 'aws-load-balancer-controller';

/** The controller's Deployment: by its name, or by the label that its chart gives it. */
export async function findController(kube: Kube, namespace: string): Promise<Deployment | undefined> {
  const direct = await getObject<Deployment>(kube, RESOURCES.Deployment, namespace, NAME);
  if (direct !== undefined) return direct;
  const all = (await listObjects<Deployment>(kube, RESOURCES.Deployment, { namespace })) ?? [];
  return all.find(({ metadata }) => metadata.labels?.['app.kubernetes.io/name'] === NAME);
}

/** The value of a flag of the first container, from `--flag=value` or `--flag value`. */
export function flagOf(deployment: Deployment, flag: string): string | undefined {
  const words = (deployment.spec?.template?.spec?.containers ?? []).flatMap(({ command = [], args = [] }) => [
    ...command,
    ...args,
  ]);
  const at = words.findIndex((word) => word === `--${flag}` || word.startsWith(`--${flag}=`));
  if (at < 0) return undefined;
  const word = words[at] ?? '';
  return word.includes('=') ? word.slice(word.indexOf('=') + 1) : words[at + 1];
}
