import { readAnnotation } from '../../annotations/read';
import type { Service } from '../../kube/types';
import { BuildError, messageOf } from '../errors';
import type { HealthCheck } from '../stack';
import { lookupPort } from './servicePort';

type Annotations = Readonly<Record<string, string>>;
interface TargetKind {
  readonly targetType: 'instance' | 'ip';
  readonly protocol: string;
  readonly protocolVersion: string;
}

/** Health check of a target group; defaults differ from AWS's own (lbc:pkg/ingress/model_builder.go:194). */
export function healthCheckOf(service: Service, annotations: Annotations, kind: TargetKind): HealthCheck {
  const grpc = kind.protocolVersion === 'GRPC';
  const port = portOf(service, annotations, kind.targetType);
  const protocol = protocolOf(annotations, kind.protocol);
  const codes = readAnnotation('success-codes', annotations) ?? (grpc ? '12' : '200');
  return {
    port,
    protocol,
    path: readAnnotation('healthcheck-path', annotations) ?? (grpc ? '/AWS.ALB/healthcheck' : '/'),
    matcher: grpc ? { grpcCode: codes } : { httpCode: codes },
    intervalSeconds: readAnnotation('healthcheck-interval-seconds', annotations) ?? 15,
    timeoutSeconds: readAnnotation('healthcheck-timeout-seconds', annotations) ?? 5,
    healthyThresholdCount: readAnnotation('healthy-threshold-count', annotations) ?? 2,
    unhealthyThresholdCount: readAnnotation('unhealthy-threshold-count', annotations) ?? 2,
  };
}

function portOf(service: Service, annotations: Annotations, targetType: 'instance' | 'ip'): number | string {
  const raw = String(readAnnotation('healthcheck-port', annotations) ?? 'traffic-port');
  if (raw === 'traffic-port') return raw;
  if (/^[+-]?\d+$/.test(raw)) return Number(raw);
  const servicePort = namedPort(service, raw);
  if (targetType === 'instance') return servicePort.nodePort ?? 0;
  const target = servicePort.targetPort ?? servicePort.port;
  if (typeof target === 'number') return target;
  throw new BuildError(
    "cannot use named healthCheckPort for IP TargetType when service's targetPort is a named port",
  );
}

function namedPort(service: Service, name: string) {
  try {
    return lookupPort(service, name);
  } catch (error) {
    throw new BuildError(`failed to resolve healthCheckPort: ${messageOf(error)}`);
  }
}

function protocolOf(annotations: Annotations, backendProtocol: string): string {
  const protocol = readAnnotation('healthcheck-protocol', annotations) ?? backendProtocol;
  if (protocol === 'HTTP' || protocol === 'HTTPS') return protocol;
  throw new BuildError('healthCheckProtocol must be within [HTTP, HTTPS]');
}
