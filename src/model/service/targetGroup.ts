import { readService } from '../../annotations/readService';
import { asAttributes, compact } from '../build/exclusive';
import { addressTypeOf, refuseNoPort, type TargetType, targetGroupPortOf } from '../build/servicePort';
import { BuildError } from '../errors';
import { serviceTargetGroupName } from '../names';
import { refTo, TARGET_GROUP, type TargetGroupSpec, type Token } from '../stack';
import { buildBinding } from './binding';
import { type Backend, identityOf, type NetworkFacts, type ServiceBuild, tagsOf } from './context';
import { healthCheckOf } from './healthCheck';
import { preservesClientIp, targetGroupAttributes } from './targetGroupAttributes';

/** Adds the target group of a Service port (once) with its binding; the reference to its ARN. Source: lbc:pkg/service/model_build_target_group.go buildTargetGroup. */
export function buildTargetGroup(
  build: ServiceBuild,
  facts: NetworkFacts,
  backend: Backend,
  named: 'own' | 'weighted',
): Token {
  const { namespace, name } = identityOf(backend.service);
  const id = `${namespace}/${name}:${backend.port.port}`;
  const arn = refTo(TARGET_GROUP, id, 'targetGroupARN');
  if (build.targetGroups.has(id)) return arn;
  const targetType = targetTypeOf(build, backend);
  const { spec, preservesIp } = specOf(build, facts, backend, targetType, named);
  build.draft.add(TARGET_GROUP, id, spec);
  buildBinding({ build, facts, backend, id, spec, preservesIp });
  build.targetGroups.add(id);
  return arn;
}

function specOf(
  build: ServiceBuild,
  facts: NetworkFacts,
  { service, port, protocol }: Backend,
  targetType: TargetType,
  named: 'own' | 'weighted',
): { readonly spec: TargetGroupSpec; readonly preservesIp: boolean } {
  const healthCheckConfig = healthCheckOf(service, build.annotations, targetType);
  const attributes = targetGroupAttributes(build.annotations, port.port);
  const tags = tagsOf(build);
  const groupPort = targetGroupPortOf(targetType, port);
  const ipAddressType = addressTypeOf(service, facts.ipAddressType);
  refuseNoPort(groupPort, targetType);
  const kind = { targetType, port: groupPort, protocol };
  const name = serviceTargetGroupName({
    ...{ ...kind, clusterName: build.settings.clusterName, service: identityOf(service) },
    base: named === 'weighted' ? identityOf(build.service) : undefined,
    servicePort: port.port,
    healthCheckProtocol: healthCheckConfig.protocol,
    healthCheckInterval: healthCheckConfig.intervalSeconds,
  });
  const settings = {
    ipAddressType,
    healthCheckConfig,
    targetGroupAttributes: asAttributes(attributes),
    tags,
  };
  return {
    spec: compact({ ...kind, ...settings, name }),
    preservesIp: preservesClientIp(attributes, targetType),
  };
}

/** Whatever is not `ip` means `instance`, which needs node ports. */
function targetTypeOf({ annotations, settings }: ServiceBuild, { service, port }: Backend): TargetType {
  const wanted = readService('nlb-target-type', annotations) ?? settings.defaultTargetType;
  if (wanted === 'ip' || readService('type', annotations) === 'nlb-ip') return 'ip';
  const { type = 'ClusterIP', allocateLoadBalancerNodePorts } = service.spec ?? {};
  if (type === 'ClusterIP') {
    throw new BuildError(`unsupported service type "${type}" for load balancer target type "${wanted}"`);
  }
  if ((port.nodePort ?? 0) === 0 && allocateLoadBalancerNodePorts === false) {
    throw new BuildError('unable to support instance target type with an unallocated NodePort');
  }
  return 'instance';
}
