import pLimit from 'p-limit';

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
