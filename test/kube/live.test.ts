import { expect, test } from 'vitest';
import type { Kube } from '../../src/kube/client';
import { clusterValuesOf } from '../../src/kube/live';
import { fakeKube } from '../helpers/fakeKube';

/** A cluster that answers every list with these items, and the calls that it got. */
function cluster(...items: object[]) {
  const calls: Parameters<Kube['call']>[0][] = [];
  const call: Kube['call'] = async (one) => {
    calls.push(one);
    return { items };
  };
  return { calls, kube: fakeKube(call) };
}

test('Services with their ports, of the namespace that was named', async () => {
  const ports = [{ name: 'http', port: 80 }, { port: 8443 }];
  const { kube, calls } = cluster({
    metadata: { name: 'web', namespace: 'shop' },
    spec: { type: 'NodePort', ports },
  });
  expect(await clusterValuesOf(kube, 'services', 'shop')).toEqual([
    { value: 'web', label: 'NodePort, http 80, 8443', facts: { ports: 'http:80,:8443', namespace: 'shop' } },
  ]);
  expect(calls[0]?.path).toBe('/api/v1/namespaces/shop/services');
  expect((await clusterValuesOf(kube, 'services'))[0]?.label).toBe('in shop, NodePort, http 80, 8443');
  expect(calls[1]?.path).toBe('/api/v1/services');
});

test('of Secrets only the names leave the cluster', async () => {
  const { kube, calls } = cluster({ metadata: { name: 'oidc', namespace: 'shop' } });
  expect(await clusterValuesOf(kube, 'secrets', 'shop')).toMatchObject([{ value: 'oidc', label: 'Secret' }]);
  expect(calls).toMatchObject([
    {
      accept: expect.stringContaining('PartialObjectMetadataList'),
      query: { fieldSelector: 'type=Opaque' },
    },
  ]);
});

test('IngressClasses with their controllers', async () => {
  const { kube } = cluster({ metadata: { name: 'alb' }, spec: { controller: 'ingress.k8s.aws/alb' } });
  expect(await clusterValuesOf(kube, 'ingressClasses')).toMatchObject([
    { value: 'alb', label: 'ingress.k8s.aws/alb', facts: { parameters: '' } },
  ]);
});
