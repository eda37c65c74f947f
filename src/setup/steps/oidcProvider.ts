import { UserError } from '../../errors';
import { type Action, awsAction } from '../action';
import { callAws, callIfThere } from '../awsCall';
import { skipInAutoMode } from '../controller/autoMode';
import { isOwnRole, rolesTrusting } from '../iam/roles';
import { AUDIENCE, providerArn } from '../iam/trust';
import { clusterTags, isOurs } from '../ownTags';
import { caller, issuerOf, roleName, type Setup } from '../setup';
import { isFalse, isTrue, type Step } from '../step';
import { externalDnsName } from './externalDns';

async function arnOf(setup: Setup): Promise<string> {
  const { account, partition } = await caller(setup);
  return providerArn({
    partition,
    account,
    issuer: await issuerOf(setup),
    namespace: '',
    serviceAccount: '',
  });
}

async function readProvider(setup: Setup) {
  const OpenIDConnectProviderArn = await arnOf(setup);
  return setup.once('oidc provider', () =>
    callIfThere(setup.aws, 'iam', 'GetOpenIDConnectProvider', { OpenIDConnectProviderArn }),
  );
}

/** Providers that the account has, where that of this cluster is not among them. */
async function othersText({ aws }: Setup): Promise<string> {
  const { OpenIDConnectProviderList: all = [] } = await callAws(aws, 'iam', 'ListOpenIDConnectProviders', {});
  const arns = all.map(({ Arn = '' }) => Arn);
  return arns.length === 0 ? 'The account has none.' : `The account has: ${arns.join(', ')}.`;
}

export const oidcProviderStep: Step = {
  id: 'oidc-provider',
  title: 'OIDC provider of the cluster in IAM',
  why: 'By it IAM believes the tokens of service accounts; without it no Pod of the cluster becomes a role.',
  phase: 'permissions',
  requires: ['cluster'],
  async skip(setup) {
    if (setup.choices.identity === 'pod-identity') return 'EKS Pod Identity needs none.';
    // external-dns is not part of EKS Auto Mode, and needs it all the same.
    return setup.choices.dns?.by === 'external-dns' ? undefined : skipInAutoMode(setup);
  },
  async check(setup) {
    const arn = await arnOf(setup);
    const provider = await readProvider(setup);
    if (provider === undefined) return isFalse(`There is no ${arn}.`, await othersText(setup));
    const audiences = provider.ClientIDList ?? [];
    if (audiences.includes(AUDIENCE)) return isTrue(`${arn}, audience ${AUDIENCE}`);
    return isFalse(
      `${arn} lacks the audience ${AUDIENCE}, which tokens of service accounts have; it has: ${audiences.join(', ') || 'none'}.`,
    );
  },
  async plan(setup) {
    const arn = await arnOf(setup);
    const provider = await readProvider(setup);
    if (provider?.ClientIDList?.includes(AUDIENCE)) return [];
    return [provider === undefined ? await create(setup) : addAudience(arn)];
  },
  async undo(setup) {
    const arn = await arnOf(setup);
    const provider = await readProvider(setup);
    if (provider === undefined || !isOurs(provider.Tags)) return [];
    const users = await othersTrusting(setup, arn);
    if (users.length > 0) {
      throw new UserError('setup-kept', `${arn} stays: the roles ${users.join(', ')} trust it too.`);
    }
    const input = { OpenIDConnectProviderArn: arn };
    return [
      awsAction('Delete the OIDC provider', 'iam', 'DeleteOpenIDConnectProvider', input, { loses: arn }),
    ];
  },
};

/** Without a thumbprint: IAM trusts the authorities of EKS's issuers itself (API CreateOpenIDConnectProvider). */
async function create(setup: Setup): Promise<Action> {
  const issuer = await issuerOf(setup);
  const input = { Url: `https://${issuer}`, ClientIDList: [AUDIENCE], Tags: clusterTags(setup) };
  return awsAction(`Make the OIDC provider ${issuer} in IAM`, 'iam', 'CreateOpenIDConnectProvider', input);
}

function addAudience(arn: string): Action {
  const input = { OpenIDConnectProviderArn: arn, ClientID: AUDIENCE };
  return awsAction(`Add the audience ${AUDIENCE}`, 'iam', 'AddClientIDToOpenIDConnectProvider', input);
}

/** Roles that setup would not take away itself. */
async function othersTrusting(setup: Setup, arn: string): Promise<string[]> {
  const names = await rolesTrusting(setup, arn);
  const own = [roleName(setup), externalDnsName(setup)];
  const kept = await Promise.all(
    names.map(async (name) => (own.includes(name) && (await isOwnRole(setup, name)) ? [] : [name])),
  );
  return kept.flat();
}
