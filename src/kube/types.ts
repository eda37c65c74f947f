/** The fields of Kubernetes objects that we read, as they stand in YAML and in the API. */
export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  /** Counts the changes of what is wanted; a status names the one that it knows. */
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
}

export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: Metadata;
}

export interface ServiceBackendPort {
  readonly name?: string;
  readonly number?: number;
}

export interface IngressBackend {
  readonly service?: { readonly name: string; readonly port?: ServiceBackendPort };
  readonly resource?: unknown;
}

export interface HttpPath {
  readonly path?: string;
  readonly pathType?: string;
  readonly backend: IngressBackend;
}

export interface IngressRule {
  readonly host?: string;
  readonly http?: { readonly paths: readonly HttpPath[] };
}

export interface Ingress extends KubeObject {
  readonly spec?: {
    readonly ingressClassName?: string;
    readonly defaultBackend?: IngressBackend;
    readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
    readonly rules?: readonly IngressRule[];
  };
  readonly status?: {
    readonly loadBalancer?: LoadBalancerStatus;
  };
}

interface LoadBalancerStatus {
  readonly ingress?: readonly LoadBalancerStatusEntry[];
}

export interface LoadBalancerStatusEntry {
  readonly hostname?: string;
  readonly ports?: readonly { readonly port: number; readonly protocol: string }[];
}

export interface IngressClass extends KubeObject {
  readonly spec?: {
    readonly controller?: string;
    readonly parameters?: { readonly apiGroup?: string; readonly kind: string; readonly name: string };
  };
}

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

interface KeyValue {
  readonly key: string;
  readonly value: string;
}

/** `elbv2.k8s.aws/v1beta1` IngressClassParams (lbc:apis/elbv2/v1beta1/ingressclassparams_types.go). */
export interface IngressClassParams extends KubeObject {
  readonly spec?: {
    readonly certificateArn?: readonly string[];
    readonly group?: { readonly name: string };
    readonly inboundCIDRs?: readonly string[];
    readonly ipAddressType?: string;
    readonly ipamConfiguration?: { readonly ipv4IPAMPoolId?: string };
    readonly listeners?: readonly {
      readonly protocol?: string;
      readonly port?: number;
      readonly listenerAttributes?: readonly KeyValue[];
    }[];
    readonly loadBalancerAttributes?: readonly KeyValue[];
    readonly loadBalancerName?: string;
    readonly minimumLoadBalancerCapacity?: { readonly capacityUnits: number };
    readonly namespaceSelector?: LabelSelector;
    readonly prefixListsIDs?: readonly string[];
    readonly PrefixListsIDs?: readonly string[];
    readonly scheme?: string;
    readonly sslPolicy?: string;
    readonly sslRedirectPort?: string;
    readonly subnets?: {
      readonly ids?: readonly string[];
      readonly tags?: Readonly<Record<string, readonly string[]>>;
    };
    readonly tags?: readonly KeyValue[];
    readonly targetType?: string;
    readonly wafv2AclArn?: string;
    readonly wafv2AclName?: string;
  };
}

export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly nodePort?: number;
  readonly protocol?: string;
}

export interface Service extends KubeObject {
  readonly spec?: {
    readonly type?: string;
    readonly ipFamilies?: readonly string[];
    readonly selector?: Readonly<Record<string, string>>;
    readonly ports?: readonly ServicePort[];
    readonly externalTrafficPolicy?: string;
    readonly loadBalancerClass?: string;
    readonly allocateLoadBalancerNodePorts?: boolean;
    readonly loadBalancerSourceRanges?: readonly string[];
    readonly healthCheckNodePort?: number;
  };
  readonly status?: { readonly loadBalancer?: LoadBalancerStatus };
}

export interface EndpointSlice extends KubeObject {
  readonly addressType?: string;
  readonly ports?: readonly { readonly name?: string; readonly port?: number; readonly protocol?: string }[];
  readonly endpoints?: readonly {
    readonly addresses: readonly string[];
    readonly conditions?: {
      readonly ready?: boolean;
      readonly serving?: boolean;
      readonly terminating?: boolean;
    };
    readonly nodeName?: string;
    readonly targetRef?: { readonly kind?: string; readonly name?: string; readonly namespace?: string };
  }[];
}

export interface Node extends KubeObject {
  readonly spec?: {
    readonly providerID?: string;
    readonly unschedulable?: boolean;
    readonly taints?: readonly { readonly key: string }[];
  };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  };
}

export interface Namespace extends KubeObject {}

/** `elbv2.k8s.aws/v1beta1` TargetGroupBinding. */
export interface TargetGroupBinding extends KubeObject {
  readonly spec: {
    readonly targetGroupARN: string;
    /** Instead of the ARN; the controller's webhook resolves it. */
    readonly targetGroupName?: string;
    /** A role in the account of the target group, where that is another one. */
    readonly iamRoleArnToAssume?: string;
    readonly assumeRoleExternalId?: string;
    readonly targetType?: string;
    readonly serviceRef: { readonly name: string; readonly port: number | string };
    readonly networking?: {
      readonly ingress: readonly {
        readonly from: readonly {
          readonly securityGroup?: { readonly groupID: string };
          readonly ipBlock?: { readonly cidr: string };
        }[];
        readonly ports: readonly { readonly protocol?: string; readonly port?: number | string }[];
      }[];
    };
    readonly nodeSelector?: LabelSelector;
    readonly ipAddressType?: string;
    readonly vpcID?: string;
    readonly multiClusterTargetGroup?: boolean;
    readonly targetGroupProtocol?: string;
  };
}

/** `namespace/name`, or the bare name of a cluster-wide object. */
export function keyOf(object: { metadata: Metadata }): string {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? name : `${namespace}/${name}`;
}

interface Container {
  readonly restartPolicy?: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly ports?: readonly { readonly containerPort: number }[];
}

export interface Pod extends KubeObject {
  readonly spec?: {
    readonly nodeName?: string;
    readonly readinessGates?: readonly { readonly conditionType: string }[];
    readonly containers?: readonly Container[];
    readonly initContainers?: readonly Container[];
  };
  readonly status?: {
    readonly podIP?: string;
    readonly conditions?: readonly PodCondition[];
  };
}

export interface PodCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

export interface Secret extends KubeObject {
  /** Base64. */
  readonly data?: Readonly<Record<string, string>>;
  /** As it may stand in a manifest. */
  readonly stringData?: Readonly<Record<string, string>>;
}

/** What a build is told of the cluster: objects by `namespace/name` (or name), secrets decoded. */
export interface ClusterView {
  readonly ingresses: ReadonlyMap<string, Ingress>;
  readonly services: ReadonlyMap<string, Service>;
  readonly ingressClasses: ReadonlyMap<string, IngressClass>;
  readonly ingressClassParams: ReadonlyMap<string, IngressClassParams>;
  readonly namespaces: ReadonlyMap<string, Namespace>;
}
