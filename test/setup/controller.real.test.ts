import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { run } from '../../sandbox/run';
import { callAws, callIfThere } from '../../src/setup/awsCall';
import type { Choices } from '../../src/setup/choices';
import { selfSigned, webhookNames } from '../../src/setup/controller/certificate';
import { controllerObjects } from '../../src/setup/controller/manifests';
import { planSetup } from '../../src/setup/flow';
import { scriptOf } from '../../src/setup/script';
import { refreshed, type Setup } from '../../src/setup/setup';
import { startWorld, type World } from '../helpers/world';
import { type Charts, startCharts } from './charts';
import { applyOf, checkOf, notedTools, planOf, setupOf, stepOf, undoOf } from './harness';
import { CONTROLLER, freshWorld, makeDeployment, makeNamespace, NAMESPACE, planIn, undone } from './objects';

const ROLE = 'arn:aws:iam::123456789012:role/ekslb-shop-controller';
const ACCOUNT = `api/v1/namespaces/${NAMESPACE}/serviceaccounts/${CONTROLLER}`;
const DEPLOYMENT = `apis/apps/v1/namespaces/${NAMESPACE}/deployments/${CONTROLLER}`;
const SECRET = `api/v1/namespaces/${NAMESPACE}/secrets/aws-load-balancer-tls`;
const ADMISSION = 'apis/admissionregistration.k8s.io/v1';
const MERGE = 'application/merge-patch+json';
const CLASSES = 'apis/networking.k8s.io/v1/ingressclasses';

let world: World;
let charts: Charts;
beforeAll(async () => {
  world = await startWorld({ pods: false });
  charts = await startCharts({ '1.17.1': '2.17.1', '3.4.3': '3.4.3', '3.5.0': '3.5.0' });
});
afterAll(async () => {
  await charts?.stop();
  await world?.stop();
});
beforeEach(() => freshWorld(world));

const setupWith = (choices: Partial<Choices> = {}, tools = notedTools()) =>
  setupOf(world, { namespace: NAMESPACE, ...choices }, tools);
const helmSetup = (choices: Partial<Choices> = {}) =>
  setupWith({ chart: charts.url, ...choices }, charts.tools);

/** A cluster of EKS Auto Mode, as AWS describes it; the Kubernetes behind it is the same. */
async function autoMode(choices: Partial<Choices> = {}): Promise<Setup> {
  const setup = { ...(await setupWith(choices)), clusterName: 'auto' };
  const kubernetesNetworkConfig = { elasticLoadBalancing: { enabled: true } };
  await callAws(setup.aws, 'eks', 'CreateCluster', {
    name: 'auto',
    roleArn: ROLE,
    resourcesVpcConfig: {},
    kubernetesNetworkConfig,
  });
  return refreshed(setup);
}

async function annotate(annotations: Record<string, string>): Promise<void> {
  await world.kube.call('POST', `api/v1/namespaces/${NAMESPACE}/serviceaccounts`, {
    metadata: { name: CONTROLLER, annotations },
  });
}

describe('service-account', () => {
  test('with IRSA: made with the role, true, taken back', async () => {
    const setup = await setupWith();
    expect(await checkOf(setup, 'service-account')).toMatchInlineSnapshot(`
      "false
      There is no service account lbc/aws-load-balancer-controller."
    `);
    expect(await planIn(world, setup, 'service-account')).toMatchInlineSnapshot(`
      "  - Make the service account lbc/aws-load-balancer-controller with the role of the controller
          $ kubectl --kubeconfig KUBECONFIG apply --server-side --force-conflicts --field-manager=ekslb -f ekslb-setup-shop/service-account.yaml"
    `);
    expect(await applyOf(setup, 'service-account')).toMatchInlineSnapshot(`
      "done
      lbc/aws-load-balancer-controller stands for arn:aws:iam::123456789012:role/ekslb-shop-controller."
    `);
    expect(await undone(setup, 'service-account')).toMatchInlineSnapshot(`
      [
        "service account lbc/aws-load-balancer-controller",
      ]
    `);
    expect(await checkOf(setup, 'service-account')).toMatch(/^false/);
    expect(await undoOf(setup, 'service-account')).toEqual([]);
  });

  test('with another role, or none, it says which it should have', async () => {
    const setup = await setupWith();
    await annotate({ 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/other' });
    expect(await checkOf(setup, 'service-account')).toMatchInlineSnapshot(`
      "false
      lbc/aws-load-balancer-controller stands for arn:aws:iam::123456789012:role/other, not for the role of this setup.
      It should have eks.amazonaws.com/role-arn: arn:aws:iam::123456789012:role/ekslb-shop-controller."
    `);
    await applyOf(setup, 'service-account');
    expect(await checkOf(setup, 'service-account')).toContain(ROLE);
    expect(await undoOf(setup, 'service-account')).toHaveLength(1);
  });

  test('with Pod Identity the annotation is a fault, and goes, whoever wrote it', async () => {
    const setup = await setupWith({ identity: 'pod-identity' });
    await annotate({ 'eks.amazonaws.com/role-arn': ROLE, note: 'kept' });
    expect(await checkOf(setup, 'service-account')).toMatchInlineSnapshot(`
      "false
      lbc/aws-load-balancer-controller has the annotation eks.amazonaws.com/role-arn: arn:aws:iam::123456789012:role/ekslb-shop-controller. It beats EKS Pod Identity: the pods take that role by web identity.
      Remove the annotation, or choose identity \`irsa\`."
    `);
    expect(await applyOf(setup, 'service-account')).toMatch(/^done/);
    const { metadata } = await world.kube.call('GET', ACCOUNT);
    expect(metadata.annotations).toEqual({ note: 'kept' });
  });

  test('by eksctl: exactly this command', async () => {
    const tools = notedTools();
    const setup = await setupWith({ serviceAccountBy: 'eksctl' }, tools);
    expect(await planIn(world, setup, 'service-account')).toMatchInlineSnapshot(`
      "  - Make role and service account lbc/aws-load-balancer-controller with eksctl
          $ eksctl create iamserviceaccount --cluster shop --namespace lbc --name aws-load-balancer-controller --attach-policy-arn arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy --role-name ekslb-shop-controller --override-existing-serviceaccounts --approve"
    `);
    await applyOf(setup, 'service-account');
    expect(tools.ran[0]?.argv.join(' ')).toMatchInlineSnapshot(
      `"eksctl create iamserviceaccount --cluster shop --namespace lbc --name aws-load-balancer-controller --attach-policy-arn arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy --role-name ekslb-shop-controller --override-existing-serviceaccounts --approve"`,
    );
    await world.kube.call('POST', `api/v1/namespaces/${NAMESPACE}/serviceaccounts`, {
      metadata: { name: CONTROLLER, labels: { 'app.kubernetes.io/managed-by': 'eksctl' } },
    });
    await undone(setup, 'service-account');
    expect(tools.ran[1]?.argv.join(' ')).toMatchInlineSnapshot(
      `"eksctl delete iamserviceaccount --cluster shop --namespace lbc --name aws-load-balancer-controller --wait"`,
    );
  });
});

describe('legacy-controller', () => {
  const LEGACY = 'alb-ingress-controller';

  async function installLegacy(image: string): Promise<Setup> {
    const setup = await setupWith();
    const arn = 'arn:aws:iam::123456789012:role/old-alb';
    await world.kube.call('POST', `api/v1/namespaces/${NAMESPACE}/serviceaccounts`, {
      metadata: { name: LEGACY, annotations: { 'eks.amazonaws.com/role-arn': arn } },
    });
    await makeDeployment(world.kube, { name: LEGACY, image, serviceAccountName: LEGACY });
    const rbac = 'apis/rbac.authorization.k8s.io/v1';
    await world.kube.call(
      'PATCH',
      `${rbac}/clusterroles/${LEGACY}?fieldManager=t`,
      {
        ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: LEGACY } },
        rules: [],
      },
      'application/apply-patch+yaml',
    );
    await world.kube.call(
      'PATCH',
      `${rbac}/clusterrolebindings/${LEGACY}?fieldManager=t`,
      {
        ...{
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'ClusterRoleBinding',
          metadata: { name: LEGACY },
        },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: LEGACY },
        subjects: [{ kind: 'ServiceAccount', namespace: NAMESPACE, name: LEGACY }],
      },
      'application/apply-patch+yaml',
    );
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    await callAws(setup.aws, 'iam', 'CreateRole', { RoleName: 'old-alb', AssumeRolePolicyDocument });
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' }],
    });
    await callAws(setup.aws, 'iam', 'PutRolePolicy', {
      RoleName: 'old-alb',
      PolicyName: 'inline',
      PolicyDocument,
    });
    const { Policy } = await callAws(setup.aws, 'iam', 'CreatePolicy', { PolicyName: 'old', PolicyDocument });
    await callAws(setup.aws, 'iam', 'AttachRolePolicy', { RoleName: 'old-alb', PolicyArn: Policy?.Arn });
    return setup;
  }

  test('is found, explained and removed with its role', async () => {
    const setup = await installLegacy('docker.io/amazon/aws-alb-ingress-controller:v1.1.9');
    expect(await checkOf(setup, 'legacy-controller')).toMatchInlineSnapshot(`
      "false
      lbc/alb-ingress-controller is alb-ingress-controller 1.1.9.
      The new controller takes over its load balancers and their managed security groups; Ingresses stay as they are. Its policy has to allow changing what carries the tag ingress.k8s.aws/cluster.
      Where a load balancer has a managed security group, the rule of the nodes that admits it needs the description elbv2.k8s.aws/targetGroupBinding=shared: without it the rule stays when the Ingress goes.
      Its IAM role is arn:aws:iam::123456789012:role/old-alb."
    `);
    expect(await planIn(world, setup, 'legacy-controller')).toMatchInlineSnapshot(`
      "  - Delete Deployment lbc/alb-ingress-controller
          ! deletes or replaces Deployment lbc/alb-ingress-controller
          $ kubectl --kubeconfig KUBECONFIG delete deployment.v1.apps alb-ingress-controller --namespace lbc --ignore-not-found
        - Delete ClusterRoleBinding alb-ingress-controller
          ! deletes or replaces ClusterRoleBinding alb-ingress-controller
          $ kubectl --kubeconfig KUBECONFIG delete clusterrolebinding.v1.rbac.authorization.k8s.io alb-ingress-controller --ignore-not-found
        - Delete ClusterRole alb-ingress-controller
          ! deletes or replaces ClusterRole alb-ingress-controller
          $ kubectl --kubeconfig KUBECONFIG delete clusterrole.v1.rbac.authorization.k8s.io alb-ingress-controller --ignore-not-found
        - Delete ServiceAccount lbc/alb-ingress-controller
          ! deletes or replaces ServiceAccount lbc/alb-ingress-controller
          $ kubectl --kubeconfig KUBECONFIG delete serviceaccount alb-ingress-controller --namespace lbc --ignore-not-found
        - Detach arn:aws:iam::123456789012:policy/old from old-alb
          $ aws iam detach-role-policy --region eu-west-1 --endpoint-url AWS --role-name old-alb --policy-arn arn:aws:iam::123456789012:policy/old
        - Delete the inline policy inline of old-alb
          ! deletes or replaces inline policy inline of the role old-alb
          $ aws iam delete-role-policy --region eu-west-1 --endpoint-url AWS --role-name old-alb --policy-name inline
        - Delete the IAM role old-alb
          ! deletes or replaces IAM role old-alb
          $ aws iam delete-role --region eu-west-1 --endpoint-url AWS --role-name old-alb"
    `);
    expect(await applyOf(setup, 'legacy-controller')).toMatch(/^done/);
    expect(await callIfThere(setup.aws, 'iam', 'GetRole', { RoleName: 'old-alb' })).toBeUndefined();
    const keep = await setupWith({ replaceLegacy: false });
    expect(await planOf(keep, 'legacy-controller')).toBe('');
  });

  test('that is too old is not removed: its load balancers would stay behind', async () => {
    const setup = await installLegacy('docker.io/amazon/aws-alb-ingress-controller:v1.0.1');
    expect(await checkOf(setup, 'legacy-controller')).toContain('Update it to 1.1.3 or newer first');
    expect(await planOf(setup, 'legacy-controller')).toBe('');
  });
});

describe('controller by Helm', () => {
  test('installs the chart, is true, and is uninstalled', async () => {
    const setup = await helmSetup();
    expect(await checkOf(setup, 'controller')).toMatchInlineSnapshot(`
      "false
      There is no AWS Load Balancer Controller in the cluster."
    `);
    expect((await planIn(world, setup, 'controller')).replace(charts.url, 'CHARTS')).toMatchInlineSnapshot(`
      "  - Install AWS Load Balancer Controller 3.5.0 with Helm
          $ helm upgrade --install aws-load-balancer-controller aws-load-balancer-controller --repo CHARTS --version 3.5.0 --namespace lbc --create-namespace --reset-then-reuse-values --values ekslb-setup-shop/controller-values.yaml --kubeconfig KUBECONFIG"
    `);
    const action = (await stepOf('controller').plan(setup))[0];
    const values = action?.kind === 'tool' ? action.files?.['controller-values.yaml'] : undefined;
    expect(values?.replace(world.vpcId, 'vpc-shop')).toMatchInlineSnapshot(`
      "clusterName: shop
      region: eu-west-1
      vpcId: vpc-shop
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
    expect(await applyOf(setup, 'controller')).toMatchInlineSnapshot(`
      "done
      lbc/aws-load-balancer-controller is 3.5.0."
    `);
    expect(await undone(setup, 'controller')).toMatchInlineSnapshot(`
      [
        "Helm release lbc/aws-load-balancer-controller",
      ]
    `);
    expect(await checkOf(setup, 'controller')).toMatch(/^false\nThere is no AWS Load Balancer Controller/);
    expect(await undoOf(setup, 'controller')).toEqual([]);
  });

  test('an older one is upgraded, with the values that people gave it and its certificate', async () => {
    const values = join(tmpdir(), `ekslb-values-${process.pid}.yaml`);
    await writeFile(values, 'enableShield: false\n');
    await applyOf(await helmSetup({ controllerVersion: '2.17.1', valuesFiles: [values] }), 'controller');
    const before = await world.kube.call('GET', SECRET);
    const setup = await helmSetup();
    expect(await checkOf(setup, 'controller')).toMatchInlineSnapshot(`
      "false
      lbc/aws-load-balancer-controller is 2.17.1, older than 3.5.0. Before the upgrade come the permissions of the new release (iam-policy) and its kinds (crds)."
    `);
    expect(await applyOf(setup, 'controller')).toMatch(/^done/);
    expect(JSON.stringify(await world.kube.call('GET', DEPLOYMENT))).toContain('--enable-shield=false');
    expect((await world.kube.call('GET', SECRET))['data']).toEqual(before['data']);
  });

  test('a newer one stays', async () => {
    await applyOf(await helmSetup(), 'controller');
    expect(
      await checkOf(await helmSetup({ controllerVersion: '3.4.3' }), 'controller'),
    ).toMatchInlineSnapshot(`
      "true
      lbc/aws-load-balancer-controller is 3.5.0.
      That is newer than 3.4.3, and stays."
    `);
  });

  test('takes over what was made by manifest, and keeps finalizers from being orphaned', async () => {
    await applyOf(await setupWith({ install: 'manifest' }), 'webhook-certificate');
    await applyOf(await setupWith({ install: 'manifest' }), 'controller');
    const setup = await helmSetup({ serviceAccount: 'another' });
    expect(await checkOf(setup, 'controller')).toMatchInlineSnapshot(`
      "false
      The pods of lbc/aws-load-balancer-controller run as the service account aws-load-balancer-controller, not another."
    `);
    expect(await planOf(setup, 'controller')).toContain('--take-ownership');
    expect(await applyOf(setup, 'controller')).toMatch(/^done/);
    const service = { metadata: { name: 'web', finalizers: ['service.k8s.aws/resources'] } };
    await world.kube.call('DELETE', `${ADMISSION}/mutatingwebhookconfigurations/aws-load-balancer-webhook`);
    // For a moment the API server still asks the webhook that is gone.
    const made = () =>
      world.kube.call('POST', 'api/v1/namespaces/default/services', {
        ...service,
        spec: { ports: [{ port: 80 }] },
      });
    await expect.poll(() => made().then(() => 'made', String), { timeout: 20_000 }).toBe('made');
    await expect(undoOf(setup, 'controller')).rejects.toMatchObject({ details: ['  Service default/web'] });
  });

  test('a foreign CA bundle: the chart is installed again, and the webhook told the right one', async () => {
    const setup = await helmSetup();
    await applyOf(setup, 'controller');
    const path = `${ADMISSION}/validatingwebhookconfigurations/aws-load-balancer-webhook`;
    const { certificate } = await selfSigned(webhookNames(setup));
    const caBundle = Buffer.from(certificate).toString('base64');
    const patch = [{ op: 'replace', path: '/webhooks/0/clientConfig/caBundle', value: caBundle }];
    await world.kube.call('PATCH', path, patch, 'application/json-patch+json');
    expect(await checkOf(setup, 'controller')).toMatchInlineSnapshot(`
      "false
      The CA bundle of these webhooks has not signed the certificate in lbc/aws-load-balancer-tls, and writes fail with "x509: certificate signed by unknown authority": vingress.elbv2.k8s.aws."
    `);
    expect(await applyOf(setup, 'controller')).toMatch(/^done/);
  });

  test('a folder and an archive are charts, too', async () => {
    const folder = join(import.meta.dirname, 'chart/aws-load-balancer-controller');
    const setup = await helmSetup({ chart: folder });
    expect(await planOf(setup, 'controller')).not.toContain('--repo');
    expect(await applyOf(setup, 'controller')).toMatch(/^done/);
    const archive = await helmSetup({ chart: `${charts.url}/aws-load-balancer-controller-3.5.0.tgz` });
    expect(await planOf(archive, 'controller')).not.toContain('--version');
  });
});

describe('controller by manifest', () => {
  const manifest = (choices: Partial<Choices> = {}) => setupWith({ install: 'manifest', ...choices });

  test('certificate and objects: made, true, taken back', async () => {
    const setup = await manifest();
    expect(await checkOf(setup, 'webhook-certificate')).toMatchInlineSnapshot(`
      "false
      There is no Secret lbc/aws-load-balancer-tls: without a certificate the pods of the controller do not start."
    `);
    expect(await planIn(world, setup, 'webhook-certificate')).toMatchInlineSnapshot(`
      "  - Make a key and a certificate for aws-load-balancer-webhook-service.lbc.svc, in the Secret lbc/aws-load-balancer-tls
          $ (set -e; KEYS=$(mktemp -d); trap 'rm -rf "$KEYS"' EXIT; openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=aws-load-balancer-webhook-service -addext subjectAltName=DNS:aws-load-balancer-webhook-service.lbc.svc,DNS:aws-load-balancer-webhook-service.lbc.svc.cluster.local -keyout "$KEYS"/tls.key -out "$KEYS"/tls.crt; kubectl --kubeconfig KUBECONFIG create secret generic aws-load-balancer-tls --namespace lbc --type=kubernetes.io/tls --from-file=ca.crt="$KEYS"/tls.crt --from-file=tls.crt="$KEYS"/tls.crt --from-file=tls.key="$KEYS"/tls.key --dry-run=client -o yaml | kubectl label --local -f - -o yaml app.kubernetes.io/name=aws-load-balancer-controller app.kubernetes.io/instance=aws-load-balancer-controller app.kubernetes.io/managed-by=ekslb | kubectl --kubeconfig KUBECONFIG apply --server-side --force-conflicts --field-manager=ekslb -f -)"
    `);
    expect(await applyOf(setup, 'webhook-certificate')).toMatch(/^done\nlbc\/aws-load-balancer-tls is for /);
    expect(await planIn(world, setup, 'controller')).toMatchInlineSnapshot(`
      "  - Install AWS Load Balancer Controller 3.5.0
          $ kubectl --kubeconfig KUBECONFIG apply --server-side --force-conflicts --field-manager=ekslb -f ekslb-setup-shop/controller.yaml"
    `);
    expect(await applyOf(setup, 'controller')).toMatchInlineSnapshot(`
      "done
      lbc/aws-load-balancer-controller is 3.5.0."
    `);
    expect(await undone(setup, 'controller')).toMatchInlineSnapshot(`
      [
        "ValidatingWebhookConfiguration aws-load-balancer-webhook",
        "MutatingWebhookConfiguration aws-load-balancer-webhook",
        "PodDisruptionBudget lbc/aws-load-balancer-controller",
        "Deployment lbc/aws-load-balancer-controller",
        "Service lbc/aws-load-balancer-webhook-service",
        "ClusterRoleBinding aws-load-balancer-controller-rolebinding",
        "ClusterRole aws-load-balancer-controller-role",
        "RoleBinding lbc/aws-load-balancer-controller-leader-election-rolebinding",
        "Role lbc/aws-load-balancer-controller-leader-election-role",
      ]
    `);
    expect(await undoOf(setup, 'controller')).toEqual([]);
    expect(await undone(setup, 'webhook-certificate')).toEqual(['Secret lbc/aws-load-balancer-tls']);
  });

  test('a new certificate is told to the webhooks', async () => {
    const setup = await manifest();
    await applyOf(setup, 'webhook-certificate');
    await applyOf(setup, 'controller');
    await world.kube.call('DELETE', SECRET);
    await applyOf(setup, 'webhook-certificate');
    expect(await checkOf(setup, 'controller')).toContain(
      'has not signed the certificate in lbc/aws-load-balancer-tls',
    );
    expect(await applyOf(setup, 'controller')).toMatch(/^done/);
  });

  test('an expired, short-lived or foreign certificate is a fault', async () => {
    const setup = await manifest();
    const names = webhookNames(setup);
    const store = async (days: number, hosts: readonly string[], ca?: string) => {
      const { certificate, key } = await selfSigned(hosts, days);
      const stringData = { 'ca.crt': ca ?? certificate, 'tls.crt': certificate, 'tls.key': key };
      const object = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { namespace: NAMESPACE, name: 'aws-load-balancer-tls' },
        type: 'kubernetes.io/tls',
        stringData,
      };
      await world.kube.call(
        'PATCH',
        `${SECRET}?fieldManager=t&force=true`,
        object,
        'application/apply-patch+yaml',
      );
      return (await checkOf(setup, 'webhook-certificate')).replaceAll(/\d{4}-\d\d-\d\d/g, 'DAY');
    };
    expect(await store(-1, names)).toMatchInlineSnapshot(`
      "false
      The certificate in lbc/aws-load-balancer-tls expired on DAY: the API server does not believe the controller, and Ingresses cannot be written."
    `);
    expect(await store(10, names)).toMatchInlineSnapshot(`
      "false
      The certificate in lbc/aws-load-balancer-tls expires on DAY: from then on the API server does not believe the controller, and Ingresses cannot be written."
    `);
    expect(await store(100, ['elsewhere'])).toMatchInlineSnapshot(`
      "false
      The certificate in lbc/aws-load-balancer-tls is not for aws-load-balancer-webhook-service.lbc.svc, aws-load-balancer-webhook-service.lbc.svc.cluster.local: the API server does not believe the controller, and Ingresses cannot be written."
    `);
    const { certificate: foreign } = await selfSigned(names);
    expect(await store(100, names, foreign)).toMatchInlineSnapshot(`
      "false
      The certificate in lbc/aws-load-balancer-tls is not signed by the authority in its ca.crt: the API server does not believe the controller, and Ingresses cannot be written."
    `);
    expect(await applyOf(setup, 'webhook-certificate')).toMatch(/^done/);
  });

  test('cert-manager: what is missing, and the exact command', async () => {
    const tools = notedTools();
    const setup = await setupWith({ install: 'manifest', webhookCertificate: 'cert-manager' }, tools);
    expect(await checkOf(setup, 'webhook-certificate')).toMatchInlineSnapshot(`
      "false
      cert-manager: there is no kind certificates.cert-manager.io.
      cert-manager: there is no Deployment cert-manager.
      cert-manager: there is no Deployment cert-manager-cainjector.
      cert-manager: there is no Deployment cert-manager-webhook."
    `);
    expect(await planIn(world, setup, 'webhook-certificate')).toMatchInlineSnapshot(`
      "  - Install cert-manager with Helm
          $ helm upgrade --install cert-manager cert-manager --repo https://charts.jetstack.io --namespace cert-manager --create-namespace --set crds.enabled=true --kubeconfig KUBECONFIG"
    `);
    await makeNamespace(world.kube, 'cert-manager');
    await makeDeployment(world.kube, { namespace: 'cert-manager', name: 'cert-manager', image: 'cm' });
    expect(await checkOf(setup, 'webhook-certificate')).toContain(
      'cert-manager/cert-manager has no ready pod',
    );
    expect(await planOf(setup, 'webhook-certificate')).toBe('');
    const objects = await controllerObjects(setup, '3.5.0');
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toContain(
      'Certificate aws-load-balancer-serving-cert',
    );
    expect(JSON.stringify(objects)).not.toContain('caBundle');
  });

  test('the chart needs no certificate', async () => {
    expect(await stepOf('webhook-certificate').skip?.(await setupWith())).toBe(
      'The chart makes a certificate itself.',
    );
  });

  test('the script makes the key itself and holds none', async () => {
    const setup = await manifest();
    const steps = ['webhook-certificate', 'controller'] as const;
    const plans = await planSetup(setup, steps.map(stepOf));
    const script = scriptOf(setup, plans);
    expect(script).not.toContain('PRIVATE KEY');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the script
    expect(script).toContain('caBundle: ${CA_BUNDLE}');
    const file = join(tmpdir(), `ekslb-script-${process.pid}.sh`);
    await writeFile(file, script);
    const checked = await run('shellcheck', [file]);
    // Not installed everywhere.
    if (checked.code !== 127) expect(checked.all).toBe('');
    await rm(file);
  });
});

describe('controllers that are wrong', () => {
  test('two controllers: both are named, and which is to go is left to a person', async () => {
    const setup = await setupWith();
    await makeDeployment(world.kube);
    await makeDeployment(world.kube, { namespace: 'default', name: 'second' });
    expect(await checkOf(setup, 'controller')).toMatchInlineSnapshot(`
      "false
      There are 2 controllers: default/second, lbc/aws-load-balancer-controller. A cluster has one: they would undo each other's security group rules and targets.
      Delete all but one; load balancers are taken over."
    `);
    expect(await planOf(setup, 'controller')).toBe('');
  });

  test('one in another namespace', async () => {
    await makeDeployment(world.kube, { namespace: 'default' });
    expect(await checkOf(await setupWith(), 'controller')).toMatchInlineSnapshot(`
      "false
      The controller is default/aws-load-balancer-controller, not lbc/aws-load-balancer-controller: choose its namespace, or remove it first."
    `);
  });

  test('with other options, of another release, under another account', async () => {
    await makeDeployment(world.kube, {
      image: 'public.ecr.aws/eks/aws-load-balancer-controller:v2.4.2',
      args: ['--cluster-name=other', '--ingress-class=alb'],
      serviceAccountName: 'default',
    });
    const setup = await setupWith();
    expect((await checkOf(setup, 'controller')).replaceAll(world.vpcId, 'vpc-shop')).toMatchInlineSnapshot(`
      "false
      lbc/aws-load-balancer-controller is 2.4.2, older than 3.5.0. Before the upgrade come the permissions of the new release (iam-policy) and its kinds (crds).
      lbc/aws-load-balancer-controller has --cluster-name=other, not shop.
      lbc/aws-load-balancer-controller has no --aws-region (eu-west-1): it asks the metadata of its node, which pods cannot reach with a hop limit of 1 or on Fargate.
      lbc/aws-load-balancer-controller has no --aws-vpc-id (vpc-shop): it asks the metadata of its node, which pods cannot reach with a hop limit of 1 or on Fargate.
      The pods of lbc/aws-load-balancer-controller run as the service account default, not aws-load-balancer-controller."
    `);
    expect(await planOf(setup, 'controller')).toContain(
      'Delete the Deployment lbc/aws-load-balancer-controller',
    );
  });

  test('one beside EKS Auto Mode', async () => {
    const setup = await autoMode();
    expect(await stepOf('controller').skip?.(setup)).toBe('EKS Auto Mode has a controller of its own.');
    await makeDeployment(world.kube);
    const beside = refreshed(setup);
    expect(await stepOf('controller').skip?.(beside)).toBeUndefined();
    expect(await checkOf(beside, 'controller')).toMatchInlineSnapshot(`
      "false
      lbc/aws-load-balancer-controller runs beside EKS Auto Mode: two controllers in one cluster.
      Where both take care of the same class or Service, each undoes what the other does. Remove it when nothing needs it any more, or leave it classes of its own."
    `);
    expect(await planOf(beside, 'controller')).toBe('');
    expect(await undoOf(beside, 'controller')).toEqual([]);
  });
});

describe('ingress-class', () => {
  test('made with parameters, true, taken back', async () => {
    await world.kube.call('DELETE', `${CLASSES}/alb`);
    const setup = await setupWith();
    expect(await checkOf(setup, 'ingress-class')).toMatchInlineSnapshot(`
      "false
      There is no IngressClass alb."
    `);
    expect(await planIn(world, setup, 'ingress-class')).toMatchInlineSnapshot(`
      "  - Make the IngressClass alb and its IngressClassParams
          $ kubectl --kubeconfig KUBECONFIG apply --server-side --force-conflicts --field-manager=ekslb -f ekslb-setup-shop/ingress-class.yaml"
    `);
    expect(await applyOf(setup, 'ingress-class')).toMatchInlineSnapshot(`
      "done
      alb belongs to ingress.k8s.aws/alb, with IngressClassParams alb."
    `);
    expect(await undone(setup, 'ingress-class')).toMatchInlineSnapshot(`
      [
        "IngressClass alb",
        "IngressClassParams alb",
      ]
    `);
    expect(await undoOf(setup, 'ingress-class')).toEqual([]);
  });

  test('without parameters, and with ones that are not there', async () => {
    const setup = await setupWith();
    expect(await checkOf(setup, 'ingress-class')).toMatchInlineSnapshot(`
      "false
      The IngressClass alb names no IngressClassParams, the place of settings for all its Ingresses."
    `);
    const parameters = { apiGroup: 'elbv2.k8s.aws', kind: 'IngressClassParams', name: 'mine' };
    await world.kube.call('PATCH', `${CLASSES}/alb`, { spec: { parameters } }, MERGE);
    expect(await checkOf(setup, 'ingress-class')).toMatchInlineSnapshot(`
      "false
      The IngressClass alb names IngressClassParams mine, which are not there."
    `);
    expect(await applyOf(setup, 'ingress-class')).toMatch(/^done.*mine/s);
  });

  test('of another controller: made anew, after a question', async () => {
    await world.kube.call('POST', CLASSES, {
      metadata: { name: 'web' },
      spec: { controller: 'k8s.io/ingress-nginx' },
    });
    const setup = await setupWith({ className: 'web' });
    expect(await checkOf(setup, 'ingress-class')).toMatchInlineSnapshot(`
      "false
      The IngressClass web belongs to k8s.io/ingress-nginx, not to ingress.k8s.aws/alb. That cannot be changed: it has to be made anew, or another name chosen.
      The IngressClass web names no IngressClassParams, the place of settings for all its Ingresses."
    `);
    expect(await undoOf(setup, 'ingress-class')).toEqual([]);
    await expect(applyOf(setup, 'ingress-class', false)).rejects.toThrow(/declined/);
    expect(await applyOf(setup, 'ingress-class')).toMatch(/^done/);
  });

  test('two defaults', async () => {
    const annotations = { 'ingressclass.kubernetes.io/is-default-class': 'true' };
    await world.kube.call('POST', CLASSES, {
      metadata: { name: 'web', annotations },
      spec: { controller: 'x.io/y' },
    });
    const setup = await setupWith({ defaultClass: true });
    await applyOf(setup, 'ingress-class');
    expect(await checkOf(setup, 'ingress-class')).toMatchInlineSnapshot(`
      "false
      web is a default class, too: with two of them Ingresses without a class are refused. Take the annotation ingressclass.kubernetes.io/is-default-class from one."
    `);
  });

  test('stays while Ingresses use it', async () => {
    const setup = await setupWith();
    await world.kube.call('POST', 'apis/networking.k8s.io/v1/namespaces/default/ingresses', {
      metadata: { name: 'web' },
      spec: { ingressClassName: 'alb', defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
    });
    await expect(undoOf(setup, 'ingress-class')).rejects.toMatchObject({ details: ['  default/web'] });
  });

  test('of Auto Mode has its own kinds', async () => {
    const setup = await autoMode({ className: 'auto' });
    const action = (await stepOf('ingress-class').plan(setup))[0];
    const objects = action?.kind === 'apply' ? action.objects : [];
    expect(objects.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)).toEqual([
      'eks.amazonaws.com/v1 IngressClassParams',
      'networking.k8s.io/v1 IngressClass',
    ]);
    expect(objects[1]).toMatchObject({ spec: { controller: 'eks.amazonaws.com/alb' } });
  });
});

test('everything can be planned before there is a cluster', async () => {
  const setup = await setupWith({ createCluster: true, install: 'manifest' });
  const far = { ...setup, clusterName: 'later', options: { ...setup.options, kubeconfig: '/nowhere' } };
  const ids = [
    'service-account',
    'crds',
    'legacy-controller',
    'webhook-certificate',
    'controller',
    'ingress-class',
  ] as const;
  const texts = await Promise.all(ids.map((id) => planOf(far, id)));
  expect(texts.map((text) => text.split('\n')[0])).toMatchInlineSnapshot(`
    [
      "  - Make the service account lbc/aws-load-balancer-controller with the role of the controller",
      "  - Make or update ingressclassparams.elbv2.k8s.aws and targetgroupbindings.elbv2.k8s.aws",
      "",
      "  - Make a key and a certificate for aws-load-balancer-webhook-service.lbc.svc, in the Secret lbc/aws-load-balancer-tls",
      "  - Install AWS Load Balancer Controller 3.5.0",
      "  - Make the IngressClass alb and its IngressClassParams",
    ]
  `);
  const undos = await Promise.all(ids.map((id) => undoOf(far, id)));
  expect(undos.flat()).toEqual([]);
});
