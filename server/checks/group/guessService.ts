import type { Service, ServicePort } from '../../../src/kube/types';
import { listOf } from '../../workspace/keys';
import { backends, familyOf, familyValue, type IngressSubject, USE_ANNOTATION } from '../subject';

/** Any port of a node will do: the cluster chooses it. */
const SOME_NODE_PORT = 30_000;

/**
 * A Service as a build needs it. One that the workspace does not know is taken to be as the Ingresses want it: whether
 * it exists is judged elsewhere.
 */
export function guessService(
  key: string,
  known: Service | undefined,
  members: readonly IngressSubject[],
): Service | undefined {
  const [namespace = 'default', name = ''] = key.split('/');
  if (known === undefined) {
    const ports = portsWanted(name, members).map(portFor);
    return { metadata: { name, namespace, uid: '' }, spec: { type: 'NodePort', ports } };
  }
  const { spec, metadata } = known;
  const onNodes = spec?.type === 'NodePort' || spec?.type === 'LoadBalancer';
  const ports = listOf(spec?.ports).flatMap((port) =>
    port === undefined ? [] : [withNodePort(port, onNodes)],
  );
  return { ...known, metadata: { ...metadata, namespace }, spec: { ...spec, ports } };
}

function withNodePort(port: ServicePort, onNodes: boolean): ServicePort {
  return onNodes && port.nodePort === undefined ? { ...port, nodePort: SOME_NODE_PORT } : port;
}

function portFor(port: number | string, at: number): ServicePort {
  return typeof port === 'number'
    ? { port, nodePort: SOME_NODE_PORT }
    : { name: port, port: 1 + at, nodePort: SOME_NODE_PORT };
}

/** All ports by which the members name the Service, in rules and in actions. */
function portsWanted(service: string, members: readonly IngressSubject[]): (number | string)[] {
  const inRules = members.flatMap(backends).flatMap(({ name, port }) => {
    const wanted = port?.name ?? port?.number;
    return name === service && wanted !== undefined && wanted !== USE_ANNOTATION ? [wanted] : [];
  });
  return [...new Set([...inRules, ...members.flatMap((member) => portsInActions(service, member))])];
}

function portsInActions(service: string, member: IngressSubject): (number | string)[] {
  return familyOf(member, 'actions').flatMap(({ name }) => {
    const tuples = familyValue(member, 'actions', name)?.forwardConfig?.targetGroups ?? [];
    return tuples.flatMap(({ serviceName, servicePort }) => {
      if (serviceName !== service || servicePort === undefined) return [];
      const isNumber = typeof servicePort === 'number' || /^\d+$/.test(servicePort);
      return [isNumber ? Number(servicePort) : servicePort];
    });
  });
}
