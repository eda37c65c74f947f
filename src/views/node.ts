import * as vscode from 'vscode';
import { explain } from '../errors';
import type { StepId } from '../setup/stepIds';

/** What commands on a node need to know. */
export interface NodeFacts {
  readonly arn?: string;
  readonly dnsName?: string;
  /** IngressGroup or `namespace/name`. */
  readonly stack?: string;
  /** Of the setup. */
  readonly step?: StepId;
}

/** One line of the tree; it knows its children, the provider knows nothing. */
export interface TreeNode {
  /** Stable over refreshes (an ARN where there is one), so that open branches stay open. */
  readonly id: string;
  readonly item: vscode.TreeItem;
  readonly facts?: NodeFacts;
  children?(): Promise<TreeNode[]>;
}

/** A branch that could not be read says so; it is never shown as empty. */
export function failedNode(parent: string, error: unknown): TreeNode {
  const text = explain(error);
  const item = new vscode.TreeItem(text.split('\n')[0] ?? text);
  item.id = `${parent}>failed`;
  item.iconPath = new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed'));
  item.tooltip = text;
  item.command = { command: 'eksLoadBalancers.showLog', title: vscode.l10n.t('Show Log') };
  item.accessibilityInformation = { label: vscode.l10n.t('Failed: {0}', text) };
  return { id: item.id, item };
}
