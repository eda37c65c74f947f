import type { CacheEvent } from '../../kube/cache';

export interface Inbox {
  put(event: CacheEvent): void;
  /** What came before is read first. */
  open(read: (events: readonly CacheEvent[]) => void): void;
  close(): void;
}

const INBOX_MS = 10;

/** Events that come together are looked at together: the cluster is copied once for all of them. */
export function openInbox(): Inbox {
  let events: CacheEvent[] = [];
  let timer: NodeJS.Timeout | undefined;
  let read: Parameters<Inbox['open']>[0] | undefined;
  const flush = () => {
    timer = undefined;
    const all = events;
    events = [];
    read?.(all);
  };
  return {
    put: (event) => {
      events.push(event);
      if (read !== undefined) timer ??= setTimeout(flush, INBOX_MS);
    },
    open: (reader) => {
      read = reader;
      flush();
    },
    close: () => clearTimeout(timer),
  };
}
