/** What exists in a cluster and may be written into an Ingress. */
import type { ClusterSource, LiveValue } from '../protocol';
import { type Kube, listObjects } from './client';
import { RESOURCES } from './resources';
import type { Ingress, IngressClass, KubeObject, Service } from './types';

type Lister = (kube: Kube, namespace: string | undefined) => Promise<LiveValue[]>;

const LISTERS: Readonly<Record<ClusterSource, Lister>> = { services, secrets, ingressClasses, groupMembers };

/** Objects of the namespace, or of all; throws what the cluster refuses. */
export async function clusterValuesOf(
  kube: Kube,
  source: ClusterSource,
  namespace?: string,
): Promise<LiveValue[]> {
  return LISTERS[source](kube, namespace);
}

/** Names with type and ports (`v1` Service). */
async function services(kube: Kube, namespace: string | undefined): Promise<LiveValue[]> {
  const found = (await listObjects<Service>(kube, RESOURCES.Service, { namespace })) ?? [];
  return found.map(({ metadata, spec }) => {
    const ports = (spec?.ports ?? []).map(({ name = '', port }) => `${name}:${port}`);
    const shown = ports.map((port) => port.replace(/^:/, '').replace(':', ' ')).join(', ');
    const label = [placeOf(metadata.namespace, namespace), spec?.type, shown].filter(Boolean).join(', ');
    return {
      value: metadata.name,
      label,
      facts: { ports: ports.join(','), namespace: metadata.namespace ?? '' },
    };
  });
}

/** Names only: the API server is asked for metadata, so that no secret leaves it (meta.k8s.io PartialObjectMetadataList). */
async function secrets(kube: Kube, namespace: string | undefined): Promise<LiveValue[]> {
  const found = await listObjects<KubeObject>(kube, RESOURCES.Secret, {
    namespace,
    fieldSelector: 'type=Opaque',
    metadataOnly: true,
  });
  return (found ?? []).map(({ metadata }) => ({
    value: metadata.name,
    label: ['Secret', placeOf(metadata.namespace, namespace)].filter(Boolean).join(', '),
    facts: { namespace: metadata.namespace ?? '' },
  }));
}

/** `networking.k8s.io/v1` IngressClass. */
async function ingressClasses(kube: Kube): Promise<LiveValue[]> {
  const found = (await listObjects<IngressClass>(kube, RESOURCES.IngressClass)) ?? [];
  return found.map(({ metadata, spec }) => ({
    value: metadata.name,
    label: spec?.controller ?? '',
    facts: { parameters: spec?.parameters?.name ?? '' },
  }));
}

/** `networking.k8s.io/v1` Ingresses that name a group: which one, and the Ingress as JSON without what the cluster adds. */
async function groupMembers(kube: Kube): Promise<LiveValue[]> {
  const found = (await listObjects<Ingress>(kube, RESOURCES.Ingress)) ?? [];
  return found.flatMap((ingress) => {
    const { name, namespace = 'default', annotations = {} } = ingress.metadata;
    // Whose annotation it is, the reader of the manifest knows.
    const group = Object.entries(annotations).find(([key]) => key.endsWith('/group.name'))?.[1];
    if (group === undefined) return [];
    const { [LAST_APPLIED]: _, ...own } = annotations;
    const { spec } = ingress;
    const metadata = { name, namespace, annotations: own };
    const manifest = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec };
    return [
      {
        value: `${namespace}/${name}`,
        label: `in group ${group}`,
        facts: { group, manifest: JSON.stringify(manifest) },
      },
    ];
  });
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

function placeOf(namespace: string | undefined, asked: string | undefined): string | undefined {
  return asked === undefined && namespace !== undefined ? `in ${namespace}` : undefined;
}
