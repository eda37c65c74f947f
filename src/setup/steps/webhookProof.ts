import { skipInAutoMode } from '../controller/autoMode';
import { WEBHOOK_SERVICE } from '../controller/names';
import { distrusted, endpointsOf, type Webhook, webhooksOf } from '../controller/webhookState';
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
      return isFalse(`No webhook is sent to ${WEBHOOK_SERVICE}: mistakes in Ingresses are found only later.`);
    }
    const { all, ready } = await endpointsOf(setup);
    const endpoints =
      ready > 0
        ? []
        : [
            `${WEBHOOK_SERVICE} has no ready endpoints (${all} are not ready): writes fail with "no endpoints available for service".`,
            blocked(webhooks),
          ];
    const trust = await distrusted(setup, webhooks);
    const advice =
      trust.length === 0
        ? []
        : [
            'Install the controller again, so that certificate and webhooks are made together; then restart its pods.',
          ];
    return verdict(
      [...endpoints, ...trust, ...advice],
      `${webhooks.length} webhooks, ${ready} ready endpoints, the certificate is believed.`,
      blocked(webhooks),
    );
  },
  plan: async () => [],
};

function blocked(webhooks: readonly Webhook[]): string {
  const hard = webhooks.filter(({ failurePolicy = 'Fail' }) => failurePolicy === 'Fail');
  const names = hard.map(({ name }) => name).join(', ');
  return hard.length === 0
    ? 'Without an answer writes go on (failurePolicy Ignore).'
    : `Without an answer writes fail (failurePolicy Fail): ${names}.`;
}
