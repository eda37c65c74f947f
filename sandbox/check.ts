import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../src/errors';
import { SETUP_STEPS } from './checkSetup';
import type { Editor } from './editor';
import { loadBalancers, type Seen } from './inspect';
import type { Places } from './places';
import type { Say } from './progress';
import { type PlayResult, playScene, type Scene, type Step } from './scene';
import type { Sandbox } from './start';

const PROVISION = 'EKS Load Balancers: Provision ALB for Ingress';
const TREE = '.pane-body .monaco-list';
const TARGETS = 3;

/** The main job as a person does it, each step with what must be seen before the next. */
const STEPS: readonly Step[] = [
  { title: 'mistakes in broken.yaml are underlined', run: diagnostics },
  { title: 'annotations are completed', run: completion },
  { title: 'an annotation explains itself', run: hover },
  { title: 'members of a group that contradict each other are told across files', run: group },
  { title: 'an Ingress of ingress-nginx is converted', run: convert },
  { title: 'the command shows its plan', run: plan },
  { title: 'the plan is confirmed and carried out', run: confirm },
  { title: 'the tree shows the load balancer with healthy targets', run: tree },
  { title: 'AWS has what the tree shows', run: compare },
  ...SETUP_STEPS,
];

/** Works the editor through the main job and prints what came out; throws at the first step that fails. */
export async function checkMainJob(places: Places, sandbox: Sandbox, say: Say): Promise<PlayResult> {
  return playScene({ places, sandbox, steps: STEPS, say });
}

async function diagnostics({ editor, shot }: Scene): Promise<undefined> {
  await editor.openFile('broken.yaml');
  await editor.page.locator('.squiggly-error, .squiggly-warning').first().waitFor();
  await editor.runCommand('Problems: Focus on Problems View');
  await editor.waitForText('internet-faceing', 30, '.markers-panel');
  await shot('diagnostics');
  await editor.runCommand('View: Toggle Panel Visibility');
}

async function completion({ editor, shot }: Scene): Promise<undefined> {
  await editor.openFile('game-2048.yaml');
  await editor.goToLine(await lineOf(editor, 'target-type: ip'));
  await editor.page.keyboard.press('ControlOrMeta+Enter');
  await editor.page.keyboard.type('alb.ingress.kubernetes.io/he', { delay: 30 });
  await editor.page.keyboard.press('Control+Space');
  await editor.waitForText('healthcheck-path', 30, '.suggest-widget');
  await shot('completion');
  await editor.page.keyboard.press('Escape');
  await editor.runCommand('File: Revert File');
}

async function hover({ editor, shot }: Scene): Promise<undefined> {
  const { line, column } = await positionOf(editor, 'scheme: internet-facing');
  await editor.goToLine(line, column + 2);
  await editor.runCommand('Show or Focus Hover');
  await editor.waitForText('internet-facing', 30, '.monaco-hover .hover-contents');
  await shot('hover');
  await editor.page.keyboard.press('Escape');
}

async function group({ editor, shot }: Scene): Promise<undefined> {
  await editor.openFile('back.yaml');
  await editor.page.locator('.squiggly-error').first().waitFor();
  await editor.runCommand('Problems: Focus on Problems View');
  await editor.waitForText('of the same group', 30, '.markers-panel');
  await shot('group');
  await editor.runCommand('View: Toggle Panel Visibility');
}

async function convert({ editor, shot }: Scene): Promise<undefined> {
  await editor.openFile('from-nginx.yaml');
  await editor.goToLine(await lineOf(editor, 'kind: Ingress'));
  await editor.runCommand('Refactor...');
  await editor.waitForText('Convert to ALB annotations', 30, '.action-widget');
  await editor.page.keyboard.press('Enter');
  await editor.waitForText('NOT PROTECTED ANY MORE', 30, '.editor-instance .view-lines');
  await shot('converted');
  await editor.runCommand('File: Revert File');
}

async function plan({ editor, shot }: Scene): Promise<undefined> {
  await editor.openFile('game-2048.yaml');
  await editor.goToLine(await lineOf(editor, 'kind: Ingress'));
  await editor.runCommand(PROVISION);
  await editor.page.locator('.monaco-dialog-box').waitFor({ timeout: 60_000 });
  await editor.waitForText(/create/i, 30, '.editor-instance .view-lines');
  await shot('question');
}

async function confirm({ editor, shot }: Scene): Promise<undefined> {
  await editor.press(/^Apply/);
  await editor.page.locator('.monaco-dialog-box').waitFor({ state: 'hidden' });
  await shot('plan');
  // The message goes away by itself after some seconds; in the notification centre it stays.
  await editor.runCommand('Notifications: Show Notifications');
  await editor.waitForText('.elb.amazonaws.com', 90, '.notifications-center');
  await shot('provisioned');
  await editor.runCommand('Notifications: Hide Notifications');
}

async function tree({ editor, shot }: Scene): Promise<undefined> {
  await editor.runCommand('View: Show EKS Load Balancers');
  await widenSideBar(editor, 620);
  const rows = editor.page.locator(`${TREE} .monaco-list-row`);
  await rows.first().waitFor();
  const end = Date.now() + 60_000;
  while (Date.now() < end) {
    await expandAll(editor);
    if ((await healthyTargets(editor)).length === TARGETS) {
      await shot('tree');
      return undefined;
    }
    await sleep(1000);
  }
  throw new UserError('not-shown', `The tree does not show ${TARGETS} healthy targets.`, {
    why: (await rows.allInnerTexts()).join('\n'),
  });
}

/** Drags the border of the side bar, so that names can be read in full. */
async function widenSideBar({ page }: Editor, width: number): Promise<void> {
  const box = await page.locator('.part.sidebar').boundingBox();
  if (box === null) return;
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width, y);
  await page.mouse.down();
  await page.mouse.move(box.x + width, y, { steps: 8 });
  await page.mouse.up();
}

/** Opens every closed row of the tree, as somebody who wants to see all of it. */
async function expandAll(editor: Editor): Promise<void> {
  const closed = editor.page.locator(`${TREE} .monaco-list-row[aria-expanded="false"]`);
  for (let opened = 0; opened < 20 && (await closed.count()) > 0; opened++) {
    await closed.first().click();
    await sleep(200);
  }
}

async function healthyTargets({ page }: Editor): Promise<readonly string[]> {
  const labels = await page.locator(`${TREE} .monaco-list-row`).allInnerTexts();
  // A row reads label and description without a space between: `10.0.64.101:80healthy`.
  return labels.filter((label) => /^10\.0\.\d+\.\d+:\d+\s*healthy/i.test(label.trim()));
}

async function compare({ editor, sandbox }: Scene): Promise<string> {
  const [found, ...others] = await loadBalancers(sandbox.endpoint, sandbox.region);
  if (found === undefined || others.length > 0) {
    throw new Error(`AWS has ${found === undefined ? 'no load balancer' : 'more than one load balancer'}`);
  }
  const healthy = found.targets.filter((target) => target.endsWith(' healthy'));
  if (healthy.length !== TARGETS) throw new Error(`AWS has ${found.targets.join(', ') || 'no targets'}`);
  await editor.waitForText(found.name, 30, TREE);
  return described(found);
}

function described({ name, dnsName, arn, listeners, targets }: Seen): string {
  return [
    `  load balancer  ${name}`,
    `  DNS name       ${dnsName}`,
    `  ARN            ${arn}`,
    ...listeners.map((listener) => `  listener       ${listener}`),
    ...targets.map((target) => `  target         ${target}`),
  ].join('\n');
}

/** Where a text stands in the sample that is open, counted from 1. */
async function positionOf(editor: Editor, text: string): Promise<{ line: number; column: number }> {
  const source = await editor.sourceOfActiveFile();
  const lines = source.split('\n');
  const line = lines.findIndex(
    (candidate) => candidate.includes(text) && !candidate.trimStart().startsWith('#'),
  );
  if (line < 0) throw new Error(`the open file has no line with ${text}`);
  return { line: line + 1, column: (lines[line]?.indexOf(text) ?? 0) + 1 };
}

async function lineOf(editor: Editor, text: string): Promise<number> {
  return (await positionOf(editor, text)).line;
}
