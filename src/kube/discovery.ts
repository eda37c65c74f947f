import { UserError } from '../errors';
import { type Kube, KubeError } from './call';
import { baseOf, type Resource } from './resources';
import type { KubeObject } from './types';

/** Undefined where the API server says that there is no such object. */
export async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The API server's own word. Plain "404 page not found" is what any program in Go says of a path that it does not have. */
function isMissing(error: unknown): boolean {
  return isNotFound(error) && error.reason === 'NotFound';
}

export function isNotFound(error: unknown): error is KubeError {
  return error instanceof KubeError && error.status === 404;
}

/** The same for an object of a kind that the cluster may not have. */
export async function orNone<T>(kube: Kube, resource: Resource, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await orMissing(answer);
  } catch (error) {
    if (isNotFound(error) && (await isMissingKind(kube, resource))) return undefined;
    throw error;
  }
}

/** Every cluster has them: who says that it has not, is no API server, or one that just starts. */
const BUILT_IN = new Set(['', 'apps', 'coordination.k8s.io', 'discovery.k8s.io', 'networking.k8s.io']);

/** Whether the cluster says that it does not have a kind, by its discovery; what is built in it always has. */
export async function isMissingKind(kube: Kube, { base, plural }: Resource): Promise<boolean> {
  const [, group = '', version = ''] = /^\/apis\/([^/]+)\/([^/]+)$/.exec(base) ?? [];
  if (BUILT_IN.has(group)) return false;
  if (!(await servesGroup(kube, group, version))) return true;
  const { resources } = (await kube.call({ method: 'GET', path: base })) as ResourceList;
  return !resources.some(({ name }) => name === plural);
}

interface ResourceList {
  readonly resources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
  }[];
}

/** Whether the cluster has an API group, in that version or in any. */
export async function servesGroup(kube: Kube, group: string, version?: string): Promise<boolean> {
  const { groups } = (await kube.call({ method: 'GET', path: '/apis' })) as {
    groups: readonly { readonly name: string; readonly versions: readonly { readonly version: string }[] }[];
  };
  const found = groups.find(({ name }) => name === group);
  return (
    found !== undefined && (version === undefined || found.versions.some((one) => one.version === version))
  );
}

/** Where the cluster keeps the kind of an object, by asking it once per apiVersion. */
export async function discover(
  kube: Kube,
  seen: Map<string, Promise<unknown>>,
  object: KubeObject,
): Promise<Resource> {
  const { apiVersion = 'v1', kind = '' } = object;
  const base = baseOf(apiVersion);
  const [group = '', version] = apiVersion.split('/');
  const ask = async (): Promise<unknown> =>
    version === undefined || (await servesGroup(kube, group, version))
      ? kube.call({ method: 'GET', path: base })
      : { resources: [] };
  const asked = seen.get(base) ?? ask();
  seen.set(base, asked);
  const { resources } = (await asked) as ResourceList;
  const found = resources.find((one) => one.kind === kind && !one.name.includes('/'));
  if (found !== undefined) return { base, plural: found.name, namespaced: found.namespaced };
  throw new UserError('unknown-kind', `The cluster does not know ${kind} of ${apiVersion}.`, {
    advice: 'Install the custom resource definition first, or check apiVersion and kind for a typing error.',
  });
}
