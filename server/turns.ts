/** Long work in turns, so that whoever asks meanwhile is answered. */

/** So long others wait at most, as far as the steps of the work are short. */
const TURN_MS = 10;

/** Work that may be put down after each step; what it comes to is returned at the end. */
export type Steps<T = void> = Generator<void, T, void>;

export interface Turns {
  /** Whether others have waited long enough. */
  due(): boolean;
  /** Lets others go first. */
  giveWay(): Promise<void>;
}

export function createTurns(): Turns {
  let started = performance.now();
  return {
    due: () => performance.now() - started >= TURN_MS,
    async giveWay() {
      await new Promise((resolve) => setImmediate(resolve));
      started = performance.now();
    },
  };
}

/** Does the work in turns; undefined when it was given up because it `isWanted` no more. What is short is done at once. */
export async function inTurns<T>(
  steps: Steps<T>,
  isWanted: () => boolean = () => true,
  turns: Turns = createTurns(),
): Promise<T | undefined> {
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value;
    if (!turns.due()) continue;
    await turns.giveWay();
    if (isWanted()) continue;
    // What was begun is put away by whoever began it.
    steps.return(undefined as T);
    return undefined;
  }
}

/** Does all of the work at once. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** What each item comes to, one after the other. */
export function* flatMapInSteps<A, B>(
  items: Iterable<A>,
  make: (item: A) => Steps<readonly B[]>,
): Steps<B[]> {
  const found: B[] = [];
  for (const item of items) for (const one of yield* make(item)) found.push(one);
  return found;
}
