import { readService } from '../../annotations/readService';
import { BuildError, goList } from '../errors';
import { isWithin, parseAddress } from './addresses';
import type { ServiceBuild } from './context';

/** Whether addresses of IPv6 clients are translated: `on` or `off`. Source: lbc:pkg/networking/utils.go ValidateEnablePrefixForIpv6SourceNat. */
export function sourceNatOf(
  { annotations, lookups }: ServiceBuild,
  ipAddressType: string,
  subnetIds: readonly string[],
): string {
  const wanted = readService('enable-prefix-for-ipv6-source-nat', annotations) ?? 'off';
  if (wanted === 'off') return wanted;
  if (wanted !== 'on') {
    throw new BuildError(
      `Invalid enable-prefix-for-ipv6-source-nat value: ${wanted}. Valid values are ['on', 'off'].`,
    );
  }
  if (ipAddressType === 'ipv4') {
    throw new BuildError(
      'enable-prefix-for-ipv6-source-nat annotation is only applicable to Network Load Balancers using Dualstack IP address type.',
    );
  }
  const ranges = lookups.subnetRanges(subnetIds);
  const without = subnetIds.filter((_, at) => (ranges[at]?.ipv6 ?? []).length === 0);
  if (without.length === 0) return wanted;
  throw new BuildError(
    `To enable prefix for source NAT, all associated subnets must have an IPv6 CIDR. Subnets without IPv6 CIDR: ${goList(without)}.`,
  );
}

interface Balancer {
  readonly ipAddressType: string;
  readonly subnetIds: readonly string[];
  readonly sourceNat: string;
}

/** The prefix of each subnet, where they are chosen. Source: lbc:pkg/networking/utils.go ValidateSourceNatPrefixes. */
export function sourceNatPrefixes(
  { annotations, lookups }: ServiceBuild,
  { ipAddressType, subnetIds, sourceNat }: Balancer,
): readonly string[] | undefined {
  const prefixes = readService('source-nat-ipv6-prefixes', annotations);
  if (prefixes === undefined) return undefined;
  const problem = settingProblem(ipAddressType, sourceNat, prefixes.length, subnetIds.length);
  if (problem !== undefined) throw new BuildError(problem);
  const ranges = lookups.subnetRanges(subnetIds);
  for (const [at, prefix] of prefixes.entries()) {
    const why = prefixProblem(prefix, ranges[at]?.ipv6 ?? []);
    if (why !== undefined)
      throw new BuildError(`Invalid value in source-nat-ipv6-prefixes: ${prefix}.${why}`);
  }
  return prefixes;
}

function settingProblem(
  ipAddressType: string,
  sourceNat: string,
  prefixes: number,
  subnets: number,
): string | undefined {
  if (ipAddressType !== 'dualstack') {
    return 'source-nat-ipv6-prefixes annotation can only be set for Network Load Balancers using Dualstack IP address type.';
  }
  if (sourceNat !== 'on') {
    return 'source-nat-ipv6-prefixes annotation is only applicable if enable-prefix-for-ipv6-source-nat annotation is set to on.';
  }
  return prefixes === subnets
    ? undefined
    : `Number of values in source-nat-ipv6-prefixes (${prefixes}) must match the number of subnets (${subnets}).`;
}

/** Why a prefix is refused; an empty reason stands for one without a slash. */
function prefixProblem(prefix: string, ranges: readonly string[]): string | undefined {
  if (prefix === 'auto_assigned') return undefined;
  const [address = '', length] = prefix.split('/');
  if (length === undefined) return '';
  if (length !== '80') return ` Prefix length must be 80, but ${length} is specified.`;
  const parsed = parseAddress(address);
  if (parsed?.version !== 6) return ' Value must be a valid IPv6 CIDR.';
  return isWithin(parsed, ranges) ? undefined : ` Value must be within subnet CIDR range: ${goList(ranges)}.`;
}
