import { ACMClient } from '@aws-sdk/client-acm';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { STSClient } from '@aws-sdk/client-sts';
import type { Aws } from '../../src/aws/clients';

/** Answers by the name of the operation; what is thrown is what AWS refuses. */
export type Answers = Readonly<Record<string, (input: never) => unknown>>;

export interface FakeAws extends Aws {
  /** Operations that were called, in order. */
  readonly calls: readonly string[];
}

/** Real SDK clients whose calls are answered before they leave the process. */
export function fakeAws(answers: Answers): FakeAws {
  const calls: string[] = [];
  const config = { region: 'eu-west-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } };
  const answer = (name: string, input: unknown) => {
    calls.push(name);
    const found = answers[name];
    if (found === undefined) throw new Error(`nobody expected ${name}`);
    return { $metadata: {}, ...(found(input as never) as object) };
  };
  const clients = {
    elbv2: new ElasticLoadBalancingV2Client(config),
    ec2: new EC2Client(config),
    acm: new ACMClient(config),
    sts: new STSClient(config),
  };
  const intercept = (client: { readonly middlewareStack: unknown }) =>
    (client.middlewareStack as Stack).add(
      (_, { commandName }) =>
        async ({ input }) => ({ output: answer(commandName.replace(/Command$/, ''), input), response: {} }),
      { step: 'initialize', priority: 'high' },
    );
  for (const client of Object.values(clients)) intercept(client);
  const client: Aws['client'] = (Client) => {
    const made = new Client(config);
    intercept(made as { readonly middlewareStack: unknown });
    return made;
  };
  return { ...clients, region: 'eu-west-1', endpointUrl: undefined, client, calls };
}

/** What the clients' stacks have in common. */
interface Stack {
  add(
    middleware: (
      next: unknown,
      context: { readonly commandName: string },
    ) => (args: { readonly input: unknown }) => Promise<unknown>,
    options: { readonly step: 'initialize'; readonly priority: 'high' },
  ): void;
}
