import type { Manifest } from '../conformance/objects';
import type { AnnotationSource } from './annotations';
import { groupOf, type Place } from './ingresses';
import type { Names } from './names';
import { type Random, randomOf } from './random';
import { backends, balanced } from './services';

/** Groups, NLBs and what stands behind them. Names are those of no other seed. */
export function randomWorld(seed: number, names: Names): Manifest[] {
  const random = randomOf(seed);
  const source: AnnotationSource = { random, names, wild: random.chance(0.25) };
  const place: Place = {
    namespaces: random.chance(0.5) ? [`w${seed}-a`] : [`w${seed}-a`, `w${seed}-b`],
    prefix: `w${seed}-`,
  };
  const groups = Array.from({ length: 1 + random.int(2) }, (_, at) => groupOf(at, place, source));
  const nlbs = Array.from({ length: random.int(3) }, (_, at) => balanced(at, place, source));
  return [
    ...place.namespaces.map((name) => namespaceOf(name, random)),
    ...classes(place, source),
    ...place.namespaces.flatMap((namespace) => [secret(namespace), ...backends(namespace, source)]),
    ...groups.flat(),
    ...nlbs,
  ];
}

function namespaceOf(name: string, random: Random): Manifest {
  const labels = random.chance(0.7) ? { labels: { team: 'shop' } } : {};
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...labels } };
}

function secret(namespace: string): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name: 'oidc-client' },
    stringData: { clientID: 'shop', clientSecret: 'secret' },
  } as Manifest;
}

/** A class with parameters, and one of another controller's. */
function classes({ prefix }: Place, source: AnnotationSource): Manifest[] {
  const one = (name: string, spec: object): Manifest =>
    ({ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name }, spec }) as Manifest;
  const parameters = { apiGroup: 'elbv2.k8s.aws', kind: 'IngressClassParams', name: `${prefix}params` };
  return [
    {
      apiVersion: 'elbv2.k8s.aws/v1beta1',
      kind: 'IngressClassParams',
      metadata: { name: parameters.name },
      spec: paramsOf(prefix, source),
    } as Manifest,
    one(`${prefix}params`, { controller: 'ingress.k8s.aws/alb', parameters }),
    one(`${prefix}nginx`, { controller: 'k8s.io/ingress-nginx' }),
  ];
}

function paramsOf(prefix: string, { random, names }: AnnotationSource): object {
  const fields: Readonly<Record<string, unknown>> = {
    scheme: random.pick(['internal', 'internet-facing']),
    ipAddressType: 'ipv4',
    targetType: random.pick(['ip', 'instance']),
    group: { name: `${prefix}${random.pick(['g0', 'gp'])}` },
    tags: [{ key: 'team', value: random.pick(['shop', 'platform']) }],
    loadBalancerAttributes: [{ key: 'idle_timeout.timeout_seconds', value: '120' }],
    certificateArn: random.some(names.certificates, 2),
    sslPolicy: random.pick(names.sslPolicies),
    inboundCIDRs: ['10.0.0.0/8'],
    sslRedirectPort: '443',
    subnets: { ids: names.subnets.slice(0, 2) },
    namespaceSelector: { matchLabels: { team: 'shop' } },
    listeners: [
      {
        protocol: 'HTTP',
        port: 80,
        listenerAttributes: [{ key: 'routing.http.response.server.enabled', value: 'false' }],
      },
    ],
    prefixListsIDs: names.prefixLists.slice(0, 1),
    minimumLoadBalancerCapacity: { capacityUnits: 100 },
    wafv2AclArn: random.pick(names.webAcls.filter((one) => one !== 'none')),
  };
  return Object.fromEntries(random.some(Object.entries(fields), 4));
}
