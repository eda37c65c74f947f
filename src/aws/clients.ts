import { ACMClient } from '@aws-sdk/client-acm';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetCallerIdentityCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { UserError } from '../errors';
import { refuseOddAnswers } from './answers';
import { cutShort } from './cut';
import { translateAwsError } from './errors';
import { keepPace } from './pace';
import { profiles } from './profiles';

export interface AwsOptions {
  readonly profile?: string;
  /** Falls back to AWS_REGION, then to the profile's region. */
  readonly region?: string;
  /** Falls back to AWS_ENDPOINT_URL: one address for all services, as a local AWS has it. */
  readonly endpointUrl?: string;
  /** How long an answer may take; a minute by itself. */
  readonly timeoutMs?: number;
  /** Cuts every call short, those on their way, too. */
  readonly cut?: AbortSignal;
}

/** SDK clients of one account and region. The only place that sees credentials. */
export interface Aws {
  readonly elbv2: ElasticLoadBalancingV2Client;
  readonly ec2: EC2Client;
  readonly acm: ACMClient;
  readonly sts: STSClient;
  readonly region: string;
  readonly endpointUrl: string | undefined;
  /** A client of another service, made when it is first asked for: its class is imported where it is needed. */
  client<C>(Client: ClientClass<C>): C;
}

/** What all clients are made with. */
type Shared = Pick<
  STSClientConfig,
  'region' | 'endpoint' | 'profile' | 'credentials' | 'retryMode' | 'maxAttempts' | 'requestHandler'
>;

/** The class of a client of the SDK. */
export type ClientClass<C> = new (config: Shared) => C;

export interface Identity {
  readonly account: string;
  readonly arn: string;
}

const PATIENCE = { connectionTimeout: 10_000, throwOnRequestTimeout: true };

/** Makes the clients; asks AWS nothing yet, but throws when no region is configured. */
export async function openAws(options: AwsOptions): Promise<Aws> {
  await refuseUnknownProfile(options.profile);
  const shared = sharedBy(options);
  const elbv2 = made(ElasticLoadBalancingV2Client, shared, options);
  const region = await regionOf(elbv2);
  return {
    elbv2,
    ec2: made(EC2Client, shared, options),
    acm: made(ACMClient, shared, options),
    sts: made(STSClient, shared, options),
    region,
    endpointUrl: options.endpointUrl ?? process.env['AWS_ENDPOINT_URL'],
    client: makeOnce({ ...shared, region }, options),
  };
}

/** One client, made as all are. */
export function makeClient<C>(Client: ClientClass<C>, options: AwsOptions): C {
  return made(Client, sharedBy(options), options);
}

const TIMEOUT_MS = 60_000;

function sharedBy(options: AwsOptions): Shared {
  return {
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(options.endpointUrl === undefined ? {} : { endpoint: options.endpointUrl }),
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    credentials: fromNodeProviderChain(options.profile === undefined ? {} : { profile: options.profile }),
    // The adaptive mode backs off when AWS says "Throttling" and speeds up again by itself.
    retryMode: 'adaptive',
    maxAttempts: 8,
    // By itself the SDK waits for ever for an answer that got lost; after this it asks again.
    requestHandler: { ...PATIENCE, requestTimeout: options.timeoutMs ?? TIMEOUT_MS },
  };
}

function made<C>(Client: ClientClass<C>, shared: Shared, { timeoutMs = TIMEOUT_MS, cut }: AwsOptions): C {
  return keepPace(refuseOddAnswers(cutShort(new Client(shared), cut), timeoutMs));
}

/** Makes one client of each class. */
function makeOnce(shared: Shared, options: AwsOptions): Aws['client'] {
  const known = new Map<unknown, unknown>();
  return <C>(Client: ClientClass<C>) => {
    const client = (known.get(Client) as C | undefined) ?? made(Client, shared, options);
    known.set(Client, client);
    return client;
  };
}

/** The SDK says of a profile that does not exist only that there are no credentials. */
async function refuseUnknownProfile(profile: string | undefined): Promise<void> {
  if (profile === undefined) return;
  const known = await profiles();
  if (known.includes(profile)) return;
  throw new UserError('no-profile', `There is no AWS profile '${profile}'.`, {
    advice: known.length === 0 ? 'Run `aws configure` to make one.' : `Known profiles: ${known.join(', ')}.`,
  });
}

async function regionOf(client: ElasticLoadBalancingV2Client): Promise<string> {
  try {
    return await client.config.region();
  } catch (cause) {
    throw translateAwsError(cause);
  }
}

/** Who we are; also the cheapest way to find out that credentials are missing or expired. */
export async function callerIdentity(aws: Aws): Promise<Identity> {
  try {
    const { Account = '', Arn = '' } = await aws.sts.send(new GetCallerIdentityCommand({}));
    return { account: Account, arn: Arn };
  } catch (cause) {
    throw translateAwsError(cause);
  }
}
