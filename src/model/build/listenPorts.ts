import { isCidr } from '../../annotations/formats';
import { rawAnnotation, readAnnotation, type Suffix } from '../../annotations/read';
import { BuildError, goList, inMember, sorted } from '../errors';
import type { Member } from '../group';
import type { MutualAuthentication } from '../stack';
import { annotationsOf, type Build } from './context';
import { inConflict } from './exclusive';
import { mutualAuthenticationOf } from './mutualAuthentication';

/** What one port listens with, as one member says it, or as the group agrees on it. */
export interface ListenConfig {
  readonly protocol: string;
  readonly inboundV4: readonly string[];
  readonly inboundV6: readonly string[];
  readonly prefixLists: readonly string[];
  readonly sslPolicy: string | undefined;
  readonly certificates: readonly string[];
  readonly mutualAuthentication: MutualAuthentication | undefined;
}

export interface PortPlan {
  /** By port, ascending: Go walks its map at random, we walk it in order. */
  readonly merged: ReadonlyMap<number, ListenConfig>;
  /** Members that listen on a port, in group order. */
  readonly members: ReadonlyMap<number, readonly Member[]>;
}

/** The ports of the group and what is agreed for each. Source: lbc:pkg/ingress/model_builder.go run, mergeListenPortConfigs. */
export function planPorts(build: Build): PortPlan {
  const byPort = new Map<number, { member: Member; config: ListenConfig }[]>();
  for (const member of build.group.members) {
    const own = inMember(member.key, `ingress: ${member.key}`, () => portsOfMember(build, member));
    for (const [port, config] of own) byPort.set(port, [...(byPort.get(port) ?? []), { member, config }]);
  }
  const ports = [...byPort].sort(([a], [b]) => a - b);
  return {
    merged: new Map(ports.map(([port, all]) => [port, mergePort(build, port, all)])),
    members: new Map(ports.map(([port, all]) => [port, all.map(({ member }) => member)])),
  };
}

function portsOfMember(build: Build, member: Member): Map<number, ListenConfig> {
  const explicit = explicitCertificates(member);
  const sslPolicy = member.params?.sslPolicy || readAnnotation('ssl-policy', annotationsOf(member));
  const prefixLists = prefixListsOf(member);
  const inbound = inboundOf(member);
  const mutual = mutualAuthenticationOf(build, member);
  const ports = listenPortsOf(member, explicit.length > 0);
  const secure = [...ports.values()].includes('HTTPS');
  const certificates =
    secure && explicit.length === 0 ? build.lookups.certificates(hostsOf(member)) : explicit;
  return new Map(
    [...ports].map(([port, protocol]) => {
      const tls = protocol === 'HTTPS';
      const config: ListenConfig = {
        ...inbound,
        protocol,
        prefixLists,
        sslPolicy: tls ? sslPolicy : undefined,
        certificates: tls ? certificates : [],
        mutualAuthentication: tls ? mutual.get(port) : undefined,
      };
      return [port, config];
    }),
  );
}

function explicitCertificates(member: Member): readonly string[] {
  const ofClass = member.params?.certificateArn ?? [];
  return ofClass.length > 0 ? ofClass : (readAnnotation('certificate-arn', annotationsOf(member)) ?? []);
}

function prefixListsOf(member: Member): readonly string[] {
  const ofClass = [member.params?.prefixListsIDs, member.params?.PrefixListsIDs].find(
    (ids) => (ids ?? []).length > 0,
  );
  return ofClass ?? readAnnotation('security-group-prefix-lists', annotationsOf(member)) ?? [];
}

/** Hosts of rules and of `spec.tls`, for certificate discovery. */
export function hostsOf(member: Member): string[] {
  const { rules = [], tls = [] } = member.ingress.spec ?? {};
  return sorted([
    ...rules.flatMap(({ host }) => (host ? [host] : [])),
    ...tls.flatMap(({ hosts = [] }) => hosts),
  ]);
}

function listenPortsOf(member: Member, preferTls: boolean): Map<number, string> {
  const raw = rawAnnotation('listen-ports', annotationsOf(member));
  if (raw === undefined) return new Map(preferTls ? [[443, 'HTTPS']] : [[80, 'HTTP']]);
  const entries = readAnnotation('listen-ports', annotationsOf(member)) ?? [];
  if (entries.length === 0) throw new BuildError(`empty listen-ports configuration: \`${raw}\``);
  const ports = new Map<number, string>();
  for (const [protocol, port] of entries.flatMap((entry) => Object.entries(entry))) {
    if (port < 1 || port > 65535) throw new BuildError(`listen port must be within [1, 65535]: ${port}`);
    if (protocol !== 'HTTP' && protocol !== 'HTTPS') {
      throw new BuildError(`listen protocol must be within [HTTP, HTTPS]: ${protocol}`);
    }
    ports.set(port, protocol);
  }
  return ports;
}

function inboundOf(member: Member): Pick<ListenConfig, 'inboundV4' | 'inboundV6'> {
  const ofClass = member.params?.inboundCIDRs ?? [];
  const cidrs = ofClass.length > 0 ? ofClass : (readAnnotation('inbound-cidrs', annotationsOf(member)) ?? []);
  const bad = cidrs.find((cidr) => !isCidr(cidr));
  if (bad !== undefined) {
    const reason = `invalid CIDR address: ${bad}`;
    throw new BuildError(
      ofClass.length > 0
        ? `invalid CIDR in IngressClassParams InboundCIDR ${bad}: ${reason}`
        : `invalid inbound-cidrs settings on Ingress: ${member.key}: ${reason}`,
    );
  }
  return {
    inboundV4: cidrs.filter((cidr) => !cidr.includes(':')),
    inboundV6: cidrs.filter((cidr) => cidr.includes(':')),
  };
}

type OfMember = { readonly member: Member; readonly config: ListenConfig };

function mergePort(build: Build, port: number, all: readonly OfMember[]): ListenConfig {
  return inMember('', `failed to merge listenPort config for port: ${port}`, () => mergeConfigs(build, all));
}

function mergeConfigs(build: Build, all: readonly OfMember[]): ListenConfig {
  const protocol =
    agreed(
      'listen-ports',
      all,
      'protocol',
      (config) => [config.protocol],
      ([one]) => one ?? '',
    )?.protocol ?? 'HTTP';
  const inbound = agreed(
    'inbound-cidrs',
    all,
    'inbound-cidrs',
    ({ inboundV4, inboundV6 }) => [
      ...sorted(inboundV4),
      ...(inboundV6.length > 0 ? ['|', ...sorted(inboundV6)] : []),
    ],
    (_, config) => `${goList(sorted(config.inboundV4))}, ${goList(sorted(config.inboundV6))}`,
  );
  const lists = agreed(
    'security-group-prefix-lists',
    all,
    'inbound-prefix-lists',
    (config) => sorted(config.prefixLists),
    (ids) => goList(ids),
  );
  const policy = agreed(
    'ssl-policy',
    all,
    'sslPolicy',
    ({ sslPolicy }) => (sslPolicy === undefined ? [] : [sslPolicy]),
    ([one]) => one ?? '',
  );
  const mutual = agreed(
    'mutual-authentication',
    all,
    'mTLS Attributes',
    ({ mutualAuthentication: auth }) => (auth === undefined ? [] : [JSON.stringify(auth)]),
    ([one]) => one ?? '',
  );
  const open = inbound === undefined && lists === undefined;
  return {
    protocol,
    inboundV4: open ? ['0.0.0.0/0'] : sorted(inbound?.inboundV4 ?? []),
    inboundV6: open ? ['::/0'] : sorted(inbound?.inboundV6 ?? []),
    prefixLists: sorted(lists?.prefixLists ?? []),
    sslPolicy: policy?.sslPolicy ?? (protocol === 'HTTPS' ? build.settings.defaultSslPolicy : undefined),
    certificates: mergeCertificates(all.map(({ config }) => config.certificates)),
    mutualAuthentication: mutual?.mutualAuthentication,
  };
}

/** The first config that says something about a setting; the others must say the same or nothing. */
function agreed(
  about: Suffix,
  all: readonly OfMember[],
  what: string,
  said: (config: ListenConfig) => readonly string[],
  show: (values: readonly string[], config: ListenConfig) => string,
): ListenConfig | undefined {
  const saying = all.filter(({ config }) => said(config).length > 0);
  const first = saying[0];
  if (first === undefined) return undefined;
  const other = saying.find(({ config }) => said(config).join() !== said(first.config).join());
  if (other !== undefined) {
    const sides = [first, other].map(({ member, config }) => `${member.key}: ${show(said(config), config)}`);
    const message = `conflicting ${what}, ${sides.join(' | ')}`;
    throw inConflict(message, about, { member: first.member.key }, { member: other.member.key });
  }
  return first.config;
}

/** The first certificate is the default; it may come a second time, as an extra one, if another member names it too. */
function mergeCertificates(lists: readonly (readonly string[])[]): string[] {
  const owner = lists.findIndex((list) => list.length > 0);
  const first = lists[owner]?.[0];
  if (first === undefined) return [];
  const extra = lists.flatMap((list, at) => (at === owner ? list.slice(1) : list));
  return [first, ...new Set(extra)];
}
