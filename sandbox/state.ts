import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../src/errors';
import { tryLock } from './install/lock';
import type { Places } from './places';

/** Makes the state folder ours until the returned function is called; two sandboxes in one would ruin each other. */
export async function claimState({ state }: Places): Promise<() => Promise<void>> {
  await mkdir(state, { recursive: true, mode: 0o700 });
  const lock = join(state, 'running');
  const owner = await tryLock(lock);
  if (owner !== undefined) {
    throw new UserError('already-running', `A sandbox (process ${owner}) is already running in ${state}.`, {
      advice: 'Stop it with Ctrl-C in its terminal, or give this one another folder with --state.',
    });
  }
  return () => rm(lock, { force: true });
}

/** Clears the folder, but only one that a sandbox has made: `--state ~ --reset` must not cost anybody their files. */
export async function clearState({ state }: Places): Promise<void> {
  if (!existsSync(state)) return;
  const files = (await readdir(state)).filter((name) => !OURS.has(name));
  if (files.length > 0) {
    throw new UserError(
      'not-a-state-folder',
      `${state} holds files that are not the sandbox's: ${files.slice(0, 5).join(', ')}.`,
      {
        why: '--reset deletes everything in the state folder.',
        advice: 'Name a folder of its own with --state.',
      },
    );
  }
  await rm(state, { recursive: true, force: true });
}

const OURS = new Set([
  'cluster',
  'log',
  'kubeconfig',
  'editor',
  'desktop',
  'screenshots',
  'running',
  'test',
  'workspace',
]);
