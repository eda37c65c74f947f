import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, UserError } from '../src/errors';
import { type Editor, openEditor } from './editor';
import type { Places } from './places';
import { elapsed, type Say } from './progress';
import { startEditorServer } from './services/editorServer';
import type { Sandbox } from './start';
import { copySamples } from './workspace';

/** What a step needs: the window, and a way to keep what it looks like. */
export interface Scene {
  readonly editor: Editor;
  readonly sandbox: Sandbox;
  shot(name: string): Promise<void>;
}

/** One thing that a person does, or must see before the next. */
export interface Step {
  readonly title: string;
  readonly run: (scene: Scene) => Promise<string | undefined>;
}

export interface PlayResult {
  readonly passed: number;
}

export interface Play {
  readonly places: Places;
  readonly sandbox: Sandbox;
  readonly steps: readonly Step[];
  readonly say: Say;
  /** false opens the folder in Restricted Mode. */
  readonly trusted?: boolean;
}

/** Plays the steps in a real editor on a copy of the samples; throws at the first that fails, with a picture of it. */
export async function playScene({ places, sandbox, steps, say, trusted = true }: Play): Promise<PlayResult> {
  const folder = await copySamples(places);
  const server = await startEditorServer({ places, env: sandbox.env(), folder, trusted });
  try {
    const editor = await openEditor(server.url, { env: process.env, folder });
    try {
      const shots = join(places.state, 'screenshots');
      const shot = (name: string) => editor.screenshot(join(shots, `${name}.png`));
      for (const step of steps) await runStep(step, { editor, sandbox, shot }, say);
      say(`Screenshots: ${shots}`);
      return { passed: steps.length };
    } finally {
      await editor.close();
    }
  } finally {
    await server.stop();
  }
}

async function runStep({ title, run }: Step, scene: Scene, say: Say): Promise<void> {
  const began = Date.now();
  try {
    const found = await run(scene);
    say(`ok     ${title} (${elapsed(began)})${found === undefined ? '' : `\n${found}`}`);
  } catch (cause) {
    const said = await notifications(scene.editor);
    await scene.shot('failure');
    throw new UserError('check-failed', `FAILED ${title}: ${messageOf(cause)}`, {
      why: [cause instanceof UserError ? (cause.why ?? '') : '', said]
        .filter((part) => part !== '')
        .join('\n'),
      advice:
        'screenshots/failure.png in the state folder shows the window at that moment; logs are in log/.',
      cause,
    });
  }
}

/** What the extension has told the person, who may have missed it: messages hide after some seconds. */
async function notifications(editor: Editor): Promise<string> {
  const list = editor.page.locator('.notifications-center .notification-list-item-message');
  try {
    await editor.page.keyboard.press('Escape');
    await editor.runCommand('Notifications: Show Notifications');
    await sleep(500);
    return ['Notifications:', ...(await list.allInnerTexts())].join('\n');
  } catch {
    return '';
  }
}
