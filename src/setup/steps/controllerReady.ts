import { keyOf } from '../../kube/types';
import { waitAction } from '../action';
import { skipInAutoMode } from '../controller/autoMode';
import { chosen, controllersIn, controllersSoFar, type Deployment } from '../controller/deployments';
import { CONTROLLER } from '../controller/names';
import { failureOf, podsOf, troublesOf } from '../controller/pods';
import type { Setup } from '../setup';
import { isFalse, isTrue, type Step } from '../step';

/** The Deployment that the other proofs look at. */
export async function ownController(setup: Setup): Promise<Deployment | undefined> {
  return chosen(setup, await controllersIn(setup));
}

export const NONE = 'There is no AWS Load Balancer Controller in the cluster.';

export const controllerReady: Step = {
  id: 'controller-ready',
  title: 'Controller runs',
  why: 'Until a pod is ready nothing is built, and Ingresses cannot even be written.',
  phase: 'proof',
  requires: ['controller'],
  patience: 180_000,
  skip: skipInAutoMode,
  async check(setup) {
    const own = await ownController(setup);
    if (own === undefined) return isFalse(NONE);
    const wanted = own.spec?.replicas ?? 1;
    const { readyReplicas = 0, updatedReplicas = 0 } = own.status ?? {};
    const said = `${keyOf(own)}: ${readyReplicas} of ${wanted} pods are ready, ${updatedReplicas} as the Deployment is now.`;
    const enough = wanted > 0 && readyReplicas >= wanted && updatedReplicas >= wanted;
    if (enough && isObserved(own)) return isTrue(said);
    return isFalse(said, ...(await reasons(setup, own, wanted)));
  },
  async plan(setup) {
    const own = chosen(setup, await controllersSoFar(setup));
    // What keeps pods from running is told by the evidence; time is all that can be given.
    if (own?.spec?.replicas === 0) return [];
    const where = ['--namespace', setup.choices.namespace, '--timeout=180s'];
    return [
      waitAction('Wait until the pods of the controller are ready', [
        ...(['kubectl', 'rollout', 'status', `deployment/${CONTROLLER}`] as const),
        ...where,
      ]),
    ];
  },
};

/** Right after a change the status still tells of what was before (kubectl:pkg/polymorphichelpers/rollout_status.go). */
function isObserved({ metadata: { generation = 0 }, status }: Deployment): boolean {
  return (status?.observedGeneration ?? 0) >= generation;
}

async function reasons(setup: Setup, own: Deployment, wanted: number): Promise<string[]> {
  const { namespace } = setup.choices;
  if (wanted === 0) {
    return [
      `It is scaled to 0. Start it: kubectl --namespace ${namespace} scale deployment ${CONTROLLER} --replicas 2`,
    ];
  }
  const pods = await podsOf(setup, own);
  const troubles = (await Promise.all(pods.map((pod) => troublesOf(setup, pod)))).flat();
  const none = pods.length === 0 ? ['There are no pods of it.'] : [];
  const unseen = isObserved(own) ? [] : ['Kubernetes has not taken notice of its last change yet.'];
  return [...unseen, ...failureOf(own), ...none, ...troubles];
}
