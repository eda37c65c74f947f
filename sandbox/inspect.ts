import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';

/** A load balancer as AWS has it. */
export interface Seen {
  readonly name: string;
  readonly dnsName: string;
  readonly arn: string;
  /** `HTTP:80, 2 rules` */
  readonly listeners: readonly string[];
  /** `10.0.64.101:80 healthy` */
  readonly targets: readonly string[];
}

/** Asks AWS itself, so that what the editor shows can be compared with what is. */
export async function loadBalancers(endpoint: string, region: string): Promise<readonly Seen[]> {
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  const client = new ElasticLoadBalancingV2Client({ endpoint, region, credentials });
  try {
    const { LoadBalancers = [] } = await client.send(new DescribeLoadBalancersCommand({}));
    return await Promise.all(
      LoadBalancers.map(async ({ LoadBalancerName = '', DNSName = '', LoadBalancerArn = '' }) => ({
        name: LoadBalancerName,
        dnsName: DNSName,
        arn: LoadBalancerArn,
        listeners: await listeners(client, LoadBalancerArn),
        targets: await targets(client, LoadBalancerArn),
      })),
    );
  } finally {
    client.destroy();
  }
}

async function listeners(
  client: ElasticLoadBalancingV2Client,
  LoadBalancerArn: string,
): Promise<readonly string[]> {
  const { Listeners = [] } = await client.send(new DescribeListenersCommand({ LoadBalancerArn }));
  return Promise.all(
    Listeners.map(async ({ Protocol, Port, ListenerArn }) => {
      const { Rules = [] } = await client.send(new DescribeRulesCommand({ ListenerArn }));
      return `${Protocol}:${Port}, ${Rules.length} rules`;
    }),
  );
}

async function targets(
  client: ElasticLoadBalancingV2Client,
  LoadBalancerArn: string,
): Promise<readonly string[]> {
  const { TargetGroups = [] } = await client.send(new DescribeTargetGroupsCommand({ LoadBalancerArn }));
  const groups = await Promise.all(
    TargetGroups.map(({ TargetGroupArn }) =>
      client.send(new DescribeTargetHealthCommand({ TargetGroupArn })),
    ),
  );
  return groups
    .flatMap(({ TargetHealthDescriptions = [] }) => TargetHealthDescriptions)
    .map(({ Target, TargetHealth }) => `${Target?.Id}:${Target?.Port} ${TargetHealth?.State}`)
    .sort();
}
