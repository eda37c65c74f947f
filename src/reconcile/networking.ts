import type { IpPermission, NetworkInterface, SecurityGroup } from '@aws-sdk/client-ec2';
import ipaddr from 'ipaddr.js';
import type { Aws } from '../aws/clients';
import { describeInstances, describeSecurityGroups, interfacesOfAddresses } from '../aws/ec2';
import { ec2Tags, type Inventory, isOfCluster } from '../aws/inventory';
import { UserError } from '../errors';
import type { ClusterSnapshot } from '../kube/snapshot';
import { keyOf, type TargetGroupBinding } from '../kube/types';
import type { BuildSettings } from '../model/build';
import { goList, sorted } from '../model/errors';
import { clusterTag } from '../model/names';
import type { Change } from './change';
import { type Endpoints, endpointsOf, instanceIdOf, type Place } from './endpoints';
import {
  descriptionOf,
  diffPermissions,
  ruleFields,
  splitPermissions,
  writeRules,
} from './resources/securityGroup';

/** The description that marks rules of ours in security groups that are not ours (lbc: tgbNetworkingIPPermissionLabel*). */
export const RULE_LABEL = 'elbv2.k8s.aws/targetGroupBinding=shared';

interface Sources {
  readonly aws: Aws;
  readonly settings: BuildSettings;
  readonly inventory: Pick<Inventory, 'securityGroups'>;
}

interface Ports {
  readonly protocol: 'tcp' | 'udp';
  readonly source: IpPermission;
  readonly from: number;
  readonly to: number;
}

/**
 * Rules that the security groups of nodes and pods need, over all bindings of the cluster: the ports of one source are
 * joined into one range, and rules of ours that nothing needs any more go. Source: lbc:pkg/networking/networking_manager.go.
 */
export async function planNetworking(
  sources: Sources,
  cluster: ClusterSnapshot,
  bindings: readonly TargetGroupBinding[],
): Promise<Change[]> {
  const needed = await neededRules(sources.aws, sources.settings, cluster, bindings);
  const groups = await groupsToManage(sources, [...needed.keys()]);
  return groups.flatMap((group) => {
    const current = splitPermissions(group.IpPermissions ?? []).filter(
      (one) => descriptionOf(one) === RULE_LABEL,
    );
    const diff = diffPermissions(needed.get(group.GroupId ?? '') ?? [], current);
    const fields = ruleFields(diff);
    if (fields.length === 0) return [];
    const groupId = group.GroupId ?? '';
    const name = ec2Tags(group)['Name'] ?? group.GroupName ?? groupId;
    const apply: Change['apply'] = (run) => writeRules(run.aws, groupId, diff);
    return [{ kind: 'update', what: 'Security group of targets', name, arn: groupId, fields, apply }];
  });
}

/** Groups that need rules, and those of this cluster that may still hold rules of ours. */
async function groupsToManage(
  { aws, inventory, settings }: Sources,
  needed: readonly string[],
): Promise<SecurityGroup[]> {
  const tagged = (await inventory.securityGroups())
    .filter((one) => isOfCluster(one, settings.clusterName))
    .map(({ value }) => value);
  const known = new Set(tagged.map(({ GroupId }) => GroupId));
  const others = needed.filter((id) => !known.has(id));
  const found = others.length === 0 ? [] : await describeSecurityGroups(aws, { ids: others });
  return [...tagged, ...found];
}

async function neededRules(
  aws: Aws,
  settings: BuildSettings,
  cluster: ClusterSnapshot,
  bindings: readonly TargetGroupBinding[],
): Promise<Map<string, IpPermission[]>> {
  const withRules = bindings.filter(({ spec }) => (spec.networking?.ingress ?? []).length > 0);
  const endpoints = withRules.map((binding) =>
    endpointsOf(cluster, binding.metadata.namespace ?? 'default', binding.spec),
  );
  const groupOf = await groupsOfPlaces(
    aws,
    settings,
    cluster,
    endpoints.flatMap(({ places }) => places),
  );
  const ports = new Map<string, Ports[]>();
  withRules.forEach((binding, at) => {
    const own = endpoints[at] ?? { targets: [], places: [], marks: [] };
    for (const group of sorted(own.places.flatMap((place) => groupOf.get(placeKey(place)) ?? []))) {
      ports.set(group, [...(ports.get(group) ?? []), ...portsOf(binding, own)]);
    }
  });
  return new Map([...ports].map(([group, all]) => [group, joinPorts(all)]));
}

/** Ports that a binding needs open, by source. Named ports are those that its targets have. */
function portsOf(binding: TargetGroupBinding, endpoints: Endpoints): Ports[] {
  return (binding.spec.networking?.ingress ?? []).flatMap(({ from, ports }) =>
    from.flatMap((peer) =>
      (ports.length === 0 ? [{ protocol: 'TCP', port: undefined }] : ports).flatMap(({ protocol, port }) =>
        numbersOf(port, endpoints).map(([low, high]) => ({
          protocol: protocol === 'UDP' ? ('udp' as const) : ('tcp' as const),
          source: sourceOf(peer),
          from: low,
          to: high,
        })),
      ),
    ),
  );
}

function numbersOf(port: number | string | undefined, { targets }: Endpoints): [number, number][] {
  if (port === undefined) return [[0, 65_535]];
  // Node ports that the cluster has yet to choose are not in a preview (kube/snapshot.ts PENDING_NODE_PORT).
  if (typeof port === 'number') return port < 0 ? [] : [[port, port]];
  return [...new Set(targets.map((target) => target.port))].map((one) => [one, one]);
}

function sourceOf(peer: {
  readonly securityGroup?: { readonly groupID: string };
  readonly ipBlock?: { readonly cidr: string };
}): IpPermission {
  const Description = RULE_LABEL;
  if (peer.securityGroup !== undefined) {
    return { UserIdGroupPairs: [{ GroupId: peer.securityGroup.groupID, Description }] };
  }
  const cidr = peer.ipBlock?.cidr ?? '';
  return cidr.includes(':')
    ? { Ipv6Ranges: [{ CidrIpv6: cidr, Description }] }
    : { IpRanges: [{ CidrIp: cidr, Description }] };
}

/** Rules from a security group are joined to one range per protocol; rules from addresses stay as they are. */
function joinPorts(all: readonly Ports[]): IpPermission[] {
  const joined = new Map<string, Ports>();
  for (const one of all) {
    const byGroup = one.source.UserIdGroupPairs !== undefined;
    const key = JSON.stringify([one.protocol, one.source, ...(byGroup ? [] : [one.from, one.to])]);
    const before = joined.get(key) ?? one;
    joined.set(key, { ...one, from: Math.min(before.from, one.from), to: Math.max(before.to, one.to) });
  }
  return [...joined.values()].map(({ protocol, source, from, to }) => ({
    ...{ IpProtocol: protocol, FromPort: from, ToPort: to },
    ...source,
  }));
}

function placeKey(place: Place): string {
  return place.kind === 'node' ? place.instanceId : place.address;
}

/** The security group to open for each place: that of its network interface. */
async function groupsOfPlaces(
  aws: Aws,
  settings: BuildSettings,
  cluster: ClusterSnapshot,
  places: readonly Place[],
): Promise<Map<string, string>> {
  const nodeIds = new Map(cluster.nodes.map((node) => [node.metadata.name, instanceIdOf(node)]));
  const instanceIds = sorted(
    places.flatMap((place) => {
      const id = place.kind === 'node' ? place.instanceId : nodeIds.get(place.nodeName ?? '');
      return id === undefined ? [] : [id];
    }),
  );
  const instances = instanceIds.length === 0 ? [] : await describeInstances(aws, instanceIds);
  const interfaces = instances.flatMap(({ NetworkInterfaces = [] }) => NetworkInterfaces);
  const groups = new Map<string, readonly string[]>();
  for (const instance of instances) {
    const primary = (instance.NetworkInterfaces ?? []).find(
      ({ Attachment }) => Attachment?.DeviceIndex === 0,
    );
    groups.set(instance.InstanceId ?? '', groupIds(primary ?? instance.NetworkInterfaces?.[0]));
  }
  const addresses = places.flatMap((place) => (place.kind === 'pod' ? [place.address] : []));
  for (const address of addresses) {
    const holder = interfaces.find((one) => holds(one, address));
    if (holder !== undefined) groups.set(address, groupIds(holder));
  }
  await addForeignInterfaces(aws, settings.vpcId, groups, addresses);
  return oneGroupEach(aws, settings, groups);
}

/** Pods that are not on an EC2 node's interface (Fargate, security groups for pods) are looked up by address. */
async function addForeignInterfaces(
  aws: Aws,
  vpcId: string,
  groups: Map<string, readonly string[]>,
  addresses: readonly string[],
): Promise<void> {
  const unknown = sorted(addresses.filter((address) => !groups.has(address)));
  if (unknown.length === 0) return;
  const interfaces = await interfacesOfAddresses(aws, vpcId, unknown);
  for (const address of unknown) {
    const holder = interfaces.find(({ PrivateIpAddresses = [] }) =>
      PrivateIpAddresses.some(({ PrivateIpAddress }) => PrivateIpAddress === address),
    );
    if (holder !== undefined) groups.set(address, groupIds(holder));
  }
}

type Interface = Pick<
  NetworkInterface,
  'Groups' | 'PrivateIpAddresses' | 'Ipv4Prefixes' | 'Ipv6Addresses' | 'NetworkInterfaceId'
>;

function groupIds(one: Pick<NetworkInterface, 'Groups'> | undefined): string[] {
  return (one?.Groups ?? []).map(({ GroupId = '' }) => GroupId);
}

function holds(one: Interface, address: string): boolean {
  const own = (one.PrivateIpAddresses ?? []).some(({ PrivateIpAddress }) => PrivateIpAddress === address);
  const six = (one.Ipv6Addresses ?? []).some(({ Ipv6Address }) => Ipv6Address === address);
  return own || six || (one.Ipv4Prefixes ?? []).some(({ Ipv4Prefix = '' }) => contains(Ipv4Prefix, address));
}

function contains(prefix: string, address: string): boolean {
  if (!ipaddr.IPv4.isValid(address) || prefix === '') return false;
  return ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parseCIDR(prefix));
}

/** Of several groups, the one that carries the cluster's tag is opened; there must be exactly one. */
async function oneGroupEach(
  aws: Aws,
  { clusterName }: BuildSettings,
  groups: ReadonlyMap<string, readonly string[]>,
): Promise<Map<string, string>> {
  const several = sorted([...groups.values()].filter((ids) => ids.length > 1).flat());
  const described = several.length === 0 ? [] : await describeSecurityGroups(aws, { ids: several });
  const tag = clusterTag(clusterName);
  const tagged = new Set(described.filter((group) => tag in ec2Tags(group)).map(({ GroupId }) => GroupId));
  const chosen = new Map<string, string>();
  for (const [place, ids] of groups) {
    const fit = ids.length === 1 ? ids : ids.filter((id) => tagged.has(id));
    const [only, ...more] = fit;
    if (only === undefined || more.length > 0) throw ambiguous(place, tag, clusterName, fit);
    chosen.set(place, only);
  }
  return chosen;
}

function ambiguous(place: string, tag: string, clusterName: string, found: readonly string[]): UserError {
  const message = `expected exactly one securityGroup tagged with ${tag} for ${place}, got: ${goList(found)} (clusterName: ${clusterName})`;
  return new UserError('ambiguous-security-group', message, {
    why: 'Targets with several security groups need one that may be opened to the load balancer.',
    advice: `Tag exactly one of the node's security groups with ${tag}=owned.`,
  });
}

/** All bindings as they will be: those of the cluster, with those of a plan laid over, without those that go. */
export function bindingsAfter(
  current: readonly TargetGroupBinding[],
  planned: readonly TargetGroupBinding[],
  leaving: ReadonlySet<string>,
): TargetGroupBinding[] {
  const after = new Map(current.filter((one) => !leaving.has(keyOf(one))).map((one) => [keyOf(one), one]));
  for (const one of planned) after.set(keyOf(one), one);
  return [...after.values()];
}
