import { open, readFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Say } from '../progress';

/**
 * Holds a lock file with our process id while `work` runs. A lock whose process is gone (the machine stopped, say)
 * is taken over.
 */
export async function withLock<T>(path: string, say: Say, work: () => Promise<T>): Promise<T> {
  let told = false;
  while (!(await taken(path))) {
    const owner = await ownerOf(path);
    if (owner !== undefined && !isRunning(owner)) {
      await rm(path, { force: true });
    } else {
      if (!told) say(`  waiting for another installation (process ${owner ?? 'unknown'}, lock ${path})`);
      told = true;
      await sleep(500);
    }
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** Takes a lock file without waiting; undefined, or the process that holds it. */
export async function tryLock(path: string): Promise<number | undefined> {
  if (await taken(path)) return undefined;
  const owner = await ownerOf(path);
  if (owner !== undefined && isRunning(owner)) return owner;
  await rm(path, { force: true });
  return (await taken(path)) ? undefined : owner;
}

async function taken(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function ownerOf(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
