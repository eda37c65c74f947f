import { valid } from 'semver';
import { UserError } from '../errors';
import { type Choices, DEFAULT_CHOICES, SAMPLES } from './choices';

/** Reads one value; throws the words after "must be ". */
type Reader<T> = (value: unknown) => T;

class Wrong extends Error {}

const text: Reader<string> = (value) => {
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new Wrong('a text');
};

const bool: Reader<boolean> = (value) => {
  if (typeof value === 'boolean') return value;
  throw new Wrong('true or false');
};

function oneOf<T extends string>(...options: readonly T[]): Reader<T> {
  return (value) => {
    const found = options.find((option) => option === value);
    if (found !== undefined) return found;
    throw new Wrong(`one of ${options.join(', ')}`);
  };
}

function matching(pattern: RegExp, what: string): Reader<string> {
  return (value) => {
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw new Wrong(what);
  };
}

function listOf<T>(reader: Reader<T>): Reader<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) throw new Wrong('a list');
    return value.map(reader);
  };
}

const release: Reader<string> = (value) => {
  const found = typeof value === 'string' ? valid(value) : null;
  if (found !== null) return found;
  throw new Wrong('a release such as 3.5.0');
};

const k8sName = matching(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'a Kubernetes name');
const iamName = matching(/^[\w+=,.@-]{1,64}$/, 'a name for IAM: up to 64 letters, digits and +=,.@-_');
const domain = matching(/^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]{2,63}\.?$/i, 'a domain name');

const dns: Reader<NonNullable<Choices['dns']>> = (value) => {
  const { zone, by = 'external-dns', host, ingress, ...rest } = objectOf(value);
  refuseUnknown(rest, 'dns.');
  const made = {
    zone: field('dns.zone', domain, zone),
    by: field('dns.by', oneOf('external-dns', 'alias'), by),
    ...(host === undefined ? {} : { host: field('dns.host', domain, host) }),
    ...(ingress === undefined
      ? {}
      : { ingress: field('dns.ingress', matching(/^[^/]+\/[^/]+$/, 'NAMESPACE/NAME'), ingress) }),
  };
  if (made.by === 'alias' && (made.host === undefined || made.ingress === undefined)) {
    throw new Wrong('with host and ingress, for an alias record');
  }
  return made;
};

const READERS: { readonly [K in keyof Choices]-?: Reader<Choices[K]> } = {
  createCluster: bool,
  compute: oneOf('nodes', 'fargate', 'auto'),
  kubernetesVersion: matching(/^\d+\.\d+$/, 'a version such as 1.34'),
  kubeconfig: text,
  identity: oneOf('irsa', 'pod-identity'),
  serviceAccountBy: oneOf('api', 'eksctl'),
  install: oneOf('helm', 'manifest'),
  controllerVersion: release,
  chart: text,
  valuesFiles: listOf(text),
  namespace: k8sName,
  serviceAccount: k8sName,
  policyName: iamName,
  roleName: iamName,
  extraPermissions: listOf(oneOf('certificates', 'web-acl-names', 'tagging-api')),
  webhookCertificate: oneOf('self-signed', 'cert-manager'),
  className: k8sName,
  defaultClass: bool,
  tagSubnets: bool,
  samples: listOf(oneOf(...SAMPLES)),
  image: text,
  dns,
  replaceLegacy: bool,
};

/** Choices from a configuration file or from options, laid over the defaults. Throws a UserError that names the one that is wrong. */
export function readChoices(value: unknown, under: Choices = DEFAULT_CHOICES): Choices {
  const given = objectOf(value ?? {});
  const entries = Object.entries(READERS).flatMap(([key, reader]) =>
    given[key] === undefined ? [] : [[key, field(key, reader as Reader<unknown>, given[key])] as const],
  );
  const rest = Object.fromEntries(Object.entries(given).filter(([key]) => !(key in READERS)));
  refuseUnknown(rest, '');
  return { ...under, ...Object.fromEntries(entries) };
}

function field<T>(name: string, reader: Reader<T>, value: unknown): T {
  try {
    return reader(value);
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    throw new UserError('bad-choice', `${name} is ${JSON.stringify(value)}; it must be ${error.message}.`, {
      advice: 'Correct it in the configuration of the setup, or on the command line.',
    });
  }
}

function objectOf(value: unknown): Record<string, unknown> {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new UserError('bad-choice', 'The configuration of the setup is no map of names and values.');
}

function refuseUnknown(rest: Readonly<Record<string, unknown>>, before: string): void {
  const [name] = Object.keys(rest);
  if (name === undefined) return;
  throw new UserError('bad-choice', `There is no choice ${before}${name}.`, {
    advice: `Known are: ${Object.keys(READERS).join(', ')}.`,
  });
}
