import { UserError } from '../src/errors';
import type { Places } from './places';
import type { Say } from './progress';
import { type PlayResult, playScene, type Scene, type Step } from './scene';
import type { Sandbox } from './start';

/** In Restricted Mode the language works, and whatever reaches AWS or a cluster is off and says why. */
const STEPS: readonly Step[] = [
  { title: 'mistakes are underlined in an untrusted workspace', run: diagnostics },
  { title: 'commands that reach AWS are not offered', run: commands },
  { title: 'the view says why it is off', run: view },
];

export async function checkRestrictedMode(places: Places, sandbox: Sandbox, say: Say): Promise<PlayResult> {
  return playScene({ places, sandbox, steps: STEPS, say, trusted: false });
}

async function diagnostics({ editor }: Scene): Promise<undefined> {
  await stayRestricted(editor);
  await editor.openFile('broken.yaml');
  await editor.page.locator('.squiggly-error').first().waitFor();
  return undefined;
}

/** A new window may ask at once whether the authors are trusted. */
async function stayRestricted({ page }: Scene['editor']): Promise<void> {
  const no = page.locator('.monaco-dialog-box').getByRole('button', { name: /No, I don.t trust/ });
  await no.click({ timeout: 5_000 }).catch(() => undefined);
}

async function commands({ editor }: Scene): Promise<undefined> {
  const { page } = editor;
  await page.keyboard.press('F1');
  await page.locator('.quick-input-widget input').first().fill('>EKS Load Balancers: ');
  const rows = page.locator('.quick-input-widget .monaco-list-row', { hasText: 'EKS Load Balancers' });
  await rows.first().waitFor();
  const titles = (await rows.allInnerTexts()).join('\n');
  await page.keyboard.press('Escape');
  for (const title of ['Provision ALB', 'Preview the Plan', 'Delete an Ingress']) {
    if (titles.includes(title))
      throw new UserError('offered', `The palette offers "${title}".`, { why: titles });
  }
  return undefined;
}

async function view({ editor, shot }: Scene): Promise<undefined> {
  await editor.runCommand('View: Show EKS Load Balancers');
  await editor.waitForText('This workspace is not trusted', 30, '.part.sidebar');
  await shot('restricted');
  return undefined;
}
