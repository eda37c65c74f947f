import { allPages } from '../aws/paging';
import { callAws, type OutputOf } from './awsCall';
import type { Dns } from './choices';
import type { Setup } from './setup';

export type Zone = NonNullable<OutputOf<'route53', 'ListHostedZonesByName'>['HostedZones']>[number];
export type Entry = NonNullable<OutputOf<'route53', 'ListResourceRecordSets'>['ResourceRecordSets']>[number];

/** The choices about DNS, where there are any; steps that ask for them are skipped otherwise. */
export function dnsOf({ choices }: Setup): Dns {
  return choices.dns ?? { zone: '', by: 'alias' };
}

/** Without the dot at the end, in lower case. */
export function plainName(name: string): string {
  return name.replace(/\.$/, '').toLowerCase();
}

/** `/hostedzone/Z1` -> `Z1` */
export function plainId(id: string): string {
  return id.replace(/^.*\//, '');
}

/** The name and its parents, the longest first; not the top-level domain. */
function withParents(name: string): string[] {
  const labels = plainName(name).split('.');
  return labels.slice(0, -1).map((_, at) => labels.slice(at).join('.'));
}

/** The public hosted zone of the name, or of a parent of it. */
export function findZone(setup: Setup): Promise<Zone | undefined> {
  return setup.once('hosted zone', async () => {
    for (const name of withParents(dnsOf(setup).zone)) {
      const zone = await publicZone(setup, name);
      if (zone !== undefined) return zone;
    }
    return undefined;
  });
}

/** Zones are listed from a name on (API ListHostedZonesByName); private ones may have the same name. */
async function publicZone({ aws }: Setup, name: string): Promise<Zone | undefined> {
  const page = await callAws(aws, 'route53', 'ListHostedZonesByName', { DNSName: name });
  return (page.HostedZones ?? []).find(
    (zone) => plainName(zone.Name ?? '') === name && zone.Config?.PrivateZone !== true,
  );
}

/** All records of a zone. */
export async function recordsOf({ aws }: Setup, zoneId: string): Promise<Entry[]> {
  return allPages(async (token) => {
    // A page ends at a name and a type, both of which the next begins with.
    const [StartRecordName, StartRecordType, StartRecordIdentifier] = token?.split(' ') ?? [];
    const input = { HostedZoneId: zoneId, StartRecordName, StartRecordType, StartRecordIdentifier };
    const page = await callAws(aws, 'route53', 'ListResourceRecordSets', input as { HostedZoneId: string });
    const { NextRecordName, NextRecordType, NextRecordIdentifier, IsTruncated } = page;
    const parts = [
      NextRecordName,
      NextRecordType,
      ...(NextRecordIdentifier === undefined ? [] : [NextRecordIdentifier]),
    ];
    return { items: page.ResourceRecordSets, next: IsTruncated === true ? parts.join(' ') : undefined };
  });
}

/** Whether an alias is one for a load balancer: of those setup takes away the one that was chosen. */
export function leadsToBalancer(alias: Entry['AliasTarget']): boolean {
  return /\.elb\./.test(alias?.DNSName ?? '');
}

/** Names under which a resolver finds the zone. */
export async function nameServers({ aws }: Setup, zone: Zone): Promise<string[]> {
  const answer = await callAws(aws, 'route53', 'GetHostedZone', { Id: plainId(zone.Id ?? '') });
  return answer.DelegationSet?.NameServers ?? [];
}
