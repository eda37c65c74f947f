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
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly Condition[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

interface Condition extends Reason {
  readonly type: string;
  readonly status: string;
}

interface ContainerStatus {
  readonly name?: string;
  readonly ready?: boolean;
  readonly state?: { readonly waiting?: Reason; readonly running?: object };
  readonly lastState?: { readonly terminated?: Ended };
}

interface Reason {
  readonly reason?: string;
  readonly message?: string;
}

interface Ended extends Reason {
  readonly exitCode?: number;
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

/** Those that work: not the ones on their way out, and not the ones that ended or were evicted. */
export async function livePodsOf(setup: Setup, deployment: Deployment): Promise<ControllerPod[]> {
  const ended = ['Succeeded', 'Failed'];
  return (await podsOf(setup, deployment)).filter(
    ({ metadata, status }) =>
      metadata.deletionTimestamp === undefined && !ended.includes(status?.phase ?? ''),
  );
}

/** Why a pod does not run, as its containers and the cluster say. */
export async function troublesOf(setup: Setup, pod: ControllerPod): Promise<string[]> {
  const { name, namespace } = pod.metadata;
  const events = await lookForAll<Event>(setup, KINDS.Event, { namespace });
  const warnings = events.filter(
    ({ type, involvedObject }) => type === 'Warning' && involvedObject?.name === name,
  );
  const told = [...statusTroubles(pod.status ?? {}), ...warnings.flatMap(reasonText)];
  return [...new Set(told)].map((text) => `Pod ${name}: ${text}`);
}

/** Events are kept for an hour, the status as long as the pod. */
function statusTroubles(status: NonNullable<ControllerPod['status']>): string[] {
  const { conditions = [], initContainerStatuses = [], containerStatuses = [] } = status;
  const unscheduled = conditions.filter(({ type, status: is }) => type === 'PodScheduled' && is === 'False');
  const containers = [...initContainerStatuses, ...containerStatuses].flatMap(containerTroubles);
  return [...reasonText(status), ...unscheduled.flatMap(reasonText), ...containers];
}

function containerTroubles({ name, ready, state, lastState }: ContainerStatus): string[] {
  const { waiting, running } = state ?? {};
  const { reason, exitCode } = lastState?.terminated ?? {};
  return [
    ...(waiting === undefined ? [] : reasonText(waiting)),
    ...(exitCode === undefined
      ? []
      : [
          `${name} ended before (${reason}, exit code ${exitCode}): kubectl logs --previous shows its last words.`,
        ]),
    ...(running !== undefined && ready === false
      ? [`${name} runs, but does not answer that it is ready.`]
      : []),
  ];
}

function reasonText({ reason, message }: Reason): string[] {
  const parts = [reason, message?.trim()].filter((part) => part !== undefined && part !== '');
  return parts.length === 0 ? [] : [`${parts.join(': ').replace(/\.$/, '')}.`];
}

/** Conditions of a Deployment that tell of a failure: a pod that could not even be made, a rollout that does not end. */
const FAILURES: Readonly<Record<string, string>> = { ReplicaFailure: 'True', Progressing: 'False' };

export function failureOf({ status }: Deployment): string[] {
  return (status?.conditions ?? []).filter((one) => FAILURES[one.type] === one.status).flatMap(reasonText);
}
