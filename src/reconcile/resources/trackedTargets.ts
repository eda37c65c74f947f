import { createObject, deleteObject, getObject, type Kube, mergePatch, orMissing } from '../../kube/client';
import { RESOURCES } from '../../kube/resources';
import type { KubeObject } from '../../kube/types';
import { sorted } from '../../model/errors';
import { type Target, targetText } from '../endpoints';

/*
 * Target groups that several clusters share: each cluster notes in a ConfigMap which targets are its own, and takes
 * out no others. Source: lbc:pkg/targetgroupbinding/multicluster_manager.go.
 */

/** Targets that this cluster registered, as `ID:PORT`; undefined before it noted any. */
export type Tracked = ReadonlySet<string> | undefined;

interface Binding {
  readonly namespace?: string | undefined;
  readonly name: string;
}

interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

export function configMapName(binding: Binding): string {
  return `aws-lbc-targets-${binding.name}`;
}

export async function readTracked(kube: Kube, binding: Binding): Promise<Tracked> {
  const found = await getObject<ConfigMap>(
    kube,
    RESOURCES.ConfigMap,
    binding.namespace,
    configMapName(binding),
  );
  const text = found?.data?.['targets'] ?? '';
  return found === undefined ? undefined : new Set(text === '' ? [] : text.split(','));
}

/** Notes targets; whoever registers some does it before, so that none is ever forgotten. */
export async function writeTracked(kube: Kube, binding: Binding, targets: readonly Target[]): Promise<void> {
  const metadata = { namespace: binding.namespace ?? 'default', name: configMapName(binding) };
  const data = { targets: sorted(targets.map(targetText)).join(',') };
  const patched = await orMissing(mergePatch(kube, RESOURCES.ConfigMap, metadata, { data }));
  if (patched !== undefined) return;
  const object: ConfigMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
  await createObject(kube, RESOURCES.ConfigMap, object);
}

export async function deleteTracked(kube: Kube, binding: Binding): Promise<void> {
  await deleteObject(kube, RESOURCES.ConfigMap, binding.namespace, configMapName(binding));
}
