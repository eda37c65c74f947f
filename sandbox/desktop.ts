import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { UserError } from '../src/errors';
import type { Env, Places } from './places';
import { onPath } from './run';
import { writeSettings } from './services/editorServer';

/** Opens an installed VS Code on the folder, with a profile of its own so that the sandbox's environment counts. */
export async function openDesktop(places: Places, env: Env, folder: string): Promise<void> {
  const code = onPath(['code', 'code-insiders', 'codium'], env);
  if (code === undefined) {
    throw new UserError('missing-code', 'There is no `code` on the PATH, which --desktop needs.', {
      advice:
        'Install VS Code (in VS Code on a Mac: run "Shell Command: Install \'code\' command in PATH"), or leave out --desktop to use the browser.',
    });
  }
  const data = join(places.state, 'desktop');
  await writeSettings(join(data, 'User', 'settings.json'));
  spawn(code, desktopArguments(places.root, data, folder), {
    env: { ...env },
    stdio: 'ignore',
    detached: true,
    // On Windows `code` is a script, which only a shell can start.
    shell: process.platform === 'win32',
  }).unref();
}

export function desktopArguments(extension: string, data: string, folder: string): readonly string[] {
  return [
    `--extensionDevelopmentPath=${extension}`,
    `--user-data-dir=${data}`,
    `--extensions-dir=${join(data, 'extensions')}`,
    '--disable-workspace-trust',
    '--new-window',
    folder,
  ];
}

/** Shows a page in the person's browser where there is one; the URL is printed in any case. */
export function openBrowser(url: string, env: Env): void {
  const openers: Partial<Record<NodeJS.Platform, readonly string[]>> = {
    darwin: ['open'],
    win32: ['rundll32', 'url.dll,FileProtocolHandler'],
    linux: env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? ['xdg-open'] : [],
  };
  const [command, ...args] = openers[process.platform] ?? [];
  if (command === undefined || env['CI'] || onPath([command], env) === undefined) return;
  spawn(command, [...args, url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
