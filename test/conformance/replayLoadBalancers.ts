import {
  CreateLoadBalancerCommand,
  type CreateLoadBalancerCommandInput,
  DescribeLoadBalancerAttributesCommand,
  ModifyCapacityReservationCommand,
  type ModifyCapacityReservationCommandInput,
  ModifyLoadBalancerAttributesCommand,
  SetSecurityGroupsCommand,
  type SetSecurityGroupsCommandInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type AwsCalls, attributeMap, type Tags } from './awsCalls';
import type { JsonObject } from './json';
import { attributesToSet, innerOf, type NameOf, type ReplayIds, sdkTags } from './replayIds';
import { replayListener } from './replayListeners';
import type { LoadBalancerState, State, Zone } from './state';

/** The load balancers with everything that hangs on them. */
export async function replayLoadBalancers(
  aws: AwsCalls,
  balancers: State['loadBalancers'],
  ids: ReplayIds,
  nameOf: NameOf,
): Promise<void> {
  for (const [key, recorded] of Object.entries(balancers)) {
    const name = key.startsWith('$') ? (nameOf(recorded.tags) ?? '') : key;
    const { arn, dnsName } = await makeBalancer(aws, name, ids.resolve(recorded));
    ids.put(key, name);
    ids.put(`\${lb:${innerOf(key)}}`, arn);
    ids.put(`\${dns:${innerOf(key)}}`, dnsName);
  }
  for (const [key, recorded] of Object.entries(balancers)) {
    const arn = ids.resolve(`\${lb:${innerOf(key)}}`);
    // A listener may forward to what hangs on another load balancer, so all of them are there by now.
    await settings(aws, arn, ids.resolve(recorded));
    for (const [port, listener] of Object.entries(recorded.listeners)) {
      await replayListener(aws, arn, Number(port), ids.resolve(listener));
    }
  }
}

async function makeBalancer(
  { elb }: AwsCalls,
  Name: string,
  recorded: LoadBalancerState,
): Promise<{ arn: string; dnsName: string }> {
  const { type, scheme, ipAddressType, securityGroups, zones, tags } = recorded;
  const { CustomerOwnedIpv4Pool, IpamPools, EnablePrefixForIpv6SourceNat } = recorded;
  const input = {
    ...{ Name, Type: type, Scheme: scheme, IpAddressType: ipAddressType, SecurityGroups: securityGroups },
    ...{ SubnetMappings: zones.map(subnetMapping), Tags: sdkTags(tags) },
    ...{ CustomerOwnedIpv4Pool, IpamPools, EnablePrefixForIpv6SourceNat },
  } as CreateLoadBalancerCommandInput;
  const { LoadBalancers } = await elb.send(new CreateLoadBalancerCommand(input));
  const { LoadBalancerArn = '', DNSName = '' } = LoadBalancers?.[0] ?? {};
  return { arn: LoadBalancerArn, dnsName: DNSName };
}

/** The address of an elastic address comes with its allocation. */
function subnetMapping({ SubnetId, LoadBalancerAddresses = [] }: Zone): JsonObject {
  const [{ IpAddress: _given, ...address } = {} as JsonObject] = LoadBalancerAddresses;
  return { SubnetId, ...address };
}

async function settings(aws: AwsCalls, arn: string, recorded: LoadBalancerState): Promise<void> {
  await setAttributes(aws, arn, recorded.attributes);
  const { minimumCapacity, webACL, securityGroups } = recorded;
  const onPrivateLink = recorded['EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic'];
  if (onPrivateLink !== undefined) {
    const input = {
      ...{ LoadBalancerArn: arn, SecurityGroups: securityGroups },
      EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: onPrivateLink,
    } as SetSecurityGroupsCommandInput;
    await aws.elb.send(new SetSecurityGroupsCommand(input));
  }
  if (minimumCapacity !== undefined) {
    const input = { LoadBalancerArn: arn, MinimumLoadBalancerCapacity: minimumCapacity };
    await aws.elb.send(new ModifyCapacityReservationCommand(input as ModifyCapacityReservationCommandInput));
  }
  if (webACL !== undefined)
    await aws.json('wafv2', 'AWSWAF_20190729.AssociateWebACL', { WebACLArn: webACL, ResourceArn: arn });
}

async function setAttributes({ elb }: AwsCalls, LoadBalancerArn: string, wanted: Tags): Promise<void> {
  const fresh = await elb.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }));
  const Attributes = attributesToSet(wanted, attributeMap(fresh.Attributes));
  if (Attributes.length > 0)
    await elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes }));
}

/** Shield protections, by the name that they were given. */
export async function replayProtections(
  aws: AwsCalls,
  { shieldProtections = [] }: State,
  ids: ReplayIds,
): Promise<void> {
  for (const { name, resource } of ids.resolve(shieldProtections)) {
    const input = { Name: name, ResourceArn: resource };
    await aws.json('shield', 'AWSShield_20160616.CreateProtection', input);
  }
}
