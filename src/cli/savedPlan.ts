import { writeFile } from 'node:fs/promises';
import { UserError } from '../errors';
import type { SavedPlan } from '../reconcile/savedPlan';

/** Manifests may hold what others should not read: the file is for its owner. Throws a UserError where it cannot be written. */
export async function writeSavedPlan(file: string, plan: SavedPlan): Promise<void> {
  try {
    await writeFile(file, `${JSON.stringify(plan, null, 2)}\n`, { mode: 0o600 });
  } catch (cause) {
    throw new UserError(
      'unwritable-file',
      `The plan cannot be saved to ${file}: ${(cause as Error).message}.`,
      {
        advice: 'Check the folder and its permissions.',
        cause,
      },
    );
  }
}
