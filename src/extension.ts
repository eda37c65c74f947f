import * as vscode from 'vscode';
import { registerCommands } from './commands/index';
import { createConnection } from './connection';
import { startLanguageClient } from './languageClient';
import { createPlanDocuments } from './planDocuments';
import { createSetupSession } from './setupSession';
import { createCodeLenses } from './views/codeLens';
import { watchForIngress } from './views/ingressContext';
import { createTree, type TreeModel } from './views/provider';
import { createSetupTree, type SetupTree } from './views/setupTree';
import { createStatusBar } from './views/statusBar';
import { createWatcher } from './views/watcher';
import { joinYamlExtension } from './yamlExtension';

/** What other extensions, and the tests, may use. */
export interface Api {
  /** The live load balancers, as the view shows them. */
  readonly tree: TreeModel;
  /** The steps of the setup, as their view shows them. */
  readonly setupTree: SetupTree;
}

/** Builds the parts and joins them; no logic of its own. */
export async function activate(extension: vscode.ExtensionContext): Promise<Api> {
  const log = vscode.window.createOutputChannel('EKS Load Balancers', { log: true });
  const connection = createConnection(extension.workspaceState);
  const plans = createPlanDocuments();
  const tree = createTree(connection, log);
  const view = vscode.window.createTreeView('eksLoadBalancers.loadBalancers', {
    treeDataProvider: tree,
    showCollapseAll: true,
  });
  const lenses = vscode.languages.registerCodeLensProvider({ language: 'yaml' }, createCodeLenses());
  const watcher = createWatcher();
  const setup = createSetupSession(extension.workspaceState, connection);
  const setupTree = createSetupTree(setup, log);
  const setupView = vscode.window.createTreeView('eksLoadBalancers.setup', { treeDataProvider: setupTree });
  const context = { log, connection, plans, tree, watcher, setup, setupTree };
  const parts = [
    log,
    connection,
    plans,
    tree,
    view,
    lenses,
    createStatusBar(connection),
    watcher,
    setup,
    setupTree,
    setupView,
    watchForIngress(),
    ...registerCommands(context),
  ];
  extension.subscriptions.push(
    ...parts,
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      tree.refresh();
      setupTree.refresh();
    }),
  );
  const client = await startLanguageClient(extension, connection, log);
  extension.subscriptions.push(client);
  joinYamlExtension(log);
  return { tree, setupTree };
}
