/** Roles for Pods: read, judged, made, mended, deleted. */
import { allPages, parallel } from '../../aws/paging';
import { type Action, awsAction } from '../action';
import { callAws, callIfThere, type OutputOf } from '../awsCall';
import { clusterTags, isOurs } from '../ownTags';
import type { Setup } from '../setup';
import { type PolicyDocument, parseDocument } from './documents';
import { readPolicyAt } from './policies';
import { judgeTrust, mergedTrust, replacedSubjects, type Trust, trustDocument } from './trust';

export interface WantedRole {
  readonly name: string;
  readonly description: string;
  readonly trust: Trust;
  /** The policy that it needs. */
  readonly policyArn: string;
}

type Role = NonNullable<OutputOf<'iam', 'GetRole'>['Role']>;

export interface StoredRole {
  readonly name: string;
  readonly arn: string;
  readonly tags: Role['Tags'];
  readonly trust: PolicyDocument;
  readonly boundary: string | undefined;
  /** ARNs of attached policies. */
  readonly attached: readonly string[];
  /** Names of policies that are written into the role. */
  readonly inline: readonly string[];
}

export function readRole(setup: Setup, name: string): Promise<StoredRole | undefined> {
  return setup.once(`role ${name}`, async () => {
    const role = (await callIfThere(setup.aws, 'iam', 'GetRole', { RoleName: name }))?.Role;
    if (role === undefined) return undefined;
    const [attached, inline] = await Promise.all([attachedTo(setup, name), inlineOf(setup, name)]);
    return {
      ...{ name, arn: role.Arn ?? '', tags: role.Tags, attached, inline },
      trust: parseDocument(role.AssumeRolePolicyDocument),
      boundary: role.PermissionsBoundary?.PermissionsBoundaryArn,
    };
  });
}

async function attachedTo({ aws }: Setup, RoleName: string): Promise<string[]> {
  const found = await allPages(async (Marker) => {
    const page = await callAws(aws, 'iam', 'ListAttachedRolePolicies', { RoleName, Marker });
    return { items: page.AttachedPolicies, next: page.Marker };
  });
  return found.map(({ PolicyArn = '' }) => PolicyArn);
}

async function inlineOf({ aws }: Setup, RoleName: string): Promise<string[]> {
  return allPages(async (Marker) => {
    const page = await callAws(aws, 'iam', 'ListRolePolicies', { RoleName, Marker });
    return { items: page.PolicyNames, next: page.Marker };
  });
}

/** Documents of all policies of a role, attached and written into it. */
export async function documentsOf(setup: Setup, role: StoredRole): Promise<PolicyDocument[]> {
  const attached = await parallel(role.attached, async (arn) => (await readPolicyAt(setup, arn))?.document);
  const inline = await parallel(role.inline, async (PolicyName) => {
    const input = { RoleName: role.name, PolicyName };
    return parseDocument((await callIfThere(setup.aws, 'iam', 'GetRolePolicy', input))?.PolicyDocument);
  });
  return [...attached.flatMap((one) => one ?? []), ...inline];
}

/** Makes the role, mends its trust policy, attaches the policy: what of it is still to do. `covered` when other policies of it suffice. */
export async function rolePlan(setup: Setup, wanted: WantedRole, covered = false): Promise<Action[]> {
  const role = await readRole(setup, wanted.name);
  const first = role === undefined ? [createRole(setup, wanted)] : mendTrust(role, wanted);
  const attached = covered || role?.attached.includes(wanted.policyArn) === true;
  return [...first, ...(attached ? [] : [attach(wanted)])];
}

function createRole(setup: Setup, { name: RoleName, description: Description, trust }: WantedRole): Action {
  return awsAction(`Create the IAM role ${RoleName}`, 'iam', 'CreateRole', {
    ...{ RoleName, Description },
    AssumeRolePolicyDocument: JSON.stringify(trustDocument(trust)),
    Tags: clusterTags(setup),
  });
}

function mendTrust(role: StoredRole, { name: RoleName, trust }: WantedRole): Action[] {
  if (judgeTrust(role.trust, trust).problems.length === 0) return [];
  const gone = replacedSubjects(role.trust, trust);
  const lost = gone.length === 0 ? '' : `, in it the statement for ${gone.join(', ')}`;
  const PolicyDocument = JSON.stringify(mergedTrust(role.trust, trust));
  return [
    awsAction(
      `Mend the trust policy of the IAM role ${RoleName}; what it says of others stays`,
      'iam',
      'UpdateAssumeRolePolicy',
      { RoleName, PolicyDocument },
      { loses: `the present trust policy of ${role.arn}${lost}` },
    ),
  ];
}

function attach({ name: RoleName, policyArn: PolicyArn }: WantedRole): Action {
  const text = `Attach ${PolicyArn} to the IAM role ${RoleName}`;
  return awsAction(text, 'iam', 'AttachRolePolicy', { RoleName, PolicyArn });
}

/** Detaches everything and deletes a role of ours; a role that somebody else made stays. */
export async function roleUndo(setup: Setup, name: string): Promise<Action[]> {
  const role = await readRole(setup, name);
  if (role === undefined || !isOurs(role.tags)) return [];
  const RoleName = name;
  return [
    ...role.attached.map((PolicyArn) =>
      awsAction(`Detach ${PolicyArn} from the IAM role ${name}`, 'iam', 'DetachRolePolicy', {
        RoleName,
        PolicyArn,
      }),
    ),
    ...role.inline.map((PolicyName) =>
      awsAction(
        `Delete the policy ${PolicyName} in the IAM role ${name}`,
        'iam',
        'DeleteRolePolicy',
        { RoleName, PolicyName },
        {
          loses: `the policy ${PolicyName} in ${role.arn}`,
        },
      ),
    ),
    awsAction(`Delete the IAM role ${name}`, 'iam', 'DeleteRole', { RoleName }, { loses: role.arn }),
  ];
}

/** Whether setup takes the role away itself. */
export async function isOwnRole(setup: Setup, name: string): Promise<boolean> {
  const role = await readRole(setup, name);
  return role !== undefined && isOurs(role.tags);
}

/** Roles that trust an OIDC provider, by name. */
export async function rolesTrusting({ aws }: Setup, provider: string): Promise<string[]> {
  const roles = await allPages(async (Marker) => {
    const page = await callAws(aws, 'iam', 'ListRoles', { Marker });
    return { items: page.Roles, next: page.Marker };
  });
  return roles
    .filter((role) => JSON.stringify(parseDocument(role.AssumeRolePolicyDocument)).includes(`"${provider}"`))
    .map(({ RoleName = '' }) => RoleName);
}
