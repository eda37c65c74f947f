import { RESOURCES } from '../../kube/resources';
import type { EndpointSlice, KubeObject, Secret } from '../../kube/types';
import type { Setup } from '../setup';
import { decoded, readCertificate, trusts } from './certificate';
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

/** Webhooks whose authority has not signed the certificate that the pods serve. */
export async function distrusted(setup: Setup, webhooks: readonly Webhook[]): Promise<string[]> {
  const { namespace } = setup.choices;
  const secret = await look<Secret>(setup, RESOURCES.Secret, namespace, TLS_SECRET);
  if (secret === undefined) {
    return [`There is no Secret ${namespace}/${TLS_SECRET}: the pods have no certificate and do not start.`];
  }
  const certificate = readCertificate(decoded(secret, 'tls.crt'));
  if (certificate === undefined) return [`${namespace}/${TLS_SECRET} has no certificate in tls.crt.`];
  return webhooks.flatMap(({ name, clientConfig: { caBundle = '' } }) => {
    if (caBundle === '')
      return [`The webhook ${name} has no CA bundle: nobody told the API server whom to believe.`];
    const bundle = Buffer.from(caBundle, 'base64').toString('utf8');
    if (trusts(bundle, certificate)) return [];
    return [
      `The CA bundle of the webhook ${name} is not the authority of ${namespace}/${TLS_SECRET}: writes fail with "x509: certificate signed by unknown authority".`,
    ];
  });
}
