import { overlaid, readAnnotation, readFamily, readOrDefault } from '../../annotations/read';
import type { Service, ServicePort } from '../../kube/types';
import { BuildError } from '../errors';
import type { Member } from '../group';
import { targetGroupName } from '../names';
import { refTo, TARGET_GROUP, type TargetGroupSpec, type Token } from '../stack';
import { buildBinding } from './binding';
import { annotationsOf, type Build, type LoadBalancerFacts } from './context';
import { asAttributes, compact } from './exclusive';
import { healthCheckOf } from './healthCheck';
import { addressTypeOf, lookupPort, refuseNoPort, targetGroupPortOf } from './servicePort';
import { backendTags } from './tags';

/** Adds the target group of a Service port (once) with its binding; the reference to its ARN. Source: lbc:pkg/ingress/model_build_target_group.go. */
export function buildTargetGroup(
  build: Build,
  facts: LoadBalancerFacts,
  member: Member,
  service: Service,
  port: number | string,
): Token {
  const id = `${member.key}-${service.metadata.name}:${port}`;
  const arn = refTo(TARGET_GROUP, id, 'targetGroupARN');
  if (build.targetGroups.has(id)) return arn;
  const servicePort = lookupPort(service, port);
  const spec = specOf(build, facts, member, service, port, servicePort);
  build.draft.add(TARGET_GROUP, id, spec);
  build.targetGroups.add(id);
  buildBinding({ build, facts, member, service, port, servicePort, id, spec });
  return arn;
}

function specOf(
  build: Build,
  facts: LoadBalancerFacts,
  member: Member,
  service: Service,
  port: number | string,
  servicePort: ServicePort,
): TargetGroupSpec {
  const annotations = overlaid(annotationsOf(member), service.metadata.annotations);
  const targetType = targetTypeOf(build, member, annotations);
  const protocol = oneOfThese('backend protocol', readOrDefault('backend-protocol', annotations), [
    'HTTP',
    'HTTPS',
  ]);
  const protocolVersion = oneOfThese(
    'backend protocol version',
    readOrDefault('backend-protocol-version', annotations),
    ['HTTP1', 'HTTP2', 'GRPC'],
  );
  const healthCheckConfig = healthCheckOf(service, annotations, { targetType, protocol, protocolVersion });
  const targetGroupAttributes = asAttributes(readAnnotation('target-group-attributes', annotations) ?? {});
  const tags = backendTags(build, member, service);
  const ipAddressType = addressTypeOf(service, facts.ipAddressType);
  const targetGroupPort = targetGroupPortOf(targetType, servicePort);
  const targetControlPort = readFamily(
    'target-control-port',
    `${service.metadata.name}.${port}`,
    annotations,
  );
  if (targetType === 'instance' && targetControlPort !== undefined) {
    throw new BuildError('target control port is not supported for instance target target group');
  }
  refuseNoPort(targetGroupPort, targetType);
  const { namespace = 'default', name } = member.ingress.metadata;
  const identity = {
    clusterName: build.settings.clusterName,
    group: build.group.id,
    ingress: { namespace, name },
    service: { namespace, name: service.metadata.name, uid: service.metadata.uid ?? '' },
  };
  const kind = { targetType, port: targetGroupPort, protocol, protocolVersion, targetControlPort };
  return compact({
    name: targetGroupName({ ...identity, ...kind, servicePort: String(port) }),
    ...{ ...kind, ipAddressType, healthCheckConfig, targetGroupAttributes, tags },
  });
}

function targetTypeOf(
  build: Build,
  member: Member,
  annotations: Readonly<Record<string, string>>,
): 'instance' | 'ip' {
  const type =
    member.params?.targetType ||
    readAnnotation('target-type', annotations) ||
    build.settings.defaultTargetType;
  if (type === 'instance' || type === 'ip') return type;
  throw new BuildError(`unknown targetType: ${type}`);
}

function oneOfThese(what: string, value: string, allowed: readonly string[]): string {
  if (allowed.includes(value)) return value;
  throw new BuildError(`${what} must be within [${allowed.join(', ')}]: ${value}`);
}
