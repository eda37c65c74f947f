import type { TargetHealth, TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import { parallel } from '../../aws/paging';
import { type Kube, mergePatch, orMissing } from '../../kube/client';
import { RESOURCES } from '../../kube/resources';
import type { Pod, PodCondition, TargetGroupBinding } from '../../kube/types';
import { keyOf } from '../../kube/types';
import { type Target, targetText } from '../endpoints';
import { targetOf } from '../resources/targets';

/** A pod and what its readiness gate is to say. */
export interface GateChange {
  readonly pod: Pod;
  readonly condition: PodCondition;
}

/** lbc:pkg/targetgroupbinding/utils.go TargetHealthPodConditionTypePrefix */
const GATE = 'target-health.elbv2.k8s.aws/';
/** lbc: what a pod is told whose target has just been registered. */
const REGISTERING: TargetHealth = {
  State: 'initial',
  Reason: 'Elb.RegistrationInProgress',
  Description: 'Target registration is in progress',
};
/** lbc: what a pod is told when nobody looks at its target any more. */
const UNBOUND: TargetHealth = { State: 'healthy', Description: 'Target Group Binding is deleted' };

/** The condition by which pods wait for the health of their target. */
export function gateOf({ metadata }: Pick<TargetGroupBinding, 'metadata'>): string {
  return `${GATE}${metadata.name}`;
}

export function podsWithGate(pods: Iterable<Pod>, binding: Pick<TargetGroupBinding, 'metadata'>): Pod[] {
  const gate = gateOf(binding);
  return [...pods].filter(
    ({ metadata, spec }) =>
      metadata.namespace === binding.metadata.namespace &&
      spec?.readinessGates?.some(({ conditionType }) => conditionType === gate) === true,
  );
}

/**
 * Conditions to write so that gated pods say how their targets are; only targets that are addresses of pods have any.
 * Source: lbc:pkg/targetgroupbinding/resource_manager.go updateTargetHealthPodCondition.
 */
export function gateChanges(
  binding: TargetGroupBinding,
  pods: Iterable<Pod>,
  targets: readonly Target[],
  health: readonly TargetHealthDescription[],
  now: Date,
): { readonly changes: GateChange[]; readonly waiting: boolean } {
  if (binding.spec.targetType !== 'ip') return { changes: [], waiting: false };
  const known = new Map(health.map((one) => [targetText(targetOf(one)), one.TargetHealth]));
  const found = podsWithGate(pods, binding).flatMap((pod) => {
    const target = targets.find(({ id }) => id === pod.status?.podIP);
    if (target === undefined) return [];
    const state = known.get(targetText(target)) ?? REGISTERING;
    return [{ pod, condition: conditionOf(binding, pod, draining(state) ? REGISTERING : state, now) }];
  });
  return {
    changes: found.filter(({ pod, condition }) => differs(current(pod, condition.type), condition)),
    waiting: found.some(({ condition }) => condition.status !== 'True'),
  };
}

/** What drains was deregistered before; the pod has it registered again. */
function draining({ State }: TargetHealth): boolean {
  return State === 'draining';
}

/** Gates that would stay closed for ever once their binding is gone. */
export function openedGates(
  binding: Pick<TargetGroupBinding, 'metadata'>,
  pods: Iterable<Pod>,
  now: Date,
): GateChange[] {
  const opened = podsWithGate(pods, binding).map((pod) => ({
    pod,
    condition: conditionOf(binding, pod, UNBOUND, now),
  }));
  return opened.filter(({ pod, condition }) => differs(current(pod, condition.type), condition));
}

function conditionOf(
  binding: Pick<TargetGroupBinding, 'metadata'>,
  pod: Pod,
  health: TargetHealth,
  now: Date,
): PodCondition {
  const type = gateOf(binding);
  const status = health.State === 'healthy' ? 'True' : 'False';
  const before = current(pod, type);
  const since = before?.status === status ? before.lastTransitionTime : undefined;
  return {
    type,
    status,
    reason: health.Reason ?? '',
    message: health.Description ?? '',
    lastTransitionTime: since ?? `${now.toISOString().slice(0, 19)}Z`,
  };
}

function current({ status }: Pod, type: string): PodCondition | undefined {
  return status?.conditions?.find((one) => one.type === type);
}

function differs(before: PodCondition | undefined, after: PodCondition): boolean {
  const text = ({ status, reason = '', message = '' }: PodCondition) => [status, reason, message].join('\n');
  return before === undefined || text(before) !== text(after);
}

/** Writes the conditions, each for the pod that we saw and no later one of its name; a pod that is gone needs none. */
export async function writeGates(kube: Kube, changes: readonly GateChange[]): Promise<void> {
  await parallel(changes, async ({ pod, condition }) => {
    const { namespace, name, uid } = pod.metadata;
    const patch = { metadata: { uid }, status: { conditions: [condition] } };
    await orMissing(patchConditions(kube, { namespace, name }, patch));
  });
}

/** A strategic merge patch joins conditions by their type. */
function patchConditions(
  kube: Kube,
  target: { readonly namespace: string | undefined; readonly name: string },
  patch: unknown,
): Promise<unknown> {
  return mergePatch(kube, RESOURCES.Pod, { ...target, subresource: 'status' }, patch, 'strategic');
}

/** "shop/web-1: True", as it is told. */
export function gateText({ pod, condition }: GateChange): string {
  const why = condition.reason === '' ? '' : ` (${condition.reason})`;
  return `${keyOf(pod)} ${condition.status === 'True' ? 'ready for traffic' : `not ready for traffic${why}`}`;
}
