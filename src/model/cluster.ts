import type { Ingress, IngressClass, IngressClassParams, Namespace, Service } from '../kube/types';

/** What a build is told of the cluster: objects by `namespace/name` (or name), secrets decoded. */
export interface ClusterView {
  readonly ingresses: ReadonlyMap<string, Ingress>;
  readonly services: ReadonlyMap<string, Service>;
  readonly ingressClasses: ReadonlyMap<string, IngressClass>;
  readonly ingressClassParams: ReadonlyMap<string, IngressClassParams>;
  readonly namespaces: ReadonlyMap<string, Namespace>;
}
