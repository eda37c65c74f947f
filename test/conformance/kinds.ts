/** The kinds that cases use, in the order in which their objects are created. */
interface Kind {
  readonly kind: string;
  readonly prefix: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

const ELB = 'apis/elbv2.k8s.aws/v1beta1';
const NETWORKING = 'apis/networking.k8s.io/v1';

const KINDS: readonly Kind[] = [
  { kind: 'Namespace', prefix: 'api/v1', plural: 'namespaces', namespaced: false },
  { kind: 'Service', prefix: 'api/v1', plural: 'services', namespaced: true },
  { kind: 'Pod', prefix: 'api/v1', plural: 'pods', namespaced: true },
  { kind: 'Secret', prefix: 'api/v1', plural: 'secrets', namespaced: true },
  { kind: 'ConfigMap', prefix: 'api/v1', plural: 'configmaps', namespaced: true },
  { kind: 'EndpointSlice', prefix: 'apis/discovery.k8s.io/v1', plural: 'endpointslices', namespaced: true },
  { kind: 'Ingress', prefix: NETWORKING, plural: 'ingresses', namespaced: true },
  { kind: 'IngressClass', prefix: NETWORKING, plural: 'ingressclasses', namespaced: false },
  { kind: 'IngressClassParams', prefix: ELB, plural: 'ingressclassparams', namespaced: false },
  { kind: 'TargetGroupBinding', prefix: ELB, plural: 'targetgroupbindings', namespaced: true },
  { kind: 'ALBTargetControlConfig', prefix: ELB, plural: 'albtargetcontrolconfigs', namespaced: true },
];

export const CREATION_ORDER: readonly string[] = KINDS.map(({ kind }) => kind);

export function kindOf(name: string): Kind {
  const found = KINDS.find(({ kind }) => kind === name);
  if (found === undefined) throw new Error(`the runner does not know the kind ${name}`);
  return found;
}
