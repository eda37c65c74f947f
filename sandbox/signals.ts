import { Cancelled } from '../src/errors';

export interface StopSignal {
  /** Resolves at Ctrl-C or a request to end. Later signals do not interrupt the stopping. */
  readonly stopped: Promise<void>;
  /** Rejects then instead, for work that is to be given up. */
  readonly cancelled: Promise<never>;
}

export function stopSignal(): StopSignal {
  const stopped = new Promise<void>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => done());
  });
  const cancelled = stopped.then(() => {
    throw new Cancelled();
  });
  cancelled.catch(() => undefined);
  return { stopped, cancelled };
}
