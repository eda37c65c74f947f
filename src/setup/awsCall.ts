import type * as EC2 from '@aws-sdk/client-ec2';
import type * as ECR from '@aws-sdk/client-ecr';
import type * as EKS from '@aws-sdk/client-eks';
import type * as ELBV2 from '@aws-sdk/client-elastic-load-balancing-v2';
import type * as IAM from '@aws-sdk/client-iam';
import type * as ROUTE53 from '@aws-sdk/client-route-53';
import type { Aws, ClientClass } from '../aws/clients';
import { awsCode, translateAwsError } from '../aws/errors';

/** The services that setup calls, by their names in the AWS CLI. Each SDK is loaded with the first call of its service. */
interface Services {
  readonly ec2: typeof EC2;
  readonly ecr: typeof ECR;
  readonly eks: typeof EKS;
  readonly elbv2: typeof ELBV2;
  readonly iam: typeof IAM;
  readonly route53: typeof ROUTE53;
}

export type Service = keyof Services;

type CommandOf<S extends Service, O extends string> = `${O}Command` extends keyof Services[S]
  ? Services[S][`${O}Command`]
  : never;

/** Operations of a service, as the API spells them: `CreateRole`. */
export type Operation<S extends Service> = {
  [K in keyof Services[S]]: K extends `${infer O}Command` ? O : never;
}[keyof Services[S]] &
  string;

/** What an operation takes. */
export type InputOf<S extends Service, O extends string> =
  CommandOf<S, O> extends new (...args: [infer I]) => unknown ? I : Record<string, unknown>;

/** What it answers. */
export type OutputOf<S extends Service, O extends string> =
  CommandOf<S, O> extends new (
    ...args: never[]
  ) => { resolveMiddleware(...args: never[]): (input: never) => Promise<{ output: infer R }> }
    ? R
    : unknown;

interface Loaded {
  readonly module: Readonly<Record<string, unknown>>;
  readonly client: string;
}

const LOADERS: { readonly [S in Service]: () => Promise<Loaded> } = {
  ec2: async () => ({ module: { ...(await import('@aws-sdk/client-ec2')) }, client: 'EC2Client' }),
  ecr: async () => ({ module: { ...(await import('@aws-sdk/client-ecr')) }, client: 'ECRClient' }),
  eks: async () => ({ module: { ...(await import('@aws-sdk/client-eks')) }, client: 'EKSClient' }),
  elbv2: async () => ({
    module: { ...(await import('@aws-sdk/client-elastic-load-balancing-v2')) },
    client: 'ElasticLoadBalancingV2Client',
  }),
  iam: async () => ({ module: { ...(await import('@aws-sdk/client-iam')) }, client: 'IAMClient' }),
  route53: async () => ({
    module: { ...(await import('@aws-sdk/client-route-53')) },
    client: 'Route53Client',
  }),
};

interface Client {
  send(command: unknown): Promise<unknown>;
}

/** One call of AWS. Throws the SDK's error, or a UserError where it is one that every command can meet. */
export async function callAws<S extends Service, O extends Operation<S>>(
  aws: Aws,
  service: S,
  operation: O,
  input: InputOf<S, O>,
): Promise<OutputOf<S, O>> {
  const { module, client } = await LOADERS[service]();
  const Command = module[`${operation}Command`] as new (input: unknown) => unknown;
  try {
    const sender = aws.client(module[client] as ClientClass<Client>);
    return (await sender.send(new Command(input))) as OutputOf<S, O>;
  } catch (error) {
    throw translateAwsError(error);
  }
}

/** The same; undefined where AWS says that there is none (`NoSuchEntity`, `ResourceNotFound`, ...). */
export async function callIfThere<S extends Service, O extends Operation<S>>(
  aws: Aws,
  service: S,
  operation: O,
  input: InputOf<S, O>,
): Promise<OutputOf<S, O> | undefined> {
  try {
    return await callAws(aws, service, operation, input);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

const MISSING =
  /^(NoSuchEntity|NoSuchHostedZone|ResourceNotFound|RepositoryNotFound|ImageNotFound|NotFound)$|\.NotFound$/;

function isMissing(error: unknown): boolean {
  return MISSING.test(awsCode(error));
}
