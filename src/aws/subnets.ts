import type { RouteTable, Subnet } from '@aws-sdk/client-ec2';
import { BuildError, byBytes, goList, sorted } from '../model/errors';
import type { SubnetQuery } from '../model/lookups';
import { clusterTag } from '../model/names';
import type { Aws } from './clients';
import { describeRouteTables, describeSubnets, zoneTypes } from './ec2';
import { ec2Tags } from './inventory';

/** Free addresses that a subnet must have for a load balancer (lbc: defaultMinimalAvailableIPAddressCount). */
const MIN_FREE_ADDRESSES = 8;

interface Place {
  readonly vpcId: string;
  readonly clusterName: string;
}

/** Subnet ids for a load balancer; throws BuildError in the controller's words. Source: lbc:pkg/networking/subnet_resolver.go. */
export async function resolveSubnets(aws: Aws, place: Place, query: SubnetQuery): Promise<string[]> {
  const chosen = await subnetsFor(aws, place, query);
  return chosen.map(({ SubnetId = '' }) => SubnetId);
}

async function subnetsFor(aws: Aws, place: Place, query: SubnetQuery): Promise<Subnet[]> {
  switch (query.by) {
    case 'discovery':
      return choosePerZone(aws, place, query, await discover(aws, place, query.scheme));
    case 'tags': {
      const tagged = await byTags(aws, place, query.tags);
      return choosePerZone(aws, place, query, tagged);
    }
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

/** By role tag; by reachability where no subnet carries the tag. */
async function discover(aws: Aws, place: Place, scheme: string): Promise<Subnet[]> {
  const isPublic = scheme === 'internet-facing';
  const role = isPublic ? 'kubernetes.io/role/elb' : 'kubernetes.io/role/internal-elb';
  const tagged = await byTags(aws, place, { [role]: ['', '1'] });
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

async function byTags(
  aws: Aws,
  place: Place,
  tags: Readonly<Record<string, readonly string[]>>,
): Promise<Subnet[]> {
  const filters = Object.entries(tags).map(([key, values]) => ({ Name: `tag:${key}`, Values: [...values] }));
  return describeSubnets(aws, { filters: [{ Name: 'vpc-id', Values: [place.vpcId] }, ...filters] });
}

async function byIds(aws: Aws, ids: readonly string[]): Promise<Subnet[]> {
  const found = await describeSubnets(aws, { ids: [...ids] });
  if (found.length === ids.length) return found;
  const names = goList(found.map(({ SubnetId }) => SubnetId));
  throw new BuildError(`couldn't find all subnets, want: ${goList(ids)}, found: ${names}`);
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
  const own = clusterTag(place.clusterName);
  const foreign = subnets.filter((subnet) => !eligible(subnet, own));
  const small = subnets.filter((subnet) => eligible(subnet, own) && !hasRoom(subnet));
  const fit = subnets.filter((subnet) => eligible(subnet, own) && hasRoom(subnet));
  const needsV6 = query.ipAddressType.startsWith('dualstack');
  const left = needsV6 ? fit.filter(hasIpv6) : fit;
  const chosen = onePerZone(left, own);
  if (chosen.length > 0) return enough(aws, query, chosen);
  const evaluated = `unable to resolve at least one subnet. Evaluated ${subnets.length} subnets: ${foreign.length} are tagged for other clusters,`;
  throw new BuildError(
    needsV6
      ? `${evaluated} ${small.length} have insufficient available IP addresses, and ${fit.length - left.length} don't have an associated IPv6 CIDR block, which is required for ${query.ipAddressType} load balancers`
      : `${evaluated} and ${small.length} have insufficient available IP addresses`,
  );
}

function eligible(subnet: Subnet, own: string): boolean {
  const keys = Object.keys(ec2Tags(subnet));
  return keys.includes(own) || !keys.some((key) => key.startsWith('kubernetes.io/cluster'));
}

function hasRoom(subnet: Subnet): boolean {
  return (subnet.AvailableIpAddressCount ?? 0) >= MIN_FREE_ADDRESSES;
}

function hasIpv6(subnet: Subnet): boolean {
  return (subnet.Ipv6CidrBlockAssociationSet ?? []).some(
    (one) => one.Ipv6CidrBlockState?.State === 'associated',
  );
}

function onePerZone(subnets: readonly Subnet[], own: string): Subnet[] {
  const rank = (subnet: Subnet) => (own in ec2Tags(subnet) ? 0 : 1);
  const ordered = [...subnets].sort(
    (a, b) => rank(a) - rank(b) || byBytes(a.SubnetId ?? '', b.SubnetId ?? ''),
  );
  const byZone = new Map<string, Subnet>();
  for (const subnet of ordered) {
    const zone = subnet.AvailabilityZone ?? '';
    if (!byZone.has(zone)) byZone.set(zone, subnet);
  }
  return [...byZone.values()].sort((a, b) => byBytes(a.SubnetId ?? '', b.SubnetId ?? ''));
}

/** Checks of subnets that somebody named. */
async function checked(aws: Aws, query: SubnetQuery, subnets: Subnet[]): Promise<Subnet[]> {
  if (subnets.length === 0) throw new BuildError('unable to resolve at least one subnet');
  for (const zone of sorted(subnets.map(({ AvailabilityZone = '' }) => AvailabilityZone))) {
    const same = subnets.filter(({ AvailabilityZone }) => AvailabilityZone === zone);
    if (same.length > 1) {
      const ids = goList(same.map(({ SubnetId }) => SubnetId));
      throw new BuildError(`multiple subnets in same Availability Zone ${zone}: ${ids}`);
    }
  }
  await enough(aws, query, subnets);
  const without = query.ipAddressType.startsWith('dualstack')
    ? subnets.filter((subnet) => !hasIpv6(subnet))
    : [];
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
