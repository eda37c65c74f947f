import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import { listLoadBalancers } from '../../aws/elbv2';
import { getObject } from '../../kube/client';
import { RESOURCES } from '../../kube/resources';
import type { Ingress } from '../../kube/types';
import { type Action, awsAction, later } from '../action';
import { dnsOf, type Entry, findZone, leadsToBalancer, plainId, plainName, recordsOf } from '../hostedZone';
import { kubeIfThere, kubeOf, type Setup } from '../setup';
import { cannotTell, isFalse, isTrue, type Step } from '../step';
import { skipWithoutDns } from './hostedZone';

/** Where an alias leads: name of the load balancer, and the zone in which AWS keeps it. */
interface Target {
  readonly dnsName: string;
  readonly zoneId: string;
}

async function skip(setup: Setup): Promise<string | undefined> {
  const { dns } = setup.choices;
  if (dns?.by === 'external-dns') return 'external-dns writes the records.';
  if (dns !== undefined && (dns.host === undefined || dns.ingress === undefined)) {
    return 'No host and no Ingress are chosen for an alias record.';
  }
  return skipWithoutDns(setup);
}

/** The address in the Ingress's status; undefined while it has none. */
async function addressOf(setup: Setup): Promise<string | undefined> {
  const kube = await kubeIfThere(setup);
  if (kube === undefined) return undefined;
  const [namespace = '', name = ''] = (dnsOf(setup).ingress ?? '').split('/');
  const ingress = await getObject<Ingress>(kube, RESOURCES.Ingress, namespace, name);
  return ingress?.status?.loadBalancer?.ingress?.[0]?.hostname;
}

async function balancerOf(setup: Setup): Promise<LoadBalancer | undefined> {
  const address = await addressOf(setup);
  if (address === undefined) return undefined;
  const all = await setup.once('all load balancers', () => listLoadBalancers(setup.aws));
  return all.find(({ DNSName = '' }) => DNSName.toLowerCase() === address.toLowerCase());
}

async function targetOf(setup: Setup): Promise<Target | undefined> {
  const { DNSName: dnsName, CanonicalHostedZoneId: zoneId } = (await balancerOf(setup)) ?? {};
  return dnsName === undefined || zoneId === undefined ? undefined : { dnsName, zoneId };
}

/** A and CNAME records of the host: either keeps an alias out, or is it. */
async function presentRecord(setup: Setup): Promise<Entry | undefined> {
  const zone = await findZone(setup);
  if (zone === undefined) return undefined;
  const host = plainName(dnsOf(setup).host ?? '');
  const records = await recordsOf(setup, plainId(zone.Id ?? ''));
  return records.find(
    ({ Name = '', Type }) => plainName(Name) === host && (Type === 'A' || Type === 'CNAME'),
  );
}

/** Without the prefix by which Route 53's console and external-dns ask for both kinds of addresses. */
function balancerName(dnsName: string): string {
  return plainName(dnsName).replace(/^dualstack\./, '');
}

function leadsTo(record: Entry, { dnsName }: Target): boolean {
  return record.Type === 'A' && balancerName(record.AliasTarget?.DNSName ?? '') === balancerName(dnsName);
}

function recordText({ Name = '', Type, AliasTarget, ResourceRecords = [] }: Entry): string {
  const values = AliasTarget?.DNSName ?? ResourceRecords.map(({ Value = '' }) => Value).join(', ');
  return `${plainName(Name)} ${Type} ${plainName(values)}`;
}

export const aliasRecordStep: Step = {
  id: 'alias-record',
  title: 'Alias record of the load balancer',
  why: 'By it people reach the application under its own name.',
  phase: 'dns',
  requires: ['kubeconfig', 'hosted-zone'],
  patience: 60_000,
  skip,
  async check(setup) {
    const { ingress = '', host = '' } = dnsOf(setup);
    await kubeOf(setup);
    const record = await presentRecord(setup);
    const target = await targetOf(setup);
    if (target === undefined) {
      const address = await addressOf(setup);
      return address === undefined
        ? cannotTell(
            `The Ingress ${ingress} has no address yet: it does not exist, or its load balancer is not made.`,
            `Apply the Ingress, or see what keeps it: \`${describeIngress(ingress)}\`; then look again.`,
          )
        : cannotTell(
            `The account and region have no load balancer ${address}, the address of the Ingress ${ingress}.`,
            'Its load balancer was deleted by hand, or belongs to another account or region.',
          );
    }
    if (record === undefined)
      return isFalse(`There is no record for ${host}; it is to lead to ${target.dnsName}.`);
    return leadsTo(record, target)
      ? isTrue(`${recordText(record)}, the load balancer of ${ingress}`)
      : isFalse(`${recordText(record)} does not lead to ${target.dnsName}, the load balancer of ${ingress}.`);
  },
  async plan(setup) {
    const target = (await targetOf(setup)) ?? { dnsName: later('LB_HOST'), zoneId: later('LB_ZONE') };
    const record = await presentRecord(setup);
    if (record !== undefined && leadsTo(record, target)) return [];
    const zone = await findZone(setup);
    return [
      writeAlias(setup, zone === undefined ? later('ZONE_ID') : plainId(zone.Id ?? ''), target, record),
    ];
  },
  async undo(setup) {
    if ((await skip(setup)) !== undefined) return [];
    const [zone, record] = [await findZone(setup), await presentRecord(setup)];
    // What does not lead to a load balancer was written by somebody else.
    if (zone === undefined || !leadsToBalancer(record?.AliasTarget)) return [];
    const changes = [{ Action: 'DELETE' as const, ResourceRecordSet: record }];
    return record === undefined
      ? []
      : [
          changeAction(
            `Delete the record of ${plainName(record.Name ?? '')}`,
            plainId(zone.Id ?? ''),
            changes,
            recordText(record),
          ),
        ];
  },
};

function describeIngress(ingress: string): string {
  const [namespace = '', name = ''] = ingress.split('/');
  return `kubectl describe ingress ${name} --namespace ${namespace}`;
}

type Changes = readonly { Action: 'DELETE' | 'UPSERT'; ResourceRecordSet: unknown }[];

function writeAlias(
  setup: Setup,
  zoneId: string,
  { dnsName, zoneId: of }: Target,
  present: Entry | undefined,
): Action {
  const host = plainName(dnsOf(setup).host ?? '');
  const alias = {
    ...{ Name: host, Type: 'A' },
    // The name first: a script finds the zone by it.
    AliasTarget: { DNSName: dnsName, HostedZoneId: of, EvaluateTargetHealth: true },
  };
  // An alias cannot stand beside a CNAME (Route 53: "Choosing between alias and non-alias records").
  const away: Changes = present?.Type === 'CNAME' ? [{ Action: 'DELETE', ResourceRecordSet: present }] : [];
  const changes: Changes = [...away, { Action: 'UPSERT', ResourceRecordSet: alias }];
  const lost = present === undefined ? undefined : recordText(present);
  return changeAction(`Point ${host} at ${dnsName}`, zoneId, changes, lost);
}

function changeAction(text: string, HostedZoneId: string, Changes: Changes, loses?: string): Action {
  const input = { HostedZoneId, ChangeBatch: { Comment: 'ekslb setup', Changes: Changes as never } };
  const more = loses === undefined ? {} : { loses };
  return awsAction(text, 'route53', 'ChangeResourceRecordSets', input, more);
}
