import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import { applyAt, ifThere, type Kube, type KubeItem, listResources, pathOf, type Resource } from '../kube';
import { REGION, type WorldNode } from './aws';

const CRDS = { prefix: 'apis/apiextensions.k8s.io/v1', plural: 'customresourcedefinitions' };

/** The custom resources of `elbv2.k8s.aws`; waits until the API server serves them. */
export async function installCrds(kube: Kube, root: string): Promise<void> {
  const folder = join(root, 'sandbox', 'crds');
  const texts = await Promise.all(
    (await readdir(folder)).sort().map((file) => readFile(join(folder, file), 'utf8')),
  );
  const documents = texts.flatMap((text) =>
    parseAllDocuments(text).map((document) => document.toJS() as KubeItem),
  );
  for (const crd of documents) await applyAt(kube, pathOf(CRDS, undefined, crd.metadata.name), crd);
  await Promise.all(documents.map((crd) => untilServed(kube, crd)));
}

/** Established comes a moment before the first request is answered. */
async function untilServed(kube: Kube, crd: KubeItem): Promise<void> {
  await untilEstablished(kube, pathOf(CRDS, undefined, crd.metadata.name));
  const { group, names } = crd['spec'] as { group: string; names: { plural: string } };
  for (let tries = 0; tries < 100; tries++) {
    if ((await ifThere(kube.call('GET', `apis/${group}/v1beta1/${names.plural}`))) !== undefined) return;
    await sleep(50);
  }
}

async function untilEstablished(kube: Kube, path: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const { status } = await kube.call<{ status?: { conditions?: { type: string; status: string }[] } }>(
      'GET',
      path,
    );
    const established = status?.conditions?.find(({ type }) => type === 'Established');
    if (established?.status === 'True') return;
    await sleep(100);
  }
  throw new Error(`${path} does not become Established`);
}

/** Nodes that stand for the seeded instances, and the IngressClass that the product looks after. */
export async function seedCluster(kube: Kube, nodes: readonly WorldNode[]): Promise<void> {
  await Promise.all(nodes.map((node) => makeNode(kube, node)));
  await applyAt(kube, 'apis/networking.k8s.io/v1/ingressclasses/alb', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'alb' },
    spec: { controller: 'ingress.k8s.aws/alb' },
  });
}

/** The name server that EKS puts into every cluster: the add-on `coredns`. */
export async function seedDns(kube: Kube): Promise<void> {
  const labels = { 'k8s-app': 'kube-dns' };
  const metadata = { namespace: 'kube-system', labels };
  const containers = [{ name: 'coredns', image: 'public.ecr.aws/eks-distro/coredns/coredns:v1.12.1' }];
  await applyAt(kube, 'api/v1/namespaces/kube-system/services/kube-dns', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...metadata, name: 'kube-dns' },
    spec: { selector: labels, ports: [{ name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 }] },
  });
  await applyAt(kube, 'apis/apps/v1/namespaces/kube-system/deployments/coredns', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...metadata, name: 'coredns' },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  });
}

async function makeNode(kube: Kube, node: WorldNode): Promise<void> {
  const path = `api/v1/nodes/${node.name}`;
  await ifThere(kube.call('DELETE', path));
  const made = await kube.call('POST', 'api/v1/nodes', nodeObject(node));
  // Admission taints every new node as not ready.
  const untainted = await kube.call('PUT', path, {
    ...made,
    spec: { ...(made['spec'] as object), taints: [] },
  });
  await kube.call('PUT', `${path}/status`, { ...untainted, status: nodeStatus(node) });
}

function nodeObject(node: WorldNode): KubeItem {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: node.name,
      labels: {
        'kubernetes.io/hostname': node.name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'topology.kubernetes.io/region': REGION,
        'topology.kubernetes.io/zone': node.zone,
        'node.kubernetes.io/instance-type': 'm5.large',
      },
    },
    spec: { providerID: `aws:///${node.zone}/${node.instance}` },
  };
}

function nodeStatus(node: WorldNode): object {
  const room = { cpu: '2', memory: '8Gi', pods: '110' };
  return {
    addresses: [
      { type: 'InternalIP', address: node.private_ip },
      { type: 'Hostname', address: node.name },
    ],
    conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'ok' }],
    capacity: room,
    allocatable: room,
  };
}

/** Deletes everything that people, tests and controllers can have made, finalizers or not. */
export async function wipeCluster(kube: Kube): Promise<void> {
  const resources = (await listResources(kube)).filter(({ kind }) => !KEPT_KINDS.has(kind));
  await Promise.all(resources.map((resource) => wipeResource(kube, resource)));
  const { items } = await kube.call<{ items: KubeItem[] }>('GET', 'api/v1/namespaces');
  await Promise.all(
    items.filter(({ metadata }) => !isOwnNamespace(metadata.name)).map((item) => endNamespace(kube, item)),
  );
}

/** What the API server, or the sandbox itself, needs to go on. */
const KEPT_KINDS = new Set([
  'Namespace',
  'Node',
  'CustomResourceDefinition',
  'APIService',
  'FlowSchema',
  'PriorityLevelConfiguration',
  'PriorityClass',
  'ServiceCIDR',
  'IPAddress',
]);

async function wipeResource(kube: Kube, resource: Resource): Promise<void> {
  const { items } = await kube.call<{ items: KubeItem[] }>('GET', pathOf(resource));
  await Promise.all(
    items
      .filter(({ metadata }) => !isOfTheServer(resource.kind, metadata))
      .map((item) => destroy(kube, pathOf(resource, item.metadata.namespace, item.metadata.name), item)),
  );
}

/** What the API server makes for itself, and would not make again. */
function isOfTheServer(kind: string, { namespace, name, labels = {} }: KubeItem['metadata']): boolean {
  if ('kubernetes.io/bootstrapping' in labels) return true;
  if (kind === 'Lease') return name.startsWith('apiserver-');
  if (kind === 'ConfigMap') return namespace?.startsWith('kube-') === true;
  return name === 'kubernetes' && (kind === 'Service' || kind === 'Endpoints' || kind === 'EndpointSlice');
}

async function destroy(kube: Kube, path: string, { metadata }: KubeItem): Promise<void> {
  if (metadata.finalizers?.length) {
    const patch = { metadata: { finalizers: null } };
    await ifThere(kube.call('PATCH', path, patch, 'application/merge-patch+json'));
  }
  await ifThere(kube.call('DELETE', path, { gracePeriodSeconds: 0, propagationPolicy: 'Background' }));
}

function isOwnNamespace(name: string): boolean {
  return name === 'default' || name.startsWith('kube-');
}

async function endNamespace(kube: Kube, { metadata }: KubeItem): Promise<void> {
  const path = `api/v1/namespaces/${metadata.name}`;
  await ifThere(kube.call('DELETE', path));
  await ifThere(finalizeNamespace(kube, metadata.name));
}

/** Without a controller-manager a deleted namespace would stay Terminating for ever. */
export function finalizeNamespace(kube: Kube, name: string): Promise<KubeItem> {
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: { finalizers: [] } };
  return kube.call('PUT', `api/v1/namespaces/${name}/finalize`, body);
}
