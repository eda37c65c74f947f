import {
  DeregisterTargetsCommand,
  RegisterTargetsCommand,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import ipaddr from 'ipaddr.js';
import type { Aws } from '../../aws/clients';
import { isGone } from '../../aws/elbv2';
import { inBatches } from '../../aws/paging';
import { outsideVpc } from '../../aws/ranges';
import type { TargetGroupBinding } from '../../kube/types';
import { sorted } from '../../model/errors';
import type { Token } from '../../model/stack';
import { type Change, type Run, showPort } from '../change';
import { forgetCheckpoint } from '../checkpoint';
import { type Target, targetText } from '../endpoints';
import { kubeOf } from './context';
import { configMapName, type Tracked, writeTracked } from './trackedTargets';

const WHAT = 'Targets';
/** lbc: defaultRegisterTargetsChunkSize; the API takes more, its answer time grows. */
const BATCH = 200;

interface Assignment {
  readonly targetGroup: Token;
  /** As people know the target group. */
  readonly name: string;
  readonly wanted: readonly Target[];
  /** Of the target group, where it is not the cluster's. */
  readonly vpcId?: string | undefined;
  /** Undefined while the target group does not exist. */
  readonly current: readonly TargetHealthDescription[] | undefined;
  /** The binding as it stands in the cluster, where what is noted of its targets has to be forgotten first. */
  readonly noted: TargetGroupBinding | undefined;
  /** What this cluster noted, where the target group serves other clusters, too. */
  readonly shared?:
    | { readonly binding: { readonly namespace: string; readonly name: string }; readonly tracked: Tracked }
    | undefined;
}

/**
 * Registers what runs and deregisters what does not; what is draining already is left alone, and so is what another
 * cluster registered.
 */
export function planTargets(assignment: Assignment): Change[] {
  const { targetGroup, name, wanted, current = [], shared, noted, vpcId } = assignment;
  const have = current.filter(({ TargetHealth }) => TargetHealth?.State !== 'draining').map(targetOf);
  const register = without(wanted, have);
  const deregister = without(have, wanted).filter((one) => isOwn(one, shared));
  const note = noteFor(shared, wanted);
  if (register.length + deregister.length === 0) return note === undefined ? [] : [note];
  return [
    {
      ...{ kind: 'update', what: WHAT, name },
      fields: [
        ...register.map((one) => ({ path: 'register', after: textOf(one) })),
        ...deregister.map((one) => ({ path: 'deregister', before: textOf(one) })),
      ],
      async apply(run) {
        const arn = run.outputs.need(targetGroup);
        if (noted !== undefined) await forgetCheckpoint(kubeOf(run), noted);
        await deregisterTargets(run.aws, arn, deregister);
        await note?.apply(run);
        await registerTargets(run.aws, arn, await placed(run, vpcId, register));
      },
    },
  ];
}

/** Addresses outside the VPC (of hybrid nodes, of an overlay network) must say so, or ELB refuses them. lbc:pkg/targetgroupbinding/resource_manager.go generateOverrideAzFn */
async function placed(
  { aws, settings }: Run,
  vpcId: string | undefined,
  targets: readonly Target[],
): Promise<Target[]> {
  const addresses = targets.map(({ id }) => id).filter((id) => ipaddr.isValid(id));
  const outside = await outsideVpc(aws, vpcId ?? settings.vpcId, addresses);
  return targets.map((one) => (outside.has(one.id) ? { ...one, zone: 'all' } : one));
}

/** A target as AWS tells it. */
export function targetOf({ Target: one }: TargetHealthDescription): Target {
  const { Id: id = '', Port: port = 0, QuicServerId: serverId, AvailabilityZone } = one ?? {};
  return {
    ...{ id, port },
    ...(serverId === undefined ? {} : { serverId }),
    ...(AvailabilityZone === 'all' ? { zone: AvailabilityZone } : {}),
  };
}

/** Before this cluster noted any, none counts as its own. */
function isOwn(target: Target, shared: Assignment['shared']): boolean {
  return shared === undefined || shared.tracked?.has(targetText(target)) === true;
}

/** The change of the note of own targets, where it differs from what is wanted. */
function noteFor(shared: Assignment['shared'], wanted: readonly Target[]): Change | undefined {
  if (shared === undefined) return undefined;
  const { binding, tracked } = shared;
  const before = tracked && sorted(tracked);
  if (before?.join() === sorted(wanted.map(targetText)).join()) return undefined;
  return {
    ...{ kind: tracked === undefined ? 'create' : 'update', what: 'ConfigMap' },
    name: `${binding.namespace}/${configMapName(binding)}`,
    fields: [{ path: 'targets', before, after: wanted.map(textOf).sort() }],
    apply: (run) => writeTracked(kubeOf(run), binding, wanted),
  };
}

function textOf({ id, port }: Target): string {
  return `${id}:${showPort(port)}`;
}

function without(all: readonly Target[], other: readonly Target[]): Target[] {
  const keys = new Set(other.map(targetText));
  return all.filter((one) => !keys.has(targetText(one)));
}

function sdkTargets(targets: readonly Target[]) {
  return targets.map(({ id, port, serverId, zone }) => ({
    ...{ Id: id, Port: port, QuicServerId: serverId },
    ...(zone === undefined ? {} : { AvailabilityZone: zone }),
  }));
}

export async function registerTargets(
  aws: Aws,
  TargetGroupArn: string,
  targets: readonly Target[],
): Promise<void> {
  await inBatches(targets, BATCH, async (batch) => {
    await aws.elbv2.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: sdkTargets(batch) }));
    return [];
  });
}

/** A target group that is gone has no targets. */
export async function deregisterTargets(
  aws: Aws,
  TargetGroupArn: string,
  targets: readonly Target[],
): Promise<void> {
  try {
    await inBatches(targets, BATCH, async (batch) => {
      await aws.elbv2.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets: sdkTargets(batch) }));
      return [];
    });
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}
