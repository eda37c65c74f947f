import { readAnnotation, readOrDefault } from '../../annotations/read';
import type { Service } from '../../kube/types';
import { BuildError, messageOf } from '../errors';
import type { HealthCheck } from '../stack';
import { lookupPort, targetPortOf } from './servicePort';

type Annotations = Readonly<Record<string, string>>;
interface TargetKind {
  readonly targetType: 'instance' | 'ip';
  readonly protocol: string;
  readonly protocolVersion: string;
}

/** Health check of a target group; defaults differ from AWS's own (lbc:pkg/ingress/model_builder.go:194). */
export function healthCheckOf(service: Service, annotations: Annotations, kind: TargetKind): HealthCheck {
  const grpc = kind.protocolVersion === 'GRPC';
  const port = healthCheckPort(service, readOrDefault('healthcheck-port', annotations), kind.targetType);
  const protocol = protocolOf(annotations, kind.protocol);
  // The defaults of gRPC are the only ones that depend on another annotation.
  const codes = grpc
    ? (readAnnotation('success-codes', annotations) ?? '12')
    : readOrDefault('success-codes', annotations);
  return {
    port,
    protocol,
    path: grpc
      ? (readAnnotation('healthcheck-path', annotations) ?? '/AWS.ALB/healthcheck')
      : readOrDefault('healthcheck-path', annotations),
    matcher: grpc ? { grpcCode: codes } : { httpCode: codes },
    intervalSeconds: readOrDefault('healthcheck-interval-seconds', annotations),
    timeoutSeconds: readOrDefault('healthcheck-timeout-seconds', annotations),
    healthyThresholdCount: readOrDefault('healthy-threshold-count', annotations),
    unhealthyThresholdCount: readOrDefault('unhealthy-threshold-count', annotations),
  };
}

/** The port of health checks: `traffic-port`, a number, or a port of the Service by name. */
export function healthCheckPort(
  service: Service,
  raw: string,
  targetType: 'instance' | 'ip',
): number | string {
  if (raw === 'traffic-port') return raw;
  if (/^[+-]?\d+$/.test(raw)) return Number(raw);
  const servicePort = namedPort(service, raw);
  const target = targetPortOf(targetType, servicePort);
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
