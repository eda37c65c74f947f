import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPace, type Pace } from '../../src/aws/pace';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const RATE = { size: 4, perSecond: 2 };

/** How many of fifty calls are through after a moment. */
async function atOnce(pace: Pace): Promise<number> {
  let done = 0;
  const all = Array.from({ length: 50 }, () =>
    pace(async () => {
      done += 1;
    }),
  );
  await vi.advanceTimersByTimeAsync(10);
  const counted = done;
  await vi.runAllTimersAsync();
  await Promise.all(all);
  return counted;
}

/** How many of so many calls are through after each second; `refused` says which call AWS refuses. */
async function through(count: number, seconds: number, refused: (call: number) => boolean = () => false) {
  const pace = createPace(RATE);
  let started = 0;
  let done = 0;
  const call = async () => {
    started += 1;
    if (refused(started)) throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
    await new Promise((resolve) => setTimeout(resolve, 10));
    done += 1;
  };
  const all = Array.from({ length: count }, () => pace(call).catch(() => pace(call)));
  const seen: number[] = [];
  for (let second = 0; second < seconds; second += 1) {
    await vi.advanceTimersByTimeAsync(1000);
    seen.push(done);
  }
  await Promise.all(all);
  return { seen };
}

test('as many at a time as the bucket holds, while AWS refuses none', async () => {
  const pace = createPace(RATE);
  let running = 0;
  let most = 0;
  const call = async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 10));
    running -= 1;
  };
  const all = Promise.all(Array.from({ length: 100 }, () => pace(call)));
  await vi.advanceTimersByTimeAsync(1000);
  await all;
  expect(most).toBe(4);
});

test('a hundred calls are through in a second, while AWS refuses none', async () => {
  const { seen } = await through(100, 1);
  expect(seen).toEqual([100]);
});

test('at the published rate, from the first refusal on', async () => {
  const { seen } = await through(12, 6, (call) => call === 1);
  // The three calls that were under way come through, then two in a second.
  expect(seen).toEqual([4, 6, 8, 10, 12, 12]);
});

test('freely again, when AWS has refused none for a minute', async () => {
  const pace = createPace(RATE);
  await expect(
    pace(async () => {
      throw Object.assign(new Error('Rate exceeded'), { name: 'Throttling' });
    }),
  ).rejects.toThrow('Rate exceeded');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await atOnce(pace)).toBe(50);
});

test('what fails for another reason changes nothing', async () => {
  const pace = createPace(RATE);
  await expect(
    pace(async () => {
      throw Object.assign(new Error('no'), { name: 'AccessDenied' });
    }),
  ).rejects.toThrow('no');
  expect(await atOnce(pace)).toBe(50);
});
