/** The controller without Helm: every object that it consists of (lbc:helm/aws-load-balancer-controller/templates). */
import { gte } from 'semver';
import { RESOURCES } from '../../kube/resources';
import type { KubeObject, Secret } from '../../kube/types';
import { later } from '../action';
import { type Setup, vpcOf } from '../setup';
import { decoded } from './certificate';
import { glance, glanceAtAll } from './look';
import { CONTROLLER, LABELS, NAME_LABEL, SELECTOR, TLS_SECRET, WEBHOOK_SERVICE } from './names';
import { rbacObjects } from './rbac';
import { webhookObjects } from './webhooks';

const IMAGE = 'public.ecr.aws/eks/aws-load-balancer-controller';
/** lbc:pkg/config/runtime_config.go defaultHealthProbeBindAddress */
const HEALTH_PORT = 61779;
const WEBHOOK_PORT = 9443;
const METRICS_PORT = 8080;

interface Node extends KubeObject {
  readonly spec?: { readonly unschedulable?: boolean };
}

/** Two pods, of which one waits; a single node gets one. Where there are no nodes yet they come with the pods. */
export async function replicasOf(setup: Setup): Promise<number> {
  const nodes = await glanceAtAll<Node>(setup, RESOURCES.Node);
  return nodes.filter(({ spec }) => spec?.unschedulable !== true).length === 1 ? 1 : 2;
}

/** In the order in which they are applied: what asks the controller comes last. */
export async function controllerObjects(setup: Setup, release: string): Promise<KubeObject[]> {
  const { namespace, webhookCertificate } = setup.choices;
  const replicas = await replicasOf(setup);
  const issued = webhookCertificate === 'cert-manager';
  const trust = issued
    ? { certificate: `${namespace}/${SERVING}` }
    : { caBundle: (await bundleSoFar(setup)) ?? later('CA_BUNDLE') };
  return [
    ...rbacObjects(setup),
    ...(issued ? issuing(setup) : []),
    webhookService(setup),
    deployment(setup, release, replicas, await argumentsOf(setup)),
    ...(replicas > 1 ? [budget(setup)] : []),
    ...webhookObjects(setup, release, trust),
  ];
}

/** The authority of the webhooks' certificate in base64; undefined before it is made. */
export async function bundleSoFar(setup: Setup): Promise<string | undefined> {
  const secret = await glance<Secret>(setup, RESOURCES.Secret, setup.choices.namespace, TLS_SECRET);
  if (secret === undefined || decoded(secret, 'ca.crt') === '') return undefined;
  return secret.data?.['ca.crt'];
}

/** The options that name the place: without region and VPC it asks the metadata of its node, which pods often cannot reach. */
export async function wantedArguments(setup: Setup): Promise<Readonly<Record<string, string>>> {
  return {
    'cluster-name': setup.clusterName,
    'ingress-class': setup.choices.className,
    'aws-region': setup.aws.region,
    'aws-vpc-id': await vpcOf(setup),
  };
}

async function argumentsOf(setup: Setup): Promise<string[]> {
  return Object.entries(await wantedArguments(setup)).map(([name, value]) => `--${name}=${value}`);
}

function webhookService({ choices }: Setup): KubeObject & { readonly spec: object } {
  const port = { name: 'webhook-server', port: 443, targetPort: 'webhook-server' };
  const labels = {
    ...LABELS,
    'app.kubernetes.io/component': 'webhook',
    'prometheus.io/service-monitor': 'false',
  };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: choices.namespace, name: WEBHOOK_SERVICE, labels },
    spec: { selector: SELECTOR, ports: [port] },
  };
}

function deployment({ choices }: Setup, release: string, replicas: number, args: readonly string[]) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      namespace: choices.namespace,
      name: CONTROLLER,
      labels: { ...LABELS, 'app.kubernetes.io/version': `v${release}` },
    },
    spec: {
      replicas,
      revisionHistoryLimit: 10,
      selector: { matchLabels: SELECTOR },
      template: {
        metadata: { labels: SELECTOR, annotations: SCRAPED },
        spec: {
          serviceAccountName: choices.serviceAccount,
          priorityClassName: 'system-cluster-critical',
          terminationGracePeriodSeconds: 10,
          securityContext: { fsGroup: 65534 },
          affinity: { podAntiAffinity: APART },
          containers: [container(release, args)],
          volumes: [{ name: 'cert', secret: { secretName: TLS_SECRET, defaultMode: 0o644 } }],
        },
      },
    },
  };
}

/** Prometheus finds the metrics by these. */
const SCRAPED = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(METRICS_PORT) };

const APART = {
  preferredDuringSchedulingIgnoredDuringExecution: [
    {
      weight: 100,
      podAffinityTerm: {
        labelSelector: {
          matchExpressions: [{ key: NAME_LABEL, operator: 'In', values: [CONTROLLER] }],
        },
        topologyKey: 'kubernetes.io/hostname',
      },
    },
  ],
};

function container(release: string, args: readonly string[]): object {
  const ready = gte(release, '2.8.0')
    ? { readinessProbe: { ...probe('/readyz', 10), successThreshold: 1 } }
    : {};
  return {
    name: CONTROLLER,
    image: `${IMAGE}:v${release}`,
    imagePullPolicy: 'IfNotPresent',
    args,
    ports: [
      { name: 'webhook-server', containerPort: WEBHOOK_PORT, protocol: 'TCP' },
      { name: 'metrics-server', containerPort: METRICS_PORT, protocol: 'TCP' },
    ],
    livenessProbe: probe('/healthz', 30),
    ...ready,
    securityContext: { readOnlyRootFilesystem: true, runAsNonRoot: true, allowPrivilegeEscalation: false },
    volumeMounts: [{ name: 'cert', mountPath: '/tmp/k8s-webhook-server/serving-certs', readOnly: true }],
  };
}

function probe(path: string, initialDelaySeconds: number): object {
  const httpGet = { path, port: HEALTH_PORT, scheme: 'HTTP' };
  return { httpGet, initialDelaySeconds, timeoutSeconds: 10, failureThreshold: 2 };
}

function budget({ choices }: Setup): KubeObject & { readonly spec: object } {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { namespace: choices.namespace, name: CONTROLLER, labels: LABELS },
    spec: { maxUnavailable: 1, selector: { matchLabels: SELECTOR } },
  };
}

const ISSUER = 'aws-load-balancer-selfsigned-issuer';
const SERVING = 'aws-load-balancer-serving-cert';

/** cert-manager.io/docs/configuration/selfsigned: the certificate is its own authority, and `ca.crt` of its Secret. */
function issuing({ choices }: Setup): KubeObject[] {
  const apiVersion = 'cert-manager.io/v1';
  const { namespace } = choices;
  const start = `${WEBHOOK_SERVICE}.${namespace}.svc`;
  const certificate = {
    secretName: TLS_SECRET,
    dnsNames: [start, `${start}.cluster.local`],
    issuerRef: { kind: 'Issuer', name: ISSUER },
  };
  const part = (kind: string, name: string, spec: object): KubeObject & object => ({
    ...{ apiVersion, kind, metadata: { namespace, name, labels: LABELS } },
    ...{ spec },
  });
  return [part('Issuer', ISSUER, { selfSigned: {} }), part('Certificate', SERVING, certificate)];
}
