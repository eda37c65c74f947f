import type { IpPermission, SecurityGroup } from '@aws-sdk/client-ec2';
import type { Aws } from '../../aws/clients';
import { describeSecurityGroups } from '../../aws/ec2';
import { type Action, awsAction } from '../action';

/** Listeners and rules go with it (API DeleteLoadBalancer). */
export function deleteBalancer(arn: string, name: string): Action {
  const text = `Delete the load balancer ${name} with its listeners`;
  return awsAction(text, 'elbv2', 'DeleteLoadBalancer', { LoadBalancerArn: arn }, { loses: arn });
}

export function deleteTargetGroup(arn: string, name: string): Action {
  const text = `Delete the target group ${name}`;
  return awsAction(text, 'elbv2', 'DeleteTargetGroup', { TargetGroupArn: arn }, { loses: arn });
}

/** Rules of other groups that name it keep a group from being deleted (DependencyViolation): they go first. */
export async function deleteGroup(aws: Aws, id: string, name: string): Promise<Action[]> {
  const filters = [{ Name: 'ip-permission.group-id', Values: [id] }];
  const others = (await describeSecurityGroups(aws, { filters })).filter(({ GroupId }) => GroupId !== id);
  const text = `Delete the security group ${id} (${name})`;
  return [
    ...others.flatMap((other) => revoke(other, id)),
    awsAction(text, 'ec2', 'DeleteSecurityGroup', { GroupId: id }, { loses: `${id} (${name})` }),
  ];
}

function revoke({ GroupId = '', IpPermissions = [] }: SecurityGroup, source: string): Action[] {
  const naming = IpPermissions.flatMap((rule) => onlyFrom(rule, source));
  if (naming.length === 0) return [];
  const ports = naming.map(({ FromPort, ToPort }) => `${FromPort ?? 'all'}-${ToPort ?? 'all'}`).join(', ');
  const text = `Remove the rules of ${GroupId} that let ${source} in`;
  const loses = `the rules of ${GroupId} for ${source} (ports ${ports})`;
  const input = { GroupId, IpPermissions: naming };
  return [awsAction(text, 'ec2', 'RevokeSecurityGroupIngress', input, { loses })];
}

/** The part of a rule that names the group: AWS revokes exactly what is listed. */
function onlyFrom(rule: IpPermission, source: string): IpPermission[] {
  const { IpProtocol, FromPort, ToPort, UserIdGroupPairs = [] } = rule;
  const pairs = UserIdGroupPairs.filter(({ GroupId }) => GroupId === source);
  const UserIdGroupPairsOfIt = pairs.map(({ GroupId, UserId }) => ({ GroupId, UserId }));
  return pairs.length === 0 ? [] : [{ IpProtocol, FromPort, ToPort, UserIdGroupPairs: UserIdGroupPairsOfIt }];
}
