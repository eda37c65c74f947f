import { goBool } from '../../annotations/parse';
import { rawOf, SERVICE_PREFIX } from '../../annotations/read';
import { readService } from '../../annotations/readService';
import type { ServicePort } from '../../kube/types';
import { BuildError, goList } from '../errors';
import type { ServiceBuild } from './context';

/** A listener and what it sends to, before either is built. */
export interface ListenPort {
  readonly port: ServicePort;
  readonly protocol: string;
  readonly targetProtocol: string;
}

/** The listeners of a Service, in the order of its ports; a wrong one stops what follows it. Source: lbc:pkg/service/model_build_listener.go. */
export function* listenPorts(build: ServiceBuild): Generator<ListenPort> {
  const ports = build.service.spec?.ports ?? [];
  const shared = mergesTcpUdp(build) ? sharedNumbers(ports) : undefined;
  const chosen = shared === undefined ? ports : firstOfEach(ports);
  const ssl = readService('ssl-ports', build.annotations) ?? [];
  const unused = ssl.filter((name) => !ports.some((port) => isNamed(port, [name])));
  if (unused.length > 0) throw new BuildError(`Unused port in ssl-ports annotation ${goList(unused)}`);
  for (const port of chosen) yield protocolsOf(build, port, shared?.has(port.port) === true, ssl);
}

/** A value that is no boolean counts as none. */
function mergesTcpUdp({ annotations }: ServiceBuild): boolean {
  return goBool(rawOf(`${SERVICE_PREFIX}enable-tcp-udp-listener`, annotations) ?? '') ?? false;
}

/** Numbers that stand for TCP and UDP alike. */
function sharedNumbers(ports: readonly ServicePort[]): Set<number> {
  const numbers = new Set(ports.map(({ port }) => port));
  const alike = [...numbers].map((number) => ports.filter(({ port }) => port === number));
  const shared = alike.filter(({ length }) => length > 1);
  for (const group of shared) refuseMerge(group);
  return new Set(shared.flatMap(([first]) => (first === undefined ? [] : [first.port])));
}

function refuseMerge(ports: readonly ServicePort[]): void {
  const protocols = ports.map(({ protocol = 'TCP' }) => protocol);
  if (ports.length !== 2) {
    throw new BuildError(`can only merge two ports, not ${ports.length} (${goList(ports.map(goPort))})`);
  }
  const other = protocols.find((protocol) => protocol !== 'TCP' && protocol !== 'UDP');
  if (other !== undefined) throw new BuildError(`unsupported protocol for merging: ${other}`);
  if (protocols[0] === protocols[1])
    throw new BuildError(`protocols can't match for merging: ${protocols[0]}`);
}

/** Go's `%+v` of a ServicePort. */
function goPort({ name = '', protocol = 'TCP', port, targetPort = port, nodePort = 0 }: ServicePort): string {
  const target =
    typeof targetPort === 'number'
      ? `{Type:0 IntVal:${targetPort} StrVal:}`
      : `{Type:1 IntVal:0 StrVal:${targetPort}}`;
  return `{Name:${name} Protocol:${protocol} AppProtocol:<nil> Port:${port} TargetPort:${target} NodePort:${nodePort}}`;
}

function firstOfEach(ports: readonly ServicePort[]): ServicePort[] {
  return ports.filter(({ port }, at) => ports.findIndex((other) => other.port === port) === at);
}

function protocolsOf(
  { annotations }: ServiceBuild,
  port: ServicePort,
  merged: boolean,
  ssl: readonly string[],
): ListenPort {
  const plain = merged ? 'TCP_UDP' : (port.protocol ?? 'TCP');
  const hasCertificates = (readService('ssl-cert', annotations) ?? []).length > 0;
  const encrypts = hasCertificates && (ssl.length === 0 || isNamed(port, ssl));
  const tls = encrypts && plain !== 'UDP' && plain !== 'TCP_UDP';
  const reencrypts = tls && readService('backend-protocol', annotations) === 'ssl';
  const protocol = tls ? 'TLS' : plain;
  if (isNamed(port, readService('quic-enabled-ports', annotations) ?? [])) {
    const quic = quicFor(protocol);
    return { port, protocol: quic, targetProtocol: quic };
  }
  return { port, protocol, targetProtocol: reencrypts ? 'TLS' : plain };
}

function quicFor(protocol: string): string {
  if (protocol === 'UDP') return 'QUIC';
  if (protocol === 'TCP_UDP') return 'TCP_QUIC';
  throw new BuildError(`Unsupported QUIC upgrade for protocol ${protocol}`);
}

/** Whether a list names the port, by its name or number. */
function isNamed({ name = '', port }: ServicePort, list: readonly string[]): boolean {
  return list.includes(name) || list.includes(String(port));
}
