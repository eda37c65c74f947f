// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of the recordings
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseManifests } from '../../../src/kube/manifests';
import type { Service } from '../../../src/kube/types';
import { keyOf } from '../../../src/kube/types';
import { type BuildSettings, DEFAULT_SETTINGS } from '../../../src/model/build';
import { BuildError } from '../../../src/model/errors';
import type {
  CurrentNetworkLoadBalancer,
  Ranges,
  ServiceLookups,
  SubnetQuery,
} from '../../../src/model/lookups';
import { backendSecurityGroupName } from '../../../src/model/names';

/* The world of the recordings (sandbox/world), in which placeholders are the ids. */

export const CASES = join(import.meta.dirname, '../../conformance/cases');
export const SETTINGS: BuildSettings = { ...DEFAULT_SETTINGS, clusterName: 'shop', vpcId: '${vpc}' };

const RANGES: Readonly<Record<string, string>> = {
  '${subnet:shop-public-a}': '10.0.0.0/20',
  '${subnet:shop-public-b}': '10.0.16.0/20',
  '${subnet:shop-public-c}': '10.0.32.0/20',
  '${subnet:shop-private-a}': '10.0.64.0/20',
  '${subnet:shop-private-b}': '10.0.80.0/20',
  '${subnet:shop-private-c}': '10.0.96.0/20',
};

/** What a test changes about the world. */
export interface Changes {
  readonly current?: CurrentNetworkLoadBalancer;
  /** IPv6 ranges of all subnets, by their ids; none in the recordings. */
  readonly ipv6?: Readonly<Record<string, string>>;
}

/** Services of manifests, with what the API server adds. */
export function servicesOf(text: string): Map<string, Service> {
  const objects = parseManifests(text, 'test.yaml').map(({ object }) => object);
  const services = objects.filter(({ kind }) => kind === 'Service');
  return new Map(services.map((service) => [keyOf(service), withUid(service)]));
}

function withUid(service: Service): Service {
  return { ...service, metadata: { uid: `uid-of-${keyOf(service)}`, ...service.metadata } };
}

export function manifestsOf(file: string): Map<string, Service> {
  return servicesOf(readFileSync(file, 'utf8'));
}

export function lookupsOf(services: ReadonlyMap<string, Service>, changes: Changes = {}): ServiceLookups {
  return {
    subnets: (query) => subnets(query, changes.ipv6),
    networkLoadBalancer: () => changes.current,
    subnetRanges: (ids) => ids.map((id) => rangesOf(id, changes.ipv6)),
    vpcRanges: () => ({ ipv4: ['10.0.0.0/16'], ipv6: Object.values(changes.ipv6 ?? {}) }),
    securityGroups: (names) => names.map((one) => (one.startsWith('${') ? one : `\${sg:${one}}`)),
    backendSecurityGroup: () => `new:${backendSecurityGroupName('shop')}`,
    service: (key) => services.get(key),
    ...unasked,
  };
}

/** What only Ingresses need. */
const unasked = {
  currentLoadBalancer: () => undefined,
  certificates: () => [],
  targetGroupArn: (name: string) => name,
  trustStoreArn: (name: string) => name,
  webAclArn: (name: string) => name,
  secret: () => ({}),
};

function rangesOf(id: string, ipv6: Changes['ipv6']): Ranges {
  const six = ipv6?.[id];
  return { ipv4: [RANGES[id] ?? ''], ipv6: six === undefined ? [] : [six] };
}

function subnets(query: SubnetQuery, ipv6: Changes['ipv6']): readonly string[] {
  if (query.network !== true) throw new Error('subnets of an ALB were asked for');
  if (query.by === 'names')
    return query.namesOrIds.map((one) => (one.startsWith('${') ? one : `\${subnet:${one}}`));
  const tier = query.scheme === 'internal' ? 'private' : 'public';
  const found = ['a', 'b', 'c'].map((zone) => `\${subnet:shop-${tier}-${zone}}`);
  if (query.ipAddressType === 'ipv4' || ipv6 !== undefined) return found;
  const message =
    "unable to resolve at least one subnet. Evaluated 3 subnets: 0 are tagged for other clusters, 0 have insufficient available IP addresses, and 3 don't have an associated IPv6 CIDR block, which is required for dualstack load balancers";
  throw new BuildError(message);
}
