import { type Backoff, backoffMs } from '../../kube/backoff';

/** How the work on one key ended, if not well. */
export type Ending =
  | { readonly kind: 'failed'; readonly error: unknown }
  /** Nothing failed, but it has to be looked at again. */
  | { readonly kind: 'again'; readonly inMs: number };

export interface QueueOptions<Reason> {
  /** From the first event to the run that answers it: what comes meanwhile is part of the same run. */
  readonly settleMs: number;
  /** How soon what failed so is tried again. */
  readonly backoff: (error: unknown) => Backoff;
  /** Does the work for all keys that are due; keys without an ending are done. What it throws, all failed with. */
  work(due: ReadonlyMap<string, ReadonlySet<Reason>>): Promise<ReadonlyMap<string, Ending>>;
  /** Keys that failed with the same error, and when they are tried again. */
  failed(keys: readonly string[], error: unknown, nextTry: Date): void;
}

/** One run at a time; what is added during a run is the next one. */
export interface Queue<Reason> {
  /** Due after `inMs`, or after the time that all have to settle. */
  add(keys: Iterable<string>, reason: Reason, inMs?: number): void;
  /** Starts nothing any more; resolves when the run that goes on has ended. */
  stop(): Promise<void>;
}

interface Waiting<Reason> {
  /** By the clock that nobody sets: one that is set back would keep it waiting. */
  due: number;
  readonly reasons: Set<Reason>;
}

/**
 * Collects keys and works on all that are due at once: a burst of events is one run, a key that fails comes again
 * ever later, and an event on it counts at once.
 */
export function openQueue<Reason>(options: QueueOptions<Reason>): Queue<Reason> {
  const waiting = new Map<string, Waiting<Reason>>();
  const failures = new Map<string, number>();
  let [stopped, timer]: [boolean, NodeJS.Timeout | undefined] = [false, undefined];
  let running: Promise<void> | undefined;

  const put = (key: string, reasons: Iterable<Reason>, inMs: number) => {
    const due = performance.now() + inMs;
    const before = waiting.get(key) ?? { due, reasons: new Set<Reason>() };
    for (const reason of reasons) before.reasons.add(reason);
    before.due = Math.min(before.due, due);
    waiting.set(key, before);
  };
  const plan = () => {
    clearTimeout(timer);
    if (stopped || running !== undefined || waiting.size === 0) return;
    const first = Math.min(...[...waiting.values()].map(({ due }) => due));
    timer = setTimeout(start, Math.max(first - performance.now(), 0));
  };
  const start = () => {
    running = runDue().finally(() => {
      running = undefined;
      plan();
    });
  };
  const runDue = async () => {
    const due = takeDue(waiting);
    const endings = await endingsOf(options, due);
    for (const [key, reasons] of due) {
      const ending = endings.get(key);
      if (ending?.kind === 'failed') continue;
      failures.delete(key);
      if (ending !== undefined) put(key, reasons, ending.inMs);
    }
    for (const [error, keys] of byError(endings)) {
      const delays = keys.map((key) => {
        const count = (failures.get(key) ?? 0) + 1;
        failures.set(key, count);
        const delay = backoffMs(count, options.backoff(error));
        put(key, due.get(key) ?? [], delay);
        return delay;
      });
      if (!stopped) options.failed(keys, error, new Date(Date.now() + Math.min(...delays)));
    }
  };
  return {
    add: (keys, reason, inMs = options.settleMs) => {
      for (const key of keys) put(key, [reason], inMs);
      plan();
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

function takeDue<Reason>(waiting: Map<string, Waiting<Reason>>): Map<string, ReadonlySet<Reason>> {
  const now = performance.now();
  const due = [...waiting].filter(([, one]) => one.due <= now);
  for (const [key] of due) waiting.delete(key);
  return new Map(due.map(([key, { reasons }]) => [key, reasons]));
}

async function endingsOf<Reason>(
  { work }: QueueOptions<Reason>,
  due: ReadonlyMap<string, ReadonlySet<Reason>>,
): Promise<ReadonlyMap<string, Ending>> {
  if (due.size === 0) return new Map();
  try {
    return await work(due);
  } catch (error) {
    return new Map([...due.keys()].map((key) => [key, { kind: 'failed', error }]));
  }
}

function byError(endings: ReadonlyMap<string, Ending>): Map<unknown, string[]> {
  const found = new Map<unknown, string[]>();
  for (const [key, ending] of endings) {
    if (ending.kind === 'failed') found.set(ending.error, [...(found.get(ending.error) ?? []), key]);
  }
  return found;
}
