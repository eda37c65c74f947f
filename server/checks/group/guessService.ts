import { rawAnnotation } from '../../../src/annotations/read';
import type { Service, ServicePort } from '../../../src/kube/types';
import { listOf } from '../../workspace/keys';
import { backends, familyOf, familyValue, type IngressSubject, USE_ANNOTATION } from '../subject';

/** Any port of a node will do: the cluster chooses it. */
const SOME_NODE_PORT = 30_000;

/**
 * A Service as a build needs it: taken to be as the Ingresses want it, of which the manifest may show only a part.
 * Whether it exists and fits is judged elsewhere (server/checks/references).
 */
export function guessService(
  key: string,
  known: Service | undefined,
  members: readonly IngressSubject[],
): Service {
  const [namespace = 'default', name = ''] = key.split('/');
  const own = listOf(known?.spec?.ports).flatMap((port) => (port === undefined ? [] : [withNodePort(port)]));
  const wanted = [...portsWanted(name, members), ...healthCheckPorts(known, members)];
  const missing = wanted.filter((port) => !own.some((one) => one.name === port || one.port === port));
  const ports = [...own, ...missing.map(portFor)];
  return {
    metadata: { uid: '', ...known?.metadata, name, namespace },
    spec: { type: 'NodePort', ports },
  };
}

function withNodePort(port: ServicePort): ServicePort {
  return { nodePort: SOME_NODE_PORT, ...port };
}

function portFor(port: number | string, at: number): ServicePort {
  return typeof port === 'number'
    ? { port, nodePort: SOME_NODE_PORT }
    : { name: port, port: 1 + at, nodePort: SOME_NODE_PORT };
}

/** Health checks may name a port, too. */
function healthCheckPorts(known: Service | undefined, members: readonly IngressSubject[]): string[] {
  const all = [known?.metadata.annotations, ...members.map(({ annotations }) => annotations)];
  return all.flatMap((annotations) => {
    const port = rawAnnotation('healthcheck-port', annotations);
    return port === undefined || /^[+-]?\d+$/.test(port) ? [] : [port];
  });
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
