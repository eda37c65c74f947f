import type { CacheEvent } from '../kube/cache';

const INBOX_MS = 10;

/** Events that come together are looked at together: the cluster is copied once for all of them. */
export function openInbox() {
  let events: CacheEvent[] = [];
  let timer: NodeJS.Timeout | undefined;
  let read: ((events: readonly CacheEvent[]) => void) | undefined;
  const flush = () => {
    timer = undefined;
    const all = events;
    events = [];
    read?.(all);
  };
  return {
    put: (event: CacheEvent) => {
      events.push(event);
      if (read !== undefined) timer ??= setTimeout(flush, INBOX_MS);
    },
    open: (reader: NonNullable<typeof read>) => {
      read = reader;
      flush();
    },
    close: () => clearTimeout(timer),
  };
}
