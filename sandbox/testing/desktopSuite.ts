import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../src/errors';
import { runOrThrow } from '../run';
import { startSandbox } from '../start';
import { copySamples } from '../workspace';
import type { SuiteContext } from './suite';
import { type EditorResult, fromEditor, type Tally } from './tally';

/**
 * The same suite as `runEditorSuite`, in a desktop VS Code that @vscode/test-electron downloads (or that EKSLB_CODE
 * names). For people's own machines: it needs a display and the download site.
 */
export async function runDesktopSuite({ places }: SuiteContext): Promise<Tally> {
  await runOrThrow(process.execPath, ['scripts/build.mjs', '--only', 'e2e'], { cwd: places.root });
  const sandbox = await startSandbox(places, process.env, { targetsInitialSeconds: 1, controller: true });
  try {
    const result = join(places.state, 'result.json');
    await rm(result, { force: true });
    await mkdir(places.state, { recursive: true });
    const { runTests } = await import('@vscode/test-electron');
    const executable = process.env['EKSLB_CODE'];
    const code = runTests({
      ...(executable ? { vscodeExecutablePath: executable } : {}),
      extensionDevelopmentPath: places.root,
      extensionTestsPath: join(places.root, 'dist', 'e2e'),
      extensionTestsEnv: { ...sandbox.env(), EKSLB_E2E_RESULT: result },
      launchArgs: [await copySamples(places), '--disable-workspace-trust', '--disable-extensions'],
    });
    await code.catch((cause: unknown) => {
      throw new UserError('desktop-editor', 'The desktop VS Code could not run the suite.', {
        advice:
          'Set EKSLB_CODE to an installed VS Code, or run `npm test`, which uses the editor in a browser.',
        cause,
      });
    });
    return fromEditor(JSON.parse(await readFile(result, 'utf8')) as EditorResult);
  } finally {
    await sandbox.stop();
  }
}
