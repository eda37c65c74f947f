import { readService, readServiceOrDefault } from '../../annotations/readService';
import { capacityOf } from '../build/attributes';
import { compact } from '../build/exclusive';
import { BuildError } from '../errors';
import { serviceLoadBalancerName } from '../names';
import { LOAD_BALANCER, LOAD_BALANCER_ID } from '../stack';
import { loadBalancerAttributes, privateLinkRules } from './attributes';
import { identityOf, type NetworkFacts, type ServiceBuild, tagsOf } from './context';
import { buildSecurityGroups } from './securityGroups';
import { sourceNatOf } from './sourceNat';
import { subnetMappings, subnetsOf } from './subnets';

/** Adds the load balancer (and its managed security group) to the draft. Source: lbc:pkg/service/model_build_load_balancer.go. */
export function buildLoadBalancer(build: ServiceBuild): NetworkFacts {
  const { annotations, draft } = build;
  const scheme = schemeOf(build);
  const ipAddressType = ipAddressTypeOf(build);
  const subnetIds = subnetsOf(build, scheme, ipAddressType);
  const sourceNat = sourceNatOf(build, ipAddressType, subnetIds);
  const attributes = loadBalancerAttributes(annotations);
  const capacity = capacityOf(readService('minimum-load-balancer-capacity', annotations) ?? {});
  const groups = buildSecurityGroups(build, ipAddressType);
  const spec = {
    tags: tagsOf(build),
    subnetMapping: subnetMappings(build, { scheme, ipAddressType, subnetIds, sourceNat }),
    name: nameOf(build, scheme),
    securityGroupsInboundRulesOnPrivateLink: privateLinkRules(annotations),
    securityGroups: groups.attached.length === 0 ? undefined : groups.attached,
    loadBalancerAttributes: attributes,
    minimumLoadBalancerCapacity: capacity,
    enablePrefixForIpv6SourceNat: sourceNat,
  };
  draft.add(LOAD_BALANCER, LOAD_BALANCER_ID, compact({ type: 'network', scheme, ipAddressType, ...spec }));
  const hasSecurityGroups = groups.attached.length > 0;
  return { scheme, ipAddressType, subnetIds, hasSecurityGroups, backendSecurityGroup: groups.backend };
}

/** As annotated, else as it is, else the controller's default. */
function schemeOf({ annotations, lookups, service, settings }: ServiceBuild): string {
  const scheme = readService('scheme', annotations);
  if (scheme === 'internal' || scheme === 'internet-facing') return scheme;
  if (scheme !== undefined) throw new BuildError(`unknown scheme: ${scheme}`);
  const internal = readService('internal', annotations);
  if (internal !== undefined) return internal ? 'internal' : 'internet-facing';
  return lookups.networkLoadBalancer(identityOf(service))?.scheme ?? settings.defaultScheme;
}

function ipAddressTypeOf({ annotations }: ServiceBuild): string {
  const type = readServiceOrDefault('ip-address-type', annotations);
  if (type === 'ipv4' || type === 'dualstack') return type;
  throw new BuildError(`unknown IPAddressType: ${type}`);
}

function nameOf({ annotations, settings, service }: ServiceBuild, scheme: string): string {
  const name = readService('name', annotations);
  if (name === undefined) return serviceLoadBalancerName(settings.clusterName, identityOf(service), scheme);
  if (name.length > 32) throw new BuildError('load balancer name cannot be longer than 32 characters');
  return name;
}
