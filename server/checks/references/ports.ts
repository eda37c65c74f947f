/** Ports of Services, as the rules and the health check name them. */
import type { Service } from '../../../src/kube/types';
import type { CheckContext } from '../context';
import type { Finding } from '../finding';
import { offer } from '../finding';
import type { IngressSubject, Subject } from '../subject';
import { entryOf, readValue, spanAt, spanOfAnnotation } from '../subject';
import { isPlain, listed, similar } from './names';
import type { Target } from './target';
import { perService, portsOf, targetPortOf, targetsOf } from './target';

/** lbc:pkg/k8s/service_utils.go LookupServicePort: `unable to find port`. */
export function checkPorts(ingress: IngressSubject, context: CheckContext): Finding[] {
  return targetsOf(ingress, context).flatMap(checkPort);
}

function checkPort({ reference, service, port }: Target): Finding[] {
  const wanted = reference.port;
  const ports = portsOf(service);
  if (port !== undefined || wanted === undefined || ports.length === 0 || !isPlain(String(wanted))) return [];
  const meant = likely(wanted, service);
  return [
    {
      code: 'service-port-not-found',
      span: reference.portSpan(),
      message: `Service \`${service.label}\` has no port ${typeof wanted === 'number' ? wanted : `named \`${wanted}\``}.`,
      advice: `It has ${describe(service)}.`,
      related: [portsOfService(service)],
      ...(meant === undefined ? {} : offer(`Change to port \`${meant}\``, reference.setPort(meant))),
    },
  ];
}

function describe(service: Subject<Service>): string {
  const ports = portsOf(service);
  const texts = ports.map(({ name, port }) => (name === undefined ? port : `${port} (${name})`));
  return `${ports.length === 1 ? 'the port' : 'the ports'} ${listed(texts)}`;
}

function portsOfService(service: Subject<Service>) {
  return { at: service.located, span: spanAt(service, 'spec', 'ports'), message: 'The ports of the Service' };
}

/** The only port; the one whose pods listen there; the one with nearly that name. */
export function likely(wanted: number | string, service: Subject<Service>): number | string | undefined {
  const ports = portsOf(service);
  const only = ports.length === 1 ? ports[0] : undefined;
  if (only !== undefined) return typeof wanted === 'string' ? (only.name ?? only.port) : only.port;
  const behind = ports.filter((port) => targetPortOf(port) === wanted);
  if (behind.length === 1) return behind[0]?.port;
  return typeof wanted === 'string'
    ? similar(
        wanted,
        ports.flatMap(({ name }) => name ?? []),
      )
    : undefined;
}

/** A health check on a port of the Service by its name (lbc:pkg/ingress/model_build_target_group.go buildTargetGroupHealthCheckPort). */
export function checkHealthCheckPorts(ingress: IngressSubject, context: CheckContext): Finding[] {
  return perService(targetsOf(ingress, context)).flatMap((target) => checkHealthCheckPort(target, ingress));
}

function checkHealthCheckPort(target: Target, ingress: IngressSubject): Finding[] {
  const name = readValue(target, 'healthcheck-port') ?? 'traffic-port';
  const { service, targetType } = target;
  if (name === 'traffic-port' || /^[+-]?\d+$/.test(name) || !isPlain(name)) return [];
  const ports = portsOf(service);
  const port = ports.find((one) => one.name === name);
  if (ports.length === 0 || (port !== undefined && !isNamed(targetPortOf(port), targetType))) return [];
  const onService = entryOf(service, 'healthcheck-port') !== undefined;
  const span = onService ? target.reference.nameSpan() : spanOfAnnotation(ingress, 'healthcheck-port');
  const message =
    port === undefined
      ? `Service \`${service.label}\` has no port named \`${name}\`, on which the health check is to run.`
      : `Port \`${name}\` of Service \`${service.label}\` leads to the named port \`${targetPortOf(port)}\` of the pods, and with target type \`ip\` a health check needs a number.`;
  const advice =
    port === undefined
      ? `It has ${describe(service)}.`
      : 'Write the number of the port on which the pods listen, or `traffic-port`.';
  return [{ code: 'health-check-port', span, message, advice, related: [portsOfService(service)] }];
}

function isNamed(targetPort: number | string, targetType: string | undefined): boolean {
  return targetType === 'ip' && typeof targetPort === 'string';
}
