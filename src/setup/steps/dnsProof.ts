import { RESOURCES } from '../../kube/resources';
import { keyOf, type Service } from '../../kube/types';
import type { Deployment } from '../controller/deployments';
import { look, lookForAll } from '../controller/look';
import { failureOf, podsOf, troublesOf } from '../controller/pods';
import { isAutoMode, type Setup } from '../setup';
import { type Step, verdict } from '../step';

const NAMESPACE = 'kube-system';
const SERVICE = 'kube-dns';

export const clusterDns: Step = {
  id: 'cluster-dns',
  title: 'DNS of the cluster',
  why: 'The controller finds AWS by name: without CoreDNS it starts and reaches nothing.',
  phase: 'proof',
  requires: ['kubeconfig'],
  async skip(setup) {
    return (await isAutoMode(setup)) ? 'On nodes of EKS Auto Mode DNS is no Deployment.' : undefined;
  },
  async check(setup) {
    const service = await look<Service>(setup, RESOURCES.Service, NAMESPACE, SERVICE);
    const all = await lookForAll<Deployment>(setup, RESOURCES.Deployment, { namespace: NAMESPACE });
    const found = all.filter(({ metadata }) => metadata.labels?.['k8s-app'] === SERVICE);
    const ready = found.reduce((sum, { status }) => sum + (status?.readyReplicas ?? 0), 0);
    return verdict(
      [
        ...(service === undefined
          ? [`There is no Service ${NAMESPACE}/${SERVICE}: pods have no name server.`]
          : []),
        ...(found.length === 0
          ? ['There is no Deployment of CoreDNS: install the add-on coredns of EKS.']
          : ready > 0
            ? []
            : await unready(setup, found)),
      ],
      `${found.map(keyOf).join(', ')}: ready pods: ${ready}.`,
    );
  },
  plan: async () => [],
};

async function unready(setup: Setup, found: readonly Deployment[]): Promise<string[]> {
  const pods = (await Promise.all(found.map((one) => podsOf(setup, one)))).flat();
  const troubles = await Promise.all(pods.map((pod) => troublesOf(setup, pod)));
  return [
    `${found.map(keyOf).join(', ')} has no ready pod: the cluster needs a node or, on Fargate, a profile for ${NAMESPACE}.`,
    ...found.flatMap(failureOf),
    ...troubles.flat(),
  ];
}
