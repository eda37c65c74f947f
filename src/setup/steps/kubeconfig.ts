import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Document, isMap, parseDocument } from 'yaml';
import { messageOf, UserError } from '../../errors';
import { type Kube, KubeError, openKube } from '../../kube/client';
import { leadsTo } from '../../kube/leadsTo';
import { type Action, later } from '../action';
import { caller, type EksCluster, eksCluster, kubeOptions, type Setup, wrongServerText } from '../setup';
import { type Check, cannotTell, isFalse, isTrue, type Step } from '../step';

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
    if (!leadsTo(kube, endpoint)) {
      return isFalse(
        wrongServerText(setup, kube, endpoint),
        setup.options.context === undefined
          ? `Setup adds ${setup.clusterName} and makes it the current context; one that is there already is chosen with --context.`
          : 'Choose the right one, or leave --context away to have it added.',
      );
    }
    return reach(setup, kube);
  },
  async plan(setup) {
    const cluster = await eksCluster(setup);
    if (cluster === undefined && !setup.choices.createCluster) return [];
    const kube = openedKube(setup);
    if (kube !== undefined && leadsTo(kube, cluster?.endpoint ?? '')) return [];
    // Whoever names a context means it: another one that is current would not be used.
    if (kube !== undefined && setup.options.context !== undefined) return [];
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

async function reach(setup: Setup, kube: Kube): Promise<Check> {
  try {
    const version = (await kube.call({ method: 'GET', path: '/version' })) as { gitVersion?: string };
    const reached = `The context ${kube.context} reaches Kubernetes ${version.gitVersion ?? ''} at ${kube.server}.`;
    if (await mayAdminister(kube)) return isTrue(reached);
    return isFalse(
      reached,
      'This identity may not make ClusterRoles there, which the controller needs.',
      ...(await howToGrant(setup)),
    );
  } catch (error) {
    if (error instanceof UserError && error.code !== 'exec-plugin-failed') throw error;
    if (!(error instanceof KubeError)) return noToken(kube, error);
    if (error.status !== 401) throw error;
    return isFalse(
      `The cluster does not know this identity (401 ${error.message}).`,
      ...(await howToGrant(setup)),
    );
  }
}

/** What the user of the context runs for its token has failed. */
function noToken({ context }: Kube, error: unknown): Check {
  return cannotTell(
    `The kubeconfig got no credentials for the context ${context}: ${messageOf(error)}`,
    'Its user runs a program for them, such as `aws eks get-token`: it must be on the PATH and signed in.',
  );
}

/** Access entries (EKS user guide, "Grant IAM users access to Kubernetes with EKS access entries"). */
async function howToGrant(setup: Setup): Promise<string[]> {
  const { clusterName } = setup;
  const { arn, partition } = await caller(setup);
  const where = `--cluster-name ${clusterName} --principal-arn ${principalOf(arn)}`;
  const policy = `arn:${partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`;
  return [
    `You are ${arn}. An administrator grants it with: aws eks create-access-entry ${where}`,
    `and: aws eks associate-access-policy ${where} --policy-arn ${policy} --access-scope type=cluster`,
  ];
}

/** Entries are for users and roles; who took on a role is told by its session, without the role's path. */
function principalOf(arn: string): string {
  const session = /^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn);
  if (session === null) return arn;
  const [, partition, account, role] = session;
  return `arn:${partition}:iam::${account}:role/${role}`;
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
  return {
    kind: 'file',
    text: `Add the cluster to ${path} and make it the current one`,
    path,
    content: withCluster(await readable(path), setup, cluster),
    argv: ['aws', 'eks', 'update-kubeconfig', '--name', setup.clusterName, '--kubeconfig', path],
    ...(context === undefined ? {} : { loses: `the current context of ${path}, which is ${context}` }),
  };
}

/** Where kubectl writes: the file that was named, the first of KUBECONFIG, or the usual one. */
function kubeconfigPath(setup: Setup): string {
  const first = process.env['KUBECONFIG']?.split(delimiter).find((one) => one !== '');
  return kubeOptions(setup).kubeconfig ?? first ?? join(homedir(), '.kube', 'config');
}

/** Its text; empty where there is none. One that is broken is a person's to mend: writing it would lose what it has. */
async function readable(path: string): Promise<string> {
  const text = await orEmpty(path);
  const [fault] = parseDocument(text).errors;
  if (fault === undefined) return text;
  throw new UserError('bad-kubeconfig', `The kubeconfig ${path} is no valid YAML: ${fault.message}`, {
    advice: 'Mend it, or choose another file with --kubeconfig.',
  });
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
  const found = parseDocument(text);
  const document = isMap(found.contents) ? found : new Document({ apiVersion: 'v1', kind: 'Config' });
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
