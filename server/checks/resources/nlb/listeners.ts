/** Listeners of Network Load Balancers (lbc:pkg/service/model_build_listener.go). */

import { lookUpOn } from '../../../../src/annotations/keys';
import { SERVICE_DOMAIN } from '../../../../src/annotations/read';
import type { ServiceAction } from '../../../../src/annotations/serviceFamilies';
import type { Entry } from '../../../objects';
import { listOf } from '../../../workspace/keys';
import { hasPlaceholder } from '../../annotations';
import type { CheckContext } from '../../context';
import type { Finding } from '../../finding';
import { found, inWords } from '../../ingress/found';
import { missing } from '../../references/names';
import { portsOf } from '../../references/target';
import { entryOf, itemsOf, portNamed, type ServiceSubject, shortOf } from './facts';

/** `Unused port in ssl-ports annotation` */
export function tlsPorts(service: ServiceSubject): Finding[] {
  const entry = entryOf(service, 'ssl-ports');
  const ports = portsOf(service);
  if (entry === undefined || hasPlaceholder(entry.value) || ports.length === 0) return [];
  const kind = lookUpOn(entry.key, 'Service')?.row.kind;
  return itemsOf(entry).flatMap((item) => {
    const isMalformed = kind?.check(item.text).length !== 0;
    if (isMalformed || portNamed(service, item.text) !== undefined) return [];
    const message = `The Service has no port \`${item.text}\`.`;
    const advice = `It has ${inWords(ports.map(({ name, port }) => name ?? port))}.`;
    return [found('nlb-tls-port', entry.places.span(item), message, advice)];
  });
}

/** `Unsupported QUIC upgrade for protocol TCP`; a port that the Service does not have is ignored. */
export function quicPorts(service: ServiceSubject): Finding[] {
  const entry = entryOf(service, 'quic-enabled-ports');
  if (entry === undefined || hasPlaceholder(entry.value)) return [];
  return itemsOf(entry).flatMap((item) => {
    const meant = portsOf(service).filter(({ name, port }) => [name, String(port)].includes(item.text));
    if (meant.length === 0 || meant.some(({ protocol }) => protocol === 'UDP')) return [];
    const message = `Port \`${item.text}\` is not one of UDP.`;
    const advice = 'Name UDP ports only.';
    return [found('nlb-quic-port', entry.places.span(item), message, advice)];
  });
}

const ONLY_TLS = ['ssl-ports', 'ssl-negotiation-policy', 'alpn-policy'] as const;

/** Without a certificate no listener uses TLS, and what is said about it is not read. */
export function tlsWithoutCertificate(service: ServiceSubject): Finding[] {
  if (entryOf(service, 'ssl-cert') !== undefined) return [];
  return ONLY_TLS.flatMap((suffix) => {
    const entry = entryOf(service, suffix);
    if (entry === undefined) return [];
    const message = `\`${shortOf(entry)}\` has no effect without a certificate.`;
    const advice = 'Add `aws-load-balancer-ssl-cert`, or remove it.';
    return [found('nlb-tls-without-certificate', entry.keySpan, message, advice)];
  });
}

/** A certificate makes TLS listeners of all TCP ports unless some are named. */
export function everyPortTls(service: ServiceSubject): Finding[] {
  const entry = entryOf(service, 'ssl-cert');
  const ports = portsOf(service).filter(({ protocol = 'TCP' }) => protocol === 'TCP');
  if (entry === undefined || entryOf(service, 'ssl-ports') !== undefined || ports.length < 2) return [];
  const message = `All TCP ports become TLS listeners: ${inWords(ports.map(({ port }) => port))}.`;
  const advice = 'Name those that you mean in `aws-load-balancer-ssl-ports`.';
  return [found('nlb-every-port-tls', entry.keySpan, message, advice)];
}

/** Services that an action names (lbc:pkg/service/enhanced_backend_builder.go: `Service "…" not found`). */
export function actionServices(service: ServiceSubject, context: CheckContext): Finding[] {
  return service.object.annotations
    .filter(({ key }) => key.startsWith(`${SERVICE_DOMAIN}/actions.`))
    .flatMap((entry) => namesIn(entry).flatMap((name) => missingService(name, entry, service, context)));
}

function namesIn(entry: Entry): string[] {
  const row = lookUpOn(entry.key, 'Service')?.row;
  try {
    const action = row?.kind.parse(entry.value, entry.key) as ServiceAction | undefined;
    return listOf(action?.forwardConfig?.targetGroups).flatMap((group) => group?.serviceName ?? []);
  } catch {
    // The value's own check says what is wrong with it.
    return [];
  }
}

function missingService(
  name: string,
  entry: Entry,
  service: ServiceSubject,
  context: CheckContext,
): Finding[] {
  const [there] = context.workspace.findObject('Service', name, service.located);
  const unknown = there === undefined ? missing('Service', name, service, context) : undefined;
  if (unknown === undefined) return [];
  const at = entry.value.indexOf(`"${name}"`) + 1;
  const span = at > 0 ? entry.places.span({ start: at, end: at + name.length }) : entry.valueSpan;
  const meant = unknown.near?.object.name;
  const advice = meant === undefined ? 'Check the name, or add the Service.' : `Did you mean \`${meant}\`?`;
  return [found('nlb-action-service', span, `There is no Service \`${name}\` beside this one.`, advice)];
}
