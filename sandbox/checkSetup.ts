import type { Editor } from './editor';
import type { Scene, Step } from './scene';

const SET_UP = 'EKS Load Balancers: Set Up Load Balancing on a Cluster';
/** What a person picks in the lists, one after the other. */
const ANSWERS = ['shop', 'IAM roles for service accounts', 'Manifests'];

/** The setup of a cluster as a person does it. */
export const SETUP_STEPS: readonly Step[] = [
  { title: 'the setup asks what is wanted and shows its plan', run: plan },
  { title: 'the setup is done, and the view shows every step true', run: setUp },
];

async function plan({ editor, shot }: Scene): Promise<undefined> {
  await editor.runCommand(SET_UP);
  for (const answer of ANSWERS) await editor.pick(answer);
  await editor.waitForText('Sample applications', 30, '.quick-input-widget');
  await editor.page.keyboard.press('Enter');
  await editor.page.locator('.monaco-dialog-box').waitFor({ timeout: 60_000 });
  await editor.waitForText('aws iam create-open-id-connect-provider', 30, '.editor-instance .view-lines');
  await shot('setup-plan');
}

async function setUp({ editor, shot }: Scene): Promise<undefined> {
  await editor.press(/^Set Up/);
  await editor.page.locator('.monaco-dialog-box').waitFor({ state: 'hidden' });
  await editor.runCommand('Notifications: Show Notifications');
  await editor.waitForText('Load balancing is set up on shop', 120, '.notifications-center');
  await editor.runCommand('Notifications: Hide Notifications');
  await onlySetup(editor);
  await editor.waitForText('7 of 7 true', 60, '.sidebar');
  await openPhase(editor, 'Permissions of the controller');
  await openPhase(editor, 'Proof that it works');
  await shot('setup');
}

/** The views above it folded up, so that it has the whole side bar. */
async function onlySetup(editor: Editor): Promise<void> {
  await editor.runCommand('EKS Load Balancers: Focus on Setup View');
  const others = editor.page.locator('.sidebar .pane-header.expanded', { hasNotText: 'Setup' });
  while ((await others.count()) > 0) await others.first().click();
}

async function openPhase({ page }: Editor, title: string): Promise<void> {
  await page.locator('.sidebar .monaco-list-row', { hasText: title }).first().click();
}
