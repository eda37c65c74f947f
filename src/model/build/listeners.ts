import { readAnnotation } from '../../annotations/read';
import { BuildError, goList, inMember } from '../errors';
import type { Member } from '../group';
import { type Action, LISTENER, LOAD_BALANCER, LOAD_BALANCER_ID, refTo } from '../stack';
import { buildActions, NOT_FOUND } from './actions';
import { listenerAttributes } from './attributes';
import { backendOf } from './backend';
import { annotationsOf, type Build, type LoadBalancerFacts } from './context';
import { compact } from './exclusive';
import type { ListenConfig, PortPlan } from './listenPorts';
import { buildRules } from './rules';
import { groupTags } from './tags';

/** Adds the listeners of the group with their rules, by ascending port. Source: lbc:pkg/ingress/model_build_listener.go. */
export function buildListeners(build: Build, facts: LoadBalancerFacts, ports: PortPlan): void {
  const redirectPort = sslRedirectPort(build, ports.merged);
  for (const [port, config] of ports.merged) {
    const members = ports.members.get(port) ?? [];
    const redirects = redirectPort !== undefined && config.protocol === 'HTTP';
    const defaults = redirects
      ? [redirectTo(redirectPort)]
      : defaultActions(build, facts, config.protocol, members);
    build.draft.add(LISTENER, String(port), {
      loadBalancerARN: refTo(LOAD_BALANCER, LOAD_BALANCER_ID, 'loadBalancerARN'),
      port,
      protocol: config.protocol,
      defaultActions: defaults,
      ...settingsOf(build, members, port, config),
    });
    // With ssl-redirect an HTTP listener has its default action and no rule at all.
    const arn = refTo(LISTENER, String(port), 'listenerARN');
    if (!redirects) buildRules(build, facts, { arn, port, protocol: config.protocol }, members);
  }
}

function settingsOf(build: Build, members: readonly Member[], port: number, config: ListenConfig) {
  const certificates = config.certificates.map((certificateARN) => ({ certificateARN }));
  return compact({
    tags: groupTags(build, members),
    certificates: certificates.length === 0 ? undefined : certificates,
    sslPolicy: config.sslPolicy,
    mutualAuthentication: config.mutualAuthentication,
    listenerAttributes: listenerAttributes(members, config.protocol, port),
  });
}

function redirectTo(port: number): Action {
  const redirectConfig = { port: String(port), protocol: 'HTTPS', statusCode: 'HTTP_301' };
  return { type: 'redirect', redirectConfig };
}

function defaultActions(
  build: Build,
  facts: LoadBalancerFacts,
  protocol: string,
  members: readonly Member[],
): readonly Action[] {
  const withDefault = members.filter(({ ingress }) => ingress.spec?.defaultBackend !== undefined);
  const [member, second] = withDefault;
  const backend = member?.ingress.spec?.defaultBackend;
  if (member === undefined || backend === undefined) return [NOT_FOUND];
  if (second !== undefined) {
    const keys = goList(withDefault.map(({ key }) => key));
    const message = `multiple ingress defined default backend: ${keys}`;
    throw new BuildError(message, second.key, { about: 'defaultBackend', first: member.key });
  }
  return buildActions(build, facts, member, protocol, backendOf(build, member, backend));
}

/** The one port to which the group redirects; it must be an HTTPS listener of the group. */
function sslRedirectPort(build: Build, listeners: ReadonlyMap<number, ListenConfig>): number | undefined {
  const wanted = new Map<number, string>();
  for (const member of build.group.members) {
    const ofClass = member.params?.sslRedirectPort;
    if (ofClass && !/^[+-]?\d+$/.test(ofClass)) return undefined;
    const port = ofClass
      ? Number(ofClass)
      : inMember(member.key, `ingress: ${member.key}`, () =>
          readAnnotation('ssl-redirect', annotationsOf(member)),
        );
    if (port !== undefined && !wanted.has(port)) wanted.set(port, member.key);
  }
  const ports = [...wanted.keys()].sort((a, b) => a - b);
  const port = ports[0];
  if (port === undefined) return undefined;
  const [first = '', second] = wanted.values();
  if (second !== undefined) {
    const message = `conflicting sslRedirect port: ${goList(ports)}`;
    throw new BuildError(message, second, { about: 'ssl-redirect', first });
  }
  const listener = listeners.get(port);
  if (listener === undefined) throw new BuildError(`listener does not exist for SSLRedirect port: ${port}`);
  if (listener.protocol !== 'HTTPS') {
    throw new BuildError(`listener protocol non-SSL for SSLRedirect port: ${port}`);
  }
  return port;
}
