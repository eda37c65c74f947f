import { readService, readServiceAction, readServiceFamily } from '../../annotations/readService';
import { asAttributes, compact } from '../build/exclusive';
import { BuildError } from '../errors';
import { type Action, LISTENER, LOAD_BALANCER, LOAD_BALANCER_ID, refTo } from '../stack';
import { weightedForward } from './actions';
import { type NetworkFacts, type ServiceBuild, tagsOf } from './context';
import { type ListenPort, listenPorts } from './listenPorts';
import { buildTargetGroup } from './targetGroup';

/** Adds the listeners with their target groups. Source: lbc:pkg/service/model_build_listener.go. */
export function buildListeners(build: ServiceBuild, facts: NetworkFacts): void {
  for (const listen of listenPorts(build)) {
    const { port, protocol } = listen;
    const tags = tagsOf(build);
    const defaultActions = [actionOf(build, facts, listen)];
    const settings = protocol === 'TLS' ? tlsSettings(build) : {};
    const attributes = readServiceFamily(
      'listener-attributes',
      `${protocol}-${port.port}`,
      build.annotations,
    );
    build.draft.add(LISTENER, String(port.port), {
      loadBalancerARN: refTo(LOAD_BALANCER, LOAD_BALANCER_ID, 'loadBalancerARN'),
      port: port.port,
      protocol,
      defaultActions,
      ...settings,
      ...compact({ tags, listenerAttributes: asAttributes(attributes ?? {}) }),
    });
  }
}

function actionOf(build: ServiceBuild, facts: NetworkFacts, listen: ListenPort): Action {
  const { port, protocol, targetProtocol } = listen;
  const action = readServiceAction(`${protocol}-${port.port}`, build.annotations);
  if (action !== undefined) return weightedForward(build, facts, listen, action);
  const own = { service: build.service, port, protocol: targetProtocol };
  const targetGroupARN = buildTargetGroup(build, facts, own, 'own');
  return { type: 'forward', forwardConfig: { targetGroups: [{ targetGroupARN }] } };
}

const ALPN_POLICIES = ['None', 'HTTP1Only', 'HTTP2Only', 'HTTP2Optional', 'HTTP2Preferred'];

function tlsSettings({ annotations, settings }: ServiceBuild) {
  const alpn = readService('alpn-policy', annotations);
  if (alpn !== undefined && !ALPN_POLICIES.includes(alpn)) {
    const allowed = ALPN_POLICIES.join(', ');
    throw new BuildError(`invalid ALPN policy ${alpn}, policy must be one of [${allowed}]`);
  }
  const certificates = readService('ssl-cert', annotations) ?? [];
  return compact({
    certificates: certificates.map((certificateARN) => ({ certificateARN })),
    sslPolicy: readService('ssl-negotiation-policy', annotations) ?? settings.defaultSslPolicy,
    alpnPolicy: alpn === undefined ? undefined : [alpn],
  });
}
