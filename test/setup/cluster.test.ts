import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Choices } from '../../src/setup/choices';
import { clusterConfig } from '../../src/setup/steps/cluster';
import { offline } from './harness';

const config = (choices: Partial<Choices>) => clusterConfig(offline({ choices }));

describe('the configuration for eksctl', () => {
  it('of a managed node group', () => {
    expect(config({ kubernetesVersion: '1.34' })).toMatchInlineSnapshot(`
      "apiVersion: eksctl.io/v1alpha5
      kind: ClusterConfig
      metadata:
        name: shop
        region: eu-west-1
        version: "1.34"
        tags:
          ekslb/made-by: setup
      iam:
        withOIDC: false
      addons:
        - name: vpc-cni
        - name: coredns
        - name: kube-proxy
      managedNodeGroups:
        - name: workers
          instanceType: m5.large
          desiredCapacity: 2
          minSize: 2
          maxSize: 4
          privateNetworking: true
      "
    `);
  });

  it('of Fargate, which runs the Pods of every namespace that the setup uses', () => {
    const choices = {
      compute: 'fargate',
      namespace: 'lbc',
      samples: ['2048', 'two-apps-ip', 'nlb'],
      dns: { zone: 'example.com', by: 'external-dns' },
      webhookCertificate: 'cert-manager',
    } as const;
    expect(config(choices)).toMatchInlineSnapshot(`
      "apiVersion: eksctl.io/v1alpha5
      kind: ClusterConfig
      metadata:
        name: shop
        region: eu-west-1
        tags:
          ekslb/made-by: setup
      iam:
        withOIDC: false
      addons:
        - name: vpc-cni
        - name: coredns
        - name: kube-proxy
      fargateProfiles:
        - name: default
          selectors:
            - namespace: default
            - namespace: kube-system
            - namespace: lbc
            - namespace: cert-manager
            - namespace: external-dns
        - name: more-1
          selectors:
            - namespace: game-2048
            - namespace: two-apps-ip
            - namespace: nlb-sample
      "
    `);
  });

  it('of EKS Auto Mode, which has add-ons of its own', () => {
    expect(config({ compute: 'auto' })).toMatchInlineSnapshot(`
      "apiVersion: eksctl.io/v1alpha5
      kind: ClusterConfig
      metadata:
        name: shop
        region: eu-west-1
        tags:
          ekslb/made-by: setup
      iam:
        withOIDC: false
      autoModeConfig:
        enabled: true
      "
    `);
  });

  it('has the agent where roles come by EKS Pod Identity', () => {
    const addons = (choices: Partial<Choices>) =>
      (parse(config(choices)) as { addons?: { name: string }[] }).addons?.map(({ name }) => name);
    expect(addons({ identity: 'pod-identity' })).toContain('eks-pod-identity-agent');
    expect(addons({ identity: 'irsa' })).not.toContain('eks-pod-identity-agent');
    expect(addons({ identity: 'pod-identity', compute: 'auto' })).toBeUndefined();
  });

  it('writes a version as a text', () => {
    const { metadata } = parse(config({ kubernetesVersion: '1.30' })) as { metadata: { version: unknown } };
    expect(metadata.version).toBe('1.30');
  });
});
