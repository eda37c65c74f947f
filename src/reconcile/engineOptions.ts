/** What names a cluster, an account and a place, checked where it comes in: options, settings, the environment. */
import { UserError } from '../errors';

/** Options by which a cluster and an account are found. */
export interface PlaceOptions {
  readonly clusterName?: string;
  readonly vpcId?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly profile?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
}

interface Grammar {
  readonly pattern: RegExp;
  readonly words: string;
}

/** Tag values may be anything, but names of clusters go into arguments of programs and into scripts. */
const CLUSTER: Grammar = {
  pattern: /^[0-9A-Za-z][0-9A-Za-z._-]{0,252}$/,
  words: 'up to 253 letters, digits, dots, - and _, beginning with a letter or digit',
};
// EKS API, CreateCluster: name
const EKS_CLUSTER: Grammar = {
  pattern: /^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/,
  words: 'up to 100 letters, digits, - and _, beginning with a letter or digit',
};
/** Names that others chose freely, and that stand as arguments of programs: no option, nothing that ends a line. */
const FREE: Grammar = {
  pattern: /^[^-\s\p{Cc}][^\p{Cc}]{0,511}$/u,
  words: 'a text without control characters that does not begin with - or a blank',
};
const GRAMMARS = {
  clusterName: CLUSTER,
  context: FREE,
  profile: FREE,
  kubeconfig: FREE,
  region: { pattern: /^[a-z]{2,4}(?:-[a-z]{1,12}){1,4}-\d{1,2}$/, words: 'a region such as eu-west-1' },
  vpcId: { pattern: /^vpc-[0-9a-z]{1,64}$/, words: 'an id such as vpc-0123456789abcdef0' },
} as const satisfies Partial<Record<keyof PlaceOptions, Grammar>>;

const FLAGS: Readonly<Record<keyof typeof GRAMMARS | 'endpointUrl', string>> = {
  clusterName: '--cluster-name',
  context: '--context',
  profile: '--profile',
  kubeconfig: '--kubeconfig',
  region: '--region',
  vpcId: '--vpc-id',
  endpointUrl: '--endpoint-url',
};

/** Throws a UserError that names the option whose value cannot be what it says. */
export function checkOptions(options: PlaceOptions): void {
  for (const key of Object.keys(GRAMMARS) as (keyof typeof GRAMMARS)[]) {
    const value = options[key];
    if (value !== undefined) refuseUnless(GRAMMARS[key], FLAGS[key], value);
  }
  const { endpointUrl } = options;
  if (endpointUrl !== undefined && !isHttp(endpointUrl)) {
    throw wrong(FLAGS.endpointUrl, endpointUrl, 'an address that begins with http:// or https://');
  }
}

/**
 * In the sandbox AWS is the local one: settings of a workspace, or variables that the shell still has, lead nowhere else.
 * Throws a UserError where they would.
 */
export function stayInSandbox({ endpointUrl, profile }: PlaceOptions, sandbox: string | undefined): void {
  if (sandbox === undefined || (profile === undefined && isLoopback(endpointUrl ?? sandbox))) return;
  const what = profile === undefined ? `the address ${endpointUrl}` : `the AWS profile ${profile}`;
  throw new UserError('outside-sandbox', `The sandbox works with its own AWS only, not with ${what}.`, {
    why: 'What is tried out here must never reach an account.',
    advice: 'Remove the setting or the option, or work outside of the sandbox.',
  });
}

/** The same for the name of a cluster of EKS, which has a narrower alphabet. */
export function checkEksName(name: string): void {
  refuseUnless(EKS_CLUSTER, FLAGS.clusterName, name);
}

function refuseUnless({ pattern, words }: Grammar, flag: string, value: string): void {
  if (!pattern.test(value)) throw wrong(flag, value, words);
}

function isHttp(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

function isLoopback(url: string): boolean {
  return URL.canParse(url) && /^(localhost|127\.[\d.]{5,11}|\[::1\])$/.test(new URL(url).hostname);
}

function wrong(flag: string, value: string, words: string): UserError {
  return new UserError('bad-option', `${flag} is ${JSON.stringify(value)}; it must be ${words}.`, {
    why: 'It goes into calls, tags, arguments of programs and scripts.',
    advice: 'Correct the option, the setting or the environment variable.',
  });
}
