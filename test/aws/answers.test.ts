import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { ACMClient, ListCertificatesCommand } from '@aws-sdk/client-acm';
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeClusterCommand, EKSClient, ListClustersCommand } from '@aws-sdk/client-eks';
import {
  DeleteTargetGroupCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { ListHostedZonesByNameCommand, Route53Client } from '@aws-sdk/client-route-53';
import { GetWebACLForResourceCommand, WAFV2Client } from '@aws-sdk/client-wafv2';
import { ConfiguredRetryStrategy } from '@smithy/core/retry';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type ClientClass, makeClient } from '../../src/aws/clients';
import { listEksClusters } from '../../src/aws/cluster';
import { callIfThere } from '../../src/setup/awsCall';

type Answer = readonly [status: number, type: string, body: string];

let server: http.Server;
let answer: Answer;
let options: { region: string; endpointUrl: string; timeoutMs: number };
beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  server = http.createServer((request, response) => {
    request.resume();
    const [status, type, body] = answer;
    response.writeHead(status, { 'content-type': type, location: 'http://127.0.0.1:1/' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  options = { region: 'eu-west-1', endpointUrl: `http://127.0.0.1:${port}`, timeoutMs: 2_000 };
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  vi.unstubAllEnvs();
});

interface Sender {
  readonly config: { retryStrategy: unknown };
  send(command: unknown): Promise<object>;
}

function ask(Client: unknown, command: unknown, given: Answer): Promise<object> {
  answer = given;
  const client = makeClient(Client as ClientClass<Sender>, options);
  client.config.retryStrategy = async () => new ConfiguredRetryStrategy(1, 1);
  return client.send(command);
}

const XML = 'text/xml';
const JSON_1_1 = 'application/x-amz-json-1.1';

/** Every protocol of AWS, with an answer to the question that says "there are none", and one to another question. */
const READS: readonly (readonly [string, unknown, unknown, Answer, Answer])[] = [
  [
    'ELBv2 DescribeLoadBalancers',
    ElasticLoadBalancingV2Client,
    new DescribeLoadBalancersCommand({}),
    [
      200,
      XML,
      '<DescribeLoadBalancersResponse><DescribeLoadBalancersResult><LoadBalancers/></DescribeLoadBalancersResult></DescribeLoadBalancersResponse>',
    ],
    [
      200,
      XML,
      '<DescribeTagsResponse><DescribeTagsResult><TagDescriptions/></DescribeTagsResult></DescribeTagsResponse>',
    ],
  ],
  [
    'EC2 DescribeSubnets',
    EC2Client,
    new DescribeSubnetsCommand({}),
    [200, XML, '<DescribeSubnetsResponse><requestId>1</requestId><subnetSet/></DescribeSubnetsResponse>'],
    [200, XML, '<DescribeVpcsResponse><vpcSet/></DescribeVpcsResponse>'],
  ],
  [
    'IAM GetRole',
    IAMClient,
    new GetRoleCommand({ RoleName: 'x' }),
    [
      200,
      XML,
      '<GetRoleResponse><GetRoleResult><Role><RoleName>x</RoleName></Role></GetRoleResult></GetRoleResponse>',
    ],
    [200, XML, '<GetPolicyResponse><GetPolicyResult/></GetPolicyResponse>'],
  ],
  [
    'ACM ListCertificates',
    ACMClient,
    new ListCertificatesCommand({}),
    [200, JSON_1_1, '{"CertificateSummaryList":[]}'],
    [200, JSON_1_1, '{"Certificate":{}}'],
  ],
  [
    'EKS ListClusters',
    EKSClient,
    new ListClustersCommand({}),
    [200, 'application/json', '{"clusters":[],"nextToken":null}'],
    [200, 'application/json', '{"cluster":{}}'],
  ],
  [
    'EKS DescribeCluster',
    EKSClient,
    new DescribeClusterCommand({ name: 'x' }),
    [200, 'application/json', '{"cluster":{"name":"x"}}'],
    [200, 'application/json', '{"clusters":[]}'],
  ],
  [
    'WAFv2 GetWebACLForResource',
    WAFV2Client,
    new GetWebACLForResourceCommand({ ResourceArn: 'arn:aws:elasticloadbalancing:x' }),
    [200, JSON_1_1, '{}'],
    [200, JSON_1_1, '{"WebACLs":[]}'],
  ],
  [
    'Route 53 ListHostedZonesByName',
    Route53Client,
    new ListHostedZonesByNameCommand({}),
    [
      200,
      XML,
      '<ListHostedZonesByNameResponse><HostedZones/><IsTruncated>false</IsTruncated><MaxItems>100</MaxItems></ListHostedZonesByNameResponse>',
    ],
    [200, XML, '<GetHostedZoneResponse><DelegationSet/></GetHostedZoneResponse>'],
  ],
];

const ODD: readonly (readonly [string, Answer])[] = [
  ['a page', [200, 'text/html', '<!doctype html><html>Sign in</html>']],
  ['a page that says it is XML', [200, XML, '<html><head/></html>']],
  ['nothing', [200, XML, '']],
  ['nothing, well said', [204, XML, '']],
  ['an empty list', [200, 'application/json', '[]']],
  ['null', [200, 'application/json', 'null']],
  ['a redirection', [302, 'text/html', '']],
  ['a page with 404', [404, 'text/html', '<html>not found</html>']],
  ['nothing with 404', [404, XML, '']],
  ['the words of a gateway with 404', [404, 'application/json', '{"message":"not found"}']],
  ['a page with 403', [403, 'text/html', '<html>no</html>']],
];

describe.each(READS)('%s', (_, Client, command, right, other) => {
  test('the right answer is taken, also where it says that there is none', async () => {
    await ask(Client, command, right);
  });

  test.each([...ODD, ['the answer to another question', other]] as const)(
    '%s is an error',
    async (_name, odd) => {
      await expect(ask(Client, command, odd)).rejects.toMatchObject({ code: 'unexpected-answer' });
    },
  );

  test('half an answer is an error', async () => {
    const [status, type, body] = right;
    const asking = ask(Client, command, [status, type, body.slice(0, -1)]);
    await expect(asking).rejects.toBeInstanceOf(Error);
  });

  test('a page with 502 is an error, but not that there is none', async () => {
    const asking = ask(Client, command, [502, 'text/html', '<html>bad gateway</html>']);
    await expect(asking).rejects.not.toMatchObject({ name: expect.stringMatching(/NotFound|NoSuch/) });
  });
});

describe('what it says', () => {
  test('operation, address, status and the beginning, without escapes', async () => {
    const asking = ask(ElasticLoadBalancingV2Client, new DescribeLoadBalancersCommand({}), [
      ...([200, 'text/html'] as const),
      `<html>\u001b[2Jsign in${'x'.repeat(500)}`,
    ]);
    await expect(asking).rejects.toMatchObject({
      message:
        'The answer of http://127.0.0.1 to DescribeLoadBalancers is not what AWS answers: HTTP 200 (text/html), a page.',
      details: [expect.stringMatching(/^It begins: <html>␛\[2Jsign inx+…$/)],
    });
  });

  test('a refusal of AWS keeps its code', async () => {
    const refusal =
      '<ErrorResponse><Error><Code>LoadBalancerNotFound</Code><Message>no</Message></Error></ErrorResponse>';
    const asking = ask(ElasticLoadBalancingV2Client, new DescribeLoadBalancersCommand({}), [
      400,
      XML,
      refusal,
    ]);
    await expect(asking).rejects.toMatchObject({ name: 'LoadBalancerNotFoundException' });
  });

  test('a write is held to its question, too', async () => {
    const command = new DeleteTargetGroupCommand({ TargetGroupArn: 'x' });
    const right = '<DeleteTargetGroupResponse><ResponseMetadata/></DeleteTargetGroupResponse>';
    await ask(ElasticLoadBalancingV2Client, command, [200, XML, right]);
    const asking = ask(ElasticLoadBalancingV2Client, command, [200, XML, '<DeleteRuleResponse/>']);
    await expect(asking).rejects.toMatchObject({ code: 'unexpected-answer' });
  });
});

test('setup does not take a page with 404 for "there is none"', async () => {
  answer = [404, 'text/html', '<html>not found</html>'];
  const { openAws } = await import('../../src/aws/clients');
  const asking = callIfThere(await openAws(options), 'iam', 'GetRole', { RoleName: 'x' });
  await expect(asking).rejects.toMatchObject({ code: 'unexpected-answer' });
});

describe('pages without an end', () => {
  test('the same token again is an error, and not asked for ever', async () => {
    answer = [200, 'application/json', '{"clusters":["a"],"nextToken":"again"}'];
    await expect(listEksClusters(options)).rejects.toMatchObject({ code: 'endless-pages' });
  });
});

test('a body that never ends is not waited for', async () => {
  const dripping = http.createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(more));
  });
  await new Promise<void>((resolve) => dripping.listen(0, '127.0.0.1', resolve));
  const { port } = dripping.address() as AddressInfo;
  const client = makeClient(EKSClient, {
    ...options,
    endpointUrl: `http://127.0.0.1:${port}`,
    timeoutMs: 100,
  });
  client.config.retryStrategy = async () => new ConfiguredRetryStrategy(1, 1);
  await expect(client.send(new ListClustersCommand({}))).rejects.toMatchObject({ name: 'TimeoutError' });
  dripping.closeAllConnections();
  dripping.close();
});
