import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../src/errors';
import { openEditor } from '../editor';
import { runOrThrow } from '../run';
import { startEditorServer } from '../services/editorServer';
import { startSandbox } from '../start';
import { copySamples } from '../workspace';
import type { SuiteContext } from './suite';
import { type EditorResult, fromEditor, type Tally } from './tally';

const PATIENCE_MS = 8 * 60_000;

/**
 * Runs test/e2e in the extension host of a real editor, on a copy of the samples and against real services. The
 * suite writes its result to the file that EKSLB_E2E_RESULT names.
 */
export async function runEditorSuite({ places, print }: SuiteContext): Promise<Tally> {
  await runOrThrow(process.execPath, ['scripts/build.mjs', '--only', 'e2e'], { cwd: places.root });
  const sandbox = await startSandbox(places, process.env, { targetsInitialSeconds: 1, controller: true });
  try {
    const result = join(places.state, 'result.json');
    const folder = await copySamples(places);
    const env = { ...sandbox.env(), EKSLB_E2E_RESULT: result };
    const tests = join(places.root, 'dist', 'e2e');
    const server = await startEditorServer({ places, env, folder, tests });
    try {
      return await watchSuite(server.url, folder, result, join(places.state, 'screenshots'), print);
    } finally {
      await server.stop();
    }
  } finally {
    await sandbox.stop();
  }
}

async function watchSuite(
  url: string,
  folder: string,
  result: string,
  shots: string,
  print: (text: string) => void,
): Promise<Tally> {
  const console: string[] = [];
  const editor = await openEditor(url, { env: process.env, folder, onConsole: (line) => console.push(line) });
  try {
    const found = await waitForResult(result);
    if (found !== undefined) return fromEditor(found);
    await editor.screenshot(join(shots, 'no-result.png'));
    print(console.slice(-40).join('\n'));
    throw new UserError('no-result', 'The suite in the editor wrote no result.', {
      why: `Its window is shown in ${join(shots, 'no-result.png')}; what it wrote to its console is above.`,
    });
  } finally {
    await editor.close();
  }
}

/** The file is written at once when the suite has ended; half of it is no JSON. */
async function waitForResult(file: string): Promise<EditorResult | undefined> {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    try {
      return JSON.parse(await readFile(file, 'utf8')) as EditorResult;
    } catch {
      await sleep(300);
    }
  }
  return undefined;
}
