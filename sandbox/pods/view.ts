import {
  type Informer,
  KubeConfig,
  type KubernetesObject,
  makeInformer,
  type ObjectCache,
} from '@kubernetes/client-node';
import type { Kube, KubeItem } from '../kube';

/** The watched kinds, each as the API server has it now (or had it a moment ago). */
export interface View {
  deployments(): readonly Deployment[];
  services(): readonly ServiceItem[];
  pods(): readonly PodItem[];
  slices(): readonly KubeItem[];
  namespaces(): readonly KubeItem[];
  stop(): Promise<void>;
}

export interface Deployment extends KubeItem {
  spec: {
    replicas?: number;
    template: {
      metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
      spec?: PodItem['spec'];
    };
    [field: string]: unknown;
  };
}

export interface ContainerPort {
  name?: string;
  containerPort: number;
  protocol?: string;
}

export interface PodItem extends KubeItem {
  spec: {
    nodeName?: string;
    containers?: { name: string; image?: string; ports?: ContainerPort[] }[];
    readinessGates?: { conditionType: string }[];
    [field: string]: unknown;
  };
  status?: {
    phase?: string;
    podIP?: string;
    conditions?: { type: string; status: string; lastTransitionTime?: string }[];
    [field: string]: unknown;
  };
}

export interface ServiceItem extends KubeItem {
  spec: {
    type?: string;
    selector?: Record<string, string>;
    ports?: {
      name?: string;
      port: number;
      targetPort?: number | string;
      protocol?: string;
      appProtocol?: string;
    }[];
    publishNotReadyAddresses?: boolean;
    [field: string]: unknown;
  };
}

const RETRY_MS = 500;

/** Watches all five kinds; `changed` is called at every event. */
export async function watchCluster(kubeconfig: string, kube: Kube, changed: () => void): Promise<View> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const watch = <T extends KubeItem>(path: string) => watchKind<T>(config, kube, path, changed);
  const [deployments, services, pods, slices, namespaces] = await Promise.all([
    watch<Deployment>('apis/apps/v1/deployments'),
    watch<ServiceItem>('api/v1/services'),
    watch<PodItem>('api/v1/pods'),
    watch<KubeItem>('apis/discovery.k8s.io/v1/endpointslices'),
    watch<KubeItem>('api/v1/namespaces'),
  ]);
  return {
    deployments: deployments.list,
    services: services.list,
    pods: pods.list,
    slices: slices.list,
    namespaces: namespaces.list,
    stop: async () => {
      await Promise.all([deployments, services, pods, slices, namespaces].map((kind) => kind.stop()));
    },
  };
}

interface Watched<T> {
  readonly list: () => readonly T[];
  readonly stop: () => Promise<void>;
}

async function watchKind<T extends KubeItem>(
  config: KubeConfig,
  kube: Kube,
  path: string,
  changed: () => void,
): Promise<Watched<T>> {
  const informer = makeInformer<KubernetesObject>(config, `/${path}`, () =>
    kube.call('GET', path),
  ) as Informer<KubernetesObject> & ObjectCache<KubernetesObject>;
  let stopped = false;
  const restart = () => {
    if (!stopped) setTimeout(() => informer.start().catch(restart), RETRY_MS).unref();
  };
  for (const verb of ['add', 'update', 'delete'] as const) informer.on(verb, changed);
  informer.on('error', restart);
  await informer.start();
  return {
    list: () => informer.list() as unknown as readonly T[],
    stop: async () => {
      stopped = true;
      await informer.stop();
    },
  };
}
