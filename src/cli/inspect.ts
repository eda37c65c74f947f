import type { Aws } from '../aws/clients';
import { translateAwsError } from '../aws/errors';
import {
  exploreListeners,
  exploreLoadBalancers,
  exploreRules,
  exploreTargetGroups,
  exploreTargets,
  type ListenerInfo,
  type LoadBalancerInfo,
  type RuleInfo,
  type TargetGroupInfo,
  type TargetInfo,
} from '../aws/explore';
import { parallel } from '../aws/paging';
import { inLines, printableJson } from '../printable';
import { type ExitCode, engineFor } from './given';
import type { CommonOptions } from './options';
import type { Terminal } from './terminal';

interface InspectedTargetGroup extends TargetGroupInfo {
  readonly targets: readonly TargetInfo[];
}
interface InspectedRule extends RuleInfo {
  readonly groups: readonly InspectedTargetGroup[];
}
interface InspectedListener extends ListenerInfo {
  readonly rules: readonly InspectedRule[];
}
interface Inspected extends LoadBalancerInfo {
  readonly listeners: readonly InspectedListener[];
}

/** `ekslb inspect`: load balancers of the cluster down to their targets. */
export async function inspectCommand(options: CommonOptions, terminal: Terminal): Promise<ExitCode> {
  const { aws, settings } = await engineFor(options, terminal);
  const found = await inspect(aws, settings.clusterName);
  if (options.json === true) terminal.out(printableJson(found));
  else
    terminal.out(
      found.length === 0
        ? `No load balancer of cluster ${settings.clusterName}.`
        : found.map(text).join('\n'),
    );
  return 0;
}

async function inspect(aws: Aws, clusterName: string): Promise<Inspected[]> {
  try {
    const [loadBalancers, groups] = await Promise.all([
      exploreLoadBalancers(aws, clusterName, 'cluster'),
      exploreTargetGroups(aws),
    ]);
    const targets = targetsOnce(aws);
    return await parallel(loadBalancers, async (lb) => {
      const listeners = await exploreListeners(aws, lb.arn);
      return {
        ...lb,
        listeners: await parallel(listeners, (one) => inspectListener(aws, one, groups, targets)),
      };
    });
  } catch (cause) {
    throw translateAwsError(cause);
  }
}

type TargetsOf = (arn: string) => Promise<TargetInfo[]>;

/** Several rules may share a target group: its health is asked for once. */
function targetsOnce(aws: Aws): TargetsOf {
  const asked = new Map<string, Promise<TargetInfo[]>>();
  return (arn) => {
    const answer = asked.get(arn) ?? exploreTargets(aws, arn);
    asked.set(arn, answer);
    return answer;
  };
}

async function inspectListener(
  aws: Aws,
  listener: ListenerInfo,
  groups: ReadonlyMap<string, TargetGroupInfo>,
  targets: TargetsOf,
): Promise<InspectedListener> {
  const rules = await exploreRules(aws, listener.arn);
  const fallback = {
    ...{ arn: listener.arn, priority: undefined, conditions: 'anything else' },
    ...{ action: listener.defaultAction, targetGroups: listener.targetGroups },
  };
  const inspected = await parallel([...rules, fallback], async (rule) => {
    const known = rule.targetGroups.flatMap((arn) => groups.get(arn) ?? []);
    const withTargets = await parallel(known, async (group) => ({
      ...group,
      targets: await targets(group.arn),
    }));
    return { ...rule, groups: withTargets };
  });
  return { ...listener, rules: inspected };
}

function text(lb: Inspected): string {
  return inLines([
    `${lb.name}  ${lb.scheme}  ${lb.state}`,
    `  ${lb.dnsName}`,
    ...(lb.stack === undefined ? [] : [`  group ${lb.stack}`]),
    ...lb.listeners.flatMap((listener) => [
      `  ${listener.protocol}:${listener.port}`,
      ...listener.rules.flatMap(ruleLines),
    ]),
  ]);
}

function ruleLines(rule: InspectedRule): string[] {
  const head = `    ${rule.priority === undefined ? 'default' : `#${rule.priority}`}  if ${rule.conditions}: ${rule.action}`;
  return [head, ...rule.groups.flatMap(groupLines)];
}

function groupLines(group: InspectedTargetGroup): string[] {
  const head = `      ${group.name}  ${group.protocol}, ${group.targetType} targets, check ${group.healthCheck}`;
  const targets = group.targets.map(
    ({ id, port, state, reason }) => `        ${id}:${port}  ${state}${reason ? ` (${reason})` : ''}`,
  );
  return [head, ...(targets.length === 0 ? ['        no target'] : targets)];
}
