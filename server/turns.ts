/** Long work in turns, so that whoever asks meanwhile is answered. */

/** So long others wait at most. */
const TURN_MS = 10;

/** Gives way to other work when it has taken long enough, and says that it did. */
export type GiveWay = () => Promise<boolean>;

export function createTurns(): GiveWay {
  let started = performance.now();
  return async () => {
    if (performance.now() - started < TURN_MS) return false;
    await new Promise((resolve) => setImmediate(resolve));
    started = performance.now();
    return true;
  };
}
