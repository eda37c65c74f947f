import { readService } from '../../annotations/readService';
import type { NetworkingRule, TargetGroupSpec, Token } from '../stack';
import type { BindingRequest } from './context';
import { sourceRanges } from './securityGroups';

type Port = NetworkingRule['ports'][number];

const BOTH = ['TCP_UDP', 'TCP_QUIC'];
const UDP = ['UDP', 'QUIC'];

/** Ports that targets open to the back-end group. Source: lbc:pkg/service/model_build_target_group.go buildTargetGroupBindingNetworking. */
export function networkingByGroup(
  group: Token,
  targetPort: number | string,
  { protocol, healthCheckConfig }: TargetGroupSpec,
): { ingress: NetworkingRule[] } {
  const check = healthCheckConfig.port;
  const checksTraffic = check === 'traffic-port' || check === numberOf(targetPort);
  const tcp: Port = { protocol: 'TCP', port: targetPort };
  const udp: Port = { protocol: 'UDP', port: targetPort };
  // Health checks are TCP, whatever the traffic is.
  const traffic = !isUdp(protocol) ? [tcp] : BOTH.includes(protocol) || checksTraffic ? [udp, tcp] : [udp];
  const ports = checksTraffic ? traffic : [...traffic, { protocol: 'TCP', port: check }];
  return { ingress: [{ from: [{ securityGroup: { groupID: group } }], ports }] };
}

/** Address ranges to which targets open their ports. Source: lbc:pkg/service/model_build_target_group.go buildTargetGroupBindingNetworkingLegacy. */
export function networkingByRange(
  request: BindingRequest,
  targetPort: number | string,
): { ingress: NetworkingRule[] } | undefined {
  const { build, spec } = request;
  if (readService('manage-backend-security-group-rules', build.annotations) === false) return undefined;
  const balancer = balancerRanges(request);
  const seesClients = isUdp(spec.protocol) || request.preservesIp;
  const given = seesClients ? sourceRanges(request.backend.service, build.annotations) : [];
  const clients = () => (given.length > 0 ? given : defaultRanges(request));
  const from = peers(seesClients ? clients() : balancer);
  const traffic: NetworkingRule = { from, ports: trafficPorts(spec.protocol, targetPort) };
  const check = spec.healthCheckConfig.port;
  const port = check === 'traffic-port' ? targetPort : check;
  const checks = { from: peers(balancer), ports: [{ protocol: 'TCP', port }] };
  const admitted = admitsChecks(request, targetPort, given);
  return { ingress: admitted || balancer.length === 0 ? [traffic] : [traffic, checks] };
}

/** Whether the rule for the traffic lets the health checks in too. */
function admitsChecks(
  { spec, preservesIp }: BindingRequest,
  targetPort: number | string,
  given: readonly string[],
): boolean {
  const check = spec.healthCheckConfig.port;
  const samePort = check === 'traffic-port' || check === numberOf(targetPort);
  if (spec.protocol === 'UDP' || !samePort) return false;
  return !preservesIp || given.length === 0 || given.some((cidr) => cidr === '0.0.0.0/0' || cidr === '::/0');
}

/** Those of the load balancer's subnets. */
function balancerRanges({ build, facts, spec }: BindingRequest): string[] {
  return build.lookups.subnetRanges(facts.subnetIds).flatMap((ranges) => ranges[spec.ipAddressType]);
}

/** Everybody, or the VPC where the load balancer is internal. */
function defaultRanges({ build, facts, spec }: BindingRequest): readonly string[] {
  if (facts.scheme === 'internal') return build.lookups.vpcRanges()[spec.ipAddressType];
  return [spec.ipAddressType === 'ipv6' ? '::/0' : '0.0.0.0/0'];
}

function trafficPorts(protocol: string, port: number | string): Port[] {
  if (BOTH.includes(protocol)) return ['TCP', 'UDP'].map((one) => ({ protocol: one, port }));
  return [{ protocol: UDP.includes(protocol) ? 'UDP' : 'TCP', port }];
}

function peers(ranges: readonly string[]): NetworkingRule['from'] {
  return ranges.map((cidr) => ({ ipBlock: { cidr } }));
}

function isUdp(protocol: string): boolean {
  return BOTH.includes(protocol) || UDP.includes(protocol);
}

/** A named port counts as 0, as Go's intstr reads it. */
function numberOf(port: number | string): number {
  return /^[+-]?\d+$/.test(String(port)) ? Number(port) : 0;
}
