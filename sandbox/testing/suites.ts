import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkMainJob } from '../check';
import { pythonOf } from '../install/python';
import type { Places } from '../places';
import { checkRestrictedMode } from '../restricted';
import { lastLines, run } from '../run';
import { startLocalAws } from '../services/aws';
import { startSandbox } from '../start';
import { runDesktopSuite } from './desktopSuite';
import { runEditorSuite } from './editorSuite';
import type { Suite, SuiteContext } from './suite';
import { fromProbe, fromSummary, fromUnittest, fromVitest, type Tally } from './tally';

const EDITOR_FILES = ['test/e2e/index.ts', 'src/extension.ts'];

/** Suites of one row run at the same time, rows one after the other. */
export const SUITES: readonly (readonly Suite[])[] = [
  [
    { title: 'Check: types, lint, generated files, unit tests', requires: ['scripts/check.mjs'], run: check },
    { title: "The local AWS's own tests", requires: ['sandbox/aws/tests'], run: localAwsTests },
  ],
  [
    { title: 'What the local AWS has to do (probe)', requires: ['sandbox/aws/probe'], run: probe },
    { title: 'Real services: etcd, kube-apiserver, local AWS', requires: [], run: real },
  ],
  [{ title: 'The extension in the real editor (Mocha)', requires: EDITOR_FILES, run: runEditorSuite }],
  [{ title: 'The main job, clicked through in a browser', requires: ['src/extension.ts'], run: mainJob }],
  [{ title: 'Restricted Mode, in a browser', requires: ['src/extension.ts'], run: restrictedMode }],
];

/** `npm run test:desktop` */
export const DESKTOP_SUITES: typeof SUITES = [
  [{ title: 'The extension in a desktop VS Code (Mocha)', requires: EDITOR_FILES, run: runDesktopSuite }],
];

export function missingFiles({ requires }: Suite, root: string): readonly string[] {
  return requires.filter((file) => !existsSync(join(root, file)));
}

async function check({ places, print }: SuiteContext): Promise<Tally> {
  const { code, all } = await run(process.execPath, ['scripts/check.mjs'], { cwd: places.root });
  print(all);
  return fromSummary(all, code);
}

async function localAwsTests({ places, print }: SuiteContext): Promise<Tally> {
  const { code, all } = await python(places, ['-m', 'unittest', 'discover', '-s', 'tests', '-t', '.']);
  if (code !== 0) print(all);
  return fromUnittest(all, code);
}

async function probe({ places, print }: SuiteContext): Promise<Tally> {
  const aws = await startLocalAws(places, process.env, { images: true });
  try {
    const { code, all } = await python(places, ['-m', 'probe', '--quiet', '--endpoint', aws.endpoint]);
    print(lastLines(all, code === 0 ? 1 : 60));
    return fromProbe(all, code);
  } finally {
    await aws.stop();
  }
}

function python(places: Places, args: readonly string[]) {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  return run(pythonOf(places), args, { cwd: join(places.root, 'sandbox', 'aws'), env });
}

async function real({ places, print }: SuiteContext): Promise<Tally> {
  const report = join(places.state, 'real.json');
  const vitest = join(places.root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const env = { ...process.env, NO_COLOR: '1' };
  const args = [vitest, 'run', '--project', 'real', ...reporters];
  const { code, all } = await run(process.execPath, args, { cwd: places.root, env });
  if (code !== 0) print(all);
  return fromVitest(await readFile(report, 'utf8').catch(() => ''), code);
}

function mainJob(context: SuiteContext): Promise<Tally> {
  return inBrowser(context, checkMainJob);
}

function restrictedMode(context: SuiteContext): Promise<Tally> {
  return inBrowser(context, checkRestrictedMode);
}

async function inBrowser({ places, print }: SuiteContext, play: typeof checkMainJob): Promise<Tally> {
  const sandbox = await startSandbox(places, process.env, { targetsInitialSeconds: 2, controller: true });
  try {
    return { ...(await play(places, sandbox, print)), failed: 0 };
  } finally {
    await sandbox.stop();
  }
}
