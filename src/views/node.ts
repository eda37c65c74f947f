import type * as vscode from 'vscode';

/** What commands on a node need to know. */
export interface NodeFacts {
  readonly arn?: string;
  readonly dnsName?: string;
  /** IngressGroup or `namespace/name`. */
  readonly stack?: string;
}

/** One line of the tree; it knows its children, the provider knows nothing. */
export interface TreeNode {
  /** Stable over refreshes (an ARN where there is one), so that open branches stay open. */
  readonly id: string;
  readonly item: vscode.TreeItem;
  readonly facts?: NodeFacts;
  children?(): Promise<TreeNode[]>;
}
