import * as vscode from 'vscode';
import type { Connection } from '../connection';
import { explain, UserError } from '../errors';
import { failedNode, type TreeNode } from './node';

/** Why the view is empty; its welcome content says what to do (package.json, viewsWelcome). */
type State = 'loading' | 'ready' | 'empty' | 'noCredentials' | 'noCluster' | 'failed' | 'untrusted';

const STATE_KEY = 'eksLoadBalancers.state';
const POLL_MS = 3_000;
/** A registration takes up to a minute; whatever is pending longer changes when somebody does something. */
const POLLS = 60;

const STATES_BY_CODE: Readonly<Record<string, State>> = {
  'no-credentials': 'noCredentials',
  'expired-credentials': 'noCredentials',
  'bad-credentials': 'noCredentials',
  'no-profile': 'noCredentials',
  'no-region': 'noCluster',
  'no-cluster': 'noCluster',
  'no-context': 'noCluster',
  'bad-kubeconfig': 'noCluster',
  'unknown-cluster': 'noCluster',
};

/** The tree and its refreshing. */
export interface TreeModel extends vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  refresh(): void;
}

export function createTree(connection: Connection, log: vscode.LogOutputChannel): TreeModel {
  const changed = new vscode.EventEmitter<TreeNode | undefined>();
  const parents = new Map<string, TreeNode>();
  let timer: NodeJS.Timeout | undefined;
  let polls = 0;
  const redraw = () => changed.fire(undefined);
  const refresh = () => {
    polls = 0;
    redraw();
  };
  /** While something is pending the tree looks again by itself. */
  const notePending = () => {
    if (timer !== undefined || polls >= POLLS) return;
    polls += 1;
    timer = setTimeout(() => {
      timer = undefined;
      redraw();
    }, POLL_MS);
  };
  const listener = connection.onDidChange(refresh);
  return {
    onDidChangeTreeData: changed.event,
    refresh,
    getTreeItem: (node) => node.item,
    getParent: (node) => parents.get(node.id),
    async getChildren(node) {
      if (node === undefined) return roots(connection, log, notePending);
      try {
        const children = (await node.children?.()) ?? [];
        for (const child of children) parents.set(child.id, node);
        return children;
      } catch (error) {
        log.error(explain(error));
        return [failedNode(node.id, error)];
      }
    },
    dispose() {
      clearTimeout(timer);
      listener.dispose();
      changed.dispose();
    },
  };
}

async function roots(
  connection: Connection,
  log: vscode.LogOutputChannel,
  notePending: () => void,
): Promise<TreeNode[]> {
  if (!vscode.workspace.isTrusted) return inState('untrusted', []);
  try {
    const engine = await connection.engine();
    const { loadBalancerNodes } = await import('./loadBalancerNodes');
    const nodes = await loadBalancerNodes(engine, notePending);
    return await inState(nodes.length === 0 ? 'empty' : 'ready', nodes);
  } catch (error) {
    log.error(explain(error));
    const state = error instanceof UserError ? (STATES_BY_CODE[error.code] ?? 'failed') : 'failed';
    return inState(state, state === 'failed' ? [failedNode('root', error)] : []);
  }
}

async function inState(state: State, nodes: TreeNode[]): Promise<TreeNode[]> {
  await vscode.commands.executeCommand('setContext', STATE_KEY, state);
  return nodes;
}
