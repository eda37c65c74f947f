import { setTimeout as sleep } from 'node:timers/promises';
import { Cancelled } from '../errors';

export const POLL_MS = 1_000;

/** The time (milliseconds) between two looks at something that changes by itself; throws Cancelled when aborted. */
export async function pause(signal: AbortSignal, ms = POLL_MS): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (cause) {
    if (signal.aborted) throw new Cancelled();
    throw cause;
  }
}
