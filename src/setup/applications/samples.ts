/** The sample applications: what is applied, from the namespace to what gets the load balancer. */
import type { KubeObject } from '../../kube/types';
import type { Sample } from '../choices';
import type { Setup } from '../setup';
import { imageUri } from '../steps/image';
import { deploymentOf, HTTPD, ingressOf, namespaceNamed, type Place, serviceOf } from './parts';

export interface SampleRow {
  readonly sample: Sample;
  readonly title: string;
  /** What it shows. */
  readonly why: string;
  readonly namespace: string;
  /** In the order in which they are applied: the namespace first, what has the load balancer last. */
  objects(setup: Setup, autoMode: boolean): readonly KubeObject[] | Promise<readonly KubeObject[]>;
}

const PUBLIC = { scheme: 'internet-facing' };

export const SAMPLE_ROWS: readonly SampleRow[] = [
  {
    sample: '2048',
    title: 'Sample: the game 2048',
    why: 'The shortest way from pods to a page on the internet.',
    namespace: 'game-2048',
    objects: game,
  },
  {
    sample: 'two-apps',
    title: 'Sample: two applications, by host and path',
    why: 'One load balancer for two Services, through the ports of the nodes.',
    namespace: 'two-apps',
    objects: (setup) => twoApps(setup, 'two-apps', 'instance'),
  },
  {
    sample: 'two-apps-ip',
    title: 'Sample: two applications, straight to the pods',
    why: 'The same with target type ip: no node port, and the only way on Fargate.',
    namespace: 'two-apps-ip',
    objects: (setup) => twoApps(setup, 'two-apps-ip', 'ip'),
  },
  {
    sample: 'fastapi',
    title: 'Sample: a FastAPI service',
    why: 'An image of your own behind a load balancer, with a health check that it answers itself.',
    namespace: 'fastapi',
    objects: fastapi,
  },
  {
    sample: 'nlb',
    title: 'Sample: a Service with a Network Load Balancer',
    why: 'TCP without an Ingress: the Service has a load balancer of its own.',
    namespace: 'nlb-sample',
    objects: networkLoadBalancer,
  },
];

/** The same as samples/game-2048.yaml; a test compares them. */
function game({ choices }: Setup): KubeObject[] {
  const namespace = 'game-2048';
  const image = 'public.ecr.aws/l6m2t8p7/docker-2048:latest';
  const place = (start: string): Place => ({ namespace, name: `${start}-2048` });
  return [
    namespaceNamed(namespace),
    deploymentOf(place('deployment'), 'app-2048', { image, port: 80, replicas: 3 }),
    serviceOf(place('service'), 'app-2048', { port: 80, targetPort: 80 }, { type: 'ClusterIP' }),
    ingressOf(place('ingress'), choices.className, { ...PUBLIC, 'target-type': 'ip' }, [
      { path: '/', service: 'service-2048', port: 80 },
    ]),
  ];
}

/** Every application answers at its own path and at `/`, which is what the health check asks for. */
function twoApps({ choices }: Setup, namespace: string, targetType: 'instance' | 'ip'): KubeObject[] {
  const type = targetType === 'ip' ? 'ClusterIP' : 'NodePort';
  const parts = ['app1', 'app2'].flatMap((name): KubeObject[] => [
    deploymentOf({ namespace, name }, name, {
      ...{ image: HTTPD, port: 80, replicas: 2 },
      command: ['sh', '-c', greeting(name)],
    }),
    serviceOf({ namespace, name }, name, { port: 80, targetPort: 80 }, { type }),
  ]);
  const annotations = { ...PUBLIC, 'target-type': targetType, 'healthcheck-path': '/' };
  const ingress = ingressOf({ namespace, name: namespace }, choices.className, annotations, [
    { host: 'app2.example.com', path: '/', service: 'app2', port: 80 },
    { path: '/app1', service: 'app1', port: 80 },
    { path: '/app2', service: 'app2', port: 80 },
  ]);
  return [namespaceNamed(namespace), ...parts, ingress];
}

/** The image's folder is where Apache keeps its pages. */
function greeting(name: string): string {
  return `mkdir -p htdocs/${name} && echo "${name} on $(hostname)" | tee htdocs/index.html > htdocs/${name}/index.html && exec httpd-foreground`;
}

/** Where the program of samples/fastapi listens, and where it tells of its health. */
const FASTAPI = { port: 8080, healthcheck: '/healthz' };

async function fastapi(setup: Setup): Promise<KubeObject[]> {
  const place = { namespace: 'fastapi', name: 'fastapi' };
  const { port, healthcheck } = FASTAPI;
  const annotations = { ...PUBLIC, 'target-type': 'ip', 'healthcheck-path': healthcheck };
  return [
    namespaceNamed(place.namespace),
    deploymentOf(place, 'fastapi', { image: await imageUri(setup), port, replicas: 2 }),
    serviceOf(place, 'fastapi', { port: 80, targetPort: port }, { type: 'ClusterIP' }),
    ingressOf(place, setup.choices.className, annotations, [{ path: '/', service: 'fastapi', port: 80 }]),
  ];
}

function networkLoadBalancer(_: Setup, autoMode: boolean): KubeObject[] {
  const place = { namespace: 'nlb-sample', name: 'echo' };
  const loadBalancerClass = autoMode ? 'eks.amazonaws.com/nlb' : 'service.k8s.aws/nlb';
  const annotations = {
    'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'ip',
    'service.beta.kubernetes.io/aws-load-balancer-scheme': 'internet-facing',
  };
  const port = { name: 'tcp', port: 80, targetPort: 80, protocol: 'TCP' };
  return [
    namespaceNamed(place.namespace),
    deploymentOf(place, 'echo', { image: HTTPD, port: 80, replicas: 2 }),
    serviceOf(place, 'echo', port, { type: 'LoadBalancer', loadBalancerClass }, annotations),
  ];
}
