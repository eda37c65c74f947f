import { readService, readServiceOrDefault } from '../../annotations/readService';
import type { Service } from '../../kube/types';
import { compact } from '../build/exclusive';
import { healthCheckPort } from '../build/healthCheck';
import type { TargetType } from '../build/servicePort';
import { BuildError } from '../errors';
import type { HealthCheck } from '../stack';

type Annotations = Readonly<Record<string, string>>;

/**
 * Health check of a target group. Where nodes without a pod get no traffic, Kubernetes' own check of nodes is the
 * default. Source: lbc:pkg/service/model_build_target_group.go buildTargetGroupHealthCheckConfig.
 */
export function healthCheckOf(
  service: Service,
  annotations: Annotations,
  targetType: TargetType,
): HealthCheck {
  const local = isLocal(service, targetType)
    ? (service.spec?.healthCheckNodePort?.toString() ?? '0')
    : undefined;
  const read = local === undefined ? readServiceOrDefault : readOrLocal;
  const protocol = protocolOf(read('healthcheck-protocol', annotations));
  const path = protocol === 'TCP' ? undefined : read('healthcheck-path', annotations);
  const codes =
    protocol === 'TCP' ? undefined : readServiceOrDefault('healthcheck-success-codes', annotations);
  const port = readService('healthcheck-port', annotations) ?? local ?? 'traffic-port';
  return compact({
    port: healthCheckPort(service, port, targetType),
    protocol,
    path,
    matcher: codes === undefined ? undefined : { httpCode: codes },
    intervalSeconds: readServiceOrDefault('healthcheck-interval', annotations),
    timeoutSeconds: read('healthcheck-timeout', annotations),
    healthyThresholdCount: read('healthcheck-healthy-threshold', annotations),
    unhealthyThresholdCount: read('healthcheck-unhealthy-threshold', annotations),
  });
}

function isLocal({ spec }: Service, targetType: TargetType): boolean {
  const balanced = spec?.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
  return targetType === 'instance' && balanced;
}

/** What differs from the rows' defaults (lbc:pkg/service/model_builder.go, ForInstanceModeLocal). */
const LOCAL = {
  'healthcheck-protocol': 'HTTP',
  'healthcheck-path': '/healthz',
  'healthcheck-timeout': 6,
  'healthcheck-healthy-threshold': 2,
  'healthcheck-unhealthy-threshold': 2,
} as const;

function readOrLocal<S extends keyof typeof LOCAL>(suffix: S, annotations: Annotations) {
  return readService(suffix, annotations) ?? LOCAL[suffix];
}

function protocolOf(raw: string): string {
  const protocol = raw.toUpperCase();
  if (['TCP', 'HTTP', 'HTTPS'].includes(protocol)) return protocol;
  throw new BuildError(`unsupported health check protocol ${raw}`);
}
