import { skipInAutoMode } from '../controller/autoMode';
import { type Drift, driftOf, faultText, moreText } from '../iam/drift';
import { policyDrift, policyPlace, policyPlan, policyUndo, readPolicy } from '../iam/policies';
import { documentsOf, isOwnRole, readRole } from '../iam/roles';
import { controllerPolicy } from '../identity';
import { iamArn, roleName, type Setup } from '../setup';
import { isFalse, isTrue, type Step } from '../step';

/** All policies of the role, and what they lack together; undefined when there is no role, or it has none. */
async function rolePolicies(setup: Setup): Promise<{ names: readonly string[]; drift: Drift } | undefined> {
  const role = await readRole(setup, roleName(setup));
  const names = [...(role?.attached ?? []), ...(role?.inline ?? [])];
  if (role === undefined || names.length === 0) return undefined;
  const wanted = await controllerPolicy(setup);
  const documents = await documentsOf(setup, role);
  return { names, drift: driftOf(documents, wanted.document, await policyPlace(setup)) };
}

/** Policies of the role that allow all that is needed; undefined where they do not. */
export async function sufficientPolicies(setup: Setup): Promise<readonly string[] | undefined> {
  const found = await rolePolicies(setup);
  return found?.drift.faults.length === 0 ? found.names : undefined;
}

/** What the role has instead of our policy. */
async function insteadText(setup: Setup): Promise<string[]> {
  const found = await rolePolicies(setup);
  if (found === undefined) return [];
  const names = found.names.join(', ');
  return [
    `The role ${roleName(setup)} has ${names}, which do not suffice:`,
    ...found.drift.faults.map(faultText),
  ];
}

export const iamPolicyStep: Step = {
  id: 'iam-policy',
  title: 'IAM policy of the controller',
  why: 'Without an action the controller is refused by AWS, and load balancers are not made, changed or deleted.',
  phase: 'permissions',
  requires: ['credentials'],
  skip: skipInAutoMode,
  async check(setup) {
    const wanted = await controllerPolicy(setup);
    const needs = `what ${setup.choices.controllerVersion} needs`;
    const policy = await readPolicy(setup, wanted.name);
    const others = await sufficientPolicies(setup);
    if (others !== undefined && !(policy !== undefined && others.includes(policy.arn))) {
      return isTrue(`The role ${roleName(setup)} is allowed ${needs} by ${others.join(', ')}.`);
    }
    if (policy === undefined) {
      const arn = await iamArn(setup, 'policy', wanted.name);
      return isFalse(`There is no IAM policy ${arn}.`, ...(await insteadText(setup)));
    }
    const drift = await policyDrift(setup, policy, wanted);
    if (drift.faults.length === 0) {
      return isTrue(`${policy.arn} (version ${policy.versionId}) allows ${needs}.`, ...moreText(drift));
    }
    const missing = `${policy.arn} (version ${policy.versionId}) does not allow all of ${needs}:`;
    return isFalse(missing, ...drift.faults.map(faultText), ...moreText(drift));
  },
  plan: async (setup) =>
    (await sufficientPolicies(setup)) === undefined ? policyPlan(setup, await controllerPolicy(setup)) : [],
  async undo(setup) {
    const own = (await isOwnRole(setup, roleName(setup))) ? [roleName(setup)] : [];
    return policyUndo(setup, setup.choices.policyName, own);
  },
};
