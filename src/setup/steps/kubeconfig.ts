import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Document, parseDocument } from 'yaml';
import { UserError } from '../../errors';
import { type Kube, KubeError, openKube } from '../../kube/client';
import { type Action, later } from '../action';
import { type EksCluster, eksCluster, kubeOptions, type Setup } from '../setup';
import { type Check, isFalse, isTrue, type Step } from '../step';

export const kubeconfigStep: Step = {
  id: 'kubeconfig',
  title: 'Access to the cluster',
  why: 'Everything inside the cluster is done through the kubeconfig, and must be done in this cluster.',
  phase: 'cluster',
  requires: ['cluster'],
  async check(setup) {
    const endpoint = (await eksCluster(setup))?.endpoint ?? '';
    const kube = openedKube(setup);
    if (kube === undefined) return isFalse('The kubeconfig has no cluster yet.');
    if (!sameServer(kube.server, endpoint)) {
      return isFalse(
        `The context ${kube.context} of the kubeconfig leads to ${kube.server}, not to ${setup.clusterName} (${endpoint}).`,
        'Another context is chosen with --context.',
      );
    }
    return reach(setup, kube);
  },
  async plan(setup) {
    const cluster = await eksCluster(setup);
    const kube = openedKube(setup);
    if (kube !== undefined && sameServer(kube.server, cluster?.endpoint ?? '')) return [];
    return [await writeAccess(setup, cluster, kube?.context)];
  },
};

/** Undefined where there is no kubeconfig, or none with a context. */
function openedKube(setup: Setup): Kube | undefined {
  try {
    return openKube(kubeOptions(setup));
  } catch (error) {
    if (error instanceof UserError && error.code !== 'no-context') return undefined;
    throw error;
  }
}

const sameServer = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

async function reach(setup: Setup, kube: Kube): Promise<Check> {
  try {
    const version = (await kube.call({ method: 'GET', path: '/version' })) as { gitVersion?: string };
    const reached = `The context ${kube.context} reaches Kubernetes ${version.gitVersion ?? ''} at ${kube.server}.`;
    return (await mayAdminister(kube)) ? isTrue(reached) : isFalse(reached, ...noRights(setup));
  } catch (error) {
    if (!(error instanceof KubeError) || error.status !== 401) throw error;
    return isFalse(`The cluster does not know this identity (401 ${error.message}).`, ...noRights(setup));
  }
}

function noRights({ clusterName }: Setup): string[] {
  return [
    'It may not make ClusterRoles, which the controller needs.',
    `An administrator grants it with: aws eks create-access-entry --cluster-name ${clusterName} --principal-arn YOUR_ROLE_ARN`,
    `and: aws eks associate-access-policy --cluster-name ${clusterName} --principal-arn YOUR_ROLE_ARN --policy-arn arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy --access-scope type=cluster`,
  ];
}

/** Whether we may do what the flow has to do; asks the API server (SelfSubjectAccessReview). */
async function mayAdminister(kube: Kube): Promise<boolean> {
  const review = (await kube.call({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: {
        resourceAttributes: { group: 'rbac.authorization.k8s.io', resource: 'clusterroles', verb: 'create' },
      },
    },
  })) as { status?: { allowed?: boolean } };
  return review.status?.allowed === true;
}

/** Adds the cluster to a kubeconfig, as `aws eks update-kubeconfig` does; what else stands there stays, comments too. */
async function writeAccess(
  setup: Setup,
  cluster: EksCluster | undefined,
  context: string | undefined,
): Promise<Action> {
  const path = kubeconfigPath(setup);
  const { profile } = setup.options;
  const argv = [
    'aws',
    'eks',
    'update-kubeconfig',
    '--name',
    setup.clusterName,
    '--kubeconfig',
    path,
  ] as const;
  return {
    kind: 'file',
    text: `Add the cluster to ${path} and make it the current one`,
    path,
    content: withCluster(await orEmpty(path), setup, cluster),
    argv: profile === undefined ? argv : [...argv, '--profile', profile],
    ...(context === undefined ? {} : { loses: `the current context of ${path}, which is ${context}` }),
  };
}

/** Where kubectl writes: the file that was named, the first of KUBECONFIG, or the usual one. */
function kubeconfigPath(setup: Setup): string {
  const first = process.env['KUBECONFIG']?.split(delimiter).find((one) => one !== '');
  return kubeOptions(setup).kubeconfig ?? first ?? join(homedir(), '.kube', 'config');
}

async function orEmpty(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** A kubeconfig with entries for the cluster, named by its ARN. */
export function withCluster(text: string, setup: Setup, cluster: EksCluster | undefined): string {
  const document =
    text.trim() === '' ? new Document({ apiVersion: 'v1', kind: 'Config' }) : parseDocument(text);
  const name = cluster?.arn ?? setup.clusterName;
  const { endpoint = later('CLUSTER_ENDPOINT'), certificateAuthority } = cluster ?? {};
  put(document, 'clusters', name, {
    cluster: { server: endpoint, 'certificate-authority-data': certificateAuthority?.data ?? '' },
  });
  put(document, 'users', name, { user: { exec: tokenCommand(setup) } });
  put(document, 'contexts', name, { context: { cluster: name, user: name } });
  document.set('current-context', name);
  return document.toString({ lineWidth: 0 });
}

interface Named {
  readonly name?: unknown;
}

/** Sets the entry of that name in one of a kubeconfig's lists. */
function put(document: Document, list: string, name: string, value: object): void {
  const entries = (document.toJS() as Record<string, readonly Named[] | null | undefined>)[list] ?? [];
  const at = entries.findIndex((one) => one.name === name);
  if (entries.length === 0) document.set(list, document.createNode([]));
  document.setIn([list, at === -1 ? entries.length : at], document.createNode({ name, ...value }));
}

function tokenCommand({ clusterName, aws, options }: Setup): object {
  return {
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    command: 'aws',
    args: ['--region', aws.region, 'eks', 'get-token', '--cluster-name', clusterName, '--output', 'json'],
    ...(options.profile === undefined ? {} : { env: [{ name: 'AWS_PROFILE', value: options.profile }] }),
    interactiveMode: 'IfAvailable',
  };
}
