/**
 * What the controller notes on a TargetGroupBinding when its targets and the rules of their security groups are as
 * they should be: a hash of the endpoints and of the binding. As long as it holds, AWS need not be asked. Whoever
 * changes targets forgets it first. Source: lbc:pkg/targetgroupbinding/utils.go.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { type Kube, mergePatch, orMissing } from '../kube/client';
import { RESOURCES } from '../kube/resources';
import type { ClusterSnapshot } from '../kube/snapshot';
import type { LabelSelector, TargetGroupBinding } from '../kube/types';
import { type Endpoints, endpointsOf } from './endpoints';

const CHECKPOINT = 'elbv2.k8s.aws/checkpoint';
const TIMESTAMP = 'elbv2.k8s.aws/checkpoint-timestamp';
/** After half an hour the controller looks again, whatever is noted (lbc: defaultDelayedReconcileTime). */
const TRUSTED_MS = 30 * 60_000;

/** Whether what is noted is believed, or everything is asked of AWS. */
export type Trust = 'checkpoints' | 'nothing';

type Spec = TargetGroupBinding['spec'];

/** The hash over the endpoints with the times at which they were made, and over the binding as Go prints it. */
export function checkpointOf({ marks }: Pick<Endpoints, 'marks'>, spec: Spec): string {
  return `${digest([...marks].sort().join(','))}/${digest(goJson(spec))}`;
}

function digest(text: string): string {
  return Buffer.from(sha256(new TextEncoder().encode(text))).toString('base64url');
}

/** Go's encoding/json of a TargetGroupBindingSpec: its own order of fields, without those that are empty. */
function goJson(spec: Spec): string {
  const { targetGroupARN, targetGroupName, multiClusterTargetGroup, targetType, targetGroupProtocol } = spec;
  const { serviceRef, networking, nodeSelector, ipAddressType, vpcID } = spec;
  return JSON.stringify({
    targetGroupARN: targetGroupARN || undefined,
    targetGroupName: targetGroupName || undefined,
    multiClusterTargetGroup: multiClusterTargetGroup || undefined,
    ...{ targetType, targetGroupProtocol },
    serviceRef: { name: serviceRef.name, port: serviceRef.port },
    networking: networking && { ingress: networking.ingress?.map(goRule) },
    nodeSelector: nodeSelector && goSelector(nodeSelector),
    ...{ ipAddressType, vpcID: vpcID || undefined },
    iamRoleArnToAssume: spec.iamRoleArnToAssume || undefined,
    assumeRoleExternalId: spec.assumeRoleExternalId || undefined,
  });
}

type Rule = NonNullable<Spec['networking']>['ingress'][number];

function goRule({ from, ports }: Rule) {
  return {
    from: from?.map(({ ipBlock, securityGroup }) => ({ ipBlock, securityGroup })) ?? null,
    ports: ports?.map(({ protocol, port }) => ({ protocol, port })) ?? null,
  };
}

function goSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector) {
  const labels = Object.keys(matchLabels).sort();
  return {
    matchLabels:
      labels.length === 0 ? undefined : Object.fromEntries(labels.map((key) => [key, matchLabels[key]])),
    matchExpressions: matchExpressions.length === 0 ? undefined : matchExpressions,
  };
}

/** Whether what is noted still holds, and was noted not long ago. */
export function holdsCheckpoint(
  { metadata, spec }: TargetGroupBinding,
  cluster: ClusterSnapshot,
  now = Date.now(),
): boolean {
  const noted = notedCheckpoint({ metadata }, now);
  if (noted === undefined || metadata.deletionTimestamp !== undefined) return false;
  return noted === checkpointOf(endpointsOf(cluster, metadata.namespace ?? 'default', spec), spec);
}

/** What is noted, if that is not too long ago. */
export function notedCheckpoint(
  { metadata }: Pick<TargetGroupBinding, 'metadata'>,
  now = Date.now(),
): string | undefined {
  const { [CHECKPOINT]: noted, [TIMESTAMP]: at } = metadata.annotations ?? {};
  return noted && now - Number(at) * 1000 < TRUSTED_MS ? noted : undefined;
}

/** Notes that the targets are as `checkpoint` says. */
export async function saveCheckpoint(
  kube: Kube,
  { metadata }: Pick<TargetGroupBinding, 'metadata'>,
  checkpoint: string,
  now = Date.now(),
): Promise<void> {
  const annotations = { [CHECKPOINT]: checkpoint, [TIMESTAMP]: String(Math.floor(now / 1000)) };
  await orMissing(mergePatch(kube, RESOURCES.TargetGroupBinding, metadata, { metadata: { annotations } }));
}

/** Forgets what was noted, where anything was: if the run that changes targets ends early, the next one looks again. */
export async function forgetCheckpoint(kube: Kube, binding: TargetGroupBinding): Promise<void> {
  if (binding.metadata.annotations?.[CHECKPOINT]) await saveCheckpoint(kube, binding, '');
}
