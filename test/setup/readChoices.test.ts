import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors';
import { DEFAULT_CHOICES } from '../../src/setup/choices';
import { readChoices } from '../../src/setup/readChoices';

function refusal(value: unknown): string {
  try {
    readChoices(value);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [error.code, error.message, error.advice].join('\n');
  }
  throw new Error(`${JSON.stringify(value)} was taken`);
}

const alias = { zone: 'example.com', by: 'alias', host: 'www.example.com', ingress: 'shop/front' };

describe('choices', () => {
  it('are the defaults where nothing is said', () => {
    expect(readChoices(undefined)).toEqual(DEFAULT_CHOICES);
    expect(readChoices({})).toEqual(DEFAULT_CHOICES);
    expect(readChoices(null)).toEqual(DEFAULT_CHOICES);
  });

  it('lie over others', () => {
    const under = readChoices({ namespace: 'lbc', samples: ['2048'] });
    expect(readChoices({ samples: ['nlb', 'fastapi'] }, under)).toEqual({
      ...DEFAULT_CHOICES,
      namespace: 'lbc',
      samples: ['nlb', 'fastapi'],
    });
  });

  it('may all be given', () => {
    const all = {
      createCluster: true,
      compute: 'nodes',
      kubernetesVersion: '1.34',
      kubeconfig: '/tmp/kube',
      identity: 'pod-identity',
      serviceAccountBy: 'eksctl',
      install: 'manifest',
      controllerVersion: 'v2.13.4',
      chart: 'oci://example.org/chart',
      valuesFiles: ['a.yaml'],
      namespace: 'lbc',
      serviceAccount: 'lbc',
      policyName: 'p'.repeat(128),
      roleName: 'r'.repeat(64),
      extraPermissions: ['certificates', 'web-acl-names', 'tagging-api'],
      webhookCertificate: 'cert-manager',
      className: 'web',
      defaultClass: true,
      tagSubnets: false,
      samples: ['2048'],
      image: 'example.org/app:1',
      dns: alias,
      replaceLegacy: false,
    };
    expect(readChoices(all)).toEqual({ ...all, controllerVersion: '2.13.4' });
    expect(readChoices({ dns: { zone: 'example.com' } }).dns).toEqual({
      zone: 'example.com',
      by: 'external-dns',
    });
  });

  const bad: readonly unknown[] = [
    { createCluster: 'yes' },
    { compute: 'lambda' },
    { kubernetesVersion: 1.3 },
    { kubernetesVersion: '1.34.1' },
    { kubeconfig: '' },
    { identity: 'keys' },
    { serviceAccountBy: 'terraform' },
    { install: 'operator' },
    { controllerVersion: 'newest' },
    { controllerVersion: '3.5' },
    { controllerVersion: '1.1.9' },
    { chart: 3 },
    { valuesFiles: 'a.yaml' },
    { valuesFiles: [''] },
    { namespace: 'Kube_System' },
    { namespace: 'a.b' },
    { serviceAccount: '-x' },
    { policyName: 'a b' },
    { policyName: 'p'.repeat(129) },
    { roleName: 'r'.repeat(65) },
    { extraPermissions: ['everything'] },
    { webhookCertificate: 'none' },
    { className: '' },
    { samples: ['2048', 'doom'] },
    { image: null },
    { dns: 'example.com' },
    { dns: {} },
    { dns: { zone: 'no domain' } },
    { dns: { zone: 'example.com', by: 'hand' } },
    { dns: { zone: 'example.com', by: 'alias' } },
    { dns: { ...alias, host: 'www.example.org' } },
    { dns: { ...alias, ingress: 'front' } },
    { dns: { ...alias, ttl: 60 } },
    { controlerVersion: '3.5.0' },
    { constructor: 1 },
    { createCluster: true, compute: 'fargate', identity: 'pod-identity' },
    { chart: '--post-renderer=/tmp/run' },
    { chart: ' -x' },
    { chart: 'eks/chart\ntouch x' },
    { valuesFiles: ['values.yaml', '--set=a=b'] },
    { kubeconfig: '-o' },
    { image: '$(id)' },
    { image: 'web:1 --privileged' },
    { dns: { ...alias, ingress: 'shop/-front' } },
    { dns: { ...alias, ingress: 'shop/a\nb' } },
    'nodes',
    [],
  ];

  it.each(bad.map((value) => [value]))('%j is refused', (value) => {
    expect(refusal(value)).toMatchSnapshot();
  });
});
