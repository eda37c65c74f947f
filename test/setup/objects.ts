/** What a controller-manager and a kubelet would write, by hand. */
import type { Kube, KubeItem } from '../../sandbox/kube';
import { ifThere } from '../../sandbox/kube';
import { undoSetup } from '../../src/setup/flow';
import type { Setup } from '../../src/setup/setup';
import type { StepId } from '../../src/setup/stepIds';
import { recordingHost } from '../helpers/recordingHost';
import type { World } from '../helpers/world';
import { planOf, stepOf, undoOf } from './harness';

/** Where the tests install: the server keeps kube-system over a reset. */
export const NAMESPACE = 'lbc';
export const CONTROLLER = 'aws-load-balancer-controller';

const APPS = 'apis/apps/v1';

/** A fresh world with the namespace in it. */
export async function freshWorld(world: World): Promise<void> {
  await world.reset();
  await makeNamespace(world.kube, NAMESPACE);
}

export async function makeNamespace(kube: Kube, name: string): Promise<void> {
  await ifThere(kube.call('POST', 'api/v1/namespaces', { metadata: { name } }));
}

interface DeploymentOptions {
  readonly namespace?: string;
  readonly name?: string;
  readonly image?: string;
  readonly args?: readonly string[];
  readonly serviceAccountName?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A Deployment as somebody else may have made it. */
export function makeDeployment(kube: Kube, options: DeploymentOptions = {}): Promise<KubeItem> {
  const { namespace = NAMESPACE, name = CONTROLLER, args = [], serviceAccountName, labels = {} } = options;
  const { image = 'public.ecr.aws/eks/aws-load-balancer-controller:v3.5.0' } = options;
  const selector = { app: name };
  const spec = {
    ...(serviceAccountName === undefined ? {} : { serviceAccountName }),
    containers: [{ name: 'main', image, args }],
  };
  return kube.call('POST', `${APPS}/namespaces/${namespace}/deployments`, {
    metadata: { namespace, name, labels },
    spec: { selector: { matchLabels: selector }, template: { metadata: { labels: selector }, spec } },
  });
}

export async function setReady(
  kube: Kube,
  ready: number,
  name = CONTROLLER,
  namespace = NAMESPACE,
): Promise<void> {
  const path = `${APPS}/namespaces/${namespace}/deployments/${name}`;
  const found = await kube.call('GET', path);
  const { generation: observedGeneration } = found.metadata as { generation?: number };
  const counts = { replicas: ready, readyReplicas: ready, updatedReplicas: ready, availableReplicas: ready };
  const status = { observedGeneration, ...counts };
  await kube.call('PUT', `${path}/status`, { ...found, status });
}

interface PodOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly node?: string;
  readonly status?: object;
}

/** A pod of the controller, as its ReplicaSet would make it. */
export async function makePod(kube: Kube, name: string, options: PodOptions = {}): Promise<void> {
  const deployment = await kube.call('GET', `${APPS}/namespaces/${NAMESPACE}/deployments/${CONTROLLER}`);
  const { template } = deployment['spec'] as {
    template: { metadata: { labels: Record<string, string> } };
  };
  const env = Object.entries(options.env ?? {}).map(([key, value]) => ({ name: key, value }));
  const made = await kube.call('POST', `api/v1/namespaces/${NAMESPACE}/pods`, {
    metadata: { name, namespace: NAMESPACE, labels: template.metadata.labels },
    spec: {
      nodeName: options.node ?? 'node-a',
      containers: [{ name: 'controller', image: 'controller', env }],
    },
  });
  const status = options.status ?? { phase: 'Running' };
  await kube.call('PUT', `api/v1/namespaces/${NAMESPACE}/pods/${name}/status`, { ...made, status });
}

/** The EndpointSlice of the webhooks' Service. */
export function makeSlice(kube: Kube, ready: boolean): Promise<KubeItem> {
  const path = `apis/discovery.k8s.io/v1/namespaces/${NAMESPACE}/endpointslices/webhook`;
  return kube.call(
    'PATCH',
    `${path}?fieldManager=test&force=true`,
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: 'webhook',
        labels: { 'kubernetes.io/service-name': 'aws-load-balancer-webhook-service' },
      },
      addressType: 'IPv4',
      ports: [{ name: 'webhook-server', port: 9443, protocol: 'TCP' }],
      endpoints: [{ addresses: ['10.0.0.9'], conditions: { ready } }],
    },
    'application/apply-patch+yaml',
  );
}

/** The plan of a step as people see it, with names in place of what is different in every run. */
export async function planIn(world: World, setup: Setup, id: StepId): Promise<string> {
  return (await planOf(setup, id))
    .replaceAll(world.kubeconfig, 'KUBECONFIG')
    .replaceAll(world.endpoint, 'AWS')
    .replaceAll(world.vpcId, 'vpc-shop');
}

/** Takes a step back for real, and says what was lost; asks nobody. */
export async function undone(setup: Setup, id: StepId): Promise<string[]> {
  const lost = (await undoOf(setup, id)).flatMap(({ loses }) => loses ?? []);
  await undoSetup(setup, [stepOf(id)], { host: recordingHost(), signal: new AbortController().signal });
  return lost;
}
