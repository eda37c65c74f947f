/** The settings of a load balancer that can be changed in place, each with the call that does it. */
import {
  type AvailabilityZone,
  type IpAddressType,
  type LoadBalancer,
  ModifyCapacityReservationCommand,
  ModifyIpPoolsCommand,
  ModifyLoadBalancerAttributesCommand,
  SetIpAddressTypeCommand,
  SetSecurityGroupsCommand,
  type SetSecurityGroupsCommandInput,
  SetSubnetsCommand,
  type SetSubnetsCommandInput,
  type SubnetMapping,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Tagged } from '../../aws/elbv2';
import { diffTags } from '../../aws/inventory';
import { sorted } from '../../model/errors';
import type { LoadBalancerSpec } from '../../model/stack';
import { diffRecords, type FieldChange, type Run } from '../change';
import { resourceTags, type StackContext } from './context';
import { showGroups, tagFields } from './securityGroup';
import { attributeFields, writeElbTags } from './targetGroup';

/** What AWS says of a load balancer besides the list itself. */
export interface LoadBalancerDetails {
  readonly attributes: Readonly<Record<string, string>>;
  /** Load balancer capacity units that are reserved; undefined when nobody asked. */
  readonly capacityUnits: number | undefined;
}

/** One setting that differs, and the call that mends it. */
export interface Mend {
  readonly fields: readonly FieldChange[];
  apply(run: Run): Promise<unknown>;
}

/** Everything that differs, in the order in which it is to be mended. Source: lbc:pkg/deploy/elbv2/load_balancer_manager.go Update. */
export function mendsOf(
  context: StackContext,
  id: string,
  spec: LoadBalancerSpec,
  actual: Tagged<LoadBalancer>,
  details: LoadBalancerDetails | undefined,
): Mend[] {
  const arn = actual.value.LoadBalancerArn ?? '';
  // IPAM pools are removed before and set after everything else.
  return [
    ...removePool(spec, actual.value, arn),
    ...mendTags(context, id, spec, actual, arn),
    ...mendGroups(context, spec, actual.value, arn),
    ...mendSubnets(spec, actual.value, arn),
    ...mendAddressType(spec, actual.value, arn),
    ...mendAttributes(spec, details?.attributes ?? {}, arn),
    ...setPool(spec, actual.value, arn),
    ...mendCapacity(spec, details?.capacityUnits, arn),
  ];
}

/** What SetSubnets and CreateLoadBalancer take. */
export function sdkSubnetMappings({ subnetMapping }: LoadBalancerSpec): SubnetMapping[] {
  return subnetMapping.map((one) => ({
    ...{ SubnetId: one.subnetID, AllocationId: one.allocationID },
    ...{ PrivateIPv4Address: one.privateIPv4Address, IPv6Address: one.ipv6Address },
    SourceNatIpv6Prefix: one.sourceNatIpv6Prefix,
  }));
}

function mendTags(
  context: StackContext,
  id: string,
  spec: LoadBalancerSpec,
  { tags: current }: Tagged<LoadBalancer>,
  arn: string,
): Mend[] {
  const { clusterName, externalManagedTags } = context.settings;
  const tags = diffTags(resourceTags(context, id, spec.tags), current, clusterName, externalManagedTags);
  const fields = tagFields(tags, current);
  return fields.length === 0 ? [] : [{ fields, apply: ({ aws }) => writeElbTags(aws, arn, tags) }];
}

function mendGroups(
  context: StackContext,
  spec: LoadBalancerSpec,
  actual: LoadBalancer,
  arn: string,
): Mend[] {
  const groups = spec.securityGroups ?? [];
  const rules = spec.securityGroupsInboundRulesOnPrivateLink;
  const before = actual.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic;
  const fields = [
    ...diffRecords(
      '',
      { 'security groups': [...(actual.SecurityGroups ?? [])].sort() },
      { 'security groups': showGroups(groups, context) },
    ),
    ...(rules === undefined || rules === before
      ? []
      : [{ path: 'rules on private link', before, after: rules }]),
  ];
  return fields.length === 0 ? [] : [{ fields, apply: (run) => writeGroups(run, arn, spec) }];
}

/** Groups, and whether their rules count for traffic from a private link (API SetSecurityGroups). */
export async function writeGroups(
  { aws, outputs }: Run,
  LoadBalancerArn: string,
  { securityGroups = [], securityGroupsInboundRulesOnPrivateLink: rules }: LoadBalancerSpec,
): Promise<void> {
  await aws.elbv2.send(
    new SetSecurityGroupsCommand({
      ...{ LoadBalancerArn, SecurityGroups: securityGroups.map(outputs.need) },
      EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic:
        rules as SetSecurityGroupsCommandInput['EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic'],
    }),
  );
}

/**
 * Subnets, and what comes with them: prefixes for source NAT, and IPv6 addresses where they are first asked for. Other
 * addresses cannot be changed in place. Source: lbc:pkg/deploy/elbv2/load_balancer_manager.go updateSDKLoadBalancerWithSubnetMappings.
 */
function mendSubnets(spec: LoadBalancerSpec, actual: LoadBalancer, arn: string): Mend[] {
  const nat = spec.enablePrefixForIpv6SourceNat;
  const fields = diffRecords(
    '',
    {
      subnets: zonesOf(actual, ({ SubnetId }) => SubnetId),
      'source NAT prefixes': zonesOf(actual, ({ SourceNatIpv6Prefixes }) => SourceNatIpv6Prefixes?.[0]),
      'source NAT by prefix': nat === undefined ? undefined : actual.EnablePrefixForIpv6SourceNat,
      'IPv6 addresses': newAddresses(spec, actual).length === 0 ? undefined : [],
    },
    {
      subnets: spec.subnetMapping.map(({ subnetID }) => subnetID).sort(),
      'source NAT prefixes': mapped(spec, ({ sourceNatIpv6Prefix }) => sourceNatIpv6Prefix),
      'source NAT by prefix': nat,
      'IPv6 addresses': newAddresses(spec, actual).length === 0 ? undefined : newAddresses(spec, actual),
    },
  );
  if (fields.length === 0) return [];
  const input = {
    ...{ LoadBalancerArn: arn, SubnetMappings: sdkSubnetMappings(spec) },
    EnablePrefixForIpv6SourceNat: nat as SetSubnetsCommandInput['EnablePrefixForIpv6SourceNat'],
  };
  return [{ fields, apply: ({ aws }) => aws.elbv2.send(new SetSubnetsCommand(input)) }];
}

function zonesOf(
  { AvailabilityZones = [] }: LoadBalancer,
  pick: (zone: AvailabilityZone) => string | undefined,
): string[] {
  return sorted(AvailabilityZones.flatMap((zone) => pick(zone) ?? []));
}

function mapped(
  { subnetMapping }: LoadBalancerSpec,
  pick: (one: LoadBalancerSpec['subnetMapping'][number]) => string | undefined,
): string[] {
  return sorted(subnetMapping.flatMap((one) => pick(one) ?? []));
}

/** Addresses of a load balancer that becomes dualstack and had none. */
function newAddresses(spec: LoadBalancerSpec, actual: LoadBalancer): string[] {
  const becomes = spec.ipAddressType === 'dualstack' && actual.IpAddressType !== 'dualstack';
  const before = zonesOf(actual, ({ LoadBalancerAddresses }) => LoadBalancerAddresses?.[0]?.IPv6Address);
  return becomes && before.length === 0 ? mapped(spec, ({ ipv6Address }) => ipv6Address) : [];
}

function mendAddressType(spec: LoadBalancerSpec, actual: LoadBalancer, arn: string): Mend[] {
  if (spec.ipAddressType === actual.IpAddressType) return [];
  const fields = [{ path: 'IP address type', before: actual.IpAddressType, after: spec.ipAddressType }];
  const input = { LoadBalancerArn: arn, IpAddressType: spec.ipAddressType as IpAddressType };
  return [{ fields, apply: ({ aws }) => aws.elbv2.send(new SetIpAddressTypeCommand(input)) }];
}

function mendAttributes(
  spec: LoadBalancerSpec,
  current: Readonly<Record<string, string>>,
  arn: string,
): Mend[] {
  const wanted = (spec.loadBalancerAttributes ?? []).filter(({ key, value }) => current[key] !== value);
  if (wanted.length === 0) return [];
  return [{ fields: attributeFields(wanted, current), apply: (run) => writeAttributes(run, arn, wanted) }];
}

export async function writeAttributes(
  { aws }: Run,
  LoadBalancerArn: string,
  wanted: readonly { readonly key: string; readonly value: string }[],
): Promise<void> {
  if (wanted.length === 0) return;
  const Attributes = wanted.map(({ key, value }) => ({ Key: key, Value: value }));
  await aws.elbv2.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes }));
}

function removePool(spec: LoadBalancerSpec, actual: LoadBalancer, LoadBalancerArn: string): Mend[] {
  const before = actual.IpamPools?.Ipv4IpamPoolId;
  if (before === undefined || spec.ipv4IPAMPool !== undefined) return [];
  const input = { LoadBalancerArn, RemoveIpamPools: ['ipv4' as const] };
  return [
    {
      fields: [{ path: 'IPAM pool', before }],
      apply: ({ aws }) => aws.elbv2.send(new ModifyIpPoolsCommand(input)),
    },
  ];
}

function setPool(spec: LoadBalancerSpec, actual: LoadBalancer, LoadBalancerArn: string): Mend[] {
  const [before, after] = [actual.IpamPools?.Ipv4IpamPoolId, spec.ipv4IPAMPool];
  if (after === undefined || before === after) return [];
  const input = { LoadBalancerArn, IpamPools: { Ipv4IpamPoolId: after } };
  return [
    {
      fields: [{ path: 'IPAM pool', before, after }],
      apply: ({ aws }) => aws.elbv2.send(new ModifyIpPoolsCommand(input)),
    },
  ];
}

function mendCapacity(spec: LoadBalancerSpec, before: number | undefined, arn: string): Mend[] {
  const after = spec.minimumLoadBalancerCapacity?.capacityUnits;
  if (after === undefined || after === before) return [];
  return [
    { fields: [{ path: 'capacity units', before, after }], apply: (run) => writeCapacity(run, arn, after) },
  ];
}

export async function writeCapacity(
  { aws }: Run,
  LoadBalancerArn: string,
  units: number | undefined,
): Promise<void> {
  if (units === undefined) return;
  const input =
    units === 0
      ? { LoadBalancerArn, ResetCapacityReservation: true }
      : { LoadBalancerArn, MinimumLoadBalancerCapacity: { CapacityUnits: units } };
  await aws.elbv2.send(new ModifyCapacityReservationCommand(input));
}
