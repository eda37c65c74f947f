/** Where the API server keeps a kind. */
export interface Resource {
  /** `/api/v1` or `/apis/GROUP/VERSION` */
  readonly base: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

const CORE = '/api/v1';
const NETWORKING = '/apis/networking.k8s.io/v1';
const ELBV2 = '/apis/elbv2.k8s.aws/v1beta1';

/** The kinds that the engine reads or writes. */
export const RESOURCES = {
  Ingress: { base: NETWORKING, plural: 'ingresses', namespaced: true },
  IngressClass: { base: NETWORKING, plural: 'ingressclasses', namespaced: false },
  Service: { base: CORE, plural: 'services', namespaced: true },
  Namespace: { base: CORE, plural: 'namespaces', namespaced: false },
  Node: { base: CORE, plural: 'nodes', namespaced: false },
  Pod: { base: CORE, plural: 'pods', namespaced: true },
  ConfigMap: { base: CORE, plural: 'configmaps', namespaced: true },
  Secret: { base: CORE, plural: 'secrets', namespaced: true },
  EndpointSlice: { base: '/apis/discovery.k8s.io/v1', plural: 'endpointslices', namespaced: true },
  Deployment: { base: '/apis/apps/v1', plural: 'deployments', namespaced: true },
  Lease: { base: '/apis/coordination.k8s.io/v1', plural: 'leases', namespaced: true },
  IngressClassParams: { base: ELBV2, plural: 'ingressclassparams', namespaced: false },
  TargetGroupBinding: { base: ELBV2, plural: 'targetgroupbindings', namespaced: true },
} as const satisfies Record<string, Resource>;

/** The folder of an apiVersion: `v1` -> `/api/v1`, `apps/v1` -> `/apis/apps/v1`. */
export function baseOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** The path of a collection or of one object in it. */
export function pathOf(resource: Resource, namespace?: string, name?: string, subresource?: string): string {
  const scope =
    resource.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  const object = name === undefined ? '' : `/${encodeURIComponent(name)}`;
  const sub = subresource === undefined ? '' : `/${subresource}`;
  return `${resource.base}${scope}/${resource.plural}${object}${sub}`;
}
