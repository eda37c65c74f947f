import { AuthorizeSecurityGroupIngressCommand, CreateSecurityGroupCommand } from '@aws-sdk/client-ec2';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { AwsCalls, Tags } from '../conformance/awsCalls';
import { sdkTags } from '../conformance/replayIds';
import type { World } from '../helpers/world';

/** What somebody else has in the same VPC: with tags like ours but of another cluster, and without any. */
export async function seedForeign(aws: AwsCalls, world: World): Promise<void> {
  for (const { name, tags } of OWNERS) await seed(aws, world, name, tags);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how the map spells it
  const node = world.ids['${sg:shop-node}'];
  // A rule of somebody else in the group of the nodes, beside which ours come and go.
  await admit(aws, node, 'somebody else');
}

const ofCluster = (cluster: string, stack: string) => ({
  'elbv2.k8s.aws/cluster': cluster,
  'ingress.k8s.aws/stack': stack,
  'ingress.k8s.aws/resource': 'LoadBalancer',
});

const OWNERS: readonly { name: string; tags: Tags }[] = [
  { name: 'k8s-mall-0123456789', tags: ofCluster('other', 'mall') },
  { name: 'somebody', tags: {} },
];

async function seed(aws: AwsCalls, { vpcId, ids }: World, name: string, tags: Tags): Promise<void> {
  const Tags = Object.keys(tags).length === 0 ? {} : { Tags: sdkTags(tags) };
  const GroupId = await securityGroup(aws, vpcId, name, tags);
  const { TargetGroups } = await aws.elb.send(
    new CreateTargetGroupCommand({
      Name: name,
      Protocol: 'HTTP',
      Port: 80,
      VpcId: vpcId,
      TargetType: 'ip',
      ...Tags,
    }),
  );
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn;
  await aws.elb.send(
    new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: '10.0.64.200', Port: 80 }] }),
  );
  const Subnets = ['a', 'b'].map((zone) => ids[`\${subnet:shop-public-${zone}}`] ?? '');
  const { LoadBalancers } = await aws.elb.send(
    new CreateLoadBalancerCommand({ Name: name, Subnets, SecurityGroups: [GroupId], ...Tags }),
  );
  const DefaultActions = [{ Type: 'forward' as const, TargetGroupArn }];
  const LoadBalancerArn = LoadBalancers?.[0]?.LoadBalancerArn;
  await aws.elb.send(
    new CreateListenerCommand({ LoadBalancerArn, Protocol: 'HTTP', Port: 80, DefaultActions, ...Tags }),
  );
}

async function securityGroup(aws: AwsCalls, VpcId: string, GroupName: string, tags: Tags): Promise<string> {
  const TagSpecifications =
    Object.keys(tags).length === 0 ? [] : [{ ResourceType: 'security-group' as const, Tags: sdkTags(tags) }];
  const { GroupId = '' } = await aws.ec2.send(
    new CreateSecurityGroupCommand({ VpcId, GroupName, Description: 'of somebody else', TagSpecifications }),
  );
  await admit(aws, GroupId, 'of somebody else');
  return GroupId;
}

async function admit({ ec2 }: AwsCalls, GroupId: string | undefined, Description: string): Promise<void> {
  const source = {
    IpProtocol: 'tcp',
    FromPort: 22,
    ToPort: 22,
    IpRanges: [{ CidrIp: '192.0.2.0/24', Description }],
  };
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [source] }));
}
