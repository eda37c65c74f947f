import type * as vscode from 'vscode';
import type { Connection } from './connection';
import type { PlanDocuments } from './planDocuments';
import type { SetupSession } from './setupSession';
import type { TreeModel } from './views/provider';
import type { SetupTree } from './views/setupTree';
import type { Watcher } from './views/watcher';

/** What commands and views need; built once in `activate` and passed on, never a global. */
export interface Context {
  readonly log: vscode.LogOutputChannel;
  readonly connection: Connection;
  readonly plans: PlanDocuments;
  readonly tree: TreeModel;
  readonly watcher: Watcher;
  readonly setup: SetupSession;
  readonly setupTree: SetupTree;
}
