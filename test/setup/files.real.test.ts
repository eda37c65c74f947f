import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setupPlanCommand } from '../../src/cli/setup';
import type { Choices } from '../../src/setup/choices';
import { planSetup } from '../../src/setup/flow';
import { setupText } from '../../src/setup/planText';
import type { Setup } from '../../src/setup/setup';
import { STEPS } from '../../src/setup/steps';
import { writtenFiles } from '../../src/setup/writtenFiles';
import { startWorld, type World } from '../helpers/world';
import { call, plainly } from './behind';
import { notedTools, setupOf } from './harness';

let world: World;

beforeAll(async () => {
  world = await startWorld({ pods: false, world: { seed: 7 } });
  // Nothing is there yet but the cluster: the classes and kinds of the world go, too, and tags of subnets.
  await world.kube.call('DELETE', 'apis/networking.k8s.io/v1/ingressclasses/alb');
  const Resources = ['b', 'c'].map((zone) => world.ids[`\${subnet:shop-public-${zone}}`] ?? '');
  await call(await setupOf(world), 'ec2', 'DeleteTags', {
    Resources,
    Tags: [{ Key: 'kubernetes.io/role/elb' }],
  });
});
afterAll(() => world?.stop());

const { plain } = plainly(() => world);
const everything = notedTools(['aws', 'eksctl', 'helm', 'docker', 'kubectl'], () => ({ stdout: '99.9.9' }));

async function filesFor(choices: Partial<Choices>, clusterName = 'shop'): Promise<Record<string, string>> {
  const setup: Setup = { ...(await setupOf(world, choices, everything)), clusterName };
  const files = await writtenFiles(setup, await planSetup(setup, STEPS));
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, plain(text)]));
}

const IRSA: Partial<Choices> = { samples: ['2048'], dns: { zone: 'shop.example.com', by: 'external-dns' } };
const POD_IDENTITY: Partial<Choices> = {
  identity: 'pod-identity',
  install: 'manifest',
  namespace: 'lbc',
  createCluster: true,
};

describe('the files of a plan', () => {
  it('by IRSA and Helm', async () => {
    const files = await filesFor(IRSA);
    expect(Object.keys(files).sort()).toMatchInlineSnapshot(`
      [
        "controller-values.yaml",
        "external-dns-role-1-policy-document.json",
        "external-dns-role-2-assume-role-policy-document.json",
        "external-dns-values.yaml",
        "iam-policy-policy-document.json",
        "iam-role-1-assume-role-policy-document.json",
        "ingress-class.yaml",
        "sample-2048.yaml",
        "service-account.yaml",
        "setup.sh",
        "subnets.tf",
      ]
    `);
    expect(files['iam-role-1-assume-role-policy-document.json']).toMatchInlineSnapshot(`
      "{
        "Version": "2012-10-17",
        "Statement": [
          {
            "Effect": "Allow",
            "Principal": {
              "Federated": "arn:aws:iam::123456789012:oidc-provider/ISSUER"
            },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
              "StringEquals": {
                "ISSUER:sub": "system:serviceaccount:kube-system:aws-load-balancer-controller",
                "ISSUER:aud": "sts.amazonaws.com"
              }
            }
          }
        ]
      }
      "
    `);
    expect(files['controller-values.yaml']).toMatchInlineSnapshot(`
      "clusterName: shop
      region: eu-west-1
      vpcId: <vpc>
      replicaCount: 2
      serviceAccount:
        create: false
        name: aws-load-balancer-controller
      ingressClass: alb
      createIngressClassResource: false
      enableCertManager: false
      keepTLSSecret: true
      "
    `);
    expect(files['subnets.tf']).toMatchInlineSnapshot(`
      "resource "aws_ec2_tag" "<subnet:shop-public-b>_kubernetes_io_role_elb" {
        resource_id = "<subnet:shop-public-b>"
        key         = "kubernetes.io/role/elb"
        value       = "1"
      }

      resource "aws_ec2_tag" "<subnet:shop-public-c>_kubernetes_io_role_elb" {
        resource_id = "<subnet:shop-public-c>"
        key         = "kubernetes.io/role/elb"
        value       = "1"
      }
      "
    `);
    expect(files['service-account.yaml']).toMatchInlineSnapshot(`
      "apiVersion: v1
      kind: ServiceAccount
      metadata:
        namespace: kube-system
        name: aws-load-balancer-controller
        labels:
          app.kubernetes.io/name: aws-load-balancer-controller
          app.kubernetes.io/instance: aws-load-balancer-controller
          app.kubernetes.io/managed-by: ekslb
        annotations:
          eks.amazonaws.com/role-arn: arn:aws:iam::123456789012:role/ekslb-shop-controller
      "
    `);
    expect(files['ingress-class.yaml']).toMatchInlineSnapshot(`
      "apiVersion: elbv2.k8s.aws/v1beta1
      kind: IngressClassParams
      metadata:
        name: alb
        labels:
          app.kubernetes.io/name: aws-load-balancer-controller
          app.kubernetes.io/instance: aws-load-balancer-controller
          app.kubernetes.io/managed-by: ekslb
      ---
      apiVersion: networking.k8s.io/v1
      kind: IngressClass
      metadata:
        name: alb
        labels:
          app.kubernetes.io/name: aws-load-balancer-controller
          app.kubernetes.io/instance: aws-load-balancer-controller
          app.kubernetes.io/managed-by: ekslb
      spec:
        controller: ingress.k8s.aws/alb
        parameters:
          apiGroup: elbv2.k8s.aws
          kind: IngressClassParams
          name: alb
      "
    `);
    const policy = JSON.parse(files['iam-policy-policy-document.json'] ?? '') as { Statement: unknown[] };
    expect(policy).toMatchObject({ Version: '2012-10-17' });
    expect(policy.Statement[0]).toMatchInlineSnapshot(`
      {
        "Action": [
          "iam:CreateServiceLinkedRole",
        ],
        "Condition": {
          "StringEquals": {
            "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com",
          },
        },
        "Effect": "Allow",
        "Resource": "*",
      }
    `);
  });

  it('by EKS Pod Identity and manifests, with a cluster to be made', async () => {
    const files = await filesFor(POD_IDENTITY, 'new');
    expect(Object.keys(files).sort()).toMatchInlineSnapshot(`
      [
        "cluster.yaml",
        "controller.yaml",
        "crds.yaml",
        "iam-policy-policy-document.json",
        "iam-role-1-assume-role-policy-document.json",
        "ingress-class.yaml",
        "service-account.yaml",
        "setup.sh",
      ]
    `);
    expect(files['cluster.yaml']).toMatchInlineSnapshot(`
      "apiVersion: eksctl.io/v1alpha5
      kind: ClusterConfig
      metadata:
        name: new
        region: eu-west-1
        tags:
          ekslb/made-by: setup
      iam:
        withOIDC: false
      addons:
        - name: vpc-cni
        - name: coredns
        - name: kube-proxy
        - name: eks-pod-identity-agent
      managedNodeGroups:
        - name: workers
          instanceType: m5.large
          desiredCapacity: 2
          minSize: 2
          maxSize: 4
          privateNetworking: true
      "
    `);
    expect(files['iam-role-1-assume-role-policy-document.json']).toMatchInlineSnapshot(`
      "{
        "Version": "2012-10-17",
        "Statement": [
          {
            "Effect": "Allow",
            "Principal": {
              "Service": "pods.eks.amazonaws.com"
            },
            "Action": [
              "sts:AssumeRole",
              "sts:TagSession"
            ]
          }
        ]
      }
      "
    `);
    expect(files['service-account.yaml']).toMatchInlineSnapshot(`
      "apiVersion: v1
      kind: Namespace
      metadata:
        name: lbc
        labels:
          app.kubernetes.io/managed-by: ekslb
      ---
      apiVersion: v1
      kind: ServiceAccount
      metadata:
        namespace: lbc
        name: aws-load-balancer-controller
        labels:
          app.kubernetes.io/name: aws-load-balancer-controller
          app.kubernetes.io/instance: aws-load-balancer-controller
          app.kubernetes.io/managed-by: ekslb
      "
    `);
    expect(JSON.stringify(files)).not.toContain('PRIVATE KEY');
  });

  it('are those that the commands of the plan name, and no other', async () => {
    for (const [choices, clusterName] of [
      [IRSA, 'shop'],
      [POD_IDENTITY, 'new'],
    ] as const) {
      const setup = { ...(await setupOf(world, choices, everything)), clusterName };
      const plans = await planSetup(setup, STEPS);
      const text = setupText(setup, plans);
      const named = [...text.matchAll(/ekslb-setup-\w+\/([\w.-]+)/g)].map(([, name]) => name);
      const files = Object.keys(await writtenFiles(setup, plans));
      const more = ['setup.sh', ...(clusterName === 'shop' ? ['subnets.tf'] : [])];
      expect([...new Set([...named, ...more])].sort()).toEqual(files.sort());
    }
  });

  it('are written by `ekslb setup plan --write`, the script to be run', async () => {
    const folder = join(await mkdtemp(join(tmpdir(), 'ekslb-write-')), 'new', 'folder');
    const told: string[] = [];
    const terminal = {
      interactive: false,
      out: () => undefined,
      exact: () => undefined,
      err: (text: string) => void told.push(text),
    };
    const options = { region: world.region, endpointUrl: world.endpoint, kubeconfig: world.kubeconfig };
    const only = ['subnets', 'oidc-provider', 'iam-policy', 'iam-role'];
    expect(await setupPlanCommand({ ...options, clusterName: 'shop', write: folder, only }, terminal)).toBe(
      3,
    );
    const names = (await readdir(folder)).sort();
    expect(names).toEqual([
      'iam-policy-policy-document.json',
      'iam-role-1-assume-role-policy-document.json',
      'setup.sh',
      'subnets.tf',
    ]);
    expect((await stat(join(folder, 'setup.sh'))).mode & 0o111).toBe(0o111);
    expect(await readFile(join(folder, 'setup.sh'), 'utf8')).toContain('aws iam create-role');
    expect(told.join('\n').replace(folder, 'FOLDER')).toMatchInlineSnapshot(
      `"4 files are in FOLDER: documents that the commands read, and setup.sh."`,
    );
    await rm(folder, { recursive: true });
  });
});
