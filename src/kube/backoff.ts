export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/**
 * How long to wait after so many failures (1 is the first): twice as long each time, bounded, and up to half of it
 * less by chance, so that what failed together is not tried together again.
 */
export function backoffMs(failures: number, { firstMs, longestMs }: Backoff, random = Math.random): number {
  const full = Math.min(firstMs * 2 ** Math.min(failures - 1, 30), longestMs);
  return Math.round(full * (1 - random() / 2));
}

/** Resolves after that time, or as soon as the signal is aborted. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
