/** Values that exist in an AWS account or a cluster. Optional: everything works without them, and nothing waits for them. */
import type { LiveAnswer, LiveSource, LiveValue, LiveValuesParams, LiveValuesResult } from '../src/protocol';

export type { LiveAnswer, LiveSource, LiveValue };

/** What is known at this moment. */
export interface Knowledge {
  /** All that there is of the source; undefined: nobody could be asked, or has not answered yet. */
  readonly answer: LiveAnswer | undefined;
  /** An answer is on its way. */
  readonly pending: boolean;
}

export interface LiveValues {
  /** What is known now; asks in the background for what is not known or old. */
  known(source: LiveSource, namespace?: string): Knowledge;
  /** Calls `listener` whenever an answer arrives that says something else than was known before. */
  listen(listener: (source: LiveSource) => void): void;
  /** Forgets everything. */
  clear(): void;
}

const NOTHING: Knowledge = { answer: undefined, pending: false };

export const NONE: LiveValues = {
  known: () => NOTHING,
  listen: () => undefined,
  clear: () => undefined,
};

const LIFETIME_MS = 60_000;
/** Whoever could not answer is not asked again with every key that is typed. */
const RETRY_MS = 10_000;

interface Entry extends Knowledge {
  readonly source: LiveSource;
  /** Until when nobody is asked. */
  readonly until: number;
}

/** Asks through `ask` and remembers answers for a minute; an old answer counts until the next one is there. */
export function cachedLiveValues(
  ask: (params: LiveValuesParams) => Promise<LiveValuesResult>,
  now: () => number = Date.now,
): LiveValues {
  const entries = new Map<string, Entry>();
  const listeners: ((source: LiveSource) => void)[] = [];
  const tell = (source: LiveSource) => {
    for (const listener of listeners) listener(source);
  };
  const refresh = (key: string, params: LiveValuesParams): Entry => {
    const { source } = params;
    const before = entries.get(key)?.answer;
    const asked: Entry = { source, answer: before, pending: true, until: now() + LIFETIME_MS };
    entries.set(key, asked);
    void answerOf(ask, params).then((answer) => {
      // Forgotten meanwhile, so that it may be of another account, or asked for again after a minute of silence.
      if (entries.get(key) !== asked) return;
      const until = now() + (answer === undefined ? RETRY_MS : LIFETIME_MS);
      entries.set(key, { source, answer, pending: false, until });
      if (JSON.stringify(answer) !== JSON.stringify(before)) tell(source);
    });
    return asked;
  };
  return {
    known(source, namespace) {
      const params = { source, ...(namespace === undefined ? {} : { namespace }) };
      const key = JSON.stringify(params);
      const entry = entries.get(key);
      return entry !== undefined && entry.until > now() ? entry : refresh(key, params);
    },
    listen: (listener) => void listeners.push(listener),
    clear() {
      const sources = new Set([...entries.values()].map(({ source }) => source));
      entries.clear();
      for (const source of sources) tell(source);
    },
  };
}

/** Nobody who asks learns more of a failure than that there is no answer. */
async function answerOf(
  ask: (params: LiveValuesParams) => Promise<LiveValuesResult>,
  params: LiveValuesParams,
): Promise<LiveAnswer | undefined> {
  try {
    const result = await ask(params);
    return result.status === 'ok' ? { values: result.values, ...placeOf(result) } : undefined;
  } catch {
    return undefined;
  }
}

function placeOf({ place }: LiveAnswer): Pick<LiveAnswer, 'place'> {
  return place === undefined ? {} : { place };
}
