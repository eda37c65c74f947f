import { ifThere, type Kube, pathOf } from '../../sandbox/kube';
import type { JsonObject } from './json';
import { kindOf } from './kinds';
import type { ReplayIds } from './replayIds';

const MERGE = 'application/merge-patch+json';
const ELB = 'elbv2.k8s.aws/v1beta1';

/** What the controller left in the cluster: finalizers, status, TargetGroupBindings, ConfigMaps. */
export async function replayObjects(
  kube: Kube,
  objects: Readonly<Record<string, JsonObject>>,
  ids: ReplayIds,
): Promise<void> {
  await Promise.all(
    Object.entries(ids.resolve(objects)).map(([key, recorded]) => {
      const [kind = '', namespace = '', name = ''] = key.split('/');
      if (kind === 'TargetGroupBinding') return putBinding(kube, namespace, name, recorded);
      if (kind === 'ConfigMap') return putConfigMap(kube, namespace, name, recorded);
      return mark(kube, kind, namespace, name, recorded);
    }),
  );
}

/** A merge patch of `{}` would leave a status that is there; there is none in a cluster made anew. */
async function mark(
  kube: Kube,
  kind: string,
  namespace: string,
  name: string,
  { finalizers, loadBalancer }: JsonObject,
): Promise<void> {
  const path = `${pathOf(kindOf(kind), namespace || undefined)}/${name}`;
  await kube.call('PATCH', path, { metadata: { finalizers } }, MERGE);
  if (loadBalancer !== undefined)
    await kube.call('PATCH', `${path}/status`, { status: { loadBalancer } }, MERGE);
}

/** Of a binding that somebody wrote only the finalizer is the controller's. */
async function putBinding(
  kube: Kube,
  namespace: string,
  name: string,
  { finalizers, labels, annotations, spec }: JsonObject,
): Promise<void> {
  const list = pathOf(kindOf('TargetGroupBinding'), namespace);
  const object = { metadata: { namespace, name, labels, annotations, finalizers }, spec };
  const there = await ifThere(kube.call('GET', `${list}/${name}`));
  if (there !== undefined) await kube.call('PATCH', `${list}/${name}`, object, MERGE);
  else await kube.call('POST', list, { apiVersion: ELB, kind: 'TargetGroupBinding', ...object });
}

async function putConfigMap(
  kube: Kube,
  namespace: string,
  name: string,
  { finalizers, data }: JsonObject,
): Promise<void> {
  const list = pathOf(kindOf('ConfigMap'), namespace);
  if ((await ifThere(kube.call('GET', `${list}/${name}`))) !== undefined) return;
  const metadata = { namespace, name, finalizers };
  await kube.call('POST', list, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
}
