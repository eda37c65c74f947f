import { KubeError } from '../../kube/client';
import { pathOf, RESOURCES } from '../../kube/resources';
import type { Ingress } from '../../kube/types';
import { kubeOf, type Setup } from '../setup';
import { isFalse, isTrue, type Step } from '../step';

const NAMESPACE = 'default';

export const admissionProof: Step = {
  id: 'admission',
  title: 'An Ingress is accepted',
  why: 'Everything between the API server and the controller has to work for that: network, certificate, class.',
  phase: 'proof',
  requires: ['ingress-class', 'webhook'],
  patience: 60_000,
  async check(setup) {
    const kube = await kubeOf(setup);
    const path = pathOf(RESOURCES.Ingress, NAMESPACE);
    try {
      await kube.call({ method: 'POST', path, query: { dryRun: 'All' }, body: attempt(setup) });
      return isTrue(
        `The API server accepts an Ingress of the class ${setup.choices.className} (tried without storing it).`,
      );
    } catch (error) {
      if (!(error instanceof KubeError) || isForbidden(error)) throw error;
      return isFalse(error.message, ...explained(error.message));
    }
  },
  plan: async () => [],
};

/** Not allowed to try; a webhook that refuses answers 403, too. */
function isForbidden({ status, message }: KubeError): boolean {
  return status === 403 && !message.includes('admission webhook');
}

function attempt({ choices }: Setup): Ingress {
  const backend = { service: { name: 'nobody', port: { number: 80 } } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { namespace: NAMESPACE, name: 'ekslb-admission-check' },
    spec: {
      ingressClassName: choices.className,
      rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    },
  };
}

/** What the API server says when a webhook fails (k8s.io/apiserver: pkg/admission/plugin/webhook), and what is behind it. */
const CAUSES: readonly { readonly says: RegExp; readonly means: string }[] = [
  {
    says: /no endpoints available/,
    means: 'No pod of the controller is ready: see the step controller-ready.',
  },
  {
    says: /service "[^"]*" not found/,
    means:
      'The Service of the webhooks is not there, but their configuration is: install the controller again, or delete the configurations of its webhooks.',
  },
  {
    says: /x509/,
    means:
      'The certificate of the controller is not signed by the authority that the webhook configuration names: see the step webhook.',
  },
  {
    says: /could not find the requested resource/,
    means:
      'Something else answers in place of the controller, or it is too old for the webhook: compare the selector of the Service aws-load-balancer-webhook-service with its pods.',
  },
  {
    says: /timeout|deadline exceeded|context canceled|i\/o|connection refused|no route to host/i,
    means:
      'The control plane does not reach the pods: the security group of the nodes has to admit TCP 9443 from the security group of the cluster.',
  },
  {
    says: /not found|invalid ingress class/,
    means: 'The class or what it names is not there: see the step ingress-class.',
  },
];

export function explained(message: string): string[] {
  return CAUSES.flatMap(({ says, means }) => (says.test(message) ? [means] : [])).slice(0, 1);
}
