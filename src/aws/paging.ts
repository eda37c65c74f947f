import pLimit from 'p-limit';
import { UserError } from '../errors';

export { allPages } from '../pages';

/** AWS is asked at most this many things at once. */
const CONCURRENCY = 8;

/** Calls `ask` with batches of at most `size`, side by side, and joins the answers in order. */
export async function inBatches<In, Out>(
  values: readonly In[],
  size: number,
  ask: (batch: In[]) => Promise<readonly Out[] | undefined>,
): Promise<Out[]> {
  const batches: In[][] = [];
  for (let at = 0; at < values.length; at += size) batches.push(values.slice(at, at + size));
  const answers = await parallel(batches, ask);
  return answers.flatMap((answer) => answer ?? []);
}

/** Maps side by side, a few at a time, keeping the order. */
export async function parallel<In, Out>(
  values: readonly In[],
  work: (value: In) => Promise<Out>,
): Promise<Out[]> {
  const limit = pLimit(CONCURRENCY);
  return Promise.all(values.map((value) => limit(() => work(value))));
}

/** What was asked for by name: AWS refuses names that it does not know, so an answer that leaves some out is none. */
export function allOf<T>(
  names: readonly string[],
  found: readonly T[] | undefined,
  nameOf: (one: T) => string | undefined,
): readonly T[] {
  const there = new Set(found?.map(nameOf));
  const missing = names.filter((name) => !there.has(name));
  if (missing.length === 0) return found ?? [];
  throw new UserError(
    'unexpected-answer',
    `AWS was asked for ${missing.join(', ')} and answered of others only.`,
    {
      why: 'What is only half known is not planned with.',
      advice: 'Look who answers: a proxy, or AWS_ENDPOINT_URL leading elsewhere. If it is AWS, try again.',
    },
  );
}
