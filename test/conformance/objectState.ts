import { type Kube, type KubeItem, pathOf } from '../../sandbox/kube';
import type { JsonObject } from './json';
import { kindOf } from './kinds';
import type { Names } from './names';

const RECORDED_KINDS = ['Ingress', 'Service', 'TargetGroupBinding', 'IngressClassParams', 'ConfigMap'];

/** Finalizers and status of what is reconciled, bindings and ConfigMaps in full; keys are kind/namespace/name. */
export async function readObjects(kube: Kube, names: Names): Promise<Record<string, JsonObject>> {
  const lists = await Promise.all(
    RECORDED_KINDS.map(async (kind) => {
      const { items } = await kube.call<{ items: KubeItem[] }>('GET', pathOf(kindOf(kind)));
      return items.filter((item) => !isOfTheServer(kind, item)).map((item) => ({ kind, item }));
    }),
  );
  for (const { kind, item } of lists.flat()) {
    const { targetGroupARN } = (item['spec'] ?? {}) as { targetGroupARN?: string };
    if (kind === 'TargetGroupBinding') {
      names.binding({ name: item.metadata.name, targetGroupArn: targetGroupARN });
    }
  }
  const entries = lists.flat().flatMap(({ kind, item }) => recorded(kind, item));
  return names.rename(Object.fromEntries(entries));
}

function isOfTheServer(kind: string, { metadata }: KubeItem): boolean {
  if (kind !== 'ConfigMap') return false;
  return metadata.name === 'kube-root-ca.crt' || metadata.namespace?.startsWith('kube-') === true;
}

/** Nothing for a Service that nobody has taken notice of. */
function recorded(kind: string, item: KubeItem): [string, JsonObject][] {
  const { namespace = '', name, finalizers = [], deletionTimestamp } = item.metadata;
  const entry: JsonObject = { finalizers, ...details(kind, item) };
  const { loadBalancer = {} } = entry;
  const untouched = finalizers.length === 0 && Object.keys(loadBalancer as object).length === 0;
  if (kind === 'Service' && untouched) return [];
  if (deletionTimestamp !== undefined) entry['deleting'] = true;
  return [[`${kind}/${namespace}/${name}`, entry]];
}

function details(kind: string, item: KubeItem): JsonObject {
  if (kind === 'Ingress' || kind === 'Service') {
    const { loadBalancer = {} } = (item['status'] ?? {}) as { loadBalancer?: object };
    return { loadBalancer };
  }
  if (kind === 'ConfigMap') return { data: sortedTargets((item['data'] ?? {}) as Record<string, string>) };
  if (kind !== 'TargetGroupBinding') return {};
  const { labels = {}, annotations = {} } = item.metadata;
  const kept = Object.entries(annotations).filter(([key]) => !key.includes('checkpoint'));
  return { labels, annotations: Object.fromEntries(kept), spec: item['spec'] };
}

function sortedTargets(data: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(data).map(([key, value]) => [
    key,
    key === 'targets' ? value.split(',').sort().join(',') : value,
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}
