import { setTimeout as sleep } from 'node:timers/promises';
import { Cancelled } from '../errors';

const POLL_MS = 1_000;

/** The time between two looks at something that changes by itself; throws Cancelled when the signal is aborted. */
export async function pause(signal: AbortSignal): Promise<void> {
  try {
    await sleep(POLL_MS, undefined, { signal });
  } catch (cause) {
    if (signal.aborted) throw new Cancelled();
    throw cause;
  }
}
