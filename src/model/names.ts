import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { type GroupId, groupIdText, isExplicit } from './groupId';

/** Everything that AWS or Kubernetes shows of us, spelled as the controller spells it (lbc:pkg/shared_constants). */
export const TAG_CLUSTER = 'elbv2.k8s.aws/cluster';
export const TAG_RESOURCE_SHARED = 'elbv2.k8s.aws/resource';
export const TAG_CLUSTER_LEGACY = 'ingress.k8s.aws/cluster';
export const BACKEND_SG_RESOURCE = 'backend-sg';
export const GROUP_FINALIZER_PREFIX = 'group.ingress.k8s.aws/';
export const IMPLICIT_FINALIZER = 'ingress.k8s.aws/resources';
export const BINDING_FINALIZER = 'elbv2.k8s.aws/resources';
export const SERVICE_FINALIZER = 'service.k8s.aws/resources';

/** For what a stack is made; what it consists of is tagged accordingly (lbc:pkg/deploy/tracking/provider.go). */
export type StackKind = 'ingress' | 'service';

/** Which of all stacks: an IngressGroup and a Service may have the same id. */
export interface StackIdentity {
  readonly kind: StackKind;
  readonly group: GroupId;
}

/** The key under which a resource carries the id of its stack. */
export function stackTag(kind: StackKind): string {
  return `${kind}.k8s.aws/stack`;
}

/** The key under which a resource carries its id within its stack. */
export function resourceTag(kind: StackKind): string {
  return `${kind}.k8s.aws/resource`;
}

/** The key under which EKS says that something is a cluster's: `owned` or `shared`. */
export function clusterTag(clusterName: string): string {
  return `kubernetes.io/cluster/${clusterName}`;
}

/** Tag keys of the v1 controller: never removed from a resource (lbc:pkg/deploy/tracking/provider.go). */
export function legacyTagKeys(clusterName: string): string[] {
  return [
    clusterTag(clusterName),
    'kubernetes.io/cluster-name',
    'kubernetes.io/namespace',
    'kubernetes.io/ingress-name',
    'kubernetes.io/service-name',
    'kubernetes.io/service-port',
    TAG_CLUSTER_LEGACY,
  ];
}

/** Tags by which every resource of a stack is found again. */
export function stackTags(clusterName: string, { kind, group }: StackIdentity): Record<string, string> {
  return { [TAG_CLUSTER]: clusterName, [stackTag(kind)]: groupIdText(group) };
}

/** Labels by which the TargetGroupBindings of a stack are found again. */
export function stackLabels({ kind, group }: StackIdentity): Record<string, string> {
  const key = stackTag(kind);
  return isExplicit(group)
    ? { [key]: group.name }
    : { [`${key}-namespace`]: group.namespace, [`${key}-name`]: group.name };
}

/** The finalizer that a member of the group carries while AWS resources may exist for it. */
export function groupFinalizer(group: GroupId): string {
  return isExplicit(group) ? `${GROUP_FINALIZER_PREFIX}${group.name}` : IMPLICIT_FINALIZER;
}

/** lbc:pkg/ingress/model_build_load_balancer.go buildLoadBalancerName */
export function loadBalancerName(clusterName: string, group: GroupId, scheme: string): string {
  return groupName(group, clusterName, scheme);
}

/** lbc:pkg/ingress/model_build_managed_sg.go buildManagedSecurityGroupName */
export function managedSecurityGroupName(clusterName: string, group: GroupId): string {
  return groupName(group, clusterName);
}

/** lbc:pkg/networking/backend_sg_provider.go getBackendSGName */
export function backendSecurityGroupName(clusterName: string): string {
  return `k8s-traffic-${alnum(clusterName, 232)}-${hash(clusterName)}`;
}

export interface TargetGroupIdentity {
  readonly clusterName: string;
  readonly group: GroupId;
  readonly ingress: { readonly namespace: string; readonly name: string };
  readonly service: { readonly namespace: string; readonly name: string; readonly uid: string };
  /** The Service port as the Ingress names it. */
  readonly servicePort: string;
  readonly port: number;
  readonly targetType: string;
  readonly protocol: string;
  readonly protocolVersion: string;
  readonly targetControlPort?: number | undefined;
}

/** Stands for a hash over what is not known yet, such as the UID that a Service gets when it is created. */
const UNKNOWN_HASH = '??????????';

/** lbc:pkg/ingress/model_build_target_group.go buildTargetGroupName; the hash is open while the Service has no UID. */
export function targetGroupName(id: TargetGroupIdentity): string {
  return ofService(id.service, ...identityParts(id));
}

type Owner = TargetGroupIdentity['service'];

/** lbc:pkg/service/model_build_load_balancer.go buildLoadBalancerName */
export function serviceLoadBalancerName(clusterName: string, service: Owner, scheme: string): string {
  return ofService(service, clusterName, service.uid, scheme);
}

/** lbc:pkg/service/model_build_managed_sg.go buildManagedSecurityGroupName */
export function serviceSecurityGroupName(clusterName: string, service: Owner): string {
  return ofService(service, clusterName, service.name, service.namespace, service.uid);
}

export interface ServiceTargetGroupIdentity {
  readonly clusterName: string;
  readonly service: Owner;
  /** The Service that owns the load balancer, where it is another one. */
  readonly base?: Owner | undefined;
  /** The port of the target group. */
  readonly port: number;
  readonly servicePort: number;
  readonly targetType: string;
  readonly protocol: string;
  readonly healthCheckProtocol: string;
  readonly healthCheckInterval: number;
}

/** lbc:pkg/service/model_build_target_group.go buildTargetGroupName */
export function serviceTargetGroupName(id: ServiceTargetGroupIdentity): string {
  return ofService(
    id.service,
    ...[id.clusterName, id.base?.uid ?? '', id.service.uid, String(id.port), String(id.servicePort)],
    ...[id.targetType, id.protocol, id.healthCheckProtocol, String(id.healthCheckInterval)],
  );
}

/** lbc:pkg/ingress/model_build_frontend_nlb.go buildFrontendNlbTargetGroupName */
export function frontendTargetGroupName(
  clusterName: string,
  group: GroupId,
  port: number,
  check: { readonly port: number | string; readonly protocol: string },
): string {
  return groupName(group, clusterName, String(port), 'alb', 'TCP', String(check.port), check.protocol);
}

/** A name after a Service; the hash is open while the Service has no UID. */
function ofService({ namespace, name, uid }: Owner, ...hashed: string[]): string {
  return `k8s-${alnum(namespace, 8)}-${alnum(name, 8)}-${uid === '' ? UNKNOWN_HASH : hash(...hashed)}`;
}

function identityParts(id: TargetGroupIdentity): string[] {
  const control = id.targetControlPort === undefined ? [] : [String(id.targetControlPort)];
  return [
    ...[id.clusterName, groupIdText(id.group), id.ingress.namespace, id.ingress.name, id.service.uid],
    ...[id.servicePort, String(id.port), id.targetType, id.protocol, id.protocolVersion, ...control],
  ];
}

/** A name after a group; the hash is open while nobody knows the cluster. */
function groupName(group: GroupId, clusterName: string, ...more: string[]): string {
  const digest = clusterName === '' ? UNKNOWN_HASH : hash(clusterName, groupIdText(group), ...more);
  return isExplicit(group)
    ? `k8s-${alnum(group.name, 17)}-${digest}`
    : `k8s-${alnum(group.namespace, 8)}-${alnum(group.name, 8)}-${digest}`;
}

function alnum(text: string, length: number): string {
  return text.replace(/[^A-Za-z0-9]/g, '').slice(0, length);
}

/** The first ten hex digits of the SHA-256 over the parts, joined by nothing. */
function hash(...parts: string[]): string {
  return bytesToHex(sha256(utf8ToBytes(parts.join('')))).slice(0, 10);
}
