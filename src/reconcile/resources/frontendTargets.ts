/** The Application Load Balancer as the target of the Network Load Balancer in front of it. */
import type { TargetGroup, TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Tagged } from '../../aws/elbv2';
import { awsCode } from '../../aws/errors';
import { FRONTEND_NLB, type FrontendTarget } from '../../model/stack';
import { type Change, showToken } from '../change';
import type { Target } from '../endpoints';
import type { StackContext } from './context';
import { retryWhile } from './retry';
import { deregisterTargets, registerTargets, targetOf } from './targets';

const WHAT = 'Targets';

/** Targets of target groups by ARN, as far as they were asked for. */
type Health = ReadonlyMap<string, readonly TargetHealthDescription[]>;

/**
 * Registers the Application Load Balancer with the target groups of its front-end NLB, and takes it out of those that
 * go: AWS deletes no load balancer that is a target. Source: lbc:pkg/deploy/elbv2/frontend_nlb_target_synthesizer.go.
 */
export function planFrontendTargets(
  context: StackContext,
  surplus: readonly Tagged<TargetGroup>[],
  health: Health,
): { surplus: Change[]; changes: Change[] } {
  const { TargetGroups: table = {} } = context.stack.resources[FRONTEND_NLB]?.FrontendNLBTargetGroup ?? {};
  const wanted = Object.values(table);
  // A load balancer that is replaced has to leave the target groups that stay, too; the one that serves stays in.
  const stale = wanted.flatMap((target) => {
    const arn = context.outputs.find(target.ARN) ?? '';
    const balancer = context.outputs.find(target.TargetARN);
    return takeOut(
      arn,
      target.Name,
      targetsOf(health, arn).filter(({ id }) => id !== balancer),
    );
  });
  const leaving = surplus.filter(({ value }) => isFrontend(value));
  return {
    surplus: [
      ...stale,
      ...leaving.flatMap(({ value: { TargetGroupArn = '', TargetGroupName = '' } }) =>
        takeOut(TargetGroupArn, TargetGroupName, targetsOf(health, TargetGroupArn)),
      ),
    ],
    changes: wanted
      .filter((target) => !isServed(context, target, health))
      .map((target) => register(context, target)),
  };
}

/** Its only target is a load balancer. */
export function isFrontend({ TargetType }: TargetGroup): boolean {
  return TargetType === 'alb';
}

/** Whether the load balancer is a target already; as the controller does, another port of it counts. */
function isServed({ outputs }: StackContext, target: FrontendTarget, health: Health): boolean {
  const balancer = outputs.find(target.TargetARN);
  return targetsOf(health, outputs.find(target.ARN) ?? '').some(({ id }) => id === balancer);
}

/** Those that are not on their way out. */
function targetsOf(health: Health, arn: string): Target[] {
  const described = health.get(arn) ?? [];
  return described.filter(({ TargetHealth }) => TargetHealth?.State !== 'draining').map(targetOf);
}

function takeOut(arn: string, name: string, targets: readonly Target[]): Change[] {
  if (targets.length === 0) return [];
  const fields = targets.map(({ id, port }) => ({ path: 'deregister', before: `${id}:${port}` }));
  const apply: Change['apply'] = ({ aws }) => deregisterTargets(aws, arn, targets);
  return [{ kind: 'update', what: WHAT, name, arn, fields, apply }];
}

function register({ outputs }: StackContext, target: FrontendTarget): Change {
  const { Name: name, ARN: arn, TargetARN: balancer, TargetPort: port } = target;
  return {
    ...{ kind: 'update', what: WHAT, name },
    fields: [{ path: 'register', after: `${showToken(balancer, outputs)}:${port}` }],
    async apply(run) {
      const own = { id: run.outputs.need(balancer), port };
      await retryWhile(run.signal, isNotReady, () => registerTargets(run.aws, run.outputs.need(arn), [own]));
    },
  };
}

/** A load balancer that is being made cannot be a target for some seconds (API RegisterTargets InvalidTarget). */
function isNotReady(error: unknown): boolean {
  return awsCode(error) === 'InvalidTarget';
}
