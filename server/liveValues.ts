/** Values that exist in an AWS account, for completion. Optional: everything works without them. */
import type { LiveSource, LiveValue, LiveValuesResult } from '../src/protocol';

export type { LiveSource, LiveValue };

export interface LiveValues {
  /** What is known of the source, or undefined when nobody could be asked. Never rejects. */
  get(source: LiveSource): Promise<readonly LiveValue[] | undefined>;
  /** Forgets everything. */
  clear(): void;
}

export const NONE: LiveValues = { get: async () => undefined, clear: () => undefined };

const LIFETIME_MS = 60_000;
/** Someone who is typing does not wait longer; a later answer is there for the next request. */
const PATIENCE_MS = 1_500;

/** Asks through `ask`, remembers answers for a minute and failures not at all. */
export function cachedLiveValues(
  ask: (source: LiveSource) => Promise<LiveValuesResult>,
  { now = Date.now, patience = PATIENCE_MS }: { now?: () => number; patience?: number } = {},
): LiveValues {
  const known = new Map<LiveSource, { readonly until: number; readonly answer: Answer }>();
  const askAnew = (source: LiveSource): Answer => {
    const answer = ask(source).then(
      (result) => (result.status === 'ok' ? result.values : undefined),
      () => undefined,
    );
    const entry = { until: now() + LIFETIME_MS, answer };
    known.set(source, entry);
    void answer.then((values) => {
      if (values === undefined && known.get(source) === entry) known.delete(source);
    });
    return answer;
  };
  return {
    clear: () => known.clear(),
    get(source) {
      const found = known.get(source);
      return within(patience, found !== undefined && found.until > now() ? found.answer : askAnew(source));
    },
  };
}

type Answer = Promise<readonly LiveValue[] | undefined>;

function within<T>(patience: number, answer: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), patience);
    void answer.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}
