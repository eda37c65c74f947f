import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { editorServerOf } from '../install/editorServer';
import type { Env, Places } from '../places';
import { openGate, privateSocket } from './loopbackGate';
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
 * VS Code's own server, without code-server's launcher, which would drop the extension that is under development. It
 * gives files and a shell to whoever reaches it: it wants a token, listens on a socket of this user, and stands behind a
 * gate that keeps other web pages out.
 */
export async function startEditorServer(start: EditorStart): Promise<EditorService> {
  const { places } = start;
  const port = await choosePort('the editor', start.port);
  const data = join(places.state, 'editor');
  for (const scope of ['User', 'Machine']) await writeSettings(join(data, 'data', scope, 'settings.json'));
  const { node, serverMain } = editorServerOf(places);
  const token = randomBytes(24).toString('hex');
  const tokenFile = join(data, 'token');
  await writeFile(tokenFile, token, { mode: 0o600 });
  const behind = await privateSocket('editor');
  const gate = await openGate(port, behind);
  try {
    const service = await startService({
      name: "VS Code's server",
      command: node,
      args: [serverMain, ...serverFlags(behind.socket, tokenFile, data, start.trusted ?? true)],
      env: start.env,
      log: join(places.state, 'log', 'editor.log'),
      ready: async () => (await fetch(`http://127.0.0.1:${port}/version`)).ok,
    });
    const stop = async () => {
      gate.close();
      await service.stop();
      await behind.remove();
    };
    return { url: pageUrl(port, token, places.root, start.folder, start.tests), stop };
  } catch (error) {
    gate.close();
    await behind.remove();
    throw error;
  }
}

function serverFlags(socket: string, tokenFile: string, data: string, trusted: boolean): readonly string[] {
  return [
    `--socket-path=${socket}`,
    `--connection-token-file=${tokenFile}`,
    '--accept-server-license-terms',
    '--disable-telemetry',
    ...(trusted ? ['--disable-workspace-trust'] : []),
    '--enable-smoke-test-driver',
    `--server-data-dir=${data}`,
    `--extensions-dir=${join(data, 'extensions')}`,
  ];
}

/** The payload tells the window which extension is under development, and which tests to run in it. */
export function pageUrl(
  port: number,
  token: string,
  extension: string,
  folder: string,
  tests?: string,
): string {
  const remote = (path: string) => `vscode-remote://127.0.0.1:${port}${asUriPath(path)}`;
  const payload = [
    ['extensionDevelopmentPath', remote(extension)],
    ...(tests === undefined ? [] : [['extensionTestsPath', remote(tests)]]),
  ];
  // `tkn` becomes a cookie, and goes from the address, when the page loads.
  const query = new URLSearchParams({
    tkn: token,
    folder: asUriPath(folder),
    payload: JSON.stringify(payload),
  });
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
