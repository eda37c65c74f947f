import { PREFIX } from '../../annotations/read';
import { parallel } from '../../aws/paging';
import { type Kube, mergePatch } from '../../kube/client';
import { RESOURCES } from '../../kube/resources';
import type { StackOwner } from '../owner';

const KEY = `${PREFIX}/dry-run-plan`;

/**
 * A plan that a controller in dry-run mode left on an Ingress is out of date once somebody reconciles: it goes with the
 * next run, as with the controller (lbc:controllers/ingress/dryrun.go). It is no change of a load balancer.
 */
export async function clearDryRunPlans(kube: Kube, { kind, members }: StackOwner): Promise<void> {
  if (kind !== 'ingress') return;
  const holders = members.filter(({ object }) => object.metadata.annotations?.[KEY] !== undefined);
  await parallel(holders, ({ object }) =>
    mergePatch(kube, RESOURCES.Ingress, object.metadata, { metadata: { annotations: { [KEY]: null } } }),
  );
}
