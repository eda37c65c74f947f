import { SERVICE_PREFIX } from '../../src/annotations/read';
import type { Manifest } from '../conformance/objects';
import { type AnnotationSource, annotationsOf } from './annotations';
import type { Place } from './ingresses';
import { SERVICES } from './names';

/** The Services behind the Ingresses of a namespace. */
export function backends(namespace: string, source: AnnotationSource): Manifest[] {
  const { random } = source;
  return SERVICES.map((name) => {
    const annotations = random.chance(0.3)
      ? annotationsOf('Service', 2, source, ({ on }) => on.includes('Ingress'))
      : {};
    const port80 = { name: 'http', port: 80, targetPort: random.chance(0.8) ? 8080 : 'named' };
    const more = random.chance(0.4) ? [{ name: 'https', port: 443, targetPort: 8443 }] : [];
    return {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace, name, annotations },
      spec: {
        type: random.chance(0.94) ? 'NodePort' : 'ClusterIP',
        selector: { app: name },
        ports: [port80, ...more],
      },
    };
  });
}

/** A Service with a load balancer of its own. */
export function balanced(at: number, place: Place, source: AnnotationSource): Manifest {
  const { random } = source;
  const annotations = annotationsOf(
    'Service',
    6,
    source,
    ({ on }, suffix) => !on.includes('Ingress') && suffix !== 'name' && suffix !== 'type',
  );
  const legacy = random.chance(0.3);
  if (legacy) annotations[`${SERVICE_PREFIX}type`] = 'external';
  if (legacy || random.chance(0.5)) {
    annotations[`${SERVICE_PREFIX}nlb-target-type`] = random.pick(['ip', 'instance']);
  }
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: random.pick(place.namespaces), name: `nlb${at}`, annotations },
    spec: {
      type: 'LoadBalancer',
      ...(legacy ? {} : { loadBalancerClass: 'service.k8s.aws/nlb' }),
      selector: { app: random.pick(SERVICES) },
      ports: portsOf(source),
      ...(random.chance(0.2) ? { externalTrafficPolicy: 'Local' } : {}),
      ...(random.chance(0.2) ? { loadBalancerSourceRanges: ['10.0.0.0/8'] } : {}),
    },
  };
}

const PORTS = [
  { name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 },
  { name: 'https', port: 443, protocol: 'TCP', targetPort: 8443 },
  { name: 'dns', port: 5300, protocol: 'UDP', targetPort: 5300 },
  { name: 'dns-tcp', port: 5300, protocol: 'TCP', targetPort: 5300 },
  { name: 'other', port: 9000, protocol: 'TCP', targetPort: 'named' },
];

function portsOf({ random }: AnnotationSource) {
  return random.some(PORTS, 3).map((port) => ({ ...port }));
}
