import type { Service, ServicePort } from '../../kube/types';
import { keyOf } from '../../kube/types';
import { BuildError } from '../errors';
import { servesIpv6 } from './context';

/** What has a Service behind it. */
export type TargetType = 'instance' | 'ip';

/** The port of a Service by number or name, with the controller's refusal (lbc:pkg/k8s/service_utils.go). */
export function lookupPort(service: Service, port: number | string): ServicePort {
  const found = service.spec?.ports?.find((one) =>
    typeof port === 'string' ? one.name === port : one.port === port,
  );
  if (found !== undefined) return found;
  throw new BuildError(`unable to find port ${port} on service ${keyOf(service)}`);
}

/** Where targets of this type receive: the node port, or the port of the pods. */
export function targetPortOf(targetType: string, servicePort: ServicePort): number | string {
  return targetType === 'instance'
    ? (servicePort.nodePort ?? 0)
    : (servicePort.targetPort ?? servicePort.port);
}

/** Not in the data path: targets are registered with their ports. A named target port gives 1. */
export function targetGroupPortOf(targetType: TargetType, servicePort: ServicePort): number {
  const target = targetPortOf(targetType, servicePort);
  return typeof target === 'number' ? target : 1;
}

/** A target group without a port, as of a Service that has no node ports. */
export function refuseNoPort(port: number, targetType: TargetType): void {
  if (port !== 0) return;
  throw new BuildError(
    targetType === 'ip'
      ? 'TargetGroup port is empty. Are you using the correct service type?'
      : "TargetGroup port is empty. When using Instance targets, your service be must of type 'NodePort' or 'LoadBalancer'",
  );
}

/** The address family of a Service's targets; IPv6 needs a load balancer that serves it. */
export function addressTypeOf(service: Service, ofLoadBalancer: string): 'ipv4' | 'ipv6' {
  if (service.spec?.ipFamilies?.includes('IPv6') !== true) return 'ipv4';
  if (!servesIpv6(ofLoadBalancer)) throw new BuildError('unsupported IPv6 configuration, lb not dual-stack');
  return 'ipv6';
}
