import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Env, Places } from '../places';
import { timed } from '../progress';
import { runOrThrow } from '../run';
import { installPackages } from './debian';
import { type InstallContext, type Installer, installFolder } from './installer';

/** code-server 4.x.y carries VS Code 1.x.y; it has to be installed, and run, by Node 24. */
export const CODE_SERVER = '4.139.1';
const NODE = '24';
const PURPOSE = 'to run VS Code in a browser';

/** Headers of libraries that VS Code's native modules are compiled against. */
const HEADERS = [
  'libkrb5-dev',
  'libx11-dev',
  'libxkbfile-dev',
  'libsecret-1-dev',
  'build-essential',
  'pkg-config',
];

function editorFolder({ cache }: Places): string {
  return join(cache, `code-server-${CODE_SERVER}`);
}

export interface EditorServer {
  readonly node: string;
  readonly serverMain: string;
}

export function editorServerOf(places: Places): EditorServer {
  const modules = join(editorFolder(places), 'node_modules');
  return {
    node: join(modules, 'node/bin/node'),
    serverMain: join(modules, 'code-server/lib/vscode/out/server-main.js'),
  };
}

export const editorServer: Installer = {
  name: "VS Code's server (code-server)",
  neededFor: ['editor'],
  purpose: PURPOSE,
  takes: '2 min, 750 MB',
  present: async ({ places }) => existsSync(editorServerOf(places).serverMain),
  install: async (context) => {
    if (process.platform === 'linux') await installPackages(context, HEADERS, PURPOSE);
    const folder = editorFolder(context.places);
    await timed(context.say, `code-server ${CODE_SERVER} with Node ${NODE} (npm)`, () =>
      installFolder(folder, context.say, (temporary) => fill(context, temporary)),
    );
  },
};

/** In two steps, because code-server's own install script refuses any Node but the one it is made for. */
async function fill({ env }: InstallContext, folder: string): Promise<void> {
  await writeFile(join(folder, 'package.json'), prefixManifest());
  const path = [join(folder, 'node_modules', '.bin'), env['PATH'] ?? ''].join(delimiter);
  const npm = (spec: string, more: Readonly<Record<string, string>>) =>
    runOrThrow('npm', ['install', '--no-audit', '--no-fund', '--save-exact', '--prefix', folder, spec], {
      cwd: folder,
      env: { ...withoutNpmRun(env), ...more },
    });
  await npm(`node@${NODE}`, {});
  await npm(`code-server@${CODE_SERVER}`, { PATH: path });
}

/** npm 11 asks which packages may run install scripts; these are the three that have to. */
export function prefixManifest(): string {
  const allowScripts = { node: true, 'code-server': true, argon2: true };
  return `${JSON.stringify({ private: true, allowScripts }, null, 2)}\n`;
}

/**
 * `npm run` tells its programs about its own project and Node; a second npm, in another folder and with another Node,
 * must not believe it. What a person has set (a registry, a proxy) stays.
 */
export function withoutNpmRun(env: Env): Env {
  const told = /^(npm_package_.*|npm_lifecycle_.*|npm_command|npm_execpath|npm_node_execpath|NODE|INIT_CWD)$/;
  const config = /^npm_config_(user_agent|local_prefix|prefix|global_prefix|node_gyp|npm_version)$/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !told.test(name) && !config.test(name)));
}
