import { setTimeout as sleep } from 'node:timers/promises';
import { Cancelled } from '../../errors';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;
/** lbc: defaultWaitSGDeletionTimeout, defaultWaitTGDeletionTimeout are 2 minutes and 20 seconds. */
const PATIENCE_MS = 120_000;

/** Repeats `work` while it fails in a way that passes by itself, ever more slowly, for two minutes at most. */
export async function retryWhile(
  signal: AbortSignal,
  passes: (error: unknown) => boolean,
  work: () => Promise<void>,
): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!passes(error) || Date.now() + wait > end) throw error;
    }
    await orCancelled(signal, sleep(wait, undefined, { signal }));
  }
}

/** A wait that was broken off is no failure. */
async function orCancelled(signal: AbortSignal, waiting: Promise<unknown>): Promise<void> {
  try {
    await waiting;
  } catch (cause) {
    if (signal.aborted) throw new Cancelled();
    throw cause;
  }
}
