import { allPages } from '../../aws/paging';
import { UserError } from '../../errors';
import { awsAction } from '../action';
import { callAws, callIfThere } from '../awsCall';
import { skipInAutoMode } from '../controller/autoMode';
import {
  associationCheck,
  associationPlan,
  associationUndo,
  type WantedAssociation,
} from '../iam/associations';
import { EXTERNAL_DNS } from '../identity';
import { clusterTags, isOurs, tagMap } from '../ownTags';
import { eksCluster, roleName, type Setup } from '../setup';
import { cannotTell, isFalse, isTrue, type Step } from '../step';

const AGENT = 'eks-pod-identity-agent';

async function skip(setup: Setup): Promise<string | undefined> {
  if (setup.choices.identity !== 'pod-identity') return 'The service account gets its role by IRSA.';
  return skipInAutoMode(setup);
}

function readAgent(setup: Setup) {
  return setup.once('pod identity agent', async () => {
    if ((await eksCluster(setup)) === undefined) return undefined;
    const input = { clusterName: setup.clusterName, addonName: AGENT };
    return (await callIfThere(setup.aws, 'eks', 'DescribeAddon', input))?.addon;
  });
}

export const podIdentityAgentStep: Step = {
  id: 'pod-identity-agent',
  title: 'Agent of EKS Pod Identity',
  why: 'On every node it hands the credentials of roles to Pods.',
  phase: 'permissions',
  requires: ['cluster'],
  patience: 5 * 60_000,
  skip,
  async check(setup) {
    const addon = await readAgent(setup);
    if (addon === undefined) return isFalse(`The cluster does not have the add-on ${AGENT}.`);
    const { status = '', addonVersion = '', health } = addon;
    const told = `The add-on ${AGENT} ${addonVersion} is ${status}.`;
    const issues = (health?.issues ?? []).map(({ code = '', message = '' }) => `${code}: ${message}`);
    if (status === 'ACTIVE') return isTrue(told, ...issues);
    // EKS is at work on it by itself.
    if (status === 'CREATING' || status === 'UPDATING')
      return cannotTell(told, 'Look again in some minutes.');
    return isFalse(told, ...issues, `Mend or delete it: \`aws eks describe-addon\` tells more.`);
  },
  async plan(setup) {
    if ((await readAgent(setup)) !== undefined) return [];
    const input = { clusterName: setup.clusterName, addonName: AGENT, tags: tagMap(clusterTags(setup)) };
    return [awsAction(`Install the add-on ${AGENT}`, 'eks', 'CreateAddon', input)];
  },
  async undo(setup) {
    const addon = await readAgent(setup);
    if (addon === undefined || !isOurs(addon.tags)) return [];
    const others = await associationsOfOthers(setup);
    if (others.length > 0) {
      const users = others.join(', ');
      throw new UserError('setup-kept', `The add-on ${AGENT} stays: ${users} get their roles by it.`);
    }
    const input = { clusterName: setup.clusterName, addonName: AGENT };
    return [
      awsAction(`Delete the add-on ${AGENT}`, 'eks', 'DeleteAddon', input, {
        loses: addon.addonArn ?? AGENT,
      }),
    ];
  },
};

/** Service accounts that setup has nothing to do with. */
async function associationsOfOthers({ aws, clusterName, choices }: Setup): Promise<string[]> {
  const all = await allPages(async (nextToken) => {
    const page = await callAws(aws, 'eks', 'ListPodIdentityAssociations', { clusterName, nextToken });
    return { items: page.associations, next: page.nextToken };
  });
  const own = [`${choices.namespace}/${choices.serviceAccount}`, `${EXTERNAL_DNS}/${EXTERNAL_DNS}`];
  return all
    .map(({ namespace = '', serviceAccount = '' }) => `${namespace}/${serviceAccount}`)
    .filter((name) => !own.includes(name));
}

function wantedOf(setup: Setup): WantedAssociation {
  const { namespace, serviceAccount } = setup.choices;
  return { namespace, serviceAccount, roleName: roleName(setup) };
}

export const podIdentityAssociationStep: Step = {
  id: 'pod-identity-association',
  title: 'EKS Pod Identity association of the controller',
  why: 'It gives the role to the service account of the controller; without it the controller has no credentials.',
  phase: 'permissions',
  requires: ['cluster', 'pod-identity-agent', 'iam-role'],
  skip,
  check: async (setup) => associationCheck(setup, wantedOf(setup)),
  plan: async (setup) => associationPlan(setup, wantedOf(setup)),
  undo: async (setup) => associationUndo(setup, wantedOf(setup)),
};
