import { driftOf, faultText, moreText } from '../iam/drift';
import { policyDrift, policyPlace, policyPlan, policyUndo, readPolicy } from '../iam/policies';
import { documentsOf, isOwnRole, readRole } from '../iam/roles';
import { controllerPolicy, skipInAutoMode } from '../identity';
import { iamArn, roleName, type Setup } from '../setup';
import { isFalse, isTrue, type Step } from '../step';

/** What the role may do by all its policies together; undefined where that is not all that is needed, or there is no role. */
export async function otherPolicies(setup: Setup): Promise<readonly string[] | undefined> {
  const role = await readRole(setup, roleName(setup));
  if (role === undefined) return undefined;
  const wanted = await controllerPolicy(setup);
  const drift = driftOf(await documentsOf(setup, role), wanted.document, await policyPlace(setup));
  return drift.faults.length > 0 ? undefined : [...role.attached, ...role.inline];
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
    const others = await otherPolicies(setup);
    if (others !== undefined && !(policy !== undefined && others.includes(policy.arn))) {
      return isTrue(`The role ${roleName(setup)} is allowed ${needs} by ${others.join(', ')}.`);
    }
    if (policy === undefined) {
      return isFalse(`There is no IAM policy ${await iamArn(setup, 'policy', wanted.name)}.`);
    }
    const drift = await policyDrift(setup, policy, wanted);
    if (drift.faults.length === 0) {
      return isTrue(`${policy.arn} (version ${policy.versionId}) allows ${needs}.`, ...moreText(drift));
    }
    const missing = `${policy.arn} (version ${policy.versionId}) does not allow all of ${needs}:`;
    return isFalse(missing, ...drift.faults.map(faultText), ...moreText(drift));
  },
  plan: async (setup) =>
    (await otherPolicies(setup)) === undefined ? policyPlan(setup, await controllerPolicy(setup)) : [],
  async undo(setup) {
    const own = (await isOwnRole(setup, roleName(setup))) ? [roleName(setup)] : [];
    return policyUndo(setup, setup.choices.policyName, own);
  },
};
