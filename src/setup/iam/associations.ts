/** EKS Pod Identity: which service account has which role. */
import { type Action, awsAction } from '../action';
import { callAws, callIfThere, type OutputOf } from '../awsCall';
import { clusterTags, isOurs, tagMap } from '../ownTags';
import { eksCluster, iamArn, type Setup } from '../setup';
import { type Check, isFalse, isTrue } from '../step';

/** A service account and the role that it is to have. */
export interface WantedAssociation {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly roleName: string;
}

type Association = NonNullable<OutputOf<'eks', 'DescribePodIdentityAssociation'>['association']>;

/** The association of a service account; there is at most one (API CreatePodIdentityAssociation). */
async function read(setup: Setup, wanted: WantedAssociation): Promise<Association | undefined> {
  const { namespace, serviceAccount } = wanted;
  return setup.once(`association ${namespace}/${serviceAccount}`, async () => {
    if ((await eksCluster(setup)) === undefined) return undefined;
    const place = { clusterName: setup.clusterName };
    const input = { ...place, namespace, serviceAccount };
    const listed = await callIfThere(setup.aws, 'eks', 'ListPodIdentityAssociations', input);
    // What is listed does not name the role.
    const associationId = listed?.associations?.[0]?.associationId;
    if (associationId === undefined) return undefined;
    const answer = await callAws(setup.aws, 'eks', 'DescribePodIdentityAssociation', {
      ...place,
      associationId,
    });
    return answer.association;
  });
}

const nameOf = ({ namespace, serviceAccount }: WantedAssociation) => `${namespace}/${serviceAccount}`;

export async function associationCheck(setup: Setup, wanted: WantedAssociation): Promise<Check> {
  const found = await read(setup, wanted);
  const arn = await iamArn(setup, 'role', wanted.roleName);
  if (found === undefined)
    return isFalse(`No role is associated with the service account ${nameOf(wanted)}.`);
  const { associationId = '', roleArn = '' } = found;
  return roleArn === arn
    ? isTrue(`${associationId}: ${nameOf(wanted)} has ${arn}.`)
    : isFalse(`${associationId}: ${nameOf(wanted)} has the role ${roleArn}, not ${arn}.`);
}

export async function associationPlan(setup: Setup, wanted: WantedAssociation): Promise<Action[]> {
  const found = await read(setup, wanted);
  const { namespace, serviceAccount } = wanted;
  const roleArn = await iamArn(setup, 'role', wanted.roleName);
  const { clusterName } = setup;
  const text = `Associate ${nameOf(wanted)} with ${roleArn}`;
  if (found === undefined) {
    const input = { clusterName, namespace, serviceAccount, roleArn, tags: tagMap(clusterTags(setup)) };
    return [awsAction(text, 'eks', 'CreatePodIdentityAssociation', input)];
  }
  if (found.roleArn === roleArn) return [];
  const input = { clusterName, associationId: found.associationId, roleArn };
  const loses = `the association ${found.associationId} of ${nameOf(wanted)} with ${found.roleArn}`;
  return [awsAction(text, 'eks', 'UpdatePodIdentityAssociation', input, { loses })];
}

/** Deletes an association of ours. */
export async function associationUndo(setup: Setup, wanted: WantedAssociation): Promise<Action[]> {
  const found = await read(setup, wanted);
  if (found === undefined || !isOurs(found.tags)) return [];
  const { associationId } = found;
  const text = `Delete the association of ${nameOf(wanted)} with its role`;
  const input = { clusterName: setup.clusterName, associationId };
  const loses = `${associationId} (${nameOf(wanted)} with ${found.roleArn})`;
  return [awsAction(text, 'eks', 'DeletePodIdentityAssociation', input, { loses })];
}
