import { readService } from '../../annotations/readService';
import { compact } from '../build/exclusive';
import { BuildError } from '../errors';
import type { SubnetMapping } from '../stack';
import { type Address, isWithin, parseAddress } from './addresses';
import { identityOf, type ServiceBuild } from './context';
import { sourceNatPrefixes } from './sourceNat';

interface Balancer {
  readonly scheme: string;
  readonly ipAddressType: string;
  readonly subnetIds: readonly string[];
  readonly sourceNat: string;
}

/** Named subnets, or those of the load balancer as it stands (same scheme), or discovered ones. Source: lbc:pkg/service/model_build_load_balancer.go buildLoadBalancerSubnets. */
export function subnetsOf(build: ServiceBuild, scheme: string, ipAddressType: string): readonly string[] {
  const query = { scheme, ipAddressType, network: true } as const;
  const named = readService('subnets', build.annotations);
  if (named !== undefined) return build.lookups.subnets({ ...query, by: 'names', namesOrIds: named });
  const current = build.lookups.networkLoadBalancer(identityOf(build.service));
  return current !== undefined && current.scheme === scheme
    ? build.lookups.subnets({ ...query, by: 'names', namesOrIds: current.subnetIds })
    : build.lookups.subnets({ ...query, by: 'discovery' });
}

/** Subnets with the addresses that the load balancer has in them. Source: lbc:pkg/service/model_build_load_balancer.go buildLoadBalancerSubnetMappings. */
export function subnetMappings(build: ServiceBuild, balancer: Balancer): SubnetMapping[] {
  const allocations = elasticAddresses(build, balancer);
  const ipv4 = privateAddresses(build, balancer);
  const ipv6 = ipv6Addresses(build, balancer);
  const prefixes = sourceNatPrefixes(build, balancer);
  const ranges = ipv4 || ipv6 ? build.lookups.subnetRanges(balancer.subnetIds) : [];
  return balancer.subnetIds.map((subnetID, at) =>
    compact({
      subnetID,
      allocationID: allocations?.[at],
      privateIPv4Address: ipv4 && addressIn('private IPv4', ipv4, ranges[at]?.ipv4, subnetID),
      sourceNatIpv6Prefix: prefixes?.[at],
      ipv6Address: ipv6 && addressIn('IPv6', ipv6, ranges[at]?.ipv6, subnetID),
    }),
  );
}

function elasticAddresses({ annotations }: ServiceBuild, balancer: Balancer): readonly string[] | undefined {
  const ids = readService('eip-allocations', annotations);
  if (ids === undefined) return undefined;
  if (balancer.scheme !== 'internet-facing') {
    throw new BuildError('EIP allocations can only be set for internet facing load balancers');
  }
  refuseCount('EIP allocations', ids, balancer);
  return ids;
}

function privateAddresses({ annotations }: ServiceBuild, balancer: Balancer): Address[] | undefined {
  const raw = readService('private-ipv4-addresses', annotations);
  if (raw === undefined) return undefined;
  if (balancer.scheme !== 'internal') {
    throw new BuildError('private IPv4 addresses can only be set for internal load balancers');
  }
  refuseCount('private IPv4 addresses', raw, balancer);
  return raw.map((one) => parsed('private IPv4 addresses', one, 4));
}

function ipv6Addresses({ annotations }: ServiceBuild, balancer: Balancer): Address[] | undefined {
  const raw = readService('ipv6-addresses', annotations);
  if (raw === undefined) return undefined;
  if (balancer.ipAddressType !== 'dualstack') {
    throw new BuildError('IPv6 addresses can only be set for dualstack load balancers');
  }
  refuseCount('IPv6 addresses', raw, balancer);
  return raw.map((one) => parsed('IPv6 addresses', one, 6));
}

function refuseCount(what: string, values: readonly string[], { subnetIds }: Balancer): void {
  if (values.length === subnetIds.length) return;
  const message = `count of ${what} (${values.length}) and subnets (${subnetIds.length}) must match`;
  throw new BuildError(message);
}

function parsed(what: string, raw: string, version: 4 | 6): Address {
  const address = parseAddress(raw);
  if (address === undefined) throw new BuildError(`${what} must be valid IP address: ${raw}`);
  if (address.version === version) return address;
  throw new BuildError(`${what} must be valid IPv${version} address: ${raw}`);
}

/** The one address that lies in the subnet. */
function addressIn(
  what: string,
  addresses: readonly Address[],
  ranges: readonly string[] | undefined,
  subnetId: string,
): string {
  const [only, ...more] = addresses.filter((address) => isWithin(address, ranges ?? []));
  if (only !== undefined && more.length === 0) return only.text;
  throw new BuildError(`expect one ${what} address configured for subnet: ${subnetId}`);
}
