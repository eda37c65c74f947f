import type { Kube } from '../../sandbox/kube';
import type { AwsCalls } from './awsCalls';
import type { Recorded } from './case';
import { type NameOf, replayIds } from './replayIds';
import { replayLoadBalancers, replayProtections } from './replayLoadBalancers';
import { replayObjects } from './replayObjects';
import { replaySecurityGroups } from './replaySecurityGroups';
import { replayTargetGroups, replayTargets } from './replayTargetGroups';

/** Where a recorded state is made anew. */
export interface ReplayWorld {
  readonly aws: AwsCalls;
  readonly kube: Kube;
  readonly vpcId: string;
  /** Placeholders of the world. */
  readonly ids: Readonly<Record<string, string>>;
}

/**
 * Makes in AWS and in the cluster what the controller left behind, as if it had just worked here. The cluster holds
 * the objects of the step already.
 *
 * @returns all placeholders of the recording with what stands for them here
 */
export async function replay(
  { aws, kube, vpcId, ids: worldIds }: ReplayWorld,
  { state, objects }: Pick<Recorded, 'state' | 'objects'>,
  nameOf: NameOf,
): Promise<Readonly<Record<string, string>>> {
  const ids = replayIds(worldIds);
  await replaySecurityGroups(aws, vpcId, state.securityGroups, ids, nameOf);
  await replayTargetGroups(aws, vpcId, state.targetGroups, ids, nameOf);
  await replayLoadBalancers(aws, state.loadBalancers, ids, nameOf);
  await replayTargets(aws, state.targetGroups, ids);
  await replayProtections(aws, state, ids);
  await replayObjects(kube, objects, ids);
  return ids.all();
}
