import { messageOf, UserError } from '../errors';

/** What AWS and its SDK throw, as far as we look into it. */
export interface AwsFailure extends Error {
  readonly Code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/** The error code of AWS (`ResourceInUse`, `DependencyViolation`, ...), without the suffix of its exception class. */
export function awsCode(error: unknown): string {
  if (!(error instanceof Error)) return '';
  return ((error as AwsFailure).Code ?? error.name).replace(/Exception$/, '');
}

/** The message with AWS's code before it, as the SDK of the controller words it; other messages as they are. */
export function awsMessage(error: unknown): string {
  const message = messageOf(error);
  const code =
    error instanceof Error && !(error instanceof UserError) && '$metadata' in error ? awsCode(error) : '';
  const own = code === '' || code === 'Error' || message.startsWith(code) ? message : `${code}: ${message}`;
  const context = error instanceof Error ? CONTEXTS.get(error) : undefined;
  return context === undefined ? own : `${context}: ${own}`;
}

const CONTEXTS = new WeakMap<Error, string>();

/** Runs a call; what it throws stays what it is, and {@link awsMessage} says what was being done (Go's errors.Wrap). */
export async function inContext<T>(context: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Error) CONTEXTS.set(error, context);
    throw error;
  }
}

interface Translation {
  readonly matches: RegExp;
  readonly code: string;
  readonly message: string;
  readonly advice: string;
}

/** Failures that every command can meet before it does anything. */
const TRANSLATIONS: readonly Translation[] = [
  {
    matches: /ExpiredToken|RequestExpired|token.{0,99}expired|SSO session.{0,99}(expired|invalid)/i,
    code: 'expired-credentials',
    message: 'The AWS session has expired.',
    advice: 'Run `aws sso login` (or renew your session) and try again. What was done so far is kept.',
  },
  {
    matches: /InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|AuthFailure/,
    code: 'bad-credentials',
    message: 'AWS does not accept these credentials.',
    advice: 'Check the profile and that its keys belong to this account and partition.',
  },
  {
    matches: /Region is missing/i,
    code: 'no-region',
    message: 'No AWS region is configured.',
    advice: 'Set AWS_REGION, give the profile a region, or pass --region.',
  },
  {
    matches: /Could not resolve credentials using profile|profile.{0,200}not be found/i,
    code: 'no-profile',
    message: 'The AWS profile does not exist.',
    advice: 'Check the name in ~/.aws/config, or run `aws configure list-profiles`.',
  },
  {
    matches: /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|UnknownEndpoint|TimeoutError/,
    code: 'aws-unreachable',
    message: 'AWS cannot be reached.',
    advice: 'Check the network, the proxy and AWS_ENDPOINT_URL (is the sandbox still running?).',
  },
  {
    matches: /Throttl|RequestLimitExceeded|TooManyRequests/,
    code: 'throttled',
    message: 'AWS is called too often in this account and region, also after waiting and trying again.',
    advice: 'Run the command again in some minutes; CloudTrail tells who calls so often.',
  },
  // Last: the SDK gives all failures of its credentials one name.
  {
    matches: /CredentialsProviderError|Could not load credentials/,
    code: 'no-credentials',
    message: 'No AWS credentials were found.',
    advice:
      'Run `aws configure` or `aws sso login`, set AWS_PROFILE, or pass --profile. Nothing was changed.',
  },
];

/** A failure of the SDK in words for a person, where we know it; otherwise the failure itself. */
export function translateAwsError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  const text = `${error.name} ${(error as AwsFailure).Code ?? ''} ${error.message} ${(error as NodeJS.ErrnoException).code ?? ''}`;
  const known = TRANSLATIONS.find(({ matches }) => matches.test(text));
  if (known !== undefined) {
    return new UserError(known.code, known.message, { advice: known.advice, cause: error });
  }
  return /AccessDenied|UnauthorizedOperation/.test(text) ? denied(error) : error;
}

function denied(error: Error): UserError {
  const action = /perform: ?([\w-]+:\w+)/.exec(error.message)?.[1];
  return new UserError('access-denied', `AWS refuses ${action ?? 'a call'}: ${error.message}`, {
    advice:
      'Add the action to the IAM policy of this identity (the policy of the AWS Load Balancer Controller has all of them).',
    cause: error,
  });
}
