import { waitAction } from '../action';
import { skipInAutoMode } from '../controller/autoMode';
import { CONTROLLER, WEBHOOK_SERVICE } from '../controller/names';
import { distrusted, endpointsOf, type Webhook, webhooksOf } from '../controller/webhookState';
import { kubeIfThere, type Setup } from '../setup';
import { isFalse, type Step, verdict } from '../step';

export const webhookProof: Step = {
  id: 'webhook',
  title: 'Webhooks answer',
  why: 'They are asked about every Ingress; where they cannot answer, no Ingress of the cluster can be written.',
  phase: 'proof',
  requires: ['controller', 'controller-ready'],
  patience: 60_000,
  skip: skipInAutoMode,
  async check(setup) {
    const webhooks = await webhooksOf(setup);
    if (webhooks.length === 0) {
      return isFalse(
        `No webhook is sent to ${WEBHOOK_SERVICE}: mistakes in Ingresses are found only later. Install the controller again, which brings them.`,
      );
    }
    const { all, ready } = await endpointsOf(setup);
    const trust = await distrusted(setup, webhooks);
    return verdict(
      [
        ...(ready > 0 ? [] : [unanswered(all), blocked(webhooks)]),
        ...trust,
        ...(trust.length === 0 ? [] : [adviceOn(setup)]),
      ],
      `Webhooks: ${webhooks.length}; ready endpoints: ${ready}; their certificate is believed.`,
      blocked(webhooks),
    );
  },
  async plan(setup) {
    const there = (await kubeIfThere(setup)) === undefined ? [] : await webhooksOf(setup);
    // A certificate that is not believed now will not be in a minute.
    if (there.length > 0 && (await distrusted(setup, there)).length > 0) return [];
    return [
      waitAction('Wait until the webhooks have a ready endpoint', [
        ...(['kubectl', 'wait', '--for=jsonpath={.endpoints[0].conditions.ready}=true'] as const),
        ...['endpointslices', '--selector', `kubernetes.io/service-name=${WEBHOOK_SERVICE}`],
        ...['--namespace', setup.choices.namespace, '--timeout=60s'],
      ]),
    ];
  },
};

function unanswered(notReady: number): string {
  const others = notReady === 0 ? '' : ` (not ready: ${notReady})`;
  return `${WEBHOOK_SERVICE} has no ready endpoints${others}, and writes fail with "no endpoints available for service": see the step controller-ready.`;
}

/** Who makes the certificate, and the webhooks with it. */
function adviceOn({ choices }: Setup): string {
  const restart = `kubectl --namespace ${choices.namespace} rollout restart deployment ${CONTROLLER}`;
  const made =
    choices.webhookCertificate === 'cert-manager'
      ? 'Look at the Certificate and at the pods of cert-manager and its cainjector'
      : 'Install the controller again, so that certificate and webhooks are made together';
  return `${made}; then restart its pods: ${restart}`;
}

function blocked(webhooks: readonly Webhook[]): string {
  const hard = webhooks.filter(({ failurePolicy = 'Fail' }) => failurePolicy === 'Fail');
  const names = hard.map(({ name }) => name).join(', ');
  return hard.length === 0
    ? 'Without an answer writes go on (failurePolicy Ignore).'
    : `Without an answer writes fail (failurePolicy Fail): ${names}.`;
}
