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

/** Asks through `ask`, remembers answers for a minute and failures not at all. */
export function cachedLiveValues(
  ask: (source: LiveSource) => Promise<LiveValuesResult>,
  now: () => number = Date.now,
): LiveValues {
  const known = new Map<
    LiveSource,
    { readonly until: number; readonly answer: Promise<readonly LiveValue[] | undefined> }
  >();
  return {
    clear: () => known.clear(),
    get(source) {
      const found = known.get(source);
      if (found !== undefined && found.until > now()) return found.answer;
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
    },
  };
}
