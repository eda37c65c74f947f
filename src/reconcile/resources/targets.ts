import {
  DeregisterTargetsCommand,
  RegisterTargetsCommand,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Aws } from '../../aws/clients';
import { isGone } from '../../aws/elbv2';
import { inBatches } from '../../aws/paging';
import type { Token } from '../../model/stack';
import { type Change, showPort } from '../change';
import type { Target } from '../endpoints';

const WHAT = 'Targets';
/** lbc: defaultRegisterTargetsChunkSize; the API takes more, its answer time grows. */
const BATCH = 200;

interface Assignment {
  readonly targetGroup: Token;
  /** As people know the target group. */
  readonly name: string;
  readonly wanted: readonly Target[];
  /** Undefined while the target group does not exist. */
  readonly current: readonly TargetHealthDescription[] | undefined;
}

/** Registers what runs and deregisters what does not; what is draining already is left alone. */
export function planTargets({ targetGroup, name, wanted, current = [] }: Assignment): Change[] {
  const have = current
    .filter(({ TargetHealth }) => TargetHealth?.State !== 'draining')
    .map(({ Target: target }) => ({ id: target?.Id ?? '', port: target?.Port ?? 0 }));
  const register = without(wanted, have);
  const deregister = without(have, wanted);
  if (register.length + deregister.length === 0) return [];
  return [
    {
      ...{ kind: 'update', what: WHAT, name },
      fields: [
        ...register.map((one) => ({ path: 'register', after: textOf(one) })),
        ...deregister.map((one) => ({ path: 'deregister', before: textOf(one) })),
      ],
      async apply({ aws, outputs }) {
        const arn = outputs.need(targetGroup);
        await deregisterTargets(aws, arn, deregister);
        await registerTargets(aws, arn, register);
      },
    },
  ];
}

function textOf({ id, port }: Target): string {
  return `${id}:${showPort(port)}`;
}

function without(all: readonly Target[], other: readonly Target[]): Target[] {
  const keys = new Set(other.map(textOf));
  return all.filter((one) => !keys.has(textOf(one)));
}

function sdkTargets(targets: readonly Target[]) {
  return targets.map(({ id, port }) => ({ Id: id, Port: port }));
}

async function registerTargets(aws: Aws, TargetGroupArn: string, targets: readonly Target[]): Promise<void> {
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
