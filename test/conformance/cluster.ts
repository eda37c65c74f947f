import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { applyAt, ifThere, type Kube, KubeError, pathOf } from '../../sandbox/kube';
import { CREATION_ORDER, kindOf } from './kinds';
import { identityOf, inCreationOrder, keyOf, type Manifest, type Objects, type Service } from './objects';
import { running } from './pods';

const CRDS = 'apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/**
 * Custom resources that accept any field, as in the cluster of the recordings: what the product's own
 * definitions refuse is not the question here.
 */
export async function installPermissiveCrds(kube: Kube): Promise<void> {
  const text = await readFile(join(import.meta.dirname, 'crds.yaml'), 'utf8');
  for (const document of parseAllDocuments(text)) {
    const crd = document.toJS() as Manifest;
    await applyAt(kube, `${CRDS}/${crd.metadata.name}`, crd);
  }
  for (const kind of ['IngressClassParams', 'TargetGroupBinding', 'ALBTargetControlConfig']) {
    await untilServed(kube, pathOf(kindOf(kind)));
  }
}

async function untilServed(kube: Kube, path: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if ((await ifThere(kube.call('GET', path))) !== undefined) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the API server does not serve ${path}`);
}

/**
 * Brings the cluster from one step's objects to the next. What is gone is deleted, which only asks: an object
 * with a finalizer stays, with its deletionTimestamp, until whoever set the finalizer has cleaned up.
 */
export async function bring(kube: Kube, before: Objects | undefined, after: Objects): Promise<void> {
  const old = new Map(allOf(before).map((object) => [identityOf(object), object]));
  const wanted = allOf(after);
  const changed = wanted.filter((object) => {
    const known = old.get(identityOf(object));
    return known === undefined || (object.kind !== 'Pod' && !isDeepStrictEqual(known, object));
  });
  await byKind(changed, CREATION_ORDER, (object) => make(kube, object, after));
  const kept = new Set(wanted.map(identityOf));
  const gone = allOf(before).filter((object) => !kept.has(identityOf(object)));
  await byKind(gone, CREATION_ORDER.toReversed(), (object) => remove(kube, object));
}

function allOf(objects: Objects | undefined): Manifest[] {
  return objects === undefined ? [] : inCreationOrder([...objects.written, ...objects.behind]);
}

/** Kind after kind, the objects of a kind at the same time. */
async function byKind(
  objects: readonly Manifest[],
  order: readonly string[],
  work: (object: Manifest) => Promise<unknown>,
): Promise<void> {
  for (const kind of order) await Promise.all(objects.filter((object) => object.kind === kind).map(work));
}

function objectPath({ kind, metadata }: Manifest): string {
  return pathOf(kindOf(kind), metadata.namespace, metadata.name);
}

async function make(kube: Kube, object: Manifest, { podAddresses }: Objects): Promise<void> {
  const made = await apply(kube, object);
  const ip = podAddresses.get(keyOf(object));
  if (object.kind !== 'Pod' || ip === undefined) return;
  await kube.call('PUT', `${objectPath(object)}/status`, { ...made, status: running(ip) });
}

/** Creates, or replaces what a person writes; status and finalizers stay as they are. */
async function apply(kube: Kube, object: Manifest): Promise<Manifest> {
  for (let tries = 0; tries < 5; tries++) {
    const old = await ifThere(kube.call<Manifest>('GET', objectPath(object)));
    const list = pathOf(kindOf(object.kind), object.metadata.namespace);
    const done =
      old === undefined
        ? kube.call<Manifest>('POST', list, object)
        : kube.call<Manifest>('PUT', objectPath(object), over(old, object));
    const made = await unlessConflict(done);
    if (made !== undefined) return made;
  }
  throw new Error(`${identityOf(object)} keeps changing meanwhile`);
}

async function unlessConflict<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof KubeError && error.status === 409) return undefined;
    throw error;
  }
}

const KEPT_METADATA = ['resourceVersion', 'uid', 'finalizers', 'creationTimestamp'];
const KEPT_OF_SERVICES = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'];

/** What to PUT so that the object replaces the old one and keeps what the server and controllers wrote. */
function over(old: Manifest, object: Manifest): Manifest {
  const metadata = { ...object.metadata, ...picked(old.metadata, KEPT_METADATA) };
  const status = 'status' in old ? { status: old['status'] } : {};
  if (object.kind !== 'Service') return { ...object, metadata, ...status };
  const { spec } = object as Service;
  const kept = spec.type === 'ExternalName' ? {} : picked((old as Service).spec, KEPT_OF_SERVICES);
  return { ...object, metadata, ...status, spec: { ...kept, ...spec } };
}

function picked(from: object, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(from).filter(([key]) => keys.includes(key)));
}

async function remove(kube: Kube, object: Manifest): Promise<void> {
  const how = { gracePeriodSeconds: 0, propagationPolicy: 'Background' };
  await ifThere(kube.call('DELETE', objectPath(object), how));
}
