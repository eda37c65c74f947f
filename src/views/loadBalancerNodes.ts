import * as vscode from 'vscode';
import type { Aws } from '../aws/clients';
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
import type { Engine } from '../reconcile/engine';
import type { TreeNode } from './node';
import { isPending, type Look, loadBalancerLook, reasonText, summaryLook, targetLook } from './status';

/** One reading of AWS for one refresh of the tree: what several branches need is asked once. */
interface Reading {
  readonly aws: Aws;
  readonly targetGroups: () => Promise<ReadonlyMap<string, TargetGroupInfo>>;
  readonly targets: (arn: string) => Promise<TargetInfo[]>;
  /** Something shown will change by itself. */
  readonly notePending: () => void;
}

/** Load balancers of the cluster; their branches are read when they are opened. */
export async function loadBalancerNodes(
  { aws, settings }: Engine,
  notePending: () => void,
): Promise<TreeNode[]> {
  const reading = openReading(aws, notePending);
  const loadBalancers = await exploreLoadBalancers(aws, settings.clusterName, 'cluster');
  return loadBalancers.map((lb) => loadBalancerNode(reading, lb));
}

function openReading(aws: Aws, notePending: () => void): Reading {
  let groups: Promise<ReadonlyMap<string, TargetGroupInfo>> | undefined;
  const health = new Map<string, Promise<TargetInfo[]>>();
  return {
    aws,
    notePending,
    targetGroups: () => {
      groups ??= exploreTargetGroups(aws);
      return groups;
    },
    targets: (arn) => {
      const asked = health.get(arn) ?? exploreTargets(aws, arn);
      health.set(arn, asked);
      return asked;
    },
  };
}

function themeIcon({ icon, color }: Look): vscode.ThemeIcon {
  return new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
}

interface ItemParts {
  readonly label: string;
  readonly description: string;
  readonly look: Look;
  readonly kind: string;
  readonly open: vscode.TreeItemCollapsibleState;
  readonly tooltip: string;
}

function itemOf(id: string, { label, description, look, kind, open, tooltip }: ItemParts): vscode.TreeItem {
  const item = new vscode.TreeItem(label, open);
  item.id = id;
  item.description = description;
  item.iconPath = themeIcon(look);
  item.contextValue = kind;
  item.tooltip = tooltip;
  item.accessibilityInformation = { label: `${kindWords(kind)} ${label}, ${look.words}, ${description}` };
  return item;
}

function kindWords(kind: string): string {
  return kind.replace(/([A-Z])/g, ' $1').toLowerCase();
}

const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

function loadBalancerNode(reading: Reading, lb: LoadBalancerInfo): TreeNode {
  const look = loadBalancerLook(lb.state);
  if (isPending(lb.state)) reading.notePending();
  const description = [look.words, lb.scheme, lb.stack].filter(Boolean).join(' · ');
  const tooltip = [lb.name, lb.dnsName, `${lb.type}, ${lb.scheme}, ${look.words}`, lb.arn].join('\n');
  return {
    id: lb.arn,
    item: itemOf(lb.arn, {
      label: lb.name,
      description,
      look,
      kind: 'loadBalancer',
      open: Expanded,
      tooltip,
    }),
    facts: { arn: lb.arn, dnsName: lb.dnsName, ...(lb.stack === undefined ? {} : { stack: lb.stack }) },
    async children() {
      const listeners = await exploreListeners(reading.aws, lb.arn);
      return listeners.map((listener) => listenerNode(reading, listener));
    },
  };
}

const PLAIN: Look = { icon: 'radio-tower', color: undefined, words: 'listener' };
const LOCKED: Look = { icon: 'lock', color: undefined, words: 'TLS listener' };

function listenerNode(reading: Reading, listener: ListenerInfo): TreeNode {
  const label = `${listener.protocol}:${listener.port}`;
  const look = listener.certificate === undefined ? PLAIN : LOCKED;
  const description = vscode.l10n.t('otherwise: {0}', listener.defaultAction);
  const tooltip = [label, description, listener.certificate ?? '', listener.arn].filter(Boolean).join('\n');
  return {
    id: listener.arn,
    item: itemOf(listener.arn, { label, description, look, kind: 'listener', open: Expanded, tooltip }),
    facts: { arn: listener.arn },
    async children() {
      const rules = await exploreRules(reading.aws, listener.arn);
      const fallback: RuleInfo = {
        ...listener,
        priority: undefined,
        conditions: '',
        action: listener.defaultAction,
      };
      const all = listener.targetGroups.length > 0 ? [...rules, fallback] : rules;
      return Promise.all(all.map((rule) => ruleNode(reading, rule)));
    },
  };
}

async function ruleNode(reading: Reading, rule: RuleInfo): Promise<TreeNode> {
  const id = rule.priority === undefined ? `${rule.arn}#default` : rule.arn;
  const label =
    rule.priority === undefined ? vscode.l10n.t('default') : `${rule.priority}. ${rule.conditions}`;
  const look: Look = { icon: 'git-compare', color: undefined, words: 'rule' };
  const leads = rule.targetGroups.length > 0;
  const tooltip = `${label}\n${rule.action}\n${rule.arn}`;
  const base = {
    id,
    item: itemOf(id, {
      label,
      description: rule.action,
      look,
      kind: 'rule',
      open: leads ? Expanded : None,
      tooltip,
    }),
    facts: { arn: rule.arn },
  };
  if (!leads) return base;
  return {
    ...base,
    async children() {
      const known = await reading.targetGroups();
      const groups = rule.targetGroups.flatMap((arn) => known.get(arn) ?? []);
      return Promise.all(groups.map((group) => targetGroupNode(reading, id, group)));
    },
  };
}

async function targetGroupNode(reading: Reading, parent: string, group: TargetGroupInfo): Promise<TreeNode> {
  const targets = await reading.targets(group.arn);
  const look = summaryLook(targets.map(({ state }) => state));
  const id = `${parent}>${group.arn}`;
  const description = `${look.words} · ${group.targetType}`;
  const tooltip = [
    group.name,
    `${group.protocol}, ${group.targetType} targets`,
    group.healthCheck,
    group.arn,
  ].join('\n');
  return {
    id,
    item: itemOf(id, {
      label: group.name,
      description,
      look,
      kind: 'targetGroup',
      open: targets.length > 0 ? Expanded : Collapsed,
      tooltip,
    }),
    facts: { arn: group.arn },
    async children() {
      return targets.length === 0
        ? [noTargets(id)]
        : targets.map((target) => targetNode(reading, id, target));
    },
  };
}

function noTargets(parent: string): TreeNode {
  const item = new vscode.TreeItem(vscode.l10n.t('No target: no ready pod or node matches the Service'));
  item.id = `${parent}>none`;
  item.iconPath = new vscode.ThemeIcon('circle-slash');
  return { id: item.id, item };
}

function targetNode(reading: Reading, parent: string, target: TargetInfo): TreeNode {
  const look = targetLook(target.state);
  if (isPending(target.state)) reading.notePending();
  const label = `${target.id}:${target.port}`;
  const id = `${parent}>${label}`;
  const reason = reasonText(target.reason, target.description);
  const description = [look.words, target.zone, reason].filter(Boolean).join(' · ');
  const tooltip = [label, description, target.reason ?? ''].filter(Boolean).join('\n');
  return { id, item: itemOf(id, { label, description, look, kind: 'target', open: None, tooltip }) };
}
