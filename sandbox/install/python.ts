import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../src/errors';
import type { Env, Places } from '../places';
import { timed } from '../progress';
import { onPath, run, runOrThrow } from '../run';
import { installPackages } from './debian';
import { type InstallContext, type Installer, installFolder } from './installer';

/** The folder of the local AWS's virtual environment; a changed requirements.txt means another folder. */
export function venvFolder({ root, cache }: Places): string {
  const requirements = readFileSync(join(root, 'sandbox/aws/requirements.txt'));
  const hash = createHash('sha256').update(requirements).digest('hex').slice(0, 12);
  return join(cache, `local-aws-${hash}`);
}

export function pythonOf(places: Places): string {
  return process.platform === 'win32'
    ? join(venvFolder(places), 'venv/Scripts/python.exe')
    : join(venvFolder(places), 'venv/bin/python');
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
    const folder = venvFolder(places);
    await timed(say, 'Virtual environment with moto', () =>
      installFolder(folder, say, async (temporary) => {
        // Moving a virtual environment breaks the scripts in its bin/, which nobody calls: all runs by `python -m`.
        const venv = join(temporary, 'venv');
        await runOrThrow(python, ['-m', 'venv', venv]);
        const pip = join(venv, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
        const requirements = join(places.root, 'sandbox/aws/requirements.txt');
        await runOrThrow(pip, [
          '-m',
          'pip',
          'install',
          '--disable-pip-version-check',
          '-q',
          '-r',
          requirements,
        ]);
      }),
    );
  },
};

async function findPython(context: InstallContext): Promise<string> {
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
