import { generateKeyPair, randomBytes, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import { keyOf, type Secret } from '../../kube/types';
import type { SecretAction } from '../action';
import type { Setup } from '../setup';
import { LABELS, TLS_SECRET, WEBHOOK_SERVICE } from './names';

const newKeys = promisify(generateKeyPair);

const DAY_MS = 86_400_000;
const DAYS = 3650;
/** A certificate is renewed so long before its end. */
const RENEW_DAYS = 30;

/** By which names the API server calls the webhooks (lbc:helm/aws-load-balancer-controller/templates/webhook.yaml). */
export function webhookNames({ choices }: Setup): string[] {
  const start = `${WEBHOOK_SERVICE}.${choices.namespace}.svc`;
  return [start, `${start}.cluster.local`];
}

/** Makes the Secret with a new key and a certificate that is its own authority, in place of the one that is `found`. */
export function makeCertificate(setup: Setup, found?: Secret): SecretAction {
  const names = webhookNames(setup);
  const key = { file: 'tls.key' };
  const certificate = { file: 'tls.crt' };
  const subject = ['-subj', `/CN=${WEBHOOK_SERVICE}`];
  const alternatives = ['-addext', `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`];
  const request = [
    'openssl',
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    String(DAYS),
  ] as const;
  return {
    kind: 'secret',
    text: `Make a key and a certificate for ${names[0]}, in the Secret ${setup.choices.namespace}/${TLS_SECRET}`,
    shown: secretOf(setup, '[REDACTED]', '[REDACTED]'),
    ...(found === undefined ? {} : { loses: `key and certificate in the Secret ${keyOf(found)}` }),
    make: async () => {
      const made = await selfSigned(names);
      return secretOf(setup, made.certificate, made.key);
    },
    commands: [[...request, ...subject, ...alternatives, '-keyout', key, '-out', certificate]],
    keys: { 'ca.crt': certificate, 'tls.crt': certificate, 'tls.key': key },
  };
}

function secretOf({ choices }: Setup, certificate: string, key: string): Secret & { readonly type: string } {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: choices.namespace, name: TLS_SECRET, labels: LABELS },
    type: 'kubernetes.io/tls',
    stringData: { 'ca.crt': certificate, 'tls.crt': certificate, 'tls.key': key },
  };
}

export interface Pair {
  /** PEM */
  readonly certificate: string;
  /** PEM, PKCS 8 */
  readonly key: string;
}

/**
 * A new key, and a certificate for these names that is signed with it. node-forge writes the certificate: Node has the
 * keys but nothing that writes X.509; of the libraries that do it is the one without dependencies and global patches.
 */
export async function selfSigned(names: readonly string[], days = DAYS): Promise<Pair> {
  const { default: forge } = await import('node-forge');
  const { publicKey, privateKey } = await newKeys('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  // Positive, as X.509 wants it.
  certificate.serialNumber = `00${randomBytes(16).toString('hex')}`;
  const end = Date.now() + days * DAY_MS;
  // Clocks of nodes may be behind ours.
  certificate.validity.notBefore = new Date(Math.min(Date.now(), end) - DAY_MS);
  certificate.validity.notAfter = new Date(end);
  const subject = [{ name: 'commonName', value: WEBHOOK_SERVICE }];
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'subjectAltName', altNames: names.map((value) => ({ type: DNS_NAME, value })) },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(privateKey), forge.md.sha256.create());
  return { certificate: forge.pki.certificateToPem(certificate), key: privateKey };
}

/** GeneralName: dNSName (RFC 5280, 4.2.1.6) */
const DNS_NAME = 2;

const UNBELIEVED = 'the API server does not believe the controller, and Ingresses cannot be written';

/** What is wrong with the certificate in a Secret, or will be soon; nothing where it serves its purpose. */
export function certificateProblems(secret: Secret, names: readonly string[], now = Date.now()): string[] {
  const broken = certificateFaults(secret, names, now);
  const end = Date.parse(readCertificate(decoded(secret, 'tls.crt'))?.validTo ?? '');
  if (broken.length > 0 || !(end < now + RENEW_DAYS * DAY_MS)) return broken;
  return [`The certificate in ${keyOf(secret)} expires on ${day(end)}: from then on ${UNBELIEVED}.`];
}

/** What is wrong with it now. */
export function certificateFaults(secret: Secret, names: readonly string[], now = Date.now()): string[] {
  const where = keyOf(secret);
  const certificate = readCertificate(decoded(secret, 'tls.crt'));
  if (certificate === undefined) return [`${where} has no certificate in tls.crt: the pods do not start.`];
  const end = Date.parse(certificate.validTo);
  const uncovered = names.filter((name) => certificate.checkHost(name) === undefined);
  const trusted = trusts(decoded(secret, 'ca.crt'), certificate);
  return [
    ...(uncovered.length === 0
      ? []
      : [`The certificate in ${where} is not for ${uncovered.join(', ')}: ${UNBELIEVED}.`]),
    ...(end < now ? [`The certificate in ${where} expired on ${day(end)}: ${UNBELIEVED}.`] : []),
    ...(trusted
      ? []
      : [`The certificate in ${where} is not signed by the authority in its ca.crt: ${UNBELIEVED}.`]),
  ];
}

export const endOf = (secret: Secret): string => {
  const certificate = readCertificate(decoded(secret, 'tls.crt'));
  return certificate === undefined ? 'never' : day(Date.parse(certificate.validTo));
};

const day = (time: number) => new Date(time).toISOString().slice(0, 10);

/** A value of a Secret as text; empty where it has none. */
export function decoded({ data }: Secret, key: string): string {
  return Buffer.from(data?.[key] ?? '', 'base64').toString('utf8');
}

/** Whether the API server, told this bundle of authorities (PEM), believes the certificate. */
export function trusts(bundle: string, certificate: X509Certificate): boolean {
  const authorities = bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return authorities.some((pem) => {
    const authority = readCertificate(pem);
    if (authority === undefined) return false;
    if (authority.fingerprint256 === certificate.fingerprint256) return true;
    return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
  });
}

export function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
