import { readFile, writeFile } from 'node:fs/promises';
import { UserError } from '../errors';
import { parseSavedPlan, type SavedPlan } from '../reconcile/savedPlan';

/**
 * Manifests may hold what others should not read: the file is for its owner. Throws a UserError where it cannot be written,
 * and where another file would be lost.
 */
export async function writeSavedPlan(file: string, plan: SavedPlan): Promise<void> {
  await refuseOther(file);
  try {
    await writeFile(file, `${JSON.stringify(plan, null, 2)}\n`, { mode: 0o600 });
  } catch (cause) {
    throw unwritable(file, (cause as Error).message, cause);
  }
}

/** Only an earlier plan is written over. */
async function refuseOther(file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  try {
    parseSavedPlan(text, file);
  } catch (cause) {
    throw unwritable(file, 'there is a file of that name, and it is no saved plan', cause);
  }
}

function unwritable(file: string, why: string, cause: unknown): UserError {
  return new UserError('unwritable-file', `The plan cannot be saved to ${file}: ${why}.`, {
    advice: 'Check the folder and its permissions, or choose another name.',
    cause,
  });
}
