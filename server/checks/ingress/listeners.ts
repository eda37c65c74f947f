/** Ports, protocols, certificates and redirects against each other (lbc:pkg/ingress/model_build_listener.go). */
import type { Span } from '../../../src/annotations/kinds';
import { renameKey, within } from '../../edits';
import type { Entry } from '../../objects';
import type { CheckContext } from '../context';
import type { Finding, Fix } from '../finding';
import { ofGroup } from '../ofGroup';
import { entryOf, familyOf, type IngressSubject, readValue, spanAt, spanOfAnnotation } from '../subject';
import {
  certificatesOf,
  groupListeners,
  has,
  hostsOf,
  isWritten,
  listenersOf,
  paramsOf,
  portsOf,
  redirects,
  wholeGroup,
} from './facts';
import { fixOf, found, inWords, setTo } from './found';

const BOTH = '[{"HTTP": 80}, {"HTTPS": 443}]';

const anyCertificates = ofGroup((members, context) =>
  members.some(
    (member) =>
      certificatesOf(member, context).length > 0 ||
      has(member, 'certificate-arn') ||
      has(member, 'create-acm-cert') ||
      hostsOf(member).length > 0,
  ),
);

/** A listener gets its certificates from all members that listen on the port, or by the hosts of each. */
export function httpsWithoutCertificate(ingress: IngressSubject, context: CheckContext): Finding[] {
  const secure = portsOf(listenersOf(ingress, context) ?? new Map(), 'HTTPS');
  const members = wholeGroup(ingress, context);
  if (secure.length === 0 || members === undefined) return [];
  if (anyCertificates(members, context)) return [];
  const message = `There is no certificate for HTTPS on ${inWords(secure)}: neither \`certificate-arn\` nor a host to look for one by.`;
  const advice = 'Add `certificate-arn`, or give the rules a `host` for which ACM has a certificate.';
  return [found('https-without-certificate', spanOfAnnotation(ingress, 'listen-ports'), message, advice)];
}

/** lbc:pkg/ingress/model_builder.go buildSSLRedirectConfig */
export function sslRedirectPort(ingress: IngressSubject, context: CheckContext): Finding[] {
  const port = readValue(ingress, 'ssl-redirect');
  const members = wholeGroup(ingress, context);
  const ofClass = paramsOf(ingress, context).sslRedirectPort;
  if (port === undefined || members === undefined || (ofClass ?? '') !== '') return [];
  const listeners = groupListeners(members, context);
  if (listeners === undefined || port < 1 || port > 65535) return [];
  const span = spanOfAnnotation(ingress, 'ssl-redirect');
  if (listeners.get(port) !== 'HTTPS')
    return [noSuchRedirectTarget(ingress, port, portsOf(listeners, 'HTTPS'), span)];
  return portsOf(listeners, 'HTTP').length > 0 ? [] : [nothingToRedirect(ingress, port, span)];
}

function noSuchRedirectTarget(
  ingress: IngressSubject,
  port: number,
  secure: readonly number[],
  span: Span,
): Finding {
  const message = `\`ssl-redirect\` leads to port ${port}, on which there is no HTTPS listener.`;
  const advice =
    secure.length > 0
      ? `Redirect to ${inWords(secure, 'or')}.`
      : `Add the listener: \`listen-ports: '${BOTH}'\`.`;
  const other = secure[0] === undefined ? undefined : setTo(ingress, 'ssl-redirect', String(secure[0]));
  const add = has(ingress, 'listen-ports') || port !== 443 ? undefined : setTo(ingress, 'listen-ports', BOTH);
  return found('ssl-redirect-port', span, message, advice, other, add);
}

function nothingToRedirect(ingress: IngressSubject, port: number, span: Span): Finding {
  const message = '`ssl-redirect` has nothing to redirect: there is no HTTP listener.';
  const advice = `Add one: \`listen-ports: '[{"HTTP": 80}, {"HTTPS": ${port}}]'\`.`;
  const add = setTo(ingress, 'listen-ports', `[{"HTTP": 80}, {"HTTPS": ${port}}]`);
  const free = !has(ingress, 'listen-ports') || readValue(ingress, 'listen-ports')?.length === 1;
  return found('ssl-redirect-without-http', span, message, advice, free && port !== 80 ? add : undefined);
}

/** Plain HTTP on the port of HTTPS beside TLS settings, and HTTPS on the port of HTTP. */
export function swappedPorts(ingress: IngressSubject, context: CheckContext): Finding[] {
  const listeners = listenersOf(ingress, context);
  if (listeners === undefined || !isWritten(ingress, 'listen-ports')) return [];
  const plain = listeners.get(443) === 'HTTP' && tlsSettings(ingress).length > 0;
  const settings = inWords(tlsSettings(ingress));
  return [
    ...(plain
      ? [
          swapped(
            ingress,
            'http-on-443',
            'HTTP',
            443,
            `Port 443 listens with HTTP, and ${settings} is left unused.`,
          ),
        ]
      : []),
    ...(listeners.get(80) === 'HTTPS'
      ? [swapped(ingress, 'https-on-80', 'HTTPS', 80, 'Port 80 listens with HTTPS.')]
      : []),
  ];
}

function tlsSettings(ingress: IngressSubject): string[] {
  return ['certificate-arn', 'ssl-policy'].filter((suffix) => has(ingress, suffix));
}

function swapped(
  ingress: IngressSubject,
  code: 'http-on-443' | 'https-on-80',
  is: string,
  port: number,
  message: string,
): Finding {
  const be = is === 'HTTP' ? 'HTTPS' : 'HTTP';
  const entry = entryOf(ingress, 'listen-ports');
  const ports = [...(entry?.value ?? '').matchAll(/("HTTPS?")\s*:\s*(\d+)/g)];
  const match = ports.find(([, protocol, written]) => protocol === `"${is}"` && Number(written) === port);
  const advice = `Write \`{"${be}": ${port}}\`.`;
  if (entry === undefined || match === undefined)
    return found(code, spanOfAnnotation(ingress, 'listen-ports'), message, advice);
  const span = entry.places.span({ start: match.index, end: match.index + is.length + 2 });
  const fix = fixOf(`Change to \`${be}\``, [{ span, newText: within(entry, `"${be}"`) }]);
  return found(code, span, message, advice, fix);
}

/** Certificates and policies go only to the HTTPS listeners of the Ingress that names them; `spec.tls` opens none. */
export function tlsWithoutHttps(ingress: IngressSubject, context: CheckContext): Finding[] {
  const listeners = listenersOf(ingress, context);
  if (listeners === undefined || portsOf(listeners, 'HTTPS').length > 0) return [];
  if (listeners.get(443) === 'HTTP' && tlsSettings(ingress).length > 0) return [];
  const wanted = tlsSettings(ingress);
  const tls = Array.isArray(ingress.value.spec?.tls) && ingress.value.spec.tls.length > 0;
  if (wanted.length === 0 && !tls) return [];
  const ports = portsOf(listeners, 'HTTP');
  const what = wanted.length > 0 ? inWords(wanted) : '`spec.tls`';
  const span =
    wanted[0] === undefined ? spanAt(ingress, 'spec', 'tls') : spanOfAnnotation(ingress, wanted[0]);
  const message = `${what} has no effect: the Ingress listens with HTTP only, on ${inWords(ports)}.`;
  const fix = listeners.has(443) ? undefined : setTo(ingress, 'listen-ports', withHttps(ports));
  return [found('tls-without-https', span, message, 'Add an HTTPS listener to `listen-ports`.', fix)];
}

function withHttps(ports: readonly number[]): string {
  return `[${[...ports.map((port) => `{"HTTP": ${port}}`), '{"HTTPS": 443}'].join(', ')}]`;
}

/** Attributes are looked up by the protocol and port of the listeners of the Ingress that carries them. */
export function listenerAttributesPort(ingress: IngressSubject, context: CheckContext): Finding[] {
  const listeners = listenersOf(ingress, context);
  if (listeners === undefined) return [];
  return familyOf(ingress, 'listener-attributes').flatMap(({ entry, name }) => {
    const [, protocol = '', port = ''] = /^(HTTPS?)-([1-9][0-9]*)$/.exec(name) ?? [];
    if (protocol === '' || listeners.get(Number(port)) === protocol) return [];
    const names = [...listeners].map(([number, one]) => `${one}-${number}`);
    const message = `There is no listener \`${name}\`; this Ingress has ${inWords(names)}.`;
    const advice = 'Name one of them at the end of the key, or add the listener to `listen-ports`.';
    return [
      found(
        'listener-attributes-port',
        entry.keySpan,
        message,
        advice,
        renameTo(ingress, entry, names, Number(port)),
      ),
    ];
  });
}

/** Only where one listener can be meant: the one of that port, or the only one. */
function renameTo(
  ingress: IngressSubject,
  entry: Entry,
  names: readonly string[],
  port: number,
): Fix | undefined {
  const meant =
    names.find((name) => name.endsWith(`-${port}`)) ?? (names.length === 1 ? names[0] : undefined);
  if (meant === undefined || has(ingress, `listener-attributes.${meant}`)) return undefined;
  const key = `${entry.key.slice(0, entry.key.lastIndexOf('.') + 1)}${meant}`;
  return fixOf(`Change to \`${key}\``, [renameKey(entry, key)]);
}

/** lbc:pkg/ingress/model_build_listener.go: settings of ports that do not listen with HTTPS are left out. */
export function mutualAuthenticationPort(ingress: IngressSubject, context: CheckContext): Finding[] {
  const listeners = listenersOf(ingress, context);
  const entries = readValue(ingress, 'mutual-authentication') ?? [];
  const entry = entryOf(ingress, 'mutual-authentication');
  if (listeners === undefined || entry === undefined) return [];
  return entries.flatMap(({ port, mode }) => {
    if (port === undefined || mode === 'off' || listeners.get(port) === 'HTTPS') return [];
    const secure = portsOf(listeners, 'HTTPS');
    const message = `No HTTPS listener of this Ingress has port ${port}, so nobody is asked for a client certificate there.`;
    const advice =
      secure.length > 0 ? `Use ${inWords(secure, 'or')}.` : 'Add an HTTPS listener to `listen-ports`.';
    return [found('mutual-authentication-port', portSpan(entry, port), message, advice)];
  });
}

function portSpan(entry: Entry, port: number): Span {
  const ports = [...entry.value.matchAll(/"port"\s*:\s*(\d+)/gi)];
  const match = ports.find(([, written]) => Number(written) === port);
  if (match === undefined) return entry.valueSpan;
  const [whole, digits = ''] = match;
  const end = match.index + whole.length;
  return entry.places.span({ start: end - digits.length, end });
}

const anySslPolicy = ofGroup((members, context) =>
  members.some((member) => has(member, 'ssl-policy') || (paramsOf(member, context).sslPolicy ?? '') !== ''),
);

/** The controller's default allows TLS 1.0 (lbc:pkg/config/controller_config.go defaultSSLPolicy). */
export function defaultSslPolicy(ingress: IngressSubject, context: CheckContext): Finding[] {
  const secure = portsOf(listenersOf(ingress, context) ?? new Map(), 'HTTPS');
  const members = wholeGroup(ingress, context);
  if (secure.length === 0 || members === undefined) return [];
  if (anySslPolicy(members, context)) return [];
  const policy = 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09';
  const where = has(ingress, 'listen-ports') ? 'listen-ports' : 'certificate-arn';
  const message = 'Without `ssl-policy` the HTTPS listeners take `ELBSecurityPolicy-2016-08`.';
  const advice = `Set \`ssl-policy: ${policy}\` unless old clients need it.`;
  return [
    found(
      'default-ssl-policy',
      spanOfAnnotation(ingress, where),
      message,
      advice,
      setTo(ingress, 'ssl-policy', policy),
    ),
  ];
}

/** Used by the checks of logins: somebody may come in by HTTP. */
export function openHttpPorts(ingress: IngressSubject, context: CheckContext): number[] {
  const members = wholeGroup(ingress, context);
  const listeners = listenersOf(ingress, context);
  if (members === undefined || listeners === undefined || redirects(members, context)) return [];
  return portsOf(listeners, 'HTTP');
}
