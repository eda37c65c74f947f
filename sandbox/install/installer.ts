import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Env, Places } from '../places';
import type { Say } from '../progress';
import { withLock } from './lock';

export interface InstallContext {
  readonly places: Places;
  readonly env: Env;
  readonly say: Say;
  readonly isRoot: boolean;
}

/** What a run can need. */
export type Need = 'services' | 'editor' | 'setup' | 'script';

/** One row of the table in `install/index.ts`. */
export interface Installer {
  readonly name: string;
  readonly neededFor: readonly Need[];
  /** Why a person wants it, as the end of "needed to ...". */
  readonly purpose: string;
  /** Roughly how long a first installation takes. */
  readonly takes: string;
  /** Tests that need it are skipped where it cannot be installed. */
  readonly optional?: boolean;
  readonly present: (context: InstallContext) => Promise<boolean>;
  readonly install: (context: InstallContext) => Promise<void>;
}

/**
 * Makes a folder so that it exists whole or not at all: `fill` works in a folder beside it, which gets its name at
 * the end. A second run at the same time waits for the first and uses its result.
 */
export async function installFolder(
  folder: string,
  say: Say,
  fill: (temporary: string) => Promise<void>,
): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  await withLock(`${folder}.lock`, say, async () => {
    if (existsSync(folder)) return;
    const temporary = `${folder}.part`;
    await rm(temporary, { recursive: true, force: true });
    await mkdir(temporary);
    await fill(temporary);
    await rename(temporary, folder);
  });
}
