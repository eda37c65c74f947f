import { RESOURCES } from '../../kube/resources';
import type { KubeObject } from '../../kube/types';
import type { Setup } from '../setup';
import type { Deployment, PodSpec } from './deployments';
import { lookForAll } from './look';
import { KINDS } from './names';

export interface ControllerPod extends KubeObject {
  readonly spec?: PodSpec;
  readonly status?: {
    readonly phase?: string;
    readonly containerStatuses?: readonly {
      readonly ready?: boolean;
      readonly restartCount?: number;
      readonly state?: { readonly waiting?: Reason };
      readonly lastState?: { readonly terminated?: Reason };
    }[];
  };
}

interface Reason {
  readonly reason?: string;
  readonly message?: string;
}

interface Event extends KubeObject {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly involvedObject?: { readonly kind?: string; readonly name?: string };
}

/** The pods of a Deployment, by its selector. */
export async function podsOf(setup: Setup, deployment: Deployment): Promise<ControllerPod[]> {
  const wanted = Object.entries(deployment.spec?.selector?.matchLabels ?? {});
  const { namespace } = deployment.metadata;
  const all = await lookForAll<ControllerPod>(setup, RESOURCES.Pod, { namespace });
  return all.filter(({ metadata }) => wanted.every(([name, value]) => metadata.labels?.[name] === value));
}

/** Why a pod does not run, as its containers and the cluster say. */
export async function troublesOf(setup: Setup, pod: ControllerPod): Promise<string[]> {
  const { name, namespace } = pod.metadata;
  const containers = (pod.status?.containerStatuses ?? []).flatMap(({ state, lastState }) =>
    [state?.waiting, lastState?.terminated].flatMap((one) => (one === undefined ? [] : reasonText(one))),
  );
  const events = await lookForAll<Event>(setup, KINDS.Event, { namespace });
  const warnings = events.filter(
    ({ type, involvedObject }) => type === 'Warning' && involvedObject?.name === name,
  );
  const told = [...containers, ...warnings.flatMap(reasonText)];
  return [...new Set(told)].map((text) => `Pod ${name}: ${text}`);
}

function reasonText({ reason, message }: Reason): string[] {
  const parts = [reason, message?.trim()].filter((part) => part !== undefined && part !== '');
  return parts.length === 0 ? [] : [`${parts.join(': ').replace(/\.$/, '')}.`];
}

/** Warnings about the Deployment's own ReplicaSets: a pod that could not even be made. */
export function failureOf({ status }: Deployment): string[] {
  return (status?.conditions ?? [])
    .filter((one) => one.type === 'ReplicaFailure' && one.status === 'True')
    .flatMap(({ message }) => message ?? []);
}
