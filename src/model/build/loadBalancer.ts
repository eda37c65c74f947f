import { defaultOf, readAnnotation } from '../../annotations/read';
import { BuildError, goList, goSet, sorted } from '../errors';
import type { Member } from '../group';
import { loadBalancerName } from '../names';
import { LOAD_BALANCER, LOAD_BALANCER_ID, type SubnetMapping } from '../stack';
import { loadBalancerAttributes, minimumCapacity } from './attributes';
import { annotationsOf, type Build, type LoadBalancerFacts } from './context';
import { compact, exclusive, given, inConflict } from './exclusive';
import type { ListenConfig } from './listenPorts';
import { buildSecurityGroups } from './securityGroups';
import { groupTags } from './tags';

const SCHEMES = ['internet-facing', 'internal'];
const IP_ADDRESS_TYPES = ['ipv4', 'dualstack', 'dualstack-without-public-ipv4'];

/** Adds the load balancer (and its managed security group) to the draft. Source: lbc:pkg/ingress/model_build_load_balancer.go. */
export function buildLoadBalancer(
  build: Build,
  listeners: ReadonlyMap<number, ListenConfig>,
): LoadBalancerFacts {
  const { members } = build.group;
  const scheme = schemeOf(build);
  const ipAddressType = ipAddressTypeOf(members);
  const subnetMapping = subnetsOf(build, scheme, ipAddressType);
  const groups = buildSecurityGroups(build, listeners, ipAddressType);
  const spec = {
    customerOwnedIPv4Pool: customerOwnedPool(members),
    loadBalancerAttributes: loadBalancerAttributes(members),
    tags: groupTags(build, members),
    name: nameOf(build, scheme),
    minimumLoadBalancerCapacity: minimumCapacity(members),
    ipv4IPAMPool: ipamPool(members),
  };
  const fixed = {
    type: 'application',
    scheme,
    ipAddressType,
    subnetMapping,
    securityGroups: groups.attached,
  } as const;
  build.draft.add(LOAD_BALANCER, LOAD_BALANCER_ID, compact({ ...fixed, ...spec }));
  const { name } = spec;
  return { name, ipAddressType, securityGroups: groups.attached, backendSecurityGroup: groups.backend };
}

function schemeOf(build: Build): string {
  const scheme = exclusive(
    'scheme',
    build.group.members,
    (member) => member.params?.scheme ?? readAnnotation('scheme', annotationsOf(member)),
    (values) => `conflicting scheme: ${goSet(values)}`,
  );
  if (scheme === undefined) return build.settings.defaultScheme;
  if (!SCHEMES.includes(scheme)) throw new BuildError(`unknown scheme: ${scheme}`);
  return scheme;
}

function ipAddressTypeOf(members: readonly Member[]): string {
  const type = exclusive(
    'ip-address-type',
    members,
    (member) => member.params?.ipAddressType ?? readAnnotation('ip-address-type', annotationsOf(member)),
    (values) => `conflicting IPAddressType: ${goList(sorted(values))}`,
  );
  if (type !== undefined && !IP_ADDRESS_TYPES.includes(type))
    throw new BuildError(`unknown IPAddressType: ${type}`);
  return type ?? defaultOf('ip-address-type');
}

function nameOf(build: Build, scheme: string): string {
  const name = exclusive(
    'load-balancer-name',
    build.group.members,
    (member) =>
      member.params?.loadBalancerName || readAnnotation('load-balancer-name', annotationsOf(member)),
    (values) => `conflicting load balancer name: ${goSet(values)}`,
  );
  if (name === undefined) return loadBalancerName(build.settings.clusterName, build.group.id, scheme);
  if (name.length > 32) throw new BuildError('load balancer name cannot be longer than 32 characters');
  return name;
}

function customerOwnedPool(members: readonly Member[]): string | undefined {
  return exclusive(
    'customer-owned-ipv4-pool',
    members,
    (member) => {
      const pool = readAnnotation('customer-owned-ipv4-pool', annotationsOf(member));
      if (pool !== '') return pool;
      const message = `cannot use empty value for customer-owned-ipv4-pool annotation, ingress: ${member.key}`;
      throw new BuildError(message, member.key);
    },
    (values) => `conflicting CustomerOwnedIPv4Pool: ${goList(sorted(values))}`,
  );
}

function ipamPool(members: readonly Member[]): string | undefined {
  const ofClass = members[0]?.params?.ipamConfiguration?.ipv4IPAMPoolId;
  if (ofClass !== undefined) return ofClass;
  return exclusive(
    'ipam-ipv4-pool-id',
    members,
    (member) => readAnnotation('ipam-ipv4-pool-id', annotationsOf(member)) || undefined,
    (values) => `conflicting ipv4 ipam pools ${values[0]}: ${values.find((value) => value !== values[0])}`,
  );
}

/** Named subnets, or those of the load balancer as it stands (same scheme), or discovered ones. */
function subnetsOf(build: Build, scheme: string, ipAddressType: string): SubnetMapping[] {
  const ids = namedSubnets(build, scheme, ipAddressType) ?? currentOrDiscovered(build, scheme, ipAddressType);
  return ids.map((subnetID) => ({ subnetID }));
}

function namedSubnets(build: Build, scheme: string, ipAddressType: string): readonly string[] | undefined {
  const { members } = build.group;
  const selectors = given(members, (member) => member.params?.subnets);
  const lists = given(members, (member) =>
    member.params?.subnets === undefined ? readAnnotation('subnets', annotationsOf(member)) : undefined,
  );
  const selector = selectors[0]?.value;
  if (selector !== undefined) {
    if (lists[0] !== undefined) {
      throw new BuildError(
        'conflicting subnet specifications: IngressClassParams versus annotation',
        lists[0].member,
      );
    }
    const other = selectors.find(({ value }) => JSON.stringify(value) !== JSON.stringify(selector));
    if (other !== undefined) {
      throw new BuildError('conflicting IngressClassParams subnet specifications', other.member);
    }
    return selector.ids !== undefined && selector.ids.length > 0
      ? build.lookups.subnets({ by: 'ids', ids: selector.ids, scheme, ipAddressType })
      : build.lookups.subnets({ by: 'tags', tags: selector.tags ?? {}, scheme, ipAddressType });
  }
  const first = lists[0];
  if (first === undefined) return undefined;
  const chosen = first.value;
  // The order of subnets does not matter, that of security groups does (lbc: IgnoreStringSliceOrder).
  const other = lists.find(({ value }) => [...value].sort().join() !== [...chosen].sort().join());
  if (other !== undefined) {
    throw inConflict(
      `conflicting subnets: ${goList(chosen)} | ${goList(other.value)}`,
      'subnets',
      first,
      other,
    );
  }
  return build.lookups.subnets({ by: 'names', namesOrIds: chosen, scheme, ipAddressType });
}

function currentOrDiscovered(build: Build, scheme: string, ipAddressType: string): readonly string[] {
  const current = build.lookups.currentLoadBalancer(build.group.id);
  if (current !== undefined && current.scheme === scheme) return current.subnetIds;
  try {
    return build.lookups.subnets({ by: 'discovery', scheme, ipAddressType });
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    throw new BuildError(
      `couldn't auto-discover subnets: ${error.message}`,
      undefined,
      undefined,
      error.subnets,
    );
  }
}
