import { gte, valid } from 'semver';
import { UserError } from '../errors';
import { type Choices, DEFAULT_CHOICES, SAMPLES } from './choices';

/** Reads one value; throws the words after "must be ". */
type Reader<T> = (value: unknown) => T;

class Wrong extends Error {}

/** It becomes an argument of a program: an option in its place would be obeyed. */
const argument: Reader<string> = (value) => {
  if (typeof value === 'string' && /^[^-\s\p{Cc}][^\p{Cc}]{0,1023}$/u.test(value)) return value;
  throw new Wrong('a text without control characters that does not begin with - or a blank');
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
    try {
      return value.map(reader);
    } catch (error) {
      if (error instanceof Wrong) throw new Wrong(`a list, each of it ${error.message}`);
      throw error;
    }
  };
}

/** v1 is another program, alb-ingress-controller, with other permissions and kinds. */
const release: Reader<string> = (value) => {
  const found = typeof value === 'string' ? valid(value) : null;
  if (found !== null && gte(found, '2.0.0')) return found;
  throw new Wrong('a release such as 3.5.0, not older than 2.0.0');
};

const ENDS = 'with a letter or digit at both ends';
// kubernetes.io/docs/concepts/overview/working-with-objects/names
const k8sName = matching(
  /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/,
  `a name for Kubernetes: up to 253 small letters, digits, dots and -, ${ENDS}`,
);
const k8sLabel = matching(
  /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  `a name for Kubernetes: up to 63 small letters, digits and -, ${ENDS}`,
);

/** Roles have up to 64 characters, policies up to 128 (IAM: "IAM and AWS STS quotas"). */
function iamName(most: number): Reader<string> {
  const pattern = new RegExp(`^[\\w+=,.@-]{1,${most}}$`);
  return matching(pattern, `a name for IAM: up to ${most} letters, digits and +=,.@-_`);
}

/** github.com/distribution/reference: a name, with a tag or a digest. */
const image = matching(
  /^[a-z0-9][a-z0-9._/:-]{0,254}(?::[\w.-]{1,128})?(?:@sha256:[0-9a-f]{64})?$/i,
  'an image such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1.0',
);

const domain = matching(/^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]{2,63}\.?$/i, 'a domain name');

const namespacedName: Reader<string> = (value) => {
  const [namespace, name, ...more] = typeof value === 'string' ? value.split('/') : [];
  if (more.length > 0 || typeof value !== 'string') throw new Wrong('NAMESPACE/NAME');
  k8sLabel(namespace);
  k8sName(name);
  return value;
};

const dns: Reader<NonNullable<Choices['dns']>> = (value) => {
  if (!isObject(value)) throw new Wrong('a map with zone, by, host and ingress');
  const { zone, by = 'external-dns', host, ingress, ...rest } = value;
  refuseUnknown(rest, 'dns.', ['zone', 'by', 'host', 'ingress']);
  const made = {
    zone: field('dns.zone', domain, zone),
    by: field('dns.by', oneOf('external-dns', 'alias'), by),
    ...(host === undefined ? {} : { host: field('dns.host', domain, host) }),
    ...(ingress === undefined ? {} : { ingress: field('dns.ingress', namespacedName, ingress) }),
  };
  if (made.by === 'alias' && (made.host === undefined || made.ingress === undefined)) {
    throw new Wrong('given with host and ingress, for an alias record');
  }
  if (made.host !== undefined && !isIn(made.host, made.zone)) {
    throw new Wrong(`given with a host in its zone; ${made.host} is not in ${made.zone}`);
  }
  return made;
};

function isIn(host: string, zone: string): boolean {
  const plain = (name: string) => `.${name.toLowerCase().replace(/\.$/, '')}`;
  return plain(host).endsWith(plain(zone));
}

const READERS: { readonly [K in keyof Choices]-?: Reader<Choices[K]> } = {
  createCluster: bool,
  compute: oneOf('nodes', 'fargate', 'auto'),
  kubernetesVersion: matching(/^\d+\.\d+$/, 'a version such as "1.34", in quotes where it stands in a file'),
  kubeconfig: argument,
  identity: oneOf('irsa', 'pod-identity'),
  serviceAccountBy: oneOf('api', 'eksctl'),
  install: oneOf('helm', 'manifest'),
  controllerVersion: release,
  chart: argument,
  valuesFiles: listOf(argument),
  namespace: k8sLabel,
  serviceAccount: k8sName,
  policyName: iamName(128),
  roleName: iamName(64),
  extraPermissions: listOf(oneOf('certificates', 'web-acl-names', 'tagging-api')),
  webhookCertificate: oneOf('self-signed', 'cert-manager'),
  className: k8sName,
  defaultClass: bool,
  tagSubnets: bool,
  samples: listOf(oneOf(...SAMPLES)),
  image,
  dns,
  replaceLegacy: bool,
};

/** Choices from a configuration file or from options, laid over the defaults. Throws a UserError that names the one that is wrong. */
export function readChoices(value: unknown, under: Choices = DEFAULT_CHOICES): Choices {
  const given = objectOf(value ?? {});
  const entries = Object.entries(READERS).flatMap(([key, reader]) =>
    given[key] === undefined ? [] : [[key, field(key, reader as Reader<unknown>, given[key])] as const],
  );
  const rest = Object.fromEntries(Object.entries(given).filter(([key]) => !Object.hasOwn(READERS, key)));
  refuseUnknown(rest, '', Object.keys(READERS));
  return fitting({ ...under, ...Object.fromEntries(entries) });
}

/** EKS user guide, "Learn how EKS Pod Identity grants Pods access to AWS services": not on Fargate, which runs no agent. */
function fitting(choices: Choices): Choices {
  const { createCluster, compute, identity } = choices;
  if (!createCluster || compute !== 'fargate' || identity !== 'pod-identity') return choices;
  throw new UserError(
    'bad-choice',
    'identity is "pod-identity"; it must be irsa with compute "fargate": Pods on Fargate get no role by EKS Pod Identity.',
    { advice: 'Choose identity irsa, or another compute.' },
  );
}

function field<T>(name: string, reader: Reader<T>, value: unknown): T {
  try {
    return reader(value);
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    const is = value === undefined ? 'missing' : JSON.stringify(value);
    throw new UserError('bad-choice', `${name} is ${is}; it must be ${error.message}.`, {
      advice: 'Correct it in the configuration of the setup, or on the command line.',
    });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function objectOf(value: unknown): Record<string, unknown> {
  if (isObject(value)) return value;
  throw new UserError('bad-choice', 'The configuration of the setup is no map of names and values.', {
    advice: 'Write a choice per line, such as `identity: irsa`.',
  });
}

function refuseUnknown(
  rest: Readonly<Record<string, unknown>>,
  before: string,
  known: readonly string[],
): void {
  const [name] = Object.keys(rest);
  if (name === undefined) return;
  throw new UserError('bad-choice', `There is no choice ${before}${name}.`, {
    advice: `Known are: ${known.join(', ')}.`,
  });
}
