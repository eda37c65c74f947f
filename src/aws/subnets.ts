import type { RouteTable, Subnet } from '@aws-sdk/client-ec2';
import { BuildError, byBytes, goList, sorted } from '../model/errors';
import type { SubnetQuery } from '../model/lookups';
import type { Aws } from './clients';
import { describeRouteTables, describeSubnets, zoneTypes } from './ec2';
import { awsCode } from './errors';
import { ec2Tags } from './inventory';
import { judgeFound, judgeNamed, needsIpv6, thoseOf, type Verdict } from './subnetVerdicts';

/** Where subnets are looked for, and for whom. */
export interface Place {
  readonly vpcId: string;
  readonly clusterName: string;
}

/** Subnet ids for a load balancer; throws BuildError in the controller's words. Source: lbc:pkg/networking/subnet_resolver.go. */
export async function resolveSubnets(aws: Aws, place: Place, query: SubnetQuery): Promise<string[]> {
  try {
    const chosen = await subnetsFor(aws, place, query);
    return chosen.map(({ SubnetId = '' }) => SubnetId);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    throw new BuildError(error.message, error.member, error.conflict, query);
  }
}

async function subnetsFor(aws: Aws, place: Place, query: SubnetQuery): Promise<Subnet[]> {
  switch (query.by) {
    case 'discovery':
    case 'tags':
      return choosePerZone(aws, place, query, await candidates(aws, place, query));
    case 'ids':
      return checked(aws, query, await wrap('IDs', byIds(aws, query.ids)));
    case 'names':
      return checked(aws, query, await wrap('names or IDs', byNamesOrIds(aws, place, query.namesOrIds)));
  }
}

async function wrap<T>(what: string, listing: Promise<T>): Promise<T> {
  try {
    return await listing;
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    throw new BuildError(`failed to list subnets by ${what}: ${error.message}`);
  }
}

/** Subnets among which is chosen where nobody names them. */
export async function candidates(
  aws: Aws,
  place: Place,
  query: Extract<SubnetQuery, { by: 'discovery' | 'tags' }>,
): Promise<Subnet[]> {
  return query.by === 'tags' ? byTags(aws, place, query.tags) : discover(aws, place, query.scheme);
}

/** The tag by which subnets are found for a load balancer, with an empty value or `1`. */
export function roleTag(scheme: string): string {
  return scheme === 'internet-facing' ? 'kubernetes.io/role/elb' : 'kubernetes.io/role/internal-elb';
}

/** By role tag; by reachability where no subnet carries the tag. */
async function discover(aws: Aws, place: Place, scheme: string): Promise<Subnet[]> {
  const isPublic = scheme === 'internet-facing';
  const tagged = await byTags(aws, place, { [roleTag(scheme)]: ['', '1'] });
  if (tagged.length > 0) return tagged;
  const [all, tables] = await Promise.all([byTags(aws, place, {}), describeRouteTables(aws, place.vpcId)]);
  return all.filter((subnet) => reachesInternet(subnet, tables) === isPublic);
}

/** Whether the subnet's route table leads to an internet gateway. */
export function reachesInternet(subnet: Subnet, tables: readonly RouteTable[]): boolean {
  const own = tables.find(({ Associations = [] }) =>
    Associations.some(({ SubnetId }) => SubnetId === subnet.SubnetId),
  );
  const main = tables.find(({ Associations = [] }) => Associations.some(({ Main }) => Main === true));
  return ((own ?? main)?.Routes ?? []).some(({ GatewayId }) => GatewayId?.startsWith('igw') === true);
}

/** Subnets of the VPC that carry all tags; all of them where none is named. */
export async function byTags(
  aws: Aws,
  place: Place,
  tags: Readonly<Record<string, readonly string[]>>,
): Promise<Subnet[]> {
  const filters = Object.entries(tags).map(([key, values]) => ({ Name: `tag:${key}`, Values: [...values] }));
  return describeSubnets(aws, { filters: [{ Name: 'vpc-id', Values: [place.vpcId] }, ...filters] });
}

async function byIds(aws: Aws, ids: readonly string[]): Promise<Subnet[]> {
  const found = await orRefusal(describeSubnets(aws, { ids: [...ids] }));
  if (found.length === ids.length) return found;
  const names = goList(found.map(({ SubnetId }) => SubnetId));
  throw new BuildError(`couldn't find all subnets, want: ${goList(ids)}, found: ${names}`);
}

/** An id that does not exist is a mistake of one group, not of the account: the others are planned all the same. */
async function orRefusal<T>(asking: Promise<T>): Promise<T> {
  try {
    return await asking;
  } catch (error) {
    if (!(error instanceof Error) || !awsCode(error).startsWith('InvalidSubnet')) throw error;
    throw new BuildError(`api error ${awsCode(error)}: ${error.message}`);
  }
}

/** In the order in which they were named; the same name twice takes the next subnet of that name. */
async function byNamesOrIds(aws: Aws, place: Place, wanted: readonly string[]): Promise<Subnet[]> {
  const ids = wanted.filter((one) => one.startsWith('subnet-'));
  const names = wanted.filter((one) => !one.startsWith('subnet-'));
  const [byId, named] = await Promise.all([
    ids.length === 0 ? [] : byIds(aws, ids),
    names.length === 0 ? [] : byNames(aws, place, names),
  ]);
  const left = new Map<string, Subnet[]>();
  for (const subnet of named) {
    const name = ec2Tags(subnet)['Name'] ?? '';
    left.set(name, [...(left.get(name) ?? []), subnet]);
  }
  return wanted.map((one) => {
    if (one.startsWith('subnet-'))
      return orThrow(
        byId.find(({ SubnetId }) => SubnetId === one),
        `subnet ID not found: ${one}`,
      );
    const count = named.filter((subnet) => ec2Tags(subnet)['Name'] === one).length;
    const times = wanted.filter((other) => other === one).length;
    const message = `subnet with Name tag "${one}" requested ${times} times but only ${count} subnet(s) found with that name`;
    return orThrow(left.get(one)?.shift(), message);
  });
}

function orThrow<T>(value: T | undefined, message: string): T {
  if (value === undefined) throw new BuildError(message);
  return value;
}

async function byNames(aws: Aws, place: Place, names: readonly string[]): Promise<Subnet[]> {
  const unique = [...new Set(names)];
  const found = await byTags(aws, place, { Name: unique });
  const seen = new Set(found.map((subnet) => ec2Tags(subnet)['Name']));
  const missing = unique.filter((name) => !seen.has(name));
  if (missing.length > 0)
    throw new BuildError(`couldn't find all subnets, missing names: ${goList(missing)}`);
  return found.sort((a, b) => byBytes(a.SubnetId ?? '', b.SubnetId ?? ''));
}

/** One subnet per zone: those of this cluster first, then by id. */
async function choosePerZone(
  aws: Aws,
  place: Place,
  query: SubnetQuery,
  subnets: Subnet[],
): Promise<Subnet[]> {
  const judged = judgeFound(subnets, place.clusterName, query);
  const chosen = thoseOf(judged, 'fits');
  if (chosen.length > 0) return enough(aws, query, chosen);
  const count = (verdict: Verdict) => thoseOf(judged, verdict).length;
  const evaluated = `unable to resolve at least one subnet. Evaluated ${subnets.length} subnets: ${count('other-cluster')} are tagged for other clusters,`;
  throw new BuildError(
    needsIpv6(query)
      ? `${evaluated} ${count('no-room')} have insufficient available IP addresses, and ${count('no-ipv6')} don't have an associated IPv6 CIDR block, which is required for ${query.ipAddressType} load balancers`
      : `${evaluated} and ${count('no-room')} have insufficient available IP addresses`,
  );
}

/** Checks of subnets that somebody named. */
async function checked(aws: Aws, query: SubnetQuery, subnets: Subnet[]): Promise<Subnet[]> {
  if (subnets.length === 0) throw new BuildError('unable to resolve at least one subnet');
  const judged = judgeNamed(subnets, query);
  const [zone] = sorted(thoseOf(judged, 'zone-twice').map(({ AvailabilityZone = '' }) => AvailabilityZone));
  if (zone !== undefined) {
    const same = subnets.filter(({ AvailabilityZone }) => AvailabilityZone === zone);
    const ids = goList(same.map(({ SubnetId }) => SubnetId));
    throw new BuildError(`multiple subnets in same Availability Zone ${zone}: ${ids}`);
  }
  await enough(aws, query, subnets);
  const without = thoseOf(judged, 'no-ipv6');
  if (without.length > 0) {
    const ids = goList(without.map(({ SubnetId }) => SubnetId));
    throw new BuildError(
      `subnets ${ids} do not have an associated IPv6 CIDR block, which is required for ${query.ipAddressType} load balancers`,
    );
  }
  return subnets;
}

/** An ALB needs two zones, unless it lives on an Outpost or in a local zone; an NLB needs one. */
async function enough(aws: Aws, { network }: SubnetQuery, subnets: Subnet[]): Promise<Subnet[]> {
  const locales = await localesOf(aws, subnets);
  if (locales.length > 1) throw new BuildError(`subnets in multiple locales: ${goList(locales)}`);
  const minimum = locales[0] === 'availabilityZone' && network !== true ? 2 : 1;
  if (subnets.length < minimum) {
    throw new BuildError(`subnets count less than minimal required count: ${subnets.length} < ${minimum}`);
  }
  return subnets;
}

const LOCALES: Readonly<Record<string, string>> = {
  'availability-zone': 'availabilityZone',
  'local-zone': 'localZone',
  'wavelength-zone': 'wavelengthZone',
};

async function localesOf(aws: Aws, subnets: readonly Subnet[]): Promise<string[]> {
  const zones = subnets.flatMap(({ OutpostArn, AvailabilityZoneId = '' }) =>
    OutpostArn ? [] : [AvailabilityZoneId],
  );
  const types = zones.length === 0 ? new Map<string, string>() : await zoneTypes(aws, sorted(zones));
  const locales = subnets.map(({ OutpostArn, AvailabilityZoneId = '', SubnetId }) => {
    if (OutpostArn) return 'outpost';
    const type = types.get(AvailabilityZoneId) ?? '';
    return orThrow(LOCALES[type], `unknown zone type for subnet ${SubnetId}: ${type}`);
  });
  return sorted(locales);
}
