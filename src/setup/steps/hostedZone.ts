import { UserError } from '../../errors';
import { awsAction } from '../action';
import {
  dnsOf,
  findZone,
  leadsToBalancer,
  nameServers,
  plainId,
  plainName,
  recordsOf,
  type Zone,
} from '../hostedZone';
import type { Setup } from '../setup';
import { isFalse, isTrue, type Step } from '../step';

/** Why a step about DNS is not part of the setup. */
export async function skipWithoutDns({ choices }: Setup): Promise<string | undefined> {
  return choices.dns === undefined ? 'DNS is not chosen.' : undefined;
}

/**
 * A zone takes tags only after it was made, under an id that a plan does not know; so its caller reference, which
 * Route 53 keeps and answers, says that it is ours.
 */
const ownReference = ({ clusterName }: Setup) => `ekslb-setup/${clusterName}/`;

/** Route 53 takes a reference once, at most 128 characters (API CreateHostedZone): the time makes it another one each time. */
const newReference = (setup: Setup) => `${ownReference(setup)}${Date.now()}`;

export const hostedZoneStep: Step = {
  id: 'hosted-zone',
  title: 'Hosted zone in Route 53',
  why: 'Names of load balancers are written into it.',
  phase: 'dns',
  requires: ['credentials'],
  skip: skipWithoutDns,
  async check(setup) {
    const { zone: name } = dnsOf(setup);
    const zone = await findZone(setup);
    if (zone === undefined)
      return isFalse(`The account has no public hosted zone ${name}, nor one of a parent.`);
    const servers = (await nameServers(setup, zone)).join(', ');
    const own = plainName(zone.Name ?? '');
    return isTrue(
      `${own} (${plainId(zone.Id ?? '')})${own === plainName(name) ? '' : `, a parent of ${name}`}`,
      `Name servers: ${servers}`,
      `Where ${own} is registered, or in the zone above it, NS records must name these servers; until then nobody finds it.`,
    );
  },
  async plan(setup) {
    if ((await findZone(setup)) !== undefined) return [];
    const Name = plainName(dnsOf(setup).zone);
    const Comment = `Made by ekslb setup for the EKS cluster ${setup.clusterName}`;
    const input = { Name, CallerReference: newReference(setup), HostedZoneConfig: { Comment } };
    return [awsAction(`Create the hosted zone ${Name}`, 'route53', 'CreateHostedZone', input)];
  },
  async undo(setup) {
    if (setup.choices.dns === undefined) return [];
    const zone = await findZone(setup);
    if (!zone?.CallerReference?.startsWith(ownReference(setup))) return [];
    await refuseWhenUsed(setup, zone);
    const Id = plainId(zone.Id ?? '');
    const loses = `${plainName(zone.Name ?? '')} (${Id}); a new zone of the name gets other name servers`;
    return [awsAction('Delete the hosted zone', 'route53', 'DeleteHostedZone', { Id }, { loses })];
  },
};

async function refuseWhenUsed(setup: Setup, zone: Zone): Promise<void> {
  const { host } = dnsOf(setup);
  const records = (await recordsOf(setup, plainId(zone.Id ?? ''))).filter(
    ({ Name = '', Type = '', AliasTarget }) =>
      !(plainName(Name) === plainName(zone.Name ?? '') && ['NS', 'SOA'].includes(Type)) &&
      !(host !== undefined && plainName(Name) === plainName(host) && leadsToBalancer(AliasTarget)),
  );
  if (records.length === 0) return;
  const named = records.map(({ Name = '', Type = '' }) => `${plainName(Name)} ${Type}`).join(', ');
  throw new UserError('setup-kept', `The hosted zone ${plainName(zone.Name ?? '')} stays: it has ${named}.`, {
    advice: 'Delete these records first where nobody needs them any more, and undo again.',
  });
}
