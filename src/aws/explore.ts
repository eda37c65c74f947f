import type {
  Action,
  Listener,
  LoadBalancer,
  Rule,
  TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { stackTag, TAG_CLUSTER } from '../model/names';
import type { Aws } from './clients';
import {
  listListeners,
  listLoadBalancers,
  listRules,
  listTargetGroups,
  type Tags,
  targetHealth,
  withTags,
} from './elbv2';
import { actionsInWords, conditionsInWords } from './words';

export interface LoadBalancerInfo {
  readonly arn: string;
  readonly name: string;
  readonly dnsName: string;
  readonly type: string;
  readonly scheme: string;
  /** provisioning, active, active_impaired, failed */
  readonly state: string;
  readonly tags: Tags;
  /** The IngressGroup or `namespace/name` that it was made for; undefined for load balancers of somebody else. */
  readonly stack: string | undefined;
}

export interface ListenerInfo {
  readonly arn: string;
  readonly port: number;
  readonly protocol: string;
  readonly certificate: string | undefined;
  readonly defaultAction: string;
  readonly targetGroups: readonly string[];
}

export interface RuleInfo {
  readonly arn: string;
  /** Undefined for the default rule. */
  readonly priority: number | undefined;
  readonly conditions: string;
  readonly action: string;
  /** ARNs. */
  readonly targetGroups: readonly string[];
}

export interface TargetGroupInfo {
  readonly arn: string;
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly targetType: string;
  readonly healthCheck: string;
}

export interface TargetInfo {
  readonly id: string;
  readonly port: number;
  readonly zone: string | undefined;
  /** initial, healthy, unhealthy, unused, draining, unavailable */
  readonly state: string;
  /** AWS's word for why, e.g. Target.ResponseCodeMismatch. */
  readonly reason: string | undefined;
  readonly description: string | undefined;
}

/** Load balancers of the cluster, or of the whole region; those of the cluster first. */
export async function exploreLoadBalancers(
  aws: Aws,
  clusterName: string,
  scope: 'cluster' | 'region',
): Promise<LoadBalancerInfo[]> {
  const all = await withTags(aws, await listLoadBalancers(aws), ({ LoadBalancerArn }) => LoadBalancerArn);
  const infos = all.map(({ value, tags }) => loadBalancerInfo(value, tags));
  const isOurs = ({ tags }: LoadBalancerInfo) => tags[TAG_CLUSTER] === clusterName;
  const ours = infos.filter(isOurs).sort((a, b) => a.name.localeCompare(b.name));
  return scope === 'cluster' ? ours : [...ours, ...infos.filter((one) => !isOurs(one))];
}

function loadBalancerInfo(lb: LoadBalancer, tags: Tags): LoadBalancerInfo {
  return {
    ...{ arn: lb.LoadBalancerArn ?? '', name: lb.LoadBalancerName ?? '', dnsName: lb.DNSName ?? '' },
    ...{ type: lb.Type ?? '', scheme: lb.Scheme ?? '', state: lb.State?.Code ?? '', tags },
    stack: tags[stackTag('ingress')] ?? tags[stackTag('service')],
  };
}

export async function exploreListeners(aws: Aws, loadBalancerArn: string): Promise<ListenerInfo[]> {
  const listeners = await listListeners(aws, loadBalancerArn);
  return listeners.map(listenerInfo).sort((a, b) => a.port - b.port);
}

function listenerInfo(listener: Listener): ListenerInfo {
  const actions = listener.DefaultActions ?? [];
  return {
    ...{ arn: listener.ListenerArn ?? '', port: listener.Port ?? 0, protocol: listener.Protocol ?? '' },
    certificate: listener.Certificates?.[0]?.CertificateArn,
    defaultAction: actionsInWords(actions),
    targetGroups: groupsOf(actions),
  };
}

/** Rules by priority, without the default rule. */
export async function exploreRules(aws: Aws, listenerArn: string): Promise<RuleInfo[]> {
  const rules = await listRules(aws, listenerArn);
  return rules.map(ruleInfo).sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0));
}

function ruleInfo(rule: Rule): RuleInfo {
  const actions = rule.Actions ?? [];
  return {
    arn: rule.RuleArn ?? '',
    priority: Number(rule.Priority),
    conditions: conditionsInWords(rule.Conditions ?? []),
    action: actionsInWords(actions),
    targetGroups: groupsOf(actions),
  };
}

/** Target groups by ARN, in one paged call for all of the region. */
export async function exploreTargetGroups(aws: Aws): Promise<Map<string, TargetGroupInfo>> {
  const groups = await listTargetGroups(aws);
  return new Map(groups.map((group) => [group.TargetGroupArn ?? '', targetGroupInfo(group)]));
}

function targetGroupInfo(group: TargetGroup): TargetGroupInfo {
  const {
    HealthCheckProtocol: protocol = '',
    HealthCheckPort: port = '',
    HealthCheckPath: path = '',
  } = group;
  const where = port === 'traffic-port' ? '' : `:${port}`;
  return {
    ...{ arn: group.TargetGroupArn ?? '', name: group.TargetGroupName ?? '', port: group.Port ?? 0 },
    ...{ protocol: group.Protocol ?? '', targetType: group.TargetType ?? '' },
    healthCheck: `${protocol}${where} ${path} every ${group.HealthCheckIntervalSeconds ?? '?'} s`,
  };
}

export async function exploreTargets(aws: Aws, targetGroupArn: string): Promise<TargetInfo[]> {
  const health = await targetHealth(aws, targetGroupArn);
  return health.map(({ Target, TargetHealth }) => ({
    ...{ id: Target?.Id ?? '', port: Target?.Port ?? 0, zone: Target?.AvailabilityZone },
    ...{
      state: TargetHealth?.State ?? 'unknown',
      reason: TargetHealth?.Reason,
      description: TargetHealth?.Description,
    },
  }));
}

function groupsOf(actions: readonly Action[]): string[] {
  return actions.flatMap(({ ForwardConfig, TargetGroupArn }) => {
    const groups = (ForwardConfig?.TargetGroups ?? []).map((one) => one.TargetGroupArn ?? '');
    return groups.length > 0 || TargetGroupArn === undefined ? groups : [TargetGroupArn];
  });
}
