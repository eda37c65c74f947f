/**
 * The proofs, and each of them broken on purpose. No image runs here: what kubelets and controllers would write (status
 * of Deployments and pods, EndpointSlices, the Lease) is written by the test, through the API.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Choices } from '../../src/setup/choices';
import { selfSigned, webhookNames } from '../../src/setup/controller/certificate';
import { controllerObjects } from '../../src/setup/controller/manifests';
import { planSetup, survey } from '../../src/setup/flow';
import { scriptOf } from '../../src/setup/script';
import { refreshed, type Setup } from '../../src/setup/setup';
import { explained } from '../../src/setup/steps/admissionProof';
import { troublesIn } from '../../src/setup/steps/logsProof';
import { startWorld, type World } from '../helpers/world';
import { type Logs, startLogs, startWebhook, type Webhook } from './answers';
import { applyOf, checkOf, movedTo, planOf, setupOf, stepOf } from './harness';
import {
  CONTROLLER,
  freshWorld,
  makeDeployment,
  makePod,
  makeSlice,
  NAMESPACE,
  planIn,
  setReady,
} from './objects';

const ROLE = 'arn:aws:iam::123456789012:role/ekslb-shop-controller';
const DEPLOYMENT = `apis/apps/v1/namespaces/${NAMESPACE}/deployments/${CONTROLLER}`;
const SECRET = `api/v1/namespaces/${NAMESPACE}/secrets/aws-load-balancer-tls`;
const LEASES = `apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases`;
const VALIDATING =
  'apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/aws-load-balancer-webhook';
const MERGE = 'application/merge-patch+json';

let world: World;
beforeAll(async () => {
  world = await startWorld({ pods: false });
});
afterAll(() => world?.stop());
beforeEach(() => freshWorld(world));

const setupWith = (choices: Partial<Choices> = {}) =>
  setupOf(world, { namespace: NAMESPACE, install: 'manifest', ...choices });

/** The controller as the setup installs it, its pods not there yet. */
async function installed(choices: Partial<Choices> = {}): Promise<Setup> {
  const setup = await setupWith(choices);
  await applyOf(setup, 'webhook-certificate');
  await applyOf(setup, 'controller');
  return setup;
}

const IRSA = { AWS_ROLE_ARN: ROLE, AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/secrets/token' };
const AGENT = { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials' };

describe('controller-ready', () => {
  test('two of two pods', async () => {
    const setup = await installed();
    await setReady(world.kube, 2);
    expect(await checkOf(setup, 'controller-ready')).toMatchInlineSnapshot(`
      "true
      lbc/aws-load-balancer-controller: 2 of 2 pods are ready, 2 as the Deployment is now."
    `);
  });

  test('none, because the image cannot be pulled, the container ends, no node takes it, or it is not ready', async () => {
    const setup = await installed();
    await setReady(world.kube, 0);
    const statuses = {
      'lbc-1': { state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "x"' } } },
      'lbc-2': {
        state: {
          waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' },
        },
        lastState: { terminated: { reason: 'Error', exitCode: 1 } },
      },
      'lbc-3': { state: { running: { startedAt: '2026-01-01T00:00:00Z' } } },
    };
    for (const [name, status] of Object.entries(statuses)) {
      const fixed = { name: CONTROLLER, image: '', imageID: '', ready: false, restartCount: 3 };
      await makePod(world.kube, name, {
        status: { phase: 'Pending', containerStatuses: [{ ...fixed, ...status }] },
      });
    }
    const unscheduled = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable' };
    await makePod(world.kube, 'lbc-4', {
      status: {
        phase: 'Pending',
        conditions: [{ ...unscheduled, message: '0/2 nodes are available: 2 Insufficient cpu.' }],
      },
    });
    expect(await checkOf(setup, 'controller-ready')).toMatchInlineSnapshot(`
      "false
      lbc/aws-load-balancer-controller: 0 of 2 pods are ready, 0 as the Deployment is now.
      Pod lbc-1: ImagePullBackOff: Back-off pulling image "x".
      Pod lbc-2: CrashLoopBackOff: back-off 5m0s restarting failed container.
      Pod lbc-2: aws-load-balancer-controller ended before (Error, exit code 1): kubectl logs --previous shows its last words.
      Pod lbc-3: aws-load-balancer-controller runs, but does not answer that it is ready.
      Pod lbc-4: Unschedulable: 0/2 nodes are available: 2 Insufficient cpu."
    `);
  });

  test('no pod, because it could not be made: told by the Deployment; a mount that fails: told by an event', async () => {
    const setup = await installed();
    const found = await world.kube.call('GET', DEPLOYMENT);
    const message = `pods "${CONTROLLER}-1" is forbidden: error looking up service account lbc/${CONTROLLER}: serviceaccount "${CONTROLLER}" not found`;
    const failure = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message };
    await world.kube.call('PUT', `${DEPLOYMENT}/status`, {
      ...found,
      status: { observedGeneration: 1, conditions: [failure] },
    });
    expect(await checkOf(setup, 'controller-ready')).toMatchInlineSnapshot(`
      "false
      lbc/aws-load-balancer-controller: 0 of 2 pods are ready, 0 as the Deployment is now.
      FailedCreate: pods "aws-load-balancer-controller-1" is forbidden: error looking up service account lbc/aws-load-balancer-controller: serviceaccount "aws-load-balancer-controller" not found.
      There are no pods of it."
    `);
    await makePod(world.kube, 'lbc-1');
    await world.kube.call('POST', `api/v1/namespaces/${NAMESPACE}/events`, {
      metadata: { name: 'lbc-1.1' },
      involvedObject: { kind: 'Pod', namespace: NAMESPACE, name: 'lbc-1' },
      ...{ type: 'Warning', reason: 'FailedMount' },
      message: 'MountVolume.SetUp failed for volume "cert" : secret "aws-load-balancer-tls" not found',
    });
    expect(await checkOf(setup, 'controller-ready')).toContain('Pod lbc-1: FailedMount: MountVolume.SetUp');
  });

  test('an old status tells nothing of the Deployment as it is now; scaled to 0 it never will', async () => {
    const setup = await installed();
    await setReady(world.kube, 2);
    await world.kube.call('PATCH', DEPLOYMENT, { spec: { minReadySeconds: 1 } }, MERGE);
    expect(await checkOf(setup, 'controller-ready')).toContain('has not taken notice of its last change');
    expect(await planIn(world, setup, 'controller-ready')).toMatchInlineSnapshot(`
      "  - Wait until the pods of the controller are ready
          $ kubectl rollout status deployment/aws-load-balancer-controller --namespace lbc --timeout=180s --kubeconfig KUBECONFIG"
    `);
    await world.kube.call('PATCH', DEPLOYMENT, { spec: { replicas: 0 } }, MERGE);
    expect(await checkOf(setup, 'controller-ready')).toMatchInlineSnapshot(`
      "false
      lbc/aws-load-balancer-controller: 2 of 0 pods are ready, 2 as the Deployment is now.
      It is scaled to 0. Start it: kubectl --namespace lbc scale deployment aws-load-balancer-controller --replicas 2"
    `);
    expect(await planOf(setup, 'controller-ready')).toBe('');
  });

  test('is waited for when it is applied', async () => {
    const setup = await installed();
    const applied = applyOf(setup, 'controller-ready');
    await setReady(world.kube, 2);
    expect(await applied).toMatch(/^done/);
  });

  test('without a controller', async () => {
    expect(await checkOf(await setupWith(), 'controller-ready')).toMatchInlineSnapshot(`
      "false
      There is no AWS Load Balancer Controller in the cluster."
    `);
  });
});

describe('webhook', () => {
  test('asked, answered and believed', async () => {
    const setup = await installed();
    await makeSlice(world.kube, true);
    expect(await checkOf(setup, 'webhook')).toMatchInlineSnapshot(`
      "true
      Webhooks: 9; ready endpoints: 1; their certificate is believed.
      Without an answer writes fail (failurePolicy Fail): quicid.elbv2.k8s.aws, mservice.elbv2.k8s.aws, alb-target-control.namespace.elbv2.k8s.aws, alb-target-control.object.elbv2.k8s.aws, mtargetgroupbinding.elbv2.k8s.aws, vingressclassparams.elbv2.k8s.aws, vtargetgroupbinding.elbv2.k8s.aws, vingress.elbv2.k8s.aws."
    `);
  });

  test('without endpoints, and with none that is ready', async () => {
    const setup = await installed();
    expect(await checkOf(setup, 'webhook')).toMatchInlineSnapshot(`
      "false
      aws-load-balancer-webhook-service has no ready endpoints, and writes fail with "no endpoints available for service": see the step controller-ready.
      Without an answer writes fail (failurePolicy Fail): quicid.elbv2.k8s.aws, mservice.elbv2.k8s.aws, alb-target-control.namespace.elbv2.k8s.aws, alb-target-control.object.elbv2.k8s.aws, mtargetgroupbinding.elbv2.k8s.aws, vingressclassparams.elbv2.k8s.aws, vtargetgroupbinding.elbv2.k8s.aws, vingress.elbv2.k8s.aws."
    `);
    await makeSlice(world.kube, false);
    expect(await checkOf(setup, 'webhook')).toContain('no ready endpoints (not ready: 1)');
    expect(await planIn(world, setup, 'webhook')).toMatchInlineSnapshot(`
      "  - Wait until the webhooks have a ready endpoint
          $ kubectl wait '--for=jsonpath={.endpoints[0].conditions.ready}=true' endpointslices --selector kubernetes.io/service-name=aws-load-balancer-webhook-service --namespace lbc --timeout=60s --kubeconfig KUBECONFIG"
    `);
  });

  test('a foreign CA bundle, or none', async () => {
    const setup = await installed();
    await makeSlice(world.kube, true);
    const { certificate } = await selfSigned(webhookNames(setup));
    await tell(Buffer.from(certificate).toString('base64'));
    expect(await checkOf(setup, 'webhook')).toMatchInlineSnapshot(`
      "false
      The CA bundle of these webhooks has not signed the certificate in lbc/aws-load-balancer-tls, and writes fail with "x509: certificate signed by unknown authority": vingressclassparams.elbv2.k8s.aws, vtargetgroupbinding.elbv2.k8s.aws, vingress.elbv2.k8s.aws.
      Install the controller again, so that certificate and webhooks are made together; then restart its pods: kubectl --namespace lbc rollout restart deployment aws-load-balancer-controller"
    `);
    expect(await planOf(setup, 'webhook')).toBe('');
    await tell('');
    expect(await checkOf(setup, 'webhook')).toContain('No CA bundle tells the API server whom to believe');
    // It is the controller's step that mends it.
    expect(await applyOf(setup, 'controller')).toMatch(/^done/);
    expect(await checkOf(setup, 'webhook')).toMatch(/^true/);
  });

  test('a certificate that has expired, and none', async () => {
    const setup = await installed();
    await makeSlice(world.kube, true);
    const { certificate } = await selfSigned(webhookNames(setup), -1);
    const pem = Buffer.from(certificate).toString('base64');
    await world.kube.call('PATCH', SECRET, { data: { 'ca.crt': pem, 'tls.crt': pem } }, MERGE);
    await tell(pem);
    const text = (await checkOf(setup, 'webhook')).replace(/\d{4}-\d\d-\d\d/, 'DAY');
    expect(text).toContain('The certificate in lbc/aws-load-balancer-tls expired on DAY');
    await world.kube.call('DELETE', SECRET);
    expect(await checkOf(setup, 'webhook')).toContain('There is no Secret lbc/aws-load-balancer-tls');
  });

  test('none at all', async () => {
    expect(await checkOf(await setupWith(), 'webhook')).toMatchInlineSnapshot(`
      "false
      No webhook is sent to aws-load-balancer-webhook-service: mistakes in Ingresses are found only later. Install the controller again, which brings them."
    `);
  });

  /** Another CA bundle in the validating webhooks. */
  async function tell(caBundle: string): Promise<void> {
    const found = (await world.kube.call('GET', VALIDATING)) as unknown as {
      webhooks: { clientConfig: object }[];
    };
    const webhooks = found.webhooks.map((one) => ({
      ...one,
      clientConfig: { ...one.clientConfig, caBundle },
    }));
    await world.kube.call('PUT', VALIDATING, { ...found, webhooks });
  }
});

describe('controller-identity', () => {
  test('with IRSA: the role in every pod', async () => {
    const setup = await installed();
    await makePod(world.kube, 'lbc-1', { env: IRSA });
    // On its way out or evicted: nobody minds what they have.
    await makePod(world.kube, 'lbc-2', { status: { phase: 'Failed', reason: 'Evicted' } });
    expect(await checkOf(setup, 'controller-identity')).toMatchInlineSnapshot(`
      "true
      All its pods (1) run as aws-load-balancer-controller and have the role of the service account."
    `);
  });

  test('with IRSA: a pod without it, and one with another role', async () => {
    const setup = await installed();
    await makePod(world.kube, 'lbc-1');
    await makePod(world.kube, 'lbc-2', { env: { ...IRSA, AWS_ROLE_ARN: `${ROLE}-old` } });
    await makePod(world.kube, 'lbc-3', { env: { AWS_ROLE_ARN: ROLE } });
    expect(await checkOf(setup, 'controller-identity')).toMatchInlineSnapshot(`
      "false
      Pod lbc-1 has no AWS_ROLE_ARN or no AWS_WEB_IDENTITY_TOKEN_FILE: it was made before the service account had its role, and uses that of its node, if any.
      Pod lbc-2 takes on arn:aws:iam::123456789012:role/ekslb-shop-controller-old, not arn:aws:iam::123456789012:role/ekslb-shop-controller.
      Pod lbc-3 has no AWS_ROLE_ARN or no AWS_WEB_IDENTITY_TOKEN_FILE: it was made before the service account had its role, and uses that of its node, if any.
      Restart the pods: kubectl --namespace lbc rollout restart deployment aws-load-balancer-controller"
    `);
    expect(await planOf(setup, 'controller-identity')).toBe('');
  });

  test('with EKS Pod Identity: there, missing, and beaten by a role of IRSA', async () => {
    const setup = await installed({ identity: 'pod-identity' });
    await makePod(world.kube, 'lbc-1', { env: AGENT });
    expect(await checkOf(setup, 'controller-identity')).toMatchInlineSnapshot(`
      "true
      All its pods (1) run as aws-load-balancer-controller and have EKS Pod Identity."
    `);
    await makePod(world.kube, 'lbc-2');
    await makePod(world.kube, 'lbc-3', { env: { ...AGENT, ...IRSA } });
    expect(await checkOf(setup, 'controller-identity')).toMatchInlineSnapshot(`
      "false
      Pod lbc-2 has no AWS_CONTAINER_CREDENTIALS_FULL_URI: it was made before the association, and uses the role of its node, if any.
      Pod lbc-3 has AWS_ROLE_ARN, too, which beats EKS Pod Identity: arn:aws:iam::123456789012:role/ekslb-shop-controller.
      Restart the pods: kubectl --namespace lbc rollout restart deployment aws-load-balancer-controller"
    `);
  });

  test('without pods it cannot be told; under another account it is wrong', async () => {
    expect(await checkOf(await installed(), 'controller-identity')).toMatchInlineSnapshot(`
      "unknown
      There is no pod of the controller to look at."
    `);
    const other = await setupWith({ serviceAccount: 'another' });
    expect(await checkOf(other, 'controller-identity')).toMatchInlineSnapshot(`
      "false
      The pods of lbc/aws-load-balancer-controller run as the service account aws-load-balancer-controller, not another."
    `);
  });
});

describe('leader', () => {
  const lease = (holderIdentity: string, secondsAgo: number) =>
    world.kube.call('POST', LEASES, {
      metadata: { name: 'aws-load-balancer-controller-leader' },
      spec: {
        ...{ holderIdentity, leaseDurationSeconds: 15 },
        renewTime: new Date(Date.now() - secondsAgo * 1000).toISOString().replace('Z', '000Z'),
      },
    });

  test('one leads', async () => {
    await lease('lbc-1_0a1b', 2);
    expect(await checkOf(await setupWith(), 'leader')).toMatchInlineSnapshot(`
      "true
      lbc-1_0a1b leads, and renews the Lease lbc/aws-load-balancer-controller-leader."
    `);
  });

  test('nobody does', async () => {
    const setup = await setupWith();
    expect(await checkOf(setup, 'leader')).toMatchInlineSnapshot(`
      "false
      Nobody holds the Lease lbc/aws-load-balancer-controller-leader: no pod of the controller is at work. Its log says what it waits for."
    `);
    expect(await planIn(world, setup, 'leader')).toMatchInlineSnapshot(`
      "  - Wait until a leader is elected
          $ kubectl wait '--for=jsonpath={.spec.holderIdentity}' lease/aws-load-balancer-controller-leader --namespace lbc --timeout=60s --kubeconfig KUBECONFIG"
    `);
  });

  test('one did, and stopped', async () => {
    await lease('lbc-1_0a1b', 600);
    const text = await checkOf(await setupWith(), 'leader');
    expect(text.replace(/since [\dTZ:.-]+\./, 'since THEN.')).toMatchInlineSnapshot(`
      "false
      lbc-1_0a1b led, but has not renewed the Lease lbc/aws-load-balancer-controller-leader since THEN.
      Look whether its pod still runs, and whether its role may write Leases."
    `);
  });

  test('one whose clock is behind leads when it renews before our eyes', async () => {
    await lease('lbc-1_0a1b', 600);
    const checked = checkOf(await setupWith(), 'leader');
    const renewTime = new Date(Date.now() - 598_000).toISOString().replace('Z', '000Z');
    setTimeout(
      () =>
        void world.kube.call(
          'PATCH',
          `${LEASES}/aws-load-balancer-controller-leader`,
          { spec: { renewTime } },
          MERGE,
        ),
      1_000,
    );
    expect(await checked).toMatch(/^true/);
  });

  test('a run of ekslb holds it', async () => {
    await lease('ekslb-laptop-1-aa', 2);
    expect(await checkOf(await setupWith(), 'leader')).toMatchInlineSnapshot(`
      "false
      A run of ekslb holds the Lease lbc/aws-load-balancer-controller-leader (ekslb-laptop-1-aa): the controller waits until it ends."
    `);
  });
});

describe('admission', () => {
  let webhook: Webhook;
  beforeAll(async () => {
    webhook = await startWebhook();
  });
  afterAll(() => webhook?.stop());

  /** Sends Ingresses to the test's own webhook, which really answers over TLS. */
  async function ask(authority: string, url = webhook.url): Promise<void> {
    await world.kube.call('POST', VALIDATING.replace(/\/[^/]+$/, ''), {
      metadata: { name: 'aws-load-balancer-webhook' },
      webhooks: [
        {
          name: 'vingress.elbv2.k8s.aws',
          clientConfig: { url, caBundle: Buffer.from(authority).toString('base64') },
          rules: [
            {
              ...{ apiGroups: ['networking.k8s.io'], apiVersions: ['v1'] },
              ...{ operations: ['CREATE'], resources: ['ingresses'] },
            },
          ],
          ...{ sideEffects: 'None', admissionReviewVersions: ['v1'], timeoutSeconds: 5 },
        },
      ],
    });
  }

  /** The API server asks new webhooks only after a moment. */
  async function refused(setup: Setup): Promise<string> {
    await expect.poll(() => checkOf(setup, 'admission'), { timeout: 20_000 }).toMatch(/^false/);
    return (await checkOf(setup, 'admission')).replace(/:\d{4,5}\b/g, ':PORT');
  }

  test('accepted by a webhook that answers, and nothing is left of it', async () => {
    await ask(webhook.authority);
    expect(await checkOf(await setupWith(), 'admission')).toMatchInlineSnapshot(`
      "true
      The API server accepts an Ingress of the class alb (tried without storing it)."
    `);
    const left = await world.kube.call('GET', 'apis/networking.k8s.io/v1/ingresses');
    expect(left['items']).toEqual([]);
  });

  test('refused by the webhook', async () => {
    webhook.refusal = 'invalid ingress class: ingressclasses.networking.k8s.io "alb" not found';
    await ask(webhook.authority);
    expect(await refused(await setupWith())).toMatchInlineSnapshot(`
      "false
      admission webhook "vingress.elbv2.k8s.aws" denied the request: invalid ingress class: ingressclasses.networking.k8s.io "alb" not found
      The class or what it names is not there: see the step ingress-class."
    `);
    webhook.refusal = undefined;
  });

  test('a foreign CA bundle: the API server does not believe the webhook', async () => {
    const { certificate } = await selfSigned(['localhost']);
    await ask(certificate);
    expect(await refused(await setupWith())).toMatchInlineSnapshot(`
      "false
      Internal error occurred: failed calling webhook "vingress.elbv2.k8s.aws": failed to call webhook: Post "https://localhost:PORT/validate-networking-v1-ingress?timeout=5s": tls: failed to verify certificate: x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "aws-load-balancer-webhook-service")
      The certificate of the controller is not signed by the authority that the webhook configuration names: see the step webhook."
    `);
  });

  test('nobody answers where the webhook should be', async () => {
    await ask(webhook.authority, 'https://localhost:1/validate');
    expect(await refused(await setupWith())).toMatchInlineSnapshot(`
      "false
      Internal error occurred: failed calling webhook "vingress.elbv2.k8s.aws": failed to call webhook: Post "https://localhost:1/validate?timeout=5s": dial tcp 127.0.0.1:1: connect: connection refused
      The control plane does not reach the pods: the security group of the nodes has to admit TCP 9443 from the security group of the cluster."
    `);
  });

  test('the Service of the webhooks is gone', async () => {
    const setup = await installed();
    await world.kube.call(
      'DELETE',
      `api/v1/namespaces/${NAMESPACE}/services/aws-load-balancer-webhook-service`,
    );
    await expect.poll(() => checkOf(setup, 'admission')).toContain('not found');
    expect(await refused(setup)).toMatchInlineSnapshot(`
      "false
      Internal error occurred: failed calling webhook "vingress.elbv2.k8s.aws": failed to call webhook: Post "https://aws-load-balancer-webhook-service.lbc.svc:443/validate-networking-v1-ingress?timeout=10s": service "aws-load-balancer-webhook-service" not found
      The Service of the webhooks is not there, but their configuration is: install the controller again, or delete the configurations of its webhooks."
    `);
  });

  // Nothing routes the addresses of Services here: these are the words of API servers of EKS.
  test.each([
    ['failed to call webhook: Post "...": no endpoints available for service "x"', /controller-ready/],
    ['failed calling webhook: Post "...": context deadline exceeded', /TCP 9443/],
    ['failed to call webhook: the server could not find the requested resource', /Something else answers/],
  ])('%s', (message, means) => {
    expect(explained(message).join()).toMatch(means);
  });
});

describe('controller-logs', () => {
  let logs: Logs;
  beforeEach(async () => {
    logs = await startLogs(world);
    await makeDeployment(world.kube);
    for (const name of ['lbc-1', 'lbc-2']) await makePod(world.kube, name);
  });
  const reading = async () => movedTo(await setupWith(), logs.kubeconfig, logs.server);

  const FINE = '{"level":"info","msg":"successfully deployed model"}\n';

  test('of every pod are read: nothing bad in them', async () => {
    logs.of.set('lbc-1', FINE).set('lbc-2', '');
    expect(await checkOf(await reading(), 'controller-logs')).toMatchInlineSnapshot(`
      "true
      No known failure in the last 15 minutes in the log of its pods (2)."
    `);
  });

  test('WebIdentityErr and AccessDenied: each is explained by its own cause', async () => {
    const web =
      '{"level":"error","msg":"Reconciler error","error":"WebIdentityErr: failed to retrieve credentials\\ncaused by: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity\\n\\tstatus code: 403"}\n';
    logs.of.set('lbc-1', FINE + web).set('lbc-2', FINE);
    expect(await checkOf(await reading(), 'controller-logs')).toMatchInlineSnapshot(`
      "false
      AWS does not let the service account take on its role: look at the trust policy (iam-role), the OIDC provider (oidc-provider) and the annotation (service-account).
        WebIdentityErr: failed to retrieve credentials caused by: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity status code: 403"
    `);
    const denied =
      '{"level":"error","msg":"Reconciler error","error":"operation error Elastic Load Balancing v2: CreateLoadBalancer, https response error StatusCode: 403, api error AccessDenied: User: arn:aws:sts::123456789012:assumed-role/ekslb-shop-controller/1 is not authorized to perform: elasticloadbalancing:AddTags"}\n';
    logs.of.set('lbc-1', denied);
    expect(await checkOf(await reading(), 'controller-logs')).toMatchInlineSnapshot(`
      "false
      Its policy lacks an action: see the step iam-policy.
        operation error Elastic Load Balancing v2: CreateLoadBalancer, https response error StatusCode: 403, api error AccessDenied: User: arn:aws:sts::123456789012:assumed-role/ekslb-shop-controller/1 is not authorized to perform: elasticloadbalancing:AddTags"
    `);
  });

  test('that cannot be read are not called good; a failure in another is told all the same', async () => {
    logs.of.set('lbc-1', FINE);
    expect(await checkOf(await reading(), 'controller-logs')).toMatchInlineSnapshot(`
      "unknown
      The log of lbc-2 cannot be read: container "main" in pod "lbc-2" is waiting to start: ContainerCreating."
    `);
    logs.of.set('lbc-1', 'Throttling: Rate exceeded\n');
    expect(await checkOf(await reading(), 'controller-logs')).toMatch(/^false\nAWS slows it down/);
  });

  test('a kubelet that cannot be asked', async () => {
    // The API server as it is: it knows no node of that name.
    expect(await checkOf(await setupWith(), 'controller-logs')).toMatch(
      /^unknown\nThe log of lbc-1 cannot be/,
    );
  });

  test.each([
    ['failed to fetch VPC ID from instance metadata', /metadata of its node/],
    ['failed to introspect vpcID from EC2Metadata', /metadata of its node/],
    ['AccessDeniedException: secrets "oidc" is forbidden: cannot get resource "secrets"', /policy/],
    ['secrets "oidc" is forbidden: User cannot get resource "secrets"', /Secret of an OIDC action/],
    ['Post "https://wafv2.eu-west-1.amazonaws.com/": dial tcp: i/o timeout', /WAF or Shield/],
    ['no matches for kind "TargetGroupBinding" in version "elbv2.k8s.aws/v1beta1"', /kinds are missing/],
  ])('%s', (line, means) => {
    expect(troublesIn([line]).join('\n')).toMatch(means);
  });
});

describe('cluster-dns', () => {
  const coredns = (labels = { 'k8s-app': 'kube-dns' }) =>
    makeDeployment(world.kube, { namespace: 'kube-system', name: 'coredns', image: 'coredns', labels });
  const COREDNS = 'apis/apps/v1/namespaces/kube-system/deployments/coredns';

  test('no Service and no Deployment; no ready pod; then one', async () => {
    const setup = await setupWith();
    expect(await checkOf(setup, 'cluster-dns')).toMatchInlineSnapshot(`
      "false
      There is no Service kube-system/kube-dns: pods have no name server.
      There is no Deployment of CoreDNS: install the add-on coredns of EKS."
    `);
    await world.kube.call('POST', 'api/v1/namespaces/kube-system/services', {
      metadata: { name: 'kube-dns' },
      spec: { selector: { 'k8s-app': 'kube-dns' }, ports: [{ port: 53, protocol: 'UDP' }] },
    });
    await coredns();
    try {
      expect(await checkOf(setup, 'cluster-dns')).toMatchInlineSnapshot(`
        "false
        kube-system/coredns has no ready pod: the cluster needs a node or, on Fargate, a profile for kube-system."
      `);
      await setReady(world.kube, 1, 'coredns', 'kube-system');
      expect(await checkOf(setup, 'cluster-dns')).toMatchInlineSnapshot(`
        "true
        kube-system/coredns: ready pods: 1."
      `);
    } finally {
      // A reset leaves kube-system as it is.
      await world.kube.call('DELETE', COREDNS);
      await world.kube.call('DELETE', 'api/v1/namespaces/kube-system/services/kube-dns');
    }
  });
});

test('the script waits where the flow does', async () => {
  const setup = await setupWith();
  const ids = ['controller-ready', 'webhook', 'leader'] as const;
  const plans = await planSetup(setup, ids.map(stepOf));
  const lines = scriptOf(setup, plans).split('\n');
  expect(lines.filter((line) => /kubectl.*(rollout|wait)/.test(line))).toHaveLength(3);
});

test('before there is a cluster a proof is unknown or waits, and never true', async () => {
  const setup = await setupWith();
  const far = { ...setup, options: { ...setup.options, kubeconfig: '/nowhere' } };
  const ids = [
    'controller-ready',
    'webhook',
    'leader',
    'admission',
    'controller-logs',
    'cluster-dns',
  ] as const;
  const reports = await survey(refreshed(far), ids.map(stepOf));
  expect(reports.map(({ state }) => state)).not.toContain('done');
  expect((await controllerObjects(refreshed(far), '3.5.0')).length).toBeGreaterThan(5);
});
