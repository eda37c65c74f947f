/** Managed policies of the account: read, made, brought up to date, deleted. */

import { allPages } from '../../aws/paging';
import { UserError } from '../../errors';
import { type Action, awsAction } from '../action';
import { callAws, callIfThere, type OutputOf } from '../awsCall';
import { isOurs, OWN_TAGS } from '../ownTags';
import { caller, iamArn, type Setup } from '../setup';
import { type PolicyDocument, parseDocument } from './documents';
import { type Drift, driftOf, type PolicyPlace } from './drift';

export interface WantedPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
  readonly description: string;
}

type Policy = NonNullable<OutputOf<'iam', 'GetPolicy'>['Policy']>;

export interface StoredPolicy {
  readonly arn: string;
  readonly tags: Policy['Tags'];
  readonly versionId: string;
  readonly document: PolicyDocument;
}

/** IAM keeps five versions of a managed policy (IAM: "IAM and AWS STS quotas"). */
const MAX_VERSIONS = 5;

/** The account's policy of that name, wherever its path; undefined when there is none. */
export function readPolicy(setup: Setup, name: string): Promise<StoredPolicy | undefined> {
  return setup.once(`policy ${name}`, async () => {
    const found = (await policyAt(setup, await iamArn(setup, 'policy', name))) ?? (await byName(setup, name));
    return found === undefined ? undefined : stored(setup, found);
  });
}

/** The policy of an ARN with its default version. */
export function readPolicyAt(setup: Setup, arn: string): Promise<StoredPolicy | undefined> {
  return setup.once(`policy ${arn}`, async () => {
    const found = await policyAt(setup, arn);
    return found === undefined ? undefined : stored(setup, found);
  });
}

async function policyAt({ aws }: Setup, PolicyArn: string): Promise<Policy | undefined> {
  return (await callIfThere(aws, 'iam', 'GetPolicy', { PolicyArn }))?.Policy;
}

/** Names are unique in an account, but an ARN has the path in it. */
async function byName(setup: Setup, name: string): Promise<Policy | undefined> {
  const all = await allPages(async (Marker) => {
    const page = await callAws(setup.aws, 'iam', 'ListPolicies', { Scope: 'Local', Marker });
    return { items: page.Policies, next: page.Marker };
  });
  const arn = all.find(({ PolicyName }) => PolicyName === name)?.Arn;
  return arn === undefined ? undefined : policyAt(setup, arn);
}

async function stored({ aws }: Setup, policy: Policy): Promise<StoredPolicy> {
  const { Arn: arn = '', DefaultVersionId: versionId = '', Tags: tags } = policy;
  const answer = await callIfThere(aws, 'iam', 'GetPolicyVersion', { PolicyArn: arn, VersionId: versionId });
  return { arn, tags, versionId, document: parseDocument(answer?.PolicyVersion?.Document) };
}

/** Account and region, to which a policy may be limited. */
export async function policyPlace(setup: Setup): Promise<PolicyPlace> {
  return { account: (await caller(setup)).account, region: setup.aws.region };
}

/** How a stored policy differs from the wanted. */
export async function policyDrift(setup: Setup, policy: StoredPolicy, wanted: WantedPolicy): Promise<Drift> {
  return driftOf([policy.document], wanted.document, await policyPlace(setup));
}

/** Makes the policy, or a new default version of it; nothing where it allows all that is wanted. */
export async function policyPlan(setup: Setup, wanted: WantedPolicy): Promise<Action[]> {
  const policy = await readPolicy(setup, wanted.name);
  const PolicyDocument = JSON.stringify(wanted.document);
  if (policy === undefined) {
    const { name: PolicyName, description: Description } = wanted;
    const input = { PolicyName, Description, PolicyDocument, Tags: OWN_TAGS };
    return [awsAction(`Create the IAM policy ${PolicyName}`, 'iam', 'CreatePolicy', input)];
  }
  const drift = await policyDrift(setup, policy, wanted);
  if (drift.faults.length === 0) return [];
  const dropped =
    drift.more.length === 0 ? '' : `; it also allows ${drift.more.join(', ')}, the new one does not`;
  const input = { PolicyArn: policy.arn, PolicyDocument, SetAsDefault: true };
  const renew = awsAction(
    `Make a new default version of the IAM policy ${wanted.name}`,
    'iam',
    'CreatePolicyVersion',
    input,
    {
      loses: `default version ${policy.versionId} of ${policy.arn} (it is kept, and can be made the default again${dropped})`,
    },
  );
  return [...(await pruneOldest(setup, policy)), renew];
}

/** Room for a sixth version: the oldest that is not in use goes. */
async function pruneOldest(setup: Setup, policy: StoredPolicy): Promise<Action[]> {
  const versions = await versionsOf(setup, policy.arn);
  if (versions.length < MAX_VERSIONS) return [];
  const [oldest] = versions.filter(({ isDefault }) => !isDefault);
  return oldest === undefined ? [] : [deleteVersion(policy.arn, oldest.id)];
}

function deleteVersion(arn: string, id: string): Action {
  const input = { PolicyArn: arn, VersionId: id };
  return awsAction(`Delete version ${id} of the IAM policy`, 'iam', 'DeletePolicyVersion', input, {
    loses: `version ${id} of ${arn}`,
  });
}

/** Oldest first. */
async function versionsOf({ aws }: Setup, PolicyArn: string): Promise<{ id: string; isDefault: boolean }[]> {
  const versions = await allPages(async (Marker) => {
    const page = await callAws(aws, 'iam', 'ListPolicyVersions', { PolicyArn, Marker });
    return { items: page.Versions, next: page.Marker };
  });
  const number = (id: string) => Number(id.slice(1));
  return versions
    .map(({ VersionId: id = '', IsDefaultVersion: isDefault = false }) => ({ id, isDefault }))
    .sort((a, b) => number(a.id) - number(b.id));
}

/** Deletes a policy of ours. `roles` are those that setup takes away itself; anybody else who uses it keeps it. */
export async function policyUndo(setup: Setup, name: string, roles: readonly string[]): Promise<Action[]> {
  const policy = await readPolicy(setup, name);
  if (policy === undefined || !isOurs(policy.tags)) return [];
  const users = (await usersOf(setup, policy.arn)).filter((user) => !roles.map(roleText).includes(user));
  if (users.length > 0) {
    throw new UserError('setup-kept', `The IAM policy ${policy.arn} stays: ${users.join(', ')} use it too.`);
  }
  const old = (await versionsOf(setup, policy.arn)).filter(({ isDefault }) => !isDefault);
  return [
    ...old.map(({ id }) => deleteVersion(policy.arn, id)),
    awsAction(
      `Delete the IAM policy ${name}`,
      'iam',
      'DeletePolicy',
      { PolicyArn: policy.arn },
      { loses: policy.arn },
    ),
  ];
}

const roleText = (name: string) => `role ${name}`;

/** Who has the policy attached, or as a boundary (API ListEntitiesForPolicy). */
async function usersOf({ aws }: Setup, PolicyArn: string): Promise<string[]> {
  return allPages(async (Marker) => {
    const page = await callAws(aws, 'iam', 'ListEntitiesForPolicy', { PolicyArn, Marker });
    const items = [
      ...(page.PolicyRoles ?? []).map(({ RoleName = '' }) => roleText(RoleName)),
      ...(page.PolicyUsers ?? []).map(({ UserName = '' }) => `user ${UserName}`),
      ...(page.PolicyGroups ?? []).map(({ GroupName = '' }) => `group ${GroupName}`),
    ];
    return { items, next: page.Marker };
  });
}
