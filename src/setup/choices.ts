/** What a person decides about a setup; everything else follows from the account and the cluster. */
export interface Choices {
  /** Make the cluster when there is none of that name. */
  readonly createCluster: boolean;
  /** What a new cluster runs pods on. */
  readonly compute: 'nodes' | 'fargate' | 'auto';
  /** Of a new cluster, `1.34`; EKS's default when absent. */
  readonly kubernetesVersion?: string;
  /** Where access to the cluster is written; the usual place when absent. */
  readonly kubeconfig?: string;
  /** How the controller gets its AWS credentials. */
  readonly identity: 'irsa' | 'pod-identity';
  /** By which tool role and service account are made. */
  readonly serviceAccountBy: 'api' | 'eksctl';
  readonly install: 'helm' | 'manifest';
  /** Release of AWS Load Balancer Controller. */
  readonly controllerVersion: string;
  /** Where Helm finds the chart: a repository's address, or a folder of this machine. */
  readonly chart: string;
  /** Files with further values, as for `helm --values`. */
  readonly valuesFiles: readonly string[];
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Of the IAM policy; named after the controller's version and cluster-independent when absent. */
  readonly policyName: string;
  /** Of the IAM role; `ekslb-CLUSTER-controller` when absent. */
  readonly roleName?: string;
  /** Actions that the published policy lacks. */
  readonly extraPermissions: readonly ExtraPermission[];
  readonly webhookCertificate: 'self-signed' | 'cert-manager';
  readonly className: string;
  /** Whether Ingresses without a class belong to it. */
  readonly defaultClass: boolean;
  /** Tag the subnets that discovery would not find. */
  readonly tagSubnets: boolean;
  readonly samples: readonly Sample[];
  /** Image of the FastAPI sample: a public one, or built here and pushed to ECR. */
  readonly image: string | 'build';
  readonly dns?: Dns;
  /** Remove alb-ingress-controller v1 where it is found. */
  readonly replaceLegacy: boolean;
}

export type Sample = '2048' | 'two-apps' | 'two-apps-ip' | 'fastapi' | 'nlb';
export const SAMPLES: readonly Sample[] = ['2048', 'two-apps', 'two-apps-ip', 'fastapi', 'nlb'];

/** `certificates`: `create-acm-cert`; `web-acl-names`: `wafv2-acl-name`; `tagging-api`: the gate EnableRGTAPI. */
export type ExtraPermission = 'certificates' | 'web-acl-names' | 'tagging-api';

export interface Dns {
  /** Of the hosted zone: `shop.example.com`. */
  readonly zone: string;
  readonly by: 'external-dns' | 'alias';
  /** The alias record, for `by: alias`: a name in the zone, and the Ingress whose load balancer it stands for. */
  readonly host?: string;
  readonly ingress?: string;
}

export const DEFAULT_CHOICES: Choices = {
  createCluster: false,
  compute: 'nodes',
  identity: 'irsa',
  serviceAccountBy: 'api',
  install: 'helm',
  controllerVersion: '3.5.0',
  chart: 'https://aws.github.io/eks-charts',
  valuesFiles: [],
  namespace: 'kube-system',
  serviceAccount: 'aws-load-balancer-controller',
  policyName: 'AWSLoadBalancerControllerIAMPolicy',
  extraPermissions: [],
  webhookCertificate: 'self-signed',
  className: 'alb',
  defaultClass: false,
  tagSubnets: true,
  samples: [],
  image: 'build',
  replaceLegacy: true,
};
