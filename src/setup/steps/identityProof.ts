import { keyOf } from '../../kube/types';
import { skipInAutoMode } from '../controller/autoMode';
import type { Deployment, PodSpec } from '../controller/deployments';
import { CONTROLLER } from '../controller/names';
import { type ControllerPod, livePodsOf } from '../controller/pods';
import { iamArn, roleName, type Setup } from '../setup';
import { type Check, cannotTell, isFalse, type Step, verdict } from '../step';
import { NONE, ownController } from './controllerReady';

/** Set by the admission webhook of EKS when a pod is made (github.com/aws/amazon-eks-pod-identity-webhook). */
const ROLE = 'AWS_ROLE_ARN';
const TOKEN = 'AWS_WEB_IDENTITY_TOKEN_FILE';
const POD_IDENTITY = 'AWS_CONTAINER_CREDENTIALS_FULL_URI';

export const identityProof: Step = {
  id: 'controller-identity',
  title: 'Controller has its role',
  why: 'Pods keep the credentials with which they were made: a role that was set up later is theirs after a restart.',
  phase: 'proof',
  requires: ['controller', 'controller-ready'],
  skip: skipInAutoMode,
  async check(setup) {
    const own = await ownController(setup);
    if (own === undefined) return isFalse(NONE);
    const account = accountProblem(setup, own);
    if (account.length > 0) return isFalse(...account);
    const pods = await livePodsOf(setup, own);
    if (pods.length === 0) return cannotTell('There is no pod of the controller to look at.');
    const problems = (await Promise.all(pods.map((pod) => problemsOf(setup, pod)))).flat();
    return told(setup, problems, pods.length);
  },
  // Pods get it when they are made: restarting them is up to the person, who sees what else they do.
  plan: async () => [],
};

function told({ choices }: Setup, problems: readonly string[], count: number): Check {
  const restart = `Restart the pods: kubectl --namespace ${choices.namespace} rollout restart deployment ${CONTROLLER}`;
  return verdict(
    problems.length === 0 ? [] : [...problems, restart],
    `All its pods (${count}) run as ${choices.serviceAccount} and have ${choices.identity === 'irsa' ? 'the role of the service account' : 'EKS Pod Identity'}.`,
  );
}

function accountProblem({ choices }: Setup, own: Deployment): string[] {
  const name = own.spec?.template?.spec?.serviceAccountName ?? 'default';
  if (name === choices.serviceAccount) return [];
  return [`The pods of ${keyOf(own)} run as the service account ${name}, not ${choices.serviceAccount}.`];
}

async function problemsOf(setup: Setup, { metadata: { name }, spec }: ControllerPod): Promise<string[]> {
  const role = variable(spec, ROLE);
  if (setup.choices.identity === 'irsa') {
    const wanted = await iamArn(setup, 'role', roleName(setup));
    if (role === undefined || variable(spec, TOKEN) === undefined) {
      return [
        `Pod ${name} has no ${ROLE} or no ${TOKEN}: it was made before the service account had its role, and uses that of its node, if any.`,
      ];
    }
    return role === wanted ? [] : [`Pod ${name} takes on ${role}, not ${wanted}.`];
  }
  if (variable(spec, POD_IDENTITY) === undefined) {
    return [
      `Pod ${name} has no ${POD_IDENTITY}: it was made before the association, and uses the role of its node, if any.`,
    ];
  }
  return role === undefined ? [] : [`Pod ${name} has ${ROLE}, too, which beats EKS Pod Identity: ${role}.`];
}

function variable(spec: PodSpec | undefined, name: string): string | undefined {
  const all = (spec?.containers ?? []).flatMap(({ env = [] }) => env);
  return all.find((one) => one.name === name)?.value;
}
