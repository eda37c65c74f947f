import { readService, readSourceRanges } from '../../annotations/readService';
import type { Service, ServicePort } from '../../kube/types';
import { compact } from '../build/exclusive';
import { MANAGED_ID } from '../build/securityGroups';
import { BuildError } from '../errors';
import { serviceSecurityGroupName } from '../names';
import { type IpPermission, refTo, SECURITY_GROUP, type Token } from '../stack';
import { identityOf, type ServiceBuild, tagsOf } from './context';

interface Groups {
  readonly attached: readonly Token[];
  readonly backend: Token | undefined;
}

const NONE: Groups = { attached: [], backend: undefined };

/** Own groups by annotation, else a managed one, plus the shared back-end group; or none at all. Source: lbc:pkg/service/model_build_load_balancer.go buildLoadBalancerSecurityGroups. */
export function buildSecurityGroups(build: ServiceBuild, ipAddressType: string): Groups {
  const { annotations, lookups, service } = build;
  const disabled = readService('disable-nlb-sg', annotations) ?? false;
  const current = lookups.networkLoadBalancer(identityOf(service));
  // AWS can neither add the first nor remove the last group later.
  if (current?.hasSecurityGroups === false) return NONE;
  if (disabled) {
    if (current !== undefined) throw new BuildError('conflicting security groups configuration');
    return NONE;
  }
  const named = readService('security-groups', annotations) ?? [];
  return named.length === 0 ? managedGroups(build, ipAddressType) : ownGroups(build, named);
}

function managedGroups(build: ServiceBuild, ipAddressType: string): Groups {
  addManagedGroup(build, ipAddressType);
  const backend = build.lookups.backendSecurityGroup();
  return { attached: [refTo(SECURITY_GROUP, MANAGED_ID, 'groupID'), backend], backend };
}

function ownGroups({ annotations, lookups }: ServiceBuild, named: readonly string[]): Groups {
  const manageRules = readService('manage-backend-security-group-rules', annotations) ?? false;
  const own = lookups.securityGroups(named);
  if (!manageRules) return { attached: own, backend: undefined };
  const backend = lookups.backendSecurityGroup();
  return { attached: [...own, backend], backend };
}

function addManagedGroup(build: ServiceBuild, ipAddressType: string): void {
  const { draft, service, settings } = build;
  const tags = tagsOf(build);
  const ingress = permissions(build, ipAddressType);
  draft.add(
    SECURITY_GROUP,
    MANAGED_ID,
    compact({
      groupName: serviceSecurityGroupName(settings.clusterName, identityOf(service)),
      description: '[k8s] Managed SecurityGroup for LoadBalancer',
      tags,
      ingress: ingress.length === 0 ? undefined : ingress,
    }),
  );
}

/** Who may connect to which port. Source: lbc:pkg/service/model_build_managed_sg.go. */
function permissions({ annotations, service }: ServiceBuild, ipAddressType: string): IpPermission[] {
  const icmp = readService('enable-icmp-for-path-mtu-discovery', annotations) === 'on';
  const prefixLists = readService('security-group-prefix-lists', annotations);
  const cidrs = openTo(sourceRanges(service, annotations), ipAddressType, prefixLists !== undefined);
  return (service.spec?.ports ?? []).flatMap((port) => [
    ...cidrs.flatMap((cidr) => [rangeOf(portOf(port), cidr), ...(icmp ? [mtuDiscovery(cidr)] : [])]),
    ...(prefixLists ?? []).map((listID) => ({ ...portOf(port), prefixLists: [{ listID }] })),
  ]);
}

/** Of the spec; the annotation counts only without those. */
export function sourceRanges(
  { spec }: Service,
  annotations: Readonly<Record<string, string>>,
): readonly string[] {
  const inSpec = spec?.loadBalancerSourceRanges ?? [];
  return inSpec.length > 0 ? inSpec : readSourceRanges(annotations);
}

function openTo(cidrs: readonly string[], ipAddressType: string, hasPrefixLists: boolean): readonly string[] {
  const dualstack = ipAddressType === 'dualstack';
  const ipv6 = cidrs.find((cidr) => cidr.includes(':'));
  if (ipv6 !== undefined && !dualstack) {
    throw new BuildError(`unsupported v6 cidr ${ipv6} when lb is not dualstack`);
  }
  if (cidrs.length > 0 || hasPrefixLists) return cidrs;
  return ['0.0.0.0/0', ...(dualstack ? ['::/0'] : [])];
}

type Ports = Pick<IpPermission, 'ipProtocol' | 'fromPort' | 'toPort'>;

function portOf({ port, protocol = 'TCP' }: ServicePort): Ports {
  return { ipProtocol: protocol.toLowerCase(), fromPort: port, toPort: port };
}

function rangeOf(ports: Ports, cidr: string): IpPermission {
  return cidr.includes(':')
    ? { ...ports, ipv6Ranges: [{ cidrIPv6: cidr }] }
    : { ...ports, ipRanges: [{ cidrIP: cidr }] };
}

/** "Fragmentation needed" and "packet too big": type and code stand where ports do (lbc:pkg/shared_constants/icmp.go). */
function mtuDiscovery(cidr: string): IpPermission {
  const ports = cidr.includes(':')
    ? { ipProtocol: 'icmpv6', fromPort: 2, toPort: 0 }
    : { ipProtocol: 'icmp', fromPort: 3, toPort: 4 };
  return rangeOf(ports, cidr);
}
