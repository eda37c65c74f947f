import * as vscode from 'vscode';
import { explain, UserError } from '../errors';
import type { State, StepReport } from '../setup/report';
import { PHASE_TITLES, PHASES, type Phase } from '../setup/step';
import { STEP_IDS } from '../setup/stepIds';
import type { SetupSession } from '../setupSession';
import { failedNode, type TreeNode } from './node';
import type { Look } from './status';

/** The steps of the setup, each with its state and what was seen. */
export interface SetupTree extends vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  /** Looks at every step anew. */
  refresh(): void;
  /** A step that was looked at, or done, elsewhere. */
  show(report: StepReport): void;
  /** All steps as they were last seen; waits for a look that is under way. */
  reports(): Promise<readonly StepReport[]>;
}

const LOOKS: Readonly<Record<State, Look>> = {
  done: { icon: 'pass', color: 'testing.iconPassed', words: 'true' },
  todo: { icon: 'circle-large-outline', color: 'charts.yellow', words: 'to do' },
  unknown: { icon: 'question', color: 'testing.iconFailed', words: 'could not tell' },
  blocked: { icon: 'debug-pause', color: undefined, words: 'waits for other steps' },
  skipped: { icon: 'circle-slash', color: undefined, words: 'not part of this setup' },
};

const STATE_KEY = 'eksLoadBalancers.setupState';

interface Seen {
  readonly reports: Map<string, StepReport>;
  readonly ended: Promise<void>;
  failure?: unknown;
}

export function createSetupTree(session: SetupSession, log: vscode.LogOutputChannel): SetupTree {
  const changed = new vscode.EventEmitter<TreeNode | undefined>();
  let seen: Seen | undefined;
  const redraw = () => changed.fire(undefined);
  const refresh = () => {
    seen = undefined;
    redraw();
  };
  const look = () => {
    seen ??= survey(session, redraw, log);
    return seen;
  };
  const listener = session.onDidChange(refresh);
  return {
    onDidChangeTreeData: changed.event,
    refresh,
    show(report) {
      seen?.reports.set(report.step.id, report);
      redraw();
    },
    async reports() {
      const now = look();
      await now.ended;
      return [...now.reports.values()];
    },
    getTreeItem: (node) => node.item,
    getChildren: async (node) => (node === undefined ? roots(look) : ((await node.children?.()) ?? [])),
    dispose() {
      listener.dispose();
      changed.dispose();
    },
  };
}

/** Starts to look; the tree is drawn again with every step that is known. */
function survey(session: SetupSession, redraw: () => void, log: vscode.LogOutputChannel): Seen {
  const reports = new Map<string, StepReport>();
  const location = { viewId: 'eksLoadBalancers.setup' };
  const seen: Seen = { reports, ended: Promise.resolve(vscode.window.withProgress({ location }, run)) };
  return seen;

  async function run(): Promise<void> {
    try {
      const [setup, flow, { STEPS }] = await Promise.all([
        session.open(),
        import('../setup/flow'),
        import('../setup/steps'),
      ]);
      await flow.survey(setup, STEPS, (report) => {
        reports.set(report.step.id, report);
        redraw();
      });
      const done = [...reports.values()].every(({ state }) => state === 'done' || state === 'skipped');
      await vscode.commands.executeCommand('setContext', 'eksLoadBalancers.setUpDone', done);
    } catch (error) {
      log.error(explain(error));
      seen.failure = error;
    }
    redraw();
  }
}

async function roots(look: () => Seen): Promise<TreeNode[]> {
  if (!vscode.workspace.isTrusted) return inState('untrusted', []);
  const { reports, failure } = look();
  if (failure instanceof UserError && failure.code === 'no-cluster-name') return inState('noCluster', []);
  if (failure !== undefined) return inState('failed', [failedNode('setup', failure)]);
  const all = inOrder([...reports.values()]);
  const skipped = all.filter(({ state }) => state === 'skipped');
  const phases = PHASES.flatMap((phase) => phaseNode(phase, all));
  return inState('ready', [...phases, ...(skipped.length === 0 ? [] : [skippedNode(skipped)])]);
}

/** They are known in the order in which they were looked at. */
function inOrder(reports: readonly StepReport[]): StepReport[] {
  return [...reports].sort((a, b) => STEP_IDS.indexOf(a.step.id) - STEP_IDS.indexOf(b.step.id));
}

async function inState(state: string, nodes: TreeNode[]): Promise<TreeNode[]> {
  await vscode.commands.executeCommand('setContext', STATE_KEY, state);
  return nodes;
}

function phaseNode(phase: Phase, all: readonly StepReport[]): TreeNode[] {
  const own = all.filter(({ step, state }) => step.phase === phase && state !== 'skipped');
  if (own.length === 0) return [];
  const done = own.filter(({ state }) => state === 'done').length;
  const open = done < own.length;
  const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(PHASE_TITLES[phase], open ? Expanded : Collapsed);
  // The id tells open from done: a phase that gets done folds up by itself.
  item.id = `setup>${phase}>${open ? 'open' : 'done'}`;
  item.description = vscode.l10n.t('{0} of {1} true', done, own.length);
  return [{ id: item.id, item, children: async () => own.map(stepNode) }];
}

function skippedNode(reports: readonly StepReport[]): TreeNode {
  const label = vscode.l10n.t('Not part of this setup');
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = 'setup>skipped';
  item.description = String(reports.length);
  return { id: item.id, item, children: async () => reports.map(stepNode) };
}

function stepNode(report: StepReport): TreeNode {
  const { step, state, evidence } = report;
  const look = LOOKS[state];
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(step.title, evidence.length === 0 ? None : Collapsed);
  item.id = `setup>${step.id}`;
  item.description = look.words;
  item.iconPath = iconOf(look);
  item.contextValue = `setupStep.${state}${step.undo === undefined ? '' : '.undo'}`;
  item.tooltip = tooltipOf(report);
  item.accessibilityInformation = { label: [step.title, look.words, ...evidence].join('. ') };
  const children = async () => evidence.map((line, at) => evidenceNode(`${step.id}>${at}`, line));
  return { id: item.id, item, facts: { step: step.id }, children };
}

function iconOf({ icon, color }: Look): vscode.ThemeIcon {
  return new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
}

function tooltipOf({ step, evidence }: StepReport): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text
    .appendMarkdown(`**`)
    .appendText(step.title)
    .appendMarkdown(`** \`${step.id}\`\n\n`)
    .appendText(step.why);
  for (const line of evidence) text.appendMarkdown('\n- ').appendText(line);
  return text;
}

function evidenceNode(id: string, line: string): TreeNode {
  const item = new vscode.TreeItem(line);
  item.id = `setup>${id}`;
  item.tooltip = line;
  return { id: item.id, item };
}
