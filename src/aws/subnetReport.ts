/** Why a load balancer gets which subnets: a verdict for each subnet of the VPC. */
import type { RouteTable, Subnet } from '@aws-sdk/client-ec2';
import { byBytes } from '../model/errors';
import type { SubnetQuery } from '../model/lookups';
import { clusterTag } from '../model/names';
import type { Aws } from './clients';
import { describeRouteTables, describeSubnets } from './ec2';
import { ec2Tags } from './inventory';
import { byTags, candidates, type Place, reachesInternet, roleTag } from './subnets';
import { type Judged, judgeFound, judgeNamed, MIN_FREE_ADDRESSES, type Verdict } from './subnetVerdicts';

/** A verdict, or why the subnet was not even looked at. */
export type ReportVerdict = Verdict | 'not-found-by' | 'not-named' | 'other-vpc' | 'missing';

export interface SubnetReport {
  readonly id: string;
  readonly name: string;
  readonly zone: string;
  readonly free: number | undefined;
  /** Ends of its role tags: `elb`, `internal-elb`. */
  readonly roles: readonly string[];
  /** Clusters for which it is tagged. */
  readonly clusters: readonly string[];
  readonly reach: 'public' | 'private' | '';
  readonly verdict: ReportVerdict;
  /** The verdict in words: "not used: 5 free addresses, 8 are needed". */
  readonly words: string;
}

interface Facts {
  readonly place: Place;
  readonly query: SubnetQuery;
  readonly tables: readonly RouteTable[];
  /** Whether subnets were found by their role tag, and not by their way to the internet. */
  readonly byRole: boolean;
}

/** Asks for all subnets of the VPC and tells of each whether the query takes it. Sorted by zone, what is named and missing last. */
export async function reportSubnets(aws: Aws, place: Place, query: SubnetQuery): Promise<SubnetReport[]> {
  const [all, tables] = await Promise.all([byTags(aws, place, {}), describeRouteTables(aws, place.vpcId)]);
  const judged = await judgedOf(aws, place, query, all);
  const byRole = judged.some(({ subnet }) => hasRole(subnet, query.scheme));
  const facts = { place, query, tables, byRole };
  const verdicts = new Map(judged.map(({ subnet, verdict }) => [subnet.SubnetId, verdict]));
  const rest = isNamed(query) ? 'not-named' : 'not-found-by';
  const rows = all.map((subnet) => rowOf(facts, subnet, verdicts.get(subnet.SubnetId) ?? rest));
  rows.sort((a, b) => byBytes(a.zone, b.zone) || byBytes(a.id, b.id));
  return [...rows, ...(await strangers(aws, facts, all))];
}

function isNamed({ by }: SubnetQuery): boolean {
  return by === 'ids' || by === 'names';
}

async function judgedOf(
  aws: Aws,
  place: Place,
  query: SubnetQuery,
  all: readonly Subnet[],
): Promise<Judged[]> {
  if (query.by === 'discovery' || query.by === 'tags')
    return judgeFound(await candidates(aws, place, query), place.clusterName, query);
  const wanted = wantedOf(query);
  const named = all.filter((subnet) => wanted.has(subnet.SubnetId ?? '') || wanted.has(nameOf(subnet)));
  return judgeNamed(named, query);
}

function wantedOf(query: Extract<SubnetQuery, { by: 'ids' | 'names' }>): Set<string> {
  return new Set(query.by === 'ids' ? query.ids : query.namesOrIds);
}

/** What is named and not in the VPC: ids of another VPC, ids and names that do not exist. */
async function strangers(aws: Aws, facts: Facts, all: readonly Subnet[]): Promise<SubnetReport[]> {
  const { query } = facts;
  if (query.by === 'discovery' || query.by === 'tags') return [];
  const known = new Set(all.flatMap((subnet) => [subnet.SubnetId ?? '', nameOf(subnet)]));
  const missing = [...wantedOf(query)].filter((one) => !known.has(one));
  const ids = missing.filter((one) => one.startsWith('subnet-'));
  // A filter passes over what does not exist; the ids themselves would be refused.
  const filters = [{ Name: 'subnet-id', Values: ids }];
  const elsewhere = ids.length === 0 ? [] : await describeSubnets(aws, { filters });
  return missing.map((one) => {
    const found = elsewhere.find(({ SubnetId }) => SubnetId === one);
    if (found !== undefined) return rowOf(facts, found, 'other-vpc');
    return rowOf(facts, one.startsWith('subnet-') ? { SubnetId: one } : nameless(one), 'missing');
  });
}

function nameless(name: string): Subnet {
  return { SubnetId: '?', Tags: [{ Key: 'Name', Value: name }] };
}

function rowOf(facts: Facts, subnet: Subnet, verdict: ReportVerdict): SubnetReport {
  const ends = (prefix: string) =>
    Object.keys(ec2Tags(subnet)).flatMap((key) => (key.startsWith(prefix) ? key.slice(prefix.length) : []));
  const away = verdict === 'missing' || verdict === 'other-vpc';
  return {
    id: subnet.SubnetId ?? '',
    name: nameOf(subnet),
    zone: subnet.AvailabilityZone ?? '',
    free: subnet.AvailableIpAddressCount,
    roles: ends('kubernetes.io/role/'),
    clusters: ends(clusterTag('')),
    reach: away ? '' : reachesInternet(subnet, facts.tables) ? 'public' : 'private',
    verdict,
    words: WORDS[verdict](subnet, facts),
  };
}

function nameOf(subnet: Subnet): string {
  return ec2Tags(subnet)['Name'] ?? '';
}

function hasRole(subnet: Subnet, scheme: string): boolean {
  return ['', '1'].includes(ec2Tags(subnet)[roleTag(scheme)] ?? '-');
}

const WORDS: Readonly<Record<ReportVerdict, (subnet: Subnet, facts: Facts) => string>> = {
  fits: () => 'fits',
  'zone-taken': ({ AvailabilityZone: zone }) => `not used: another subnet of ${zone} is preferred`,
  'zone-twice': ({ AvailabilityZone: zone }) => `refused: two subnets of ${zone} are named, one is allowed`,
  'other-cluster': (subnet) => `not used: tagged for another cluster (${clusterTagsOf(subnet)})`,
  'no-room': ({ AvailableIpAddressCount: free = 0 }) =>
    `not used: ${free} free ${free === 1 ? 'address' : 'addresses'}, ${MIN_FREE_ADDRESSES} are needed`,
  'no-ipv6': (_, { query }) => `not used: no IPv6 range, which ${query.ipAddressType} needs`,
  'not-found-by': whyNotFound,
  'not-named': () => 'not named',
  'other-vpc': ({ VpcId = '' }, { place }) =>
    `refused: it is in ${VpcId}, the load balancer in ${place.vpcId}`,
  missing: ({ SubnetId = '' }) =>
    SubnetId === '?'
      ? 'missing: no subnet of the VPC has this Name tag'
      : 'missing: this account and region have no such subnet',
};

function clusterTagsOf(subnet: Subnet): string {
  return Object.keys(ec2Tags(subnet))
    .filter((key) => key.startsWith('kubernetes.io/cluster'))
    .join(', ');
}

function whyNotFound(subnet: Subnet, { query, byRole, tables }: Facts): string {
  if (query.by === 'tags') return 'not used: it does not carry the tags of the IngressClassParams';
  const tag = roleTag(query.scheme);
  const value = ec2Tags(subnet)[tag];
  if (value !== undefined) return `not used: its tag ${tag} is '${value}', and must be empty or 1`;
  if (byRole) return `not used: no tag ${tag}`;
  const reach = reachesInternet(subnet, tables) ? 'public' : 'private';
  return `not used: ${reach}, and no tag ${tag}`;
}
