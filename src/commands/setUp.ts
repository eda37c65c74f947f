import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Context } from '../context';
import { showInformation, showWarning } from '../dialogs';
import { Cancelled } from '../errors';
import { SETUP_LANGUAGE } from '../planDocuments';
import { applySetup, applyStep, placeFacts, planSetup, planUndo, undoSetup } from '../setup/flow';
import { setupText, stateText } from '../setup/planText';
import type { StepPlan, StepReport } from '../setup/report';
import type { Setup } from '../setup/setup';
import type { Step } from '../setup/step';
import { STEPS } from '../setup/steps';
import type { TreeNode } from '../views/node';
import { setupHost } from './editorHost';
import { withProgress } from './progress';
import { askChoices, askKubeconfig } from './setUpChoices';

/** "Set Up Load Balancing on a Cluster": what is wanted, the plan, a question, and then step by step. */
export async function setUp(context: Context): Promise<void> {
  if (!(await askChoices(context))) return;
  const setup = await context.setup.open();
  const plans = await planned(setup);
  const file = accessFile(plans);
  if (file === undefined || setup.choices.kubeconfig !== undefined) return applyAll(context, setup, plans);
  const kubeconfig = await askKubeconfig(setup.clusterName, file);
  if (kubeconfig === undefined) return;
  if (kubeconfig === file) return applyAll(context, setup, plans);
  const { clusterName, choices } = context.setup.wish();
  await context.setup.choose({
    clusterName: clusterName ?? setup.clusterName,
    choices: { ...choices, kubeconfig },
  });
  await continueSetUp(context);
}

/** The kubeconfig that the plan would write. */
function accessFile(plans: readonly StepPlan[]): string | undefined {
  const [file] = plans.flatMap(({ actions }) => actions.filter(({ kind }) => kind === 'file'));
  return file?.kind === 'file' ? file.path : undefined;
}

/** The same with what was chosen before. */
export async function continueSetUp(context: Context): Promise<void> {
  const setup = await context.setup.open();
  await applyAll(context, setup, await planned(setup));
}

async function planned(setup: Setup): Promise<StepPlan[]> {
  const title = vscode.l10n.t('Looking at the setup of {0}', setup.clusterName);
  return withProgress(title, () => planSetup(setup, STEPS));
}

async function applyAll(context: Context, setup: Setup, plans: readonly StepPlan[]): Promise<void> {
  if (plans.some(({ actions }) => actions.length > 0) && !(await agreed(context, setup, plans))) {
    throw new Cancelled();
  }
  const title = vscode.l10n.t('Setting up load balancing on {0}', setup.clusterName);
  const reports = await withProgress(title, async (progress, signal) => {
    const host = setupHost(context, progress);
    return applySetup(setup, STEPS, { host, signal, tell: (report) => told(context, report) });
  }).finally(() => forgetConnection(context, setup));
  await announce(context, setup, reports);
}

/** The kubeconfig or the tags of subnets may be new: everything is read again. */
async function forgetConnection({ connection }: Context, { choices: { kubeconfig } }: Setup): Promise<void> {
  const written = kubeconfig !== undefined && existsSync(kubeconfig);
  await connection.choose(written ? { kubeconfig } : {});
}

async function agreed(context: Context, setup: Setup, plans: readonly StepPlan[]): Promise<boolean> {
  const todo = plans.filter(({ actions }) => actions.length > 0).length;
  await context.plans.show('Setup Plan', setupText(setup, plans), SETUP_LANGUAGE);
  const apply = vscode.l10n.t('Set Up');
  const write = vscode.l10n.t('Write Files Instead');
  const title = vscode.l10n.t('Do the {0} steps of the plan?', todo);
  const detail = (await placeFacts(setup)).join('\n');
  const answer = await showInformation(title, { modal: true, detail }, apply, write);
  if (answer === write) {
    const { writeSetUpFiles } = await import('./setUpFiles');
    await writeSetUpFiles(context, { setup, plans });
  }
  return answer === apply;
}

function told({ log, setupTree }: Context, report: StepReport): void {
  const { step, state, evidence } = report;
  log.info(`${step.id}: ${stateText(state)}${evidence.map((line) => `\n  ${line}`).join('')}`);
  setupTree.show(report);
}

async function announce(context: Context, setup: Setup, reports: readonly StepReport[]): Promise<void> {
  const open = reports.filter(({ state }) => state !== 'done' && state !== 'skipped');
  const [first] = open;
  const show = vscode.l10n.t('Show Setup');
  if (first === undefined) {
    await vscode.commands.executeCommand('setContext', 'eksLoadBalancers.setUpDone', true);
    void showInformation(vscode.l10n.t('Load balancing is set up on {0}.', setup.clusterName));
    return;
  }
  const message = vscode.l10n.t(
    'Set up as far as it goes: "{0}" ({1}), and {2} more. {3}',
    first.step.title,
    stateText(first.state),
    open.length - 1,
    first.evidence[0] ?? '',
  );
  const answer = await showWarning(message, show);
  if (answer === show) await vscode.commands.executeCommand('eksLoadBalancers.setup.focus');
  context.log.warn(message);
}

/** "Do This Step" of the view. */
export async function setUpStep(context: Context, node: TreeNode | undefined): Promise<void> {
  const step = stepOf(node);
  const setup = await context.setup.open();
  const report = await withProgress(step.title, async (progress, signal) =>
    applyStep(setup, step, { host: setupHost(context, progress), signal }),
  ).finally(() => forgetConnection(context, setup));
  told(context, report);
  if (report.state !== 'done') {
    void showWarning(`${step.title}: ${stateText(report.state)}. ${report.evidence[0] ?? ''}`);
  }
}

/** "Take This Step Back" of the view. */
export async function undoSetUpStep(context: Context, node: TreeNode | undefined): Promise<void> {
  await takeBack(context, [stepOf(node)]);
}

/** "Take the Setup Away": everything, last step first. */
export async function undoSetUp(context: Context): Promise<void> {
  await takeBack(context, STEPS);
  const { offerOwnOrphans } = await import('./orphans');
  await offerOwnOrphans(context, await context.setup.open());
}

async function takeBack(context: Context, steps: readonly Step[]): Promise<void> {
  const setup = await context.setup.open();
  const plans = await withProgress(vscode.l10n.t('Looking at what there is'), () => planUndo(setup, steps));
  const [refused] = plans.filter(({ state, evidence }) => state === 'unknown' && evidence.length > 0);
  const some = plans.filter(({ actions }) => actions.length > 0);
  if (some.length === 0) {
    const text = refused?.evidence[0] ?? vscode.l10n.t('There is nothing to take away.');
    void showInformation(text);
    return;
  }
  const title = vscode.l10n.t('Taking back the setup of {0}', setup.clusterName);
  const done = await withProgress(title, async (progress, signal) =>
    undoSetup(setup, steps, { host: setupHost(context, progress), signal }),
  ).finally(() => forgetConnection(context, setup));
  void showInformation(vscode.l10n.t('{0} steps were taken back.', done.length));
}

function stepOf(node: TreeNode | undefined): Step {
  const found = STEPS.find(({ id }) => id === node?.facts?.step);
  if (found === undefined) throw new Cancelled();
  return found;
}
