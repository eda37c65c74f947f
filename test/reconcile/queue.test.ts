import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { backoffMs } from '../../src/kube/backoff';
import { type Ending, openQueue, type Queue } from '../../src/reconcile/watch/queue';

const BACKOFF = { firstMs: 1_000, longestMs: 8_000 };

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A queue whose work takes `tookMs` and ends as it is told. */
function open(tookMs = 0, ends: (keys: readonly string[]) => ReadonlyMap<string, Ending> = () => new Map()) {
  const runs: string[] = [];
  const failures: string[] = [];
  const queue: Queue<string> = openQueue<string>({
    settleMs: 100,
    backoff: () => BACKOFF,
    work: async (due) => {
      const keys = [...due].map(([key, reasons]) => `${key}(${[...reasons].join()})`);
      runs.push(`${Date.now()} ${keys.join(' ')}`);
      if (tookMs > 0) await new Promise((resolve) => setTimeout(resolve, tookMs));
      return ends([...due.keys()]);
    },
    failed: (keys, error, nextTry) =>
      failures.push(`${Date.now()} ${keys.join()} ${String(error)} ${nextTry.getTime()}`),
  });
  return { queue, runs, failures };
}

const failing = (error: unknown) => (keys: readonly string[]) =>
  new Map(keys.map((key) => [key, { kind: 'failed', error } as const]));

describe('events coalesce', () => {
  test('a burst is one run, with all its reasons', async () => {
    const { queue, runs } = open();
    queue.add(['a'], 'change');
    await vi.advanceTimersByTimeAsync(50);
    queue.add(['a', 'b'], 'resync');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(runs).toEqual(['100 a(change,resync)', '150 b(resync)']);
  });

  test('a stream of events cannot put a run off', async () => {
    const { queue, runs } = open();
    for (let at = 0; at < 300; at += 30) {
      queue.add(['a'], 'change');
      await vi.advanceTimersByTimeAsync(30);
    }
    expect(runs.length).toBeGreaterThan(1);
  });

  test('what comes during a run is the next run, never one beside it', async () => {
    const { queue, runs } = open(500);
    queue.add(['a'], 'change');
    await vi.advanceTimersByTimeAsync(200);
    queue.add(['a', 'b'], 'change');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(runs).toEqual(['100 a(change)', expect.stringMatching(/^60[01] a\(change\) b\(change\)$/)]);
  });
});

describe('what failed', () => {
  test('is tried again, ever later, and told with the time of the next try', async () => {
    const { queue, runs, failures } = open(0, failing('no'));
    queue.add(['a', 'b'], 'change');
    await vi.advanceTimersByTimeAsync(7_200);
    expect(runs.map((one) => one.split(' ')[0])).toEqual(['100', '1100', '3100', '7100']);
    expect(failures[0]).toBe('100 a,b no 1100');
    await queue.stop();
  });

  test('keeps its reasons', async () => {
    const { queue, runs } = open(0, failing('no'));
    queue.add(['a'], 'resync');
    await vi.advanceTimersByTimeAsync(1_200);
    expect(runs).toEqual(['100 a(resync)', '1100 a(resync)']);
    await queue.stop();
  });

  test('is tried at once when something of it changes, and starts anew after a success', async () => {
    let broken = true;
    const { queue, runs, failures } = open(0, (keys) => (broken ? failing('no')(keys) : new Map()));
    queue.add(['a'], 'change');
    await vi.advanceTimersByTimeAsync(3_200);
    broken = false;
    queue.add(['a'], 'change');
    await vi.advanceTimersByTimeAsync(200);
    broken = true;
    queue.add(['a'], 'change');
    await vi.advanceTimersByTimeAsync(200);
    expect(runs).toHaveLength(5);
    expect(failures.at(-1)).toBe('3500 a no 4500');
    await queue.stop();
  });

  test('work that throws has failed for all its keys', async () => {
    const failures: string[] = [];
    const queue = openQueue<string>({
      settleMs: 0,
      backoff: () => BACKOFF,
      work: () => Promise.reject(new Error('unreachable')),
      failed: (keys, error) => failures.push(`${keys.join()} ${String(error)}`),
    });
    queue.add(['a', 'b'], 'change');
    await vi.advanceTimersByTimeAsync(10);
    expect(failures).toEqual(['a,b Error: unreachable']);
    await queue.stop();
  });
});

test('what is to be looked at again comes again, and is no failure', async () => {
  const { queue, runs, failures } = open(0, () => new Map([['a', { kind: 'again', inMs: 700 }]]));
  queue.add(['a'], 'change');
  await vi.advanceTimersByTimeAsync(1_600);
  expect(runs.map((one) => one.split(' ')[0])).toEqual(['100', '800', '1500']);
  expect(failures).toEqual([]);
  await queue.stop();
});

test('stopped, it waits for its run and starts none', async () => {
  const { queue, runs } = open(500);
  queue.add(['a'], 'change');
  await vi.advanceTimersByTimeAsync(200);
  queue.add(['b'], 'change');
  let stopped = false;
  const stopping = queue.stop().then(() => {
    stopped = true;
  });
  await vi.advanceTimersByTimeAsync(300);
  expect(stopped).toBe(false);
  await vi.advanceTimersByTimeAsync(5_000);
  await stopping;
  expect(runs).toEqual(['100 a(change)']);
});

test('waits double up to a bound, less up to a half by chance', () => {
  const waits = (random: number) => [1, 2, 3, 4, 5, 99].map((one) => backoffMs(one, BACKOFF, () => random));
  expect(waits(0)).toEqual([1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
  expect(waits(1)).toEqual([500, 1_000, 2_000, 4_000, 4_000, 4_000]);
});
