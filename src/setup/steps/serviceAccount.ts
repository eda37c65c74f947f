import { RESOURCES } from '../../kube/resources';
import type { KubeObject } from '../../kube/types';
import { type Action, applyAction, deleteAction } from '../action';
import { namespaceNamed } from '../applications/parts';
import { skipInAutoMode } from '../controller/autoMode';
import { glance, look } from '../controller/look';
import { KINDS, LABELS, MANAGER, MANAGER_LABEL, ROLE_ANNOTATION } from '../controller/names';
import { iamArn, roleName, type Setup } from '../setup';
import { type Check, isFalse, type Step, verdict } from '../step';

const EKSCTL = 'eksctl';

/** Under whose name the controller's pods run, and which role that stands for. */
export const serviceAccount: Step = {
  id: 'service-account',
  title: 'Service account of the controller',
  why: 'The pods get AWS credentials by it: without it they have none, or those of the node.',
  phase: 'controller',
  requires: ['kubeconfig', 'iam-role'],
  skip: skipInAutoMode,
  async check(setup) {
    const { choices } = setup;
    const found = await look(setup, KINDS.ServiceAccount, choices.namespace, choices.serviceAccount);
    if (found === undefined) return isFalse(`There is no service account ${fullName(setup)}.`);
    return choices.identity === 'irsa' ? checkRole(setup, found) : checkNoRole(setup, found);
  },
  async plan(setup) {
    const { namespace, serviceAccount: name, identity, serviceAccountBy } = setup.choices;
    if (identity === 'irsa' && serviceAccountBy === EKSCTL) return [await byEksctl(setup)];
    const found = await glance(setup, KINDS.ServiceAccount, namespace, name);
    if (identity === 'irsa') {
      const objects = [...(await namespaceFirst(setup)), await accountOf(setup, await roleArn(setup))];
      return [
        applyAction(`Make the service account ${fullName(setup)} with the role of the controller`, objects),
      ];
    }
    const had = found?.metadata.annotations?.[ROLE_ANNOTATION];
    const bare = await accountOf(setup);
    if (had === undefined) {
      const objects = [...(await namespaceFirst(setup)), bare];
      return [applyAction(`Make the service account ${fullName(setup)}`, objects)];
    }
    // Somebody else wrote the annotation. Applied with another value it becomes ours; applied without it, it goes.
    return [
      applyAction(
        `Take the annotation ${ROLE_ANNOTATION} from the service account ${fullName(setup)}`,
        [await accountOf(setup, ''), bare],
        { loses: `the annotation ${ROLE_ANNOTATION}: ${had}` },
      ),
    ];
  },
  undo: undoAccount,
};

/** The service account is the first that the setup makes in the namespace of the controller. */
async function namespaceFirst(setup: Setup): Promise<KubeObject[]> {
  const { namespace } = setup.choices;
  // Every cluster has this one.
  if (namespace === 'kube-system') return [];
  const found = await glance(setup, RESOURCES.Namespace, undefined, namespace);
  return found === undefined ? [namespaceNamed(namespace)] : [];
}

async function checkRole(setup: Setup, { metadata }: KubeObject): Promise<Check> {
  const wanted = await roleArn(setup);
  const has = metadata.annotations?.[ROLE_ANNOTATION];
  if (has === wanted) return verdict([], `${fullName(setup)} stands for ${wanted}.`);
  const said =
    has === undefined
      ? `${fullName(setup)} has no annotation ${ROLE_ANNOTATION}: its pods get no web identity.`
      : `${fullName(setup)} stands for ${has}, not for the role of this setup.`;
  return isFalse(said, `It should have ${ROLE_ANNOTATION}: ${wanted}.`);
}

function checkNoRole(setup: Setup, { metadata }: KubeObject): Check {
  const has = metadata.annotations?.[ROLE_ANNOTATION];
  if (has === undefined) return verdict([], `${fullName(setup)} exists; EKS Pod Identity gives it its role.`);
  return isFalse(
    `${fullName(setup)} has the annotation ${ROLE_ANNOTATION}: ${has}. It beats EKS Pod Identity: the pods take that role by web identity.`,
    'Remove the annotation, or choose identity `irsa`.',
  );
}

async function undoAccount(setup: Setup): Promise<readonly Action[]> {
  const { namespace, serviceAccount: name } = setup.choices;
  const found = await glance(setup, KINDS.ServiceAccount, namespace, name);
  const manager = found?.metadata.labels?.[MANAGER_LABEL];
  if (manager === EKSCTL) return [eksctlDelete(setup)];
  // One that somebody else made may serve others, too.
  if (found === undefined || manager !== MANAGER) return [];
  const bare = await accountOf(setup);
  return [
    deleteAction(`Delete the service account ${fullName(setup)}`, bare, `service account ${fullName(setup)}`),
  ];
}

const fullName = ({ choices }: Setup) => `${choices.namespace}/${choices.serviceAccount}`;

const roleArn = (setup: Setup) => iamArn(setup, 'role', roleName(setup));

async function accountOf({ choices }: Setup, role?: string): Promise<KubeObject> {
  const annotations = role === undefined ? {} : { annotations: { [ROLE_ANNOTATION]: role } };
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { namespace: choices.namespace, name: choices.serviceAccount, labels: LABELS, ...annotations },
  };
}

/** https://eksctl.io/usage/iamserviceaccounts: role and service account in one; the region comes from where it is run. */
async function byEksctl(setup: Setup): Promise<Action> {
  const policy = await iamArn(setup, 'policy', setup.choices.policyName);
  return {
    kind: 'tool',
    text: `Make role and service account ${fullName(setup)} with eksctl`,
    argv: [
      ...([EKSCTL, 'create', 'iamserviceaccount', ...whichAccount(setup)] as const),
      ...['--attach-policy-arn', policy, '--role-name', roleName(setup)],
      ...['--override-existing-serviceaccounts', '--approve'],
    ],
    long: true,
  };
}

function eksctlDelete(setup: Setup): Action {
  return {
    kind: 'tool',
    text: `Delete role and service account ${fullName(setup)} with eksctl`,
    argv: [EKSCTL, 'delete', 'iamserviceaccount', ...whichAccount(setup), '--wait'],
    loses: `service account ${fullName(setup)} and its IAM role`,
    long: true,
  };
}

function whichAccount({ clusterName, choices }: Setup): string[] {
  const { namespace, serviceAccount: name } = choices;
  return ['--cluster', clusterName, '--namespace', namespace, '--name', name];
}
