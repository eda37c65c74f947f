import { skipInAutoMode } from '../controller/autoMode';
import { readRole, rolePlan, roleUndo, type StoredRole, type WantedRole } from '../iam/roles';
import { judgeTrust } from '../iam/trust';
import { controllerRole, isRoleByEksctl } from '../identity';
import { roleName, type Setup } from '../setup';
import { type Check, isFalse, type Step, verdict } from '../step';
import { sufficientPolicies } from './iamPolicy';

export const iamRoleStep: Step = {
  id: 'iam-role',
  title: 'IAM role of the controller',
  why: 'The controller becomes this role; with a wrong trust policy its log says WebIdentityErr, AccessDenied.',
  phase: 'permissions',
  requires: ['cluster', 'oidc-provider', 'iam-policy'],
  async skip(setup) {
    const auto = await skipInAutoMode(setup);
    if (auto !== undefined || !isRoleByEksctl(setup)) return auto;
    const role = await readRole(setup, roleName(setup));
    return role === undefined ? 'eksctl makes it together with the service account.' : undefined;
  },
  async check(setup) {
    const wanted = await controllerRole(setup);
    const role = await readRole(setup, wanted.name);
    if (role === undefined) return isFalse(`There is no IAM role ${wanted.name}.`);
    return withHint(setup, judgeRole(role, wanted, await sufficientPolicies(setup)));
  },
  async plan(setup) {
    if (isRoleByEksctl(setup)) return [];
    return rolePlan(setup, await controllerRole(setup), (await sufficientPolicies(setup)) !== undefined);
  },
  undo: async (setup) => roleUndo(setup, roleName(setup)),
};

/** What keeps a role from being of use; `covered` names policies of it that suffice. */
export function judgeRole(role: StoredRole, wanted: WantedRole, covered?: readonly string[]): Check {
  const { problems, notes } = judgeTrust(role.trust, wanted.trust);
  const suffices = covered ?? (role.attached.includes(wanted.policyArn) ? [wanted.policyArn] : undefined);
  const unattached = suffices === undefined ? [`${wanted.policyArn} is not attached to ${role.arn}.`] : [];
  const boundary =
    role.boundary === undefined
      ? []
      : [`It may do only what its permissions boundary allows too: ${role.boundary}.`];
  const named = problems.map((problem) => `${role.arn}: ${problem}`);
  return verdict(
    [...named, ...unattached],
    ...[`${role.arn} trusts ${whomText(wanted)}.`, `Attached: ${(suffices ?? []).join(', ')}.`],
    ...[...notes, ...boundary],
  );
}

function whomText({ trust }: WantedRole): string {
  if (trust.kind === 'pod-identity') return 'EKS Pod Identity';
  return `${trust.namespace}/${trust.serviceAccount} by ${trust.issuer}`;
}

function withHint(setup: Setup, check: Check): Check {
  if (check.state === 'true' || !isRoleByEksctl(setup)) return check;
  const hint =
    'Delete it by `eksctl delete iamserviceaccount`, and the step service-account makes it anew; or choose --service-account-by api.';
  return { ...check, evidence: [...check.evidence, hint] };
}
