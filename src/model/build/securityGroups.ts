import { readAnnotation } from '../../annotations/read';
import { goList } from '../errors';
import { managedSecurityGroupName } from '../names';
import { type IpPermission, refTo, SECURITY_GROUP, type Token } from '../stack';
import { annotationsOf, type Build, servesIpv6 } from './context';
import { compact, given, inConflict } from './exclusive';
import type { ListenConfig } from './listenPorts';
import { groupTags } from './tags';

export const MANAGED_ID = 'ManagedLBSecurityGroup';

/** Groups of the load balancer: own ones by annotation, else a managed front-end group, plus the shared back-end group. */
export function buildSecurityGroups(
  build: Build,
  listeners: ReadonlyMap<number, ListenConfig>,
  ipAddressType: string,
): { attached: Token[]; backend: Token | undefined } {
  const named = namedGroups(build);
  if (named.length === 0) {
    addManagedGroup(build, listeners, ipAddressType);
    const backend = build.lookups.backendSecurityGroup();
    return { attached: [refTo(SECURITY_GROUP, MANAGED_ID, 'groupID'), backend], backend };
  }
  const manageRules = managesBackendRules(build);
  const own = build.lookups.securityGroups(named);
  if (!manageRules) return { attached: [...own], backend: undefined };
  const backend = build.lookups.backendSecurityGroup();
  return { attached: [...own, backend], backend };
}

function namedGroups(build: Build): readonly string[] {
  const lists = given(build.group.members, (member) =>
    readAnnotation('security-groups', annotationsOf(member)),
  );
  const first = lists[0];
  if (first === undefined) return [];
  const other = lists.find(({ value }) => value.join() !== first.value.join());
  if (other === undefined) return first.value;
  const sides = `${goList(first.value)} | ${goList(other.value)}`;
  throw inConflict(`conflicting securityGroups: ${sides}`, 'security-groups', first, other);
}

function managesBackendRules(build: Build): boolean {
  const values = given(build.group.members, (member) =>
    readAnnotation('manage-backend-security-group-rules', annotationsOf(member)),
  );
  const first = values[0];
  const other = values.find(({ value }) => value !== first?.value);
  if (first === undefined || other === undefined) return first?.value ?? false;
  const message = 'conflicting manage backend security group rules settings';
  throw inConflict(message, 'manage-backend-security-group-rules', first, other);
}

function addManagedGroup(
  build: Build,
  listeners: ReadonlyMap<number, ListenConfig>,
  ipAddressType: string,
): void {
  const ingress = [...listeners].flatMap(([port, config]) =>
    permissionsOf(port, config, servesIpv6(ipAddressType)),
  );
  build.draft.add(
    SECURITY_GROUP,
    MANAGED_ID,
    compact({
      groupName: managedSecurityGroupName(build.settings.clusterName, build.group.id),
      description: '[k8s] Managed SecurityGroup for LoadBalancer',
      tags: groupTags(build, build.group.members),
      ingress: ingress.length === 0 ? undefined : ingress,
    }),
  );
}

/** IPv6 CIDRs are dropped on an IPv4 load balancer (lbc:pkg/ingress/model_build_managed_sg.go). */
function permissionsOf(port: number, config: ListenConfig, ipv6: boolean): IpPermission[] {
  const base = { ipProtocol: 'tcp', fromPort: port, toPort: port };
  return [
    ...config.inboundV4.map((cidrIP) => ({ ...base, ipRanges: [{ cidrIP }] })),
    ...(ipv6 ? config.inboundV6 : []).map((cidrIPv6) => ({ ...base, ipv6Ranges: [{ cidrIPv6 }] })),
    ...config.prefixLists.map((listID) => ({ ...base, prefixLists: [{ listID }] })),
  ];
}
