import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { editorServerOf } from '../install/editorServer';
import type { Env, Places } from '../places';
import { choosePort } from './ports';
import { startService } from './process';

export interface EditorStart {
  readonly places: Places;
  /** The extension inherits it; that is how it finds the sandbox. */
  readonly env: Env;
  /** The folder that is opened. */
  readonly folder: string;
  readonly port?: number;
  /** Path of a bundled test suite to run in the extension host. */
  readonly tests?: string;
  /** false opens the folder in Restricted Mode. */
  readonly trusted?: boolean;
}

export interface EditorService {
  /** The page that shows the folder with the extension loaded from the working tree. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * VS Code's own server, without code-server's launcher, which would drop the extension that is under development.
 */
export async function startEditorServer(start: EditorStart): Promise<EditorService> {
  const { places } = start;
  const port = await choosePort('the editor', start.port);
  const data = join(places.state, 'editor');
  for (const scope of ['User', 'Machine']) await writeSettings(join(data, 'data', scope, 'settings.json'));
  const { node, serverMain } = editorServerOf(places);
  const service = await startService({
    name: "VS Code's server",
    command: node,
    args: [serverMain, ...serverFlags(port, data, start.trusted ?? true)],
    env: start.env,
    log: join(places.state, 'log', 'editor.log'),
    ready: async () => (await fetch(`http://127.0.0.1:${port}/version`)).ok,
  });
  return { url: pageUrl(port, places.root, start.folder, start.tests), stop: service.stop };
}

function serverFlags(port: number, data: string, trusted: boolean): readonly string[] {
  return [
    '--host=127.0.0.1',
    `--port=${port}`,
    '--without-connection-token',
    '--accept-server-license-terms',
    '--disable-telemetry',
    ...(trusted ? ['--disable-workspace-trust'] : []),
    '--enable-smoke-test-driver',
    `--server-data-dir=${data}`,
    `--extensions-dir=${join(data, 'extensions')}`,
  ];
}

/** The payload tells the window which extension is under development, and which tests to run in it. */
export function pageUrl(port: number, extension: string, folder: string, tests?: string): string {
  const remote = (path: string) => `vscode-remote://127.0.0.1:${port}${asUriPath(path)}`;
  const payload = [
    ['extensionDevelopmentPath', remote(extension)],
    ...(tests === undefined ? [] : [['extensionTestsPath', remote(tests)]]),
  ];
  const query = new URLSearchParams({ folder: asUriPath(folder), payload: JSON.stringify(payload) });
  return `http://127.0.0.1:${port}/?${query.toString()}`;
}

function asUriPath(path: string): string {
  const slashed = path.replaceAll('\\', '/');
  return slashed.startsWith('/') ? slashed : `/${slashed}`;
}

/** Settings that a person has changed stay; `--reset` brings these back. */
export async function writeSettings(file: string): Promise<void> {
  if (existsSync(file)) return;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(SETTINGS, null, 2)}\n`);
}

/** A calm window: no chat, no welcome page, no questions that have nothing to do with load balancers. */
const SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.ignoreRecommendations': true,
  'extensions.autoCheckUpdates': false,
  'git.openRepositoryInParentFolders': 'never',
  'editor.minimap.enabled': false,
  'window.commandCenter': false,
};
