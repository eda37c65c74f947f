import type { Terminal } from './terminal';

/** What a person wants who presses Ctrl-C: that it ends now, and well. */
export interface Interrupt {
  /** Aborted at once: nothing new is begun. */
  readonly stop: AbortSignal;
  /** Aborted soon after: what is on its way is given up, and the Lease is handed back. */
  readonly cut: AbortSignal;
  /** Hears Ctrl-C and SIGTERM from now on; until then they end the process as they end any. */
  listen(): void;
  /** Nothing is left to do: a process that was stopped waits for no connection to close. */
  done(code: number): void;
}

/** From the signal on; all of it is over within a second. */
const CUT_MS = 300;
const END_MS = 950;

export const STOPPED = 'Stopped. What was done is kept; run the command again to go on.';

/** The first signal stops, the second ends the process as it is. */
export function openInterrupt(terminal: Terminal): Interrupt {
  const [stop, cut] = [new AbortController(), new AbortController()];
  const interrupted = () => {
    stop.abort();
    setTimeout(() => cut.abort(), CUT_MS).unref();
    setTimeout(() => {
      terminal.err(STOPPED);
      terminal.err(
        'Something was still on its way and was given up; a Lease that was held runs out by itself.',
      );
      process.exit(1);
    }, END_MS).unref();
  };
  return {
    stop: stop.signal,
    cut: cut.signal,
    listen: () => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupted);
    },
    done: (code) => {
      process.exitCode = code;
      if (stop.signal.aborted) process.exit();
    },
  };
}
