/** When diagnostics are made: at once where that is quick, and where it is not, after the requests that come with a change. */
export interface Pace {
  /** Runs once, after the last of the calls that follow each other closely. */
  schedule(run: () => void): void;
  /** Notes how long the work takes. */
  measure(work: () => Promise<void>): Promise<void>;
}

/** Turns of the event loop in which a request that came right behind a change is answered first. */
const TURNS = 4;

/** Work that takes this long does not keep a request waiting noticeably. */
const QUICK_MS = 2;

/** Longer than this nothing is put off, however much is asked meanwhile. */
const LONGEST_MS = 20;

export function createPace(): Pace {
  let cost = 0;
  let latest = 0;
  let since: number | undefined;
  return {
    schedule(run) {
      latest += 1;
      since ??= performance.now();
      const call = latest;
      const left = since + LONGEST_MS - performance.now();
      const go = () => {
        // A later call takes over, but not for ever.
        if (since === undefined || (call !== latest && left > 0)) return;
        since = undefined;
        run();
      };
      // Nobody waits longer than the work itself took the last time.
      if (left <= 0) setImmediate(go);
      else if (cost < QUICK_MS) afterTurns(TURNS, go);
      else setTimeout(go, Math.min(cost, left));
    },
    async measure(work) {
      const began = performance.now();
      await work();
      cost = performance.now() - began;
    },
  };
}

function afterTurns(turns: number, run: () => void): void {
  setImmediate(() => (turns <= 1 ? run() : afterTurns(turns - 1, run)));
}
