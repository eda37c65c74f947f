import * as vscode from 'vscode';
import type { Location, Position } from 'vscode-languageserver-types';
import type { Context } from '../context';
import { showError, showWarning } from '../dialogs';
import { Cancelled, explain, explainShort, messageOf, UserError } from '../errors';
import type { TreeNode } from '../views/node';
import type { PickFrom } from './pickIngress';

type Handler = (context: Context, ...args: unknown[]) => Promise<void>;

const provisioning = () => import('./provision');
const settingUp = () => import('./setUp');
const setUpFiles = () => import('./setUpFiles');
const treeCommands = () => import('./treeCommands');

/** Every command of the manifest, by id. A test compares the two. Modules are loaded with the first command that needs them. */
export const COMMANDS: Readonly<Record<string, Handler>> = {
  'eksLoadBalancers.provision': async (context, ...args) =>
    (await provisioning()).provisionIngress(context, placeOf(args)),
  'eksLoadBalancers.plan': async (context, ...args) =>
    (await provisioning()).previewPlan(context, placeOf(args)),
  'eksLoadBalancers.delete': async (context, ...args) =>
    (await provisioning()).deleteIngress(context, placeOf(args)),
  'eksLoadBalancers.watch': async (context) => (await import('./watch')).watchLoadBalancers(context),
  'eksLoadBalancers.stopWatching': async ({ watcher }) => watcher.stop(),
  'eksLoadBalancers.refresh': async ({ tree }) => tree.refresh(),
  'eksLoadBalancers.switchConnection': async (context) =>
    (await import('./connectionCommands')).switchConnection(context),
  'eksLoadBalancers.setUp': async (context) => (await settingUp()).setUp(context),
  'eksLoadBalancers.continueSetUp': async (context) => (await settingUp()).continueSetUp(context),
  'eksLoadBalancers.setUpStep': async (context, node) =>
    (await settingUp()).setUpStep(context, node as TreeNode),
  'eksLoadBalancers.undoSetUpStep': async (context, node) =>
    (await settingUp()).undoSetUpStep(context, node as TreeNode),
  'eksLoadBalancers.undoSetUp': async (context) => (await settingUp()).undoSetUp(context),
  'eksLoadBalancers.removeOrphans': async (context) => (await import('./orphans')).removeOrphans(context),
  'eksLoadBalancers.previewSetUp': async (context) => (await setUpFiles()).previewSetUp(context),
  'eksLoadBalancers.writeSetUpFiles': async (context) => (await setUpFiles()).writeSetUpFiles(context),
  'eksLoadBalancers.changeSetUp': async (context) => (await import('./setUpChoices')).editChoices(context),
  'eksLoadBalancers.refreshSetUp': async ({ setupTree }) => setupTree.refresh(),
  'eksLoadBalancers.copyArn': async (context, node) =>
    (await treeCommands()).copyArn(context, node as TreeNode),
  'eksLoadBalancers.copyDnsName': async (context, node) =>
    (await treeCommands()).copyDnsName(context, node as TreeNode),
  'eksLoadBalancers.openInConsole': async (context, node) =>
    (await treeCommands()).openInConsole(context, node as TreeNode),
  'eksLoadBalancers.revealIngress': async (context, node) =>
    (await treeCommands()).revealIngress(context, node as TreeNode),
  'eksLoadBalancers.showLog': async ({ log }) => log.show(),
  // Only lenses of the language server run it, and their arguments are the protocol's.
  'eksLoadBalancers.showReferences': async (_, uri, at, locations) =>
    (await import('./showReferences')).showReferences(uri as string, at as Position, locations as Location[]),
};

/** Menus pass a file, code lenses a file and a line, the palette nothing. */
function placeOf([uri, line]: unknown[]): PickFrom {
  return {
    ...(uri instanceof vscode.Uri ? { uri } : {}),
    ...(typeof line === 'number' ? { line } : {}),
  };
}

/** Commands that work without trust: they reach neither AWS nor a cluster. */
const HARMLESS = new Set([
  'eksLoadBalancers.showLog',
  'eksLoadBalancers.showReferences',
  'eksLoadBalancers.refresh',
  'eksLoadBalancers.refreshSetUp',
]);

export function registerCommands(context: Context): vscode.Disposable[] {
  return Object.entries(COMMANDS).map(([id, handler]) =>
    vscode.commands.registerCommand(id, (...args: unknown[]) =>
      guarded(context, id, () => handler(context, ...args)),
    ),
  );
}

/** The one place that catches: logs, and shows what a person can act on. */
async function guarded(context: Context, id: string, work: () => Promise<void>): Promise<void> {
  if (!vscode.workspace.isTrusted && !HARMLESS.has(id)) return refuseUntrusted();
  try {
    await work();
  } catch (error) {
    if (error instanceof Cancelled) {
      vscode.window.setStatusBarMessage(vscode.l10n.t('Cancelled. What was done so far is kept.'), 5_000);
      return;
    }
    context.log.error(`${id}: ${explain(error)}`, error instanceof Error ? (error.stack ?? '') : '');
    await showFailure(context, error);
  }
}

async function refuseUntrusted(): Promise<void> {
  const manage = vscode.l10n.t('Manage Workspace Trust');
  const message = vscode.l10n.t(
    'This workspace is not trusted: nothing that reaches AWS or a cluster runs in it.',
  );
  if ((await showWarning(message, manage)) === manage) {
    await vscode.commands.executeCommand('workbench.trust.manage');
  }
}

async function showFailure({ log }: Context, error: unknown): Promise<void> {
  const show = vscode.l10n.t('Show Log');
  const connect = vscode.l10n.t('Choose Cluster and Account');
  const code = error instanceof UserError ? error.code : '';
  const actions = CONNECTION_FAILURES.has(code) ? [connect, show] : [show];
  const answer = await showError(oneParagraph(error), ...actions);
  if (answer === show) log.show();
  if (answer === connect) await vscode.commands.executeCommand('eksLoadBalancers.switchConnection');
}

/** Failures that another context, profile or region mends. */
const CONNECTION_FAILURES = new Set([
  ...['no-cluster', 'bad-kubeconfig', 'no-context', 'cluster-unreachable', 'unknown-cluster'],
  ...['wrong-cluster', 'wrong-vpc'],
  ...[
    'no-credentials',
    'expired-credentials',
    'bad-credentials',
    'no-region',
    'no-profile',
    'aws-unreachable',
  ],
]);

/** Tables stand in the log and in the plan. */
function oneParagraph(error: unknown): string {
  return explainShort(error).split('\n').join(' ') || messageOf(error);
}
