import { discover, getObject, type Kube, type ListOptions, listObjects } from '../../kube/client';
import { pathOf, RESOURCES, type Resource } from '../../kube/resources';
import { type KubeObject, keyOf } from '../../kube/types';
import {
  BINDING_FINALIZER,
  GROUP_FINALIZER_PREFIX,
  IMPLICIT_FINALIZER,
  SERVICE_FINALIZER,
} from '../../model/names';
import { kubeIfThere, kubeOf, type Setup } from '../setup';

/** An object as it is now, read once; undefined where there is none. Throws where nobody can be asked. */
export async function look<T extends KubeObject>(
  setup: Setup,
  resource: Resource,
  namespace: string | undefined,
  name: string,
): Promise<T | undefined> {
  const kube = await kubeOf(setup);
  return setup.once(`object ${pathOf(resource, namespace, name)}`, () =>
    getObject<T>(kube, resource, namespace, name),
  );
}

/** The same for plans, which are made before there is a cluster, too. */
export async function glance<T extends KubeObject>(
  setup: Setup,
  resource: Resource,
  namespace: string | undefined,
  name: string,
): Promise<T | undefined> {
  return (await kubeIfThere(setup)) === undefined ? undefined : look<T>(setup, resource, namespace, name);
}

/** All objects of a kind, read once; none of a kind that the cluster does not know. */
export async function lookForAll<T extends KubeObject>(
  setup: Setup,
  resource: Resource,
  options: ListOptions = {},
): Promise<readonly T[]> {
  const kube = await kubeOf(setup);
  const key = `all ${pathOf(resource)} ${JSON.stringify(options)}`;
  return setup.once(key, async () => (await listObjects<T>(kube, resource, options)) ?? []);
}

/** The same for plans: nothing where there is no cluster yet. */
export async function glanceAtAll<T extends KubeObject>(
  setup: Setup,
  resource: Resource,
): Promise<readonly T[]> {
  return (await kubeIfThere(setup)) === undefined ? [] : lookForAll<T>(setup, resource);
}

/** Those of these objects that are in the cluster, by name alone: to be deleted. */
export async function present(kube: Kube, objects: readonly KubeObject[]): Promise<KubeObject[]> {
  const seen = new Map<string, Promise<unknown>>();
  const found = await Promise.all(objects.map((object) => isPresent(kube, seen, object)));
  return objects.filter((_, at) => found[at]).map(bare);
}

function bare({ apiVersion = 'v1', kind = '', metadata: { namespace, name } }: KubeObject): KubeObject {
  return { apiVersion, kind, metadata: { ...(namespace === undefined ? {} : { namespace }), name } };
}

async function isPresent(
  kube: Kube,
  seen: Map<string, Promise<unknown>>,
  object: KubeObject,
): Promise<boolean> {
  const resource = await discover(kube, seen, object).catch(() => undefined);
  if (resource === undefined) return false;
  return (await getObject(kube, resource, object.metadata.namespace, object.metadata.name)) !== undefined;
}

const HELD = [RESOURCES.Ingress, RESOURCES.Service, RESOURCES.TargetGroupBinding];

/** Objects that wait for the controller when they are deleted: `Ingress shop/web`, ... */
export async function heldByController(setup: Setup): Promise<string[]> {
  const lists = await Promise.all(
    HELD.map((resource) => lookForAll<KubeObject>(setup, resource, { metadataOnly: true })),
  );
  const kinds = ['Ingress', 'Service', 'TargetGroupBinding'];
  return lists.flatMap((objects, at) =>
    objects.filter(isHeld).map((object) => `${kinds[at]} ${keyOf(object)}`),
  );
}

function isHeld({ metadata: { finalizers = [] } }: KubeObject): boolean {
  const own = [IMPLICIT_FINALIZER, BINDING_FINALIZER, SERVICE_FINALIZER];
  return finalizers.some((one) => own.includes(one) || one.startsWith(GROUP_FINALIZER_PREFIX));
}

const SHOWN = 5;

/** The first few of a long list, and how many more there are. */
export function some(names: readonly string[]): string {
  const more = names.length - SHOWN;
  return more > 0 ? `${names.slice(0, SHOWN).join(', ')} and ${more} more` : names.join(', ');
}
