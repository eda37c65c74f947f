import { PREFIX } from '../../annotations/read';
import { mergePatch } from '../../kube/client';
import { RESOURCES } from '../../kube/resources';
import type { Change } from '../change';
import type { StackOwner } from '../owner';
import { kubeOf } from './context';

/**
 * A plan that a controller in dry-run mode left on an Ingress is out of date once somebody reconciles: it goes, as with
 * the controller (lbc:controllers/ingress/dryrun.go).
 */
export function planDryRunPlans({ kind, members }: StackOwner): Change[] {
  if (kind !== 'ingress') return [];
  const key = `${PREFIX}/dry-run-plan`;
  const holders = members.filter(({ object }) => object.metadata.annotations?.[key] !== undefined);
  return holders.map(({ key: name, object }) => ({
    ...{ kind: 'update', what: 'Ingress', name },
    fields: [{ path: 'annotation dry-run-plan', before: '(an old plan)' }],
    async apply(run) {
      await mergePatch(kubeOf(run), RESOURCES.Ingress, object.metadata, {
        metadata: { annotations: { [key]: null } },
      });
    },
  }));
}
