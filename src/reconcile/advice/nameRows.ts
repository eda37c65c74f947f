/** Names that somebody else's load balancer, target group or security group has already. */
import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Aws } from '../../aws/clients';
import { describeSecurityGroups } from '../../aws/ec2';
import { describeTags, isGone, type Tags, targetGroupByName } from '../../aws/elbv2';
import { ec2Tags } from '../../aws/inventory';
import { stackTag, TAG_CLUSTER, TAG_CLUSTER_LEGACY } from '../../model/names';
import { type Explanation, keysOf, placesOf, placeText, type Row, type Trouble } from './trouble';

const WHY =
  'Names are unique within an account and region (those of security groups within a VPC), and what belongs to somebody else is never taken over or changed.';

export const NAME_ROWS: readonly Row[] = [
  row(
    /DuplicateLoadBalancerName|load balancer with the same name '([^']+)'/,
    'load balancer',
    loadBalancerTags,
  ),
  row(/DuplicateTargetGroupName|target group with the same name '([^']+)'/, 'target group', targetGroupTags),
  row(/InvalidGroup\.Duplicate|security group '([^']+)' already exists/, 'security group', securityGroupTags),
];

type Found = { readonly id: string; readonly tags: Tags } | undefined;
type Finder = (aws: Aws, name: string, vpcId: string) => Promise<Found>;

function row(matches: RegExp, what: string, find: Finder): Row {
  const explain = (trouble: Trouble) => explainName(trouble, what, find);
  return { code: 'name-in-use', matches, why: WHY, explain };
}

async function explainName(trouble: Trouble, what: string, find: Finder): Promise<Explanation> {
  const { aws, settings, message } = trouble;
  const name = /'([^']+)'/.exec(message)?.[1] ?? '';
  const found = name === '' ? undefined : await find(aws, name, settings.vpcId);
  const places = placesOf(trouble, name);
  const whose = found === undefined ? 'is taken' : ownerByTags(found.tags, settings.clusterName);
  const tags = Object.entries(found?.tags ?? {}).map(([key, value]) => `    ${key} = ${value}`);
  return {
    what: `The name ${name} of the ${what}${placeText(places)} is in use: the one that has it ${whose}.`,
    details:
      found === undefined ? [] : [`  ${found.id}`, ...(tags.length === 0 ? ['    no tags'] : tags.sort())],
    blame: keysOf(places),
    advice:
      places.length > 0
        ? 'Take another name, or leave the annotation out and a name is made; or delete the other one, if nobody needs it any more. A name counts only when the load balancer is made.'
        : 'Delete the other one, if nobody needs it any more, and run the command again.',
  };
}

/** Whose something is, by its tags: "is of the IngressGroup shop of the cluster prod". */
export function ownerByTags(tags: Tags, clusterName: string): string {
  const cluster = tags[TAG_CLUSTER] ?? tags[TAG_CLUSTER_LEGACY];
  const stack = tags[stackTag('ingress')] ?? tags['ingress.k8s.aws/stack'];
  const service = tags[stackTag('service')] ?? tags['kubernetes.io/service-name'];
  const of =
    stack !== undefined
      ? `the IngressGroup ${stack}`
      : service !== undefined
        ? `the Service ${service}`
        : 'something';
  if (cluster !== undefined) {
    const which = cluster === clusterName ? `this cluster (${cluster})` : `the cluster ${cluster}`;
    return `is of ${of} of ${which}`;
  }
  const auto = tags['eks:eks-cluster-name'];
  if (auto !== undefined) return `was made by EKS Auto Mode of the cluster ${auto}`;
  if (service !== undefined) return `was made for ${of} by Kubernetes itself`;
  const template = tags['aws:cloudformation:stack-name'];
  if (template !== undefined) return `is of the CloudFormation stack ${template}`;
  return Object.keys(tags).length === 0
    ? 'has no tags: somebody made it by hand or with another tool'
    : 'carries no tag of a cluster: somebody made it by hand or with another tool';
}

async function loadBalancerTags(aws: Aws, name: string): Promise<Found> {
  try {
    const answer = await aws.elbv2.send(new DescribeLoadBalancersCommand({ Names: [name] }));
    return await withTags(aws, answer.LoadBalancers?.[0]?.LoadBalancerArn);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

async function targetGroupTags(aws: Aws, name: string): Promise<Found> {
  return withTags(aws, (await targetGroupByName(aws, name))?.TargetGroupArn);
}

async function withTags(aws: Aws, id: string | undefined): Promise<Found> {
  return id === undefined ? undefined : { id, tags: (await describeTags(aws, [id])).get(id) ?? {} };
}

async function securityGroupTags(aws: Aws, name: string, vpcId: string): Promise<Found> {
  const filters = [
    { Name: 'group-name', Values: [name] },
    { Name: 'vpc-id', Values: [vpcId] },
  ];
  const [found] = await describeSecurityGroups(aws, { filters });
  return found?.GroupId === undefined ? undefined : { id: found.GroupId, tags: ec2Tags(found) };
}
