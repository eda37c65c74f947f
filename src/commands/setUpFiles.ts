import * as vscode from 'vscode';
import type { Context } from '../context';
import { showInformation, showWarning } from '../dialogs';
import { SETUP_LANGUAGE } from '../planDocuments';
import { planSetup } from '../setup/flow';
import { setupText } from '../setup/planText';
import type { StepPlan } from '../setup/report';
import type { Setup } from '../setup/setup';
import { STEPS } from '../setup/steps';
import { SCRIPT, writtenFiles } from '../setup/writtenFiles';
import { withProgress } from './progress';

interface Planned {
  readonly setup: Setup;
  readonly plans: readonly StepPlan[];
}

async function planNow(context: Context): Promise<Planned> {
  const setup = await context.setup.open();
  const title = vscode.l10n.t('Looking at the setup of {0}', setup.clusterName);
  return { setup, plans: await withProgress(title, () => planSetup(setup, STEPS)) };
}

const PLAN = 'Setup Plan';

/** Everything that can be read before anything runs: the plan, the script, and each document by its name. */
async function documentsOf({ setup, plans }: Planned): Promise<Record<string, string>> {
  const files = await writtenFiles(setup, plans);
  return { [PLAN]: setupText(setup, plans), [SCRIPT]: files[SCRIPT] ?? '', ...files };
}

/** "Preview the Setup Plan and Its Documents": policies, trust policies, values, manifests, the script. */
export async function previewSetUp(context: Context): Promise<void> {
  const documents = await documentsOf(await planNow(context));
  const names = Object.keys(documents);
  const title = vscode.l10n.t('What should be shown?');
  const name = names.length === 2 ? PLAN : await vscode.window.showQuickPick(names, { title });
  if (name === undefined) return;
  await context.plans.show(name, documents[name] ?? '', languageOf(name));
}

function languageOf(name: string): string {
  if (name === PLAN) return SETUP_LANGUAGE;
  if (name.endsWith('.json')) return 'json';
  // No editor knows Terraform by itself.
  if (name.endsWith('.tf')) return 'plaintext';
  return name.endsWith('.yaml') ? 'yaml' : 'shellscript';
}

/** "Write the Setup into the Workspace": for GitOps, instead of applying anything. */
export async function writeSetUpFiles(context: Context, known?: Planned): Promise<void> {
  const planned = known ?? (await planNow(context));
  const folder = await askFolder(planned.setup.clusterName);
  if (folder === undefined) return;
  const documents = await writtenFiles(planned.setup, planned.plans);
  const existing = await namesIn(folder);
  const replaced = Object.keys(documents).filter((name) => existing.has(name));
  if (replaced.length > 0 && !(await mayReplace(folder, replaced))) return;
  for (const [name, text] of Object.entries(documents)) {
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, name), new TextEncoder().encode(text));
  }
  const show = vscode.l10n.t('Show');
  const message = vscode.l10n.t('{0} files are in {1}.', Object.keys(documents).length, folder.fsPath);
  const answer = await showInformation(message, show);
  if (answer === show) await vscode.commands.executeCommand('revealInExplorer', folder);
}

async function askFolder(clusterName: string): Promise<vscode.Uri | undefined> {
  const [workspace] = vscode.workspace.workspaceFolders ?? [];
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    ...(workspace === undefined ? {} : { defaultUri: workspace.uri }),
    openLabel: vscode.l10n.t('Write Here'),
    title: vscode.l10n.t('Folder for the setup of {0}', clusterName),
  });
  return chosen?.[0];
}

async function namesIn(folder: vscode.Uri): Promise<ReadonlySet<string>> {
  const entries = await vscode.workspace.fs.readDirectory(folder);
  return new Set(entries.map(([name]) => name));
}

async function mayReplace(folder: vscode.Uri, names: readonly string[]): Promise<boolean> {
  const replace = vscode.l10n.t('Replace');
  const title = vscode.l10n.t('Replace {0} files in {1}?', names.length, folder.fsPath);
  const options = { modal: true, detail: names.join('\n') };
  return (await showWarning(title, options, replace)) === replace;
}
