import { UserError } from './errors';

/** One page of a list, and the token of the next. */
export interface Page<T> {
  readonly items: readonly T[] | undefined;
  readonly next: string | undefined;
}

/** No list that decides about load balancers is as long: AWS and Kubernetes have lower quotas. */
const MOST_PAGES = 10_000;
const MOST_ITEMS = 500_000;

/**
 * Everything that a paged call returns. Pages without an end are an error: the same token again, or more of them than any
 * account or cluster has.
 */
export async function allPages<T>(ask: (token: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  const seen = new Set<string>();
  for (let token: string | undefined; ; ) {
    const page = await ask(token);
    // Not spread: a page may have more items than a call takes arguments.
    for (const item of page.items ?? []) items.push(item);
    token = page.next || undefined;
    if (token === undefined) return items;
    if (seen.has(token)) throw endless('the same page was offered twice');
    if (seen.add(token).size >= MOST_PAGES) throw endless(`there are more than ${MOST_PAGES} pages`);
    if (items.length > MOST_ITEMS) throw endless(`there are more than ${MOST_ITEMS} items`);
  }
}

function endless(why: string): UserError {
  return new UserError('endless-pages', `A list does not end: ${why}.`, {
    why: 'What is only half known is not planned with: what is missing would be made again, or deleted.',
    advice: 'Look who answers: a proxy, or a local AWS. If it is AWS or the API server itself, try again.',
  });
}
