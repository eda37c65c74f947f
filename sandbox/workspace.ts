import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Places } from './places';

/** A copy of the samples that a run without a person may change. */
export async function copySamples({ root, state }: Places): Promise<string> {
  const folder = join(state, 'workspace');
  await rm(folder, { recursive: true, force: true });
  await cp(join(root, 'samples'), folder, { recursive: true });
  return folder;
}
