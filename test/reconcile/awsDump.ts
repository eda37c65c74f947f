import { DescribeSecurityGroupsCommand, type IpPermission, type SecurityGroup } from '@aws-sdk/client-ec2';
import {
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  type LoadBalancer,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Aws } from '../../src/aws/clients';
import { describeTags, listListeners, listRules, type Tags, targetHealth } from '../../src/aws/elbv2';
import { actionsInWords, conditionsInWords } from '../../src/aws/words';

/**
 * What AWS holds in a VPC, one line per fact, the same for two worlds that are the same: ids and ARNs give way to
 * names, and the hash in a target group's name (of the Service's uid) to `*`.
 */
export async function dumpAws(aws: Aws, vpcId: string): Promise<string[]> {
  const [balancers, groups, securityGroups] = await Promise.all([
    aws.elbv2.send(new DescribeLoadBalancersCommand({})).then((page) => page.LoadBalancers ?? []),
    aws.elbv2.send(new DescribeTargetGroupsCommand({})).then((page) => page.TargetGroups ?? []),
    aws.ec2
      .send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }))
      .then((page) => page.SecurityGroups ?? []),
  ]);
  const names = namesOf(balancers, groups, securityGroups);
  const lines = [
    ...(await Promise.all(balancers.map((one) => balancerLines(aws, one)))).sort(),
    ...(await Promise.all(groups.map((one) => targetGroupLines(aws, one)))).sort(),
    ...securityGroups.map(securityGroupLines).sort(),
  ];
  return lines.flat().map((line) => names.reduce((text, [id, name]) => text.replaceAll(id, name), line));
}

/** The same without tags and attributes: what a person would look at. */
export async function outlineAws(aws: Aws, vpcId: string): Promise<string[]> {
  const lines = await dumpAws(aws, vpcId);
  return lines.filter((line) => !/^ *(tags|attributes|description) /.test(line));
}

/** Longest first, so that no id is replaced inside another one. */
function namesOf(
  balancers: readonly LoadBalancer[],
  groups: readonly TargetGroup[],
  securityGroups: readonly SecurityGroup[],
): [string, string][] {
  const names: [string, string][] = [
    ...balancers.flatMap(
      ({ LoadBalancerArn = '', LoadBalancerName = '', DNSName = '' }): [string, string][] => [
        [LoadBalancerArn, LoadBalancerName],
        [DNSName, `dns:${LoadBalancerName}`],
      ],
    ),
    ...groups.flatMap(({ TargetGroupArn = '', TargetGroupName = '' }): [string, string][] => [
      [TargetGroupArn, masked(TargetGroupName)],
      [TargetGroupName, masked(TargetGroupName)],
    ]),
    ...securityGroups.map(({ GroupId = '', GroupName = '' }): [string, string] => [GroupId, GroupName]),
  ];
  return names.filter(([id]) => id !== '').sort(([a], [b]) => b.length - a.length);
}

export function masked(targetGroupName: string): string {
  return targetGroupName.replace(/-[0-9a-f]{10}$/, '-*');
}

function pairs(record: Readonly<Record<string, string>>): string {
  return Object.keys(record)
    .sort()
    .map((key) => `${key}=${record[key]}`)
    .join(' ');
}

function attributes(
  all: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): string {
  return pairs(Object.fromEntries((all ?? []).map(({ Key = '', Value = '' }) => [Key, Value])));
}

async function tagsOf(aws: Aws, arn: string): Promise<Tags> {
  return (await describeTags(aws, [arn])).get(arn) ?? {};
}

async function balancerLines(aws: Aws, lb: LoadBalancer): Promise<string[]> {
  const LoadBalancerArn = lb.LoadBalancerArn ?? '';
  const [tags, found, listeners] = await Promise.all([
    tagsOf(aws, LoadBalancerArn),
    aws.elbv2.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn })),
    listListeners(aws, LoadBalancerArn),
  ]);
  const below = await Promise.all(
    listeners.map(async ({ ListenerArn = '', Protocol, Port, DefaultActions, Certificates }) => {
      const certificates = (Certificates ?? []).map(({ CertificateArn }) => ` certificate ${CertificateArn}`);
      return [
        `  listener ${Protocol}:${Port}, otherwise ${actionsInWords(DefaultActions ?? [])}${certificates.join()}`,
        `    tags ${pairs(await tagsOf(aws, ListenerArn))}`,
        ...(await ruleLines(aws, ListenerArn)),
      ];
    }),
  );
  return [
    `load balancer ${lb.LoadBalancerName} ${lb.Scheme} ${lb.IpAddressType} in ${(lb.AvailabilityZones ?? []).length} zones`,
    `  security groups ${[...(lb.SecurityGroups ?? [])].join(', ')}`,
    `  tags ${pairs(tags)}`,
    `  attributes ${attributes(found.Attributes)}`,
    ...below.sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1)).flat(),
  ];
}

async function ruleLines(aws: Aws, listener: string): Promise<string[]> {
  const rules = (await listRules(aws, listener)).sort((a, b) => Number(a.Priority) - Number(b.Priority));
  const tags = await describeTags(
    aws,
    rules.map(({ RuleArn = '' }) => RuleArn),
  );
  return rules.flatMap(({ RuleArn = '', Priority, Conditions, Actions }) => [
    `    rule ${Priority} if ${conditionsInWords(Conditions ?? [])}: ${actionsInWords(Actions ?? [])}`,
    `      tags ${pairs(tags.get(RuleArn) ?? {})}`,
  ]);
}

async function targetGroupLines(aws: Aws, group: TargetGroup): Promise<string[]> {
  const TargetGroupArn = group.TargetGroupArn ?? '';
  const [tags, found, health] = await Promise.all([
    tagsOf(aws, TargetGroupArn),
    aws.elbv2.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn })),
    targetHealth(aws, TargetGroupArn),
  ]);
  const live = health.filter(({ TargetHealth }) => TargetHealth?.State !== 'draining');
  return [
    `target group ${group.TargetGroupName} ${group.TargetType} ${group.Protocol}:${group.Port} check ${group.HealthCheckPath}`,
    `  used by ${(group.LoadBalancerArns ?? []).join(', ') || 'nobody'}`,
    `  tags ${pairs(tags)}`,
    `  attributes ${attributes(found.Attributes)}`,
    ...live
      .map(({ Target, TargetHealth }) => `  target ${Target?.Id}:${Target?.Port} ${TargetHealth?.State}`)
      .sort(),
  ];
}

function securityGroupLines(group: SecurityGroup): string[] {
  return [
    `security group ${group.GroupName}`,
    `  description ${group.Description}`,
    `  tags ${pairs(Object.fromEntries((group.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])))}`,
    ...(group.IpPermissions ?? []).flatMap(permissionLines).sort(),
  ];
}

function permissionLines({ IpProtocol, FromPort, ToPort, ...sources }: IpPermission): string[] {
  const found = [
    ...(sources.IpRanges ?? []).map(({ CidrIp, Description = '' }) => `${CidrIp} ${Description}`),
    ...(sources.Ipv6Ranges ?? []).map(({ CidrIpv6, Description = '' }) => `${CidrIpv6} ${Description}`),
    ...(sources.UserIdGroupPairs ?? []).map(({ GroupId, Description = '' }) => `${GroupId} ${Description}`),
  ];
  return found.map((source) => `  admits ${IpProtocol} ${FromPort}-${ToPort} from ${source}`.trimEnd());
}
