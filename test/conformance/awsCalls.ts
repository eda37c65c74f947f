import { EC2Client, type Tag as Ec2Tag } from '@aws-sdk/client-ec2';
import { DescribeTagsCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { sortedBy } from './json';

/** Read calls, signed by a key id that the log of the engine's calls does not watch. */
export interface AwsCalls {
  readonly elb: ElasticLoadBalancingV2Client;
  readonly ec2: EC2Client;
  /** A call of an AWS API that speaks JSON; undefined where it refuses. */
  readonly json: (
    service: string,
    target: string,
    input: object,
  ) => Promise<Record<string, unknown> | undefined>;
  readonly close: () => void;
}

const KEY = 'READ';

export function awsCalls(endpoint: string, region: string): AwsCalls {
  const credentials = { accessKeyId: KEY, secretAccessKey: 'read' };
  const config = { region, endpoint, credentials, maxAttempts: 1 };
  const elb = new ElasticLoadBalancingV2Client(config);
  const ec2 = new EC2Client(config);
  return {
    elb,
    ec2,
    json: (service, target, input) => jsonCall(endpoint, region, service, target, input),
    close: () => {
      elb.destroy();
      ec2.destroy();
    },
  };
}

/** The local AWS looks at the scope of a signature, not at the signature: WAF and Shield need no SDK of their own. */
async function jsonCall(
  endpoint: string,
  region: string,
  service: string,
  target: string,
  input: object,
): Promise<Record<string, unknown> | undefined> {
  const scope = `Credential=${KEY}/20260101/${region}/${service}/aws4_request`;
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-amz-json-1.1',
      'X-Amz-Target': target,
      Authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(input),
  });
  if (answer.status >= 500) throw new Error(`${target} answers ${answer.status}: ${await answer.text()}`);
  return answer.ok ? ((await answer.json()) as Record<string, unknown>) : undefined;
}

export type Tags = Record<string, string>;

export function tagMap(tags: readonly Ec2Tag[] | undefined): Tags {
  const sorted = sortedBy(tags ?? [], ({ Key = '' }) => Key);
  return Object.fromEntries(sorted.map(({ Key = '', Value = '' }) => [Key, Value]));
}

/** DescribeTags takes 20 ARNs at a time. */
export async function tagsOf(
  elb: ElasticLoadBalancingV2Client,
  arns: readonly string[],
): Promise<Map<string, Tags>> {
  const found = new Map<string, Tags>();
  for (let at = 0; at < arns.length; at += 20) {
    const answer = await elb.send(new DescribeTagsCommand({ ResourceArns: arns.slice(at, at + 20) }));
    for (const { ResourceArn = '', Tags } of answer.TagDescriptions ?? [])
      found.set(ResourceArn, tagMap(Tags));
  }
  return found;
}

/** All entries of all pages. */
export async function collect<P, T>(
  pages: AsyncIterable<P>,
  entries: (page: P) => T[] | undefined,
): Promise<T[]> {
  const out: T[] = [];
  for await (const page of pages) out.push(...(entries(page) ?? []));
  return out;
}

interface Attribute {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

export function attributeMap(attributes: readonly Attribute[] | undefined): Record<string, string> {
  return Object.fromEntries((attributes ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}
