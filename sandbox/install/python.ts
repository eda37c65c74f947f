import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../src/errors';
import type { Env, Places } from '../places';
import { timed } from '../progress';
import { onPath, run, runOrThrow } from '../run';
import { installPackages } from './debian';
import { type InstallContext, type Installer, installFolder } from './installer';

/** With the hash of every wheel: `uv pip compile --generate-hashes --universal` of requirements.txt. */
const REQUIREMENTS = 'sandbox/aws/requirements.lock';

/** The folder of a virtual environment; changed requirements mean another folder. */
export function folderOf({ root, cache }: Places, name: string, requirements: string): string {
  const text = readFileSync(join(root, requirements));
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return join(cache, `${name}-${hash}`);
}

/** The folder of the local AWS's virtual environment. */
export function venvFolder(places: Places): string {
  return folderOf(places, 'local-aws', REQUIREMENTS);
}

/** The Python of a virtual environment, below its folder. */
export const PYTHON = process.platform === 'win32' ? 'venv/Scripts/python.exe' : 'venv/bin/python';

export function pythonOf(places: Places): string {
  return join(venvFolder(places), PYTHON);
}

export const localAws: Installer = {
  name: 'the local AWS (Python, moto)',
  neededFor: ['services'],
  purpose: 'to answer AWS calls on this machine',
  takes: '30 s, 80 MB',
  present: async ({ places }) => existsSync(pythonOf(places)),
  install: async (context) => {
    const { places, say } = context;
    const python = await findPython(context);
    await timed(say, 'Virtual environment with moto', () =>
      installFolder(venvFolder(places), say, (folder) => fillVenv(python, folder, places, REQUIREMENTS)),
    );
  },
};

/** Makes a virtual environment in a folder. Moving it breaks the scripts in its bin/, which nobody calls: all runs by `python -m`. */
export async function fillVenv(
  python: string,
  folder: string,
  { root }: Places,
  requirements: string,
): Promise<void> {
  await runOrThrow(python, ['-m', 'venv', join(folder, 'venv')]);
  const install = ['-m', 'pip', 'install', '--disable-pip-version-check', '-q', '--require-hashes', '-r'];
  await runOrThrow(join(folder, PYTHON), [...install, join(root, requirements)]);
}

export async function findPython(context: InstallContext): Promise<string> {
  const found = await workingPython(context.env);
  if (found !== undefined) return found;
  await installPackages(context, ['python3', 'python3-venv'], 'to answer AWS calls on this machine');
  const installed = await workingPython(context.env);
  if (installed !== undefined) return installed;
  throw new UserError(
    'missing-python',
    'No Python 3.10 or newer with the venv module was found on the PATH.',
    {
      why: 'The local AWS (moto) is a Python program.',
      advice:
        'Install Python 3.10 or newer with venv (Debian: python3 python3-venv), then run the same command again.',
    },
  );
}

async function workingPython(env: Env): Promise<string | undefined> {
  const python = onPath(['python3', 'python'], env);
  if (python === undefined) return undefined;
  const probe = 'import sys, venv, ensurepip; sys.exit(0 if sys.version_info >= (3, 10) else 1)';
  return (await run(python, ['-c', probe])).code === 0 ? python : undefined;
}
