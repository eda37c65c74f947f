/** Certificates: an ARN that AWS does not know or take, and hosts for which there is none. */
import { DescribeCertificateCommand } from '@aws-sdk/client-acm';
import { distance } from 'fastest-levenshtein';
import type { Aws } from '../../aws/clients';
import { certificates } from '../../aws/live/certificates';
import { serves } from '../../model/certificateNames';
import type { Owner } from '../owner';
import { accountOf, nearerOne, parseArn, strangeness } from './arns';
import {
  columns,
  type Explanation,
  keysOf,
  placesNamed,
  placesOf,
  placeText,
  type Row,
  type Trouble,
} from './trouble';

type LiveValue = Awaited<ReturnType<typeof certificates>>[number];

const NO_HTTPS = 'Without its certificate the HTTPS listener is neither made nor changed.';

export const CERTIFICATE_ROWS: readonly Row[] = [
  {
    code: 'no-certificate-for-host',
    matches: /no certificate found for host: (\S+)/,
    why: 'The Ingress has an HTTPS listener and names no certificate, so one that is issued for every host of it must be in ACM of this region.',
    explain: (trouble, [, host = '']) => forHost(trouble, host),
  },
  {
    code: 'certificate-not-found',
    matches: /CertificateNotFound|[Cc]ertificate ARN '[^']*' is not (valid|found)/,
    why: NO_HTTPS,
    explain: ofArn,
  },
  {
    code: 'certificate-not-usable',
    matches: /UnsupportedCertificate|certificate '[^']*' must have/,
    why: NO_HTTPS,
    explain: ofArn,
  },
];

async function ofArn(trouble: Trouble): Promise<Explanation> {
  const { aws, message } = trouble;
  const arn = parseArn(message);
  const places = arn === undefined ? placesNamed(trouble, 'certificate-arn') : placesOf(trouble, arn.text);
  const blame = keysOf(places);
  const details = await nearest(aws, hostsOf(trouble.owner, blame));
  if (arn === undefined) {
    const what = `AWS takes a certificate not${placeText(places)}.`;
    return { what, details, blame, advice: 'Write the ARN as `aws acm list-certificates` prints it.' };
  }
  const account = await accountOf(aws).catch(() => undefined);
  const strange = strangeness(arn, { region: aws.region, account });
  const state = strange ?? (await stateOf(aws, arn.text));
  const advice =
    strange === undefined
      ? 'Name one of the certificates above, or request one and wait until it is issued.'
      : nearerOne(arn);
  return { what: `The certificate ${arn.text}${placeText(places)} ${state}.`, details, blame, advice };
}

/** What ACM says of a certificate of this region. */
async function stateOf(aws: Aws, CertificateArn: string): Promise<string> {
  try {
    const { Certificate = {} } = await aws.acm.send(new DescribeCertificateCommand({ CertificateArn }));
    const { Status = 'unknown', NotAfter, FailureReason } = Certificate;
    if (Status === 'EXPIRED' || (NotAfter !== undefined && NotAfter.getTime() < Date.now()))
      return `has expired${NotAfter === undefined ? '' : ` on ${NotAfter.toISOString().slice(0, 10)}`}`;
    if (Status !== 'ISSUED')
      return `is not issued: its status is ${Status}${FailureReason ? ` (${FailureReason})` : ''}`;
    return 'is issued, yet AWS does not take it: look at its key type and size, which the load balancer must support';
  } catch {
    return 'does not exist in this account and region';
  }
}

async function forHost(trouble: Trouble, host: string): Promise<Explanation> {
  const blame = trouble.refusal?.member === undefined ? [] : [trouble.refusal.member];
  const who = blame.length === 0 ? '' : ` (${blame.join()})`;
  return {
    what: `No certificate of ACM in ${trouble.aws.region} serves the host ${host}${who}.`,
    details: await nearest(trouble.aws, [host]),
    blame,
    advice: `Request a certificate for ${host}, name one in the annotation certificate-arn, or correct the host. A wildcard stands for one label: *.example.com serves a.example.com and not a.b.example.com.`,
  };
}

/** Hosts of the rules and tls sections of some members; of all where nobody is to blame. */
function hostsOf(owner: Owner, keys: readonly string[]): string[] {
  if (owner.kind !== 'ingress') return [];
  const members = owner.members.filter(({ key }) => keys.length === 0 || keys.includes(key));
  return members.flatMap(({ object }) => [
    ...(object.spec?.tls ?? []).flatMap(({ hosts = [] }) => hosts),
    ...(object.spec?.rules ?? []).flatMap(({ host }) => host ?? []),
  ]);
}

const SHOWN = 5;

/** The certificates of the region whose domains come closest to the hosts, as lines; those that serve one come first. */
async function nearest(aws: Aws, hosts: readonly string[]): Promise<string[]> {
  const all = await certificates(aws);
  if (all.length === 0) return [`  ACM has no certificate in ${aws.region}.`];
  const ranked = all.map((one) => ({ one, away: awayFrom(one, hosts) })).sort((a, b) => a.away - b.away);
  const rows = ranked.slice(0, SHOWN).map(({ one, away }) => [one.value, wordsOf(one, away)]);
  const more = ranked.length > SHOWN ? [`  and ${ranked.length - SHOWN} more`] : [];
  return [`  The certificates of ${aws.region}, closest first:`, ...columns(rows), ...more];
}

function wordsOf({ label, unusable }: LiveValue, away: number): string {
  return [label, ...(unusable === undefined ? [] : [unusable]), ...(away < 0 ? ['serves it'] : [])].join(
    ', ',
  );
}

/** How many letters a certificate is away from any of the hosts; below zero where it serves one. */
function awayFrom({ facts, unusable }: LiveValue, hosts: readonly string[]): number {
  const domains = (facts?.['domains'] ?? '').split(',');
  const pairs = domains.flatMap((domain) => hosts.map((host) => ({ domain, host })));
  if (unusable === undefined && pairs.some(({ domain, host }) => serves(domain, host))) return -1;
  return Math.min(...pairs.map(({ domain, host }) => distance(domain.replace('*.', ''), host)), 1_000);
}
