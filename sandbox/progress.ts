/** Says one line to the person at the terminal. */
export type Say = (line: string) => void;

export function elapsed(since: number, now: number = Date.now()): string {
  const seconds = Math.round((now - since) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Announces a long step, reminds every 20 s that it is still going, and says how long it took. */
export async function timed<T>(say: Say, title: string, work: () => Promise<T>): Promise<T> {
  const began = Date.now();
  say(`${title} ...`);
  const reminder = setInterval(() => say(`  still at it after ${elapsed(began)}`), 20_000);
  try {
    const result = await work();
    say(`  done in ${elapsed(began)}`);
    return result;
  } finally {
    clearInterval(reminder);
  }
}
