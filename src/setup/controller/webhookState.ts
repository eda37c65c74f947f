import { RESOURCES } from '../../kube/resources';
import { type EndpointSlice, type KubeObject, keyOf, type Secret } from '../../kube/types';
import type { Setup } from '../setup';
import { certificateFaults, decoded, readCertificate, trusts, webhookNames } from './certificate';
import { look, lookForAll } from './look';
import { KINDS, TLS_SECRET, WEBHOOK_SERVICE } from './names';

/** admissionregistration.k8s.io/v1 MutatingWebhookConfiguration and ValidatingWebhookConfiguration */
export interface WebhookConfiguration extends KubeObject {
  readonly webhooks?: readonly Webhook[];
}

export interface Webhook {
  readonly name: string;
  readonly failurePolicy?: string;
  readonly clientConfig: {
    /** Base64. */
    readonly caBundle?: string;
    readonly service?: { readonly name: string; readonly namespace: string };
  };
}

/** The webhooks that the API server sends to the controller. */
export async function webhooksOf(setup: Setup): Promise<Webhook[]> {
  const kinds = [KINDS.MutatingWebhookConfiguration, KINDS.ValidatingWebhookConfiguration];
  const all = await Promise.all(kinds.map((kind) => lookForAll<WebhookConfiguration>(setup, kind)));
  return all
    .flat()
    .flatMap(({ webhooks = [] }) => webhooks)
    .filter(
      ({ clientConfig: { service } }) =>
        service?.name === WEBHOOK_SERVICE && service.namespace === setup.choices.namespace,
    );
}

/** How many pods stand behind the Service of the webhooks, and how many of them are ready. */
export async function endpointsOf(setup: Setup): Promise<{ readonly all: number; readonly ready: number }> {
  const { namespace } = setup.choices;
  const slices = await lookForAll<EndpointSlice>(setup, RESOURCES.EndpointSlice, { namespace });
  const endpoints = slices
    .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === WEBHOOK_SERVICE)
    .flatMap((slice) => slice.endpoints ?? []);
  const ready = endpoints.filter(({ conditions }) => conditions?.ready !== false).length;
  return { all: endpoints.length, ready };
}

/** What keeps the API server from believing the certificate that the pods serve. */
export async function distrusted(setup: Setup, webhooks: readonly Webhook[]): Promise<string[]> {
  const secret = await secretOf(setup);
  if (secret === undefined) {
    const { namespace } = setup.choices;
    return [`There is no Secret ${namespace}/${TLS_SECRET}: the pods have no certificate and do not start.`];
  }
  return [...certificateFaults(secret, webhookNames(setup)), ...(await foreignTrust(setup, webhooks))];
}

/** Webhooks whose authority has not signed that certificate; none where there is no certificate yet. */
export async function foreignTrust(setup: Setup, webhooks: readonly Webhook[]): Promise<string[]> {
  const secret = await secretOf(setup);
  const certificate = secret === undefined ? undefined : readCertificate(decoded(secret, 'tls.crt'));
  if (secret === undefined || certificate === undefined) return [];
  const foreign = webhooks.filter((webhook) => !trusts(bundleOf(webhook), certificate));
  const bare = namesOf(foreign.filter((one) => bundleOf(one) === ''));
  const others = namesOf(foreign.filter((one) => bundleOf(one) !== ''));
  const [whom, refusal] = [
    'whom to believe when it calls',
    '"x509: certificate signed by unknown authority"',
  ];
  return [
    ...(bare === '' ? [] : [`No CA bundle tells the API server ${whom} these webhooks: ${bare}.`]),
    ...(others === ''
      ? []
      : [
          `The CA bundle of these webhooks has not signed the certificate in ${keyOf(secret)}, and writes fail with ${refusal}: ${others}.`,
        ]),
  ];
}

function secretOf(setup: Setup): Promise<Secret | undefined> {
  return look<Secret>(setup, RESOURCES.Secret, setup.choices.namespace, TLS_SECRET);
}

function bundleOf({ clientConfig: { caBundle = '' } }: Webhook): string {
  return Buffer.from(caBundle, 'base64').toString('utf8');
}

const namesOf = (webhooks: readonly Webhook[]) => [...new Set(webhooks.map(({ name }) => name))].join(', ');
