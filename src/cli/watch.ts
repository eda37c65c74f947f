import { Cancelled, UserError } from '../errors';
import { identityOf } from '../reconcile/engine';
import { isNothing, named, ownersOf } from '../reconcile/owner';
import { questionOf } from '../reconcile/planText';
import { refuseRunningController } from '../reconcile/provision';
import { watchCluster } from '../reconcile/watch';
import { lineOf, type WatchEvent } from '../reconcile/watch/text';
import { type ExitCode, engineFor } from './given';
import type { FileOptions } from './options';
import { type Terminal, terminalHost } from './terminal';

export interface WatchCommandOptions extends FileOptions {
  readonly resync?: string;
}

/** `ekslb watch`: what `sync` does, kept up until it is stopped. */
export async function watchCommand(
  options: WatchCommandOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  const resyncMs = durationMs(options.resync ?? '10m');
  const engine = await engineFor(options, terminal);
  const host = terminalHost(terminal, options);
  const [identity] = await Promise.all([identityOf(engine), refuseRunningController(engine.kube)]);
  const { clusterName } = engine.settings;
  const wanted = named(options.ingress ?? [], options.service);
  try {
    // Nobody sits there to be asked later.
    const unattended = terminalHost({ ...terminal, interactive: false }, { ...options, yes: true });
    await watchCluster(engine, unattended, signal, {
      ...(isNothing(wanted) ? {} : { select: ownersOf(wanted) }),
      resyncMs,
      tell: (event) => print(event, options, terminal),
      approve: async (plan) => {
        const title = `Make these changes, and every later one unasked, until this is stopped?`;
        const question = { ...questionOf(plan, engine, identity), title };
        if (options.yes !== true && !(await host.confirm(question))) throw new Declined();
        terminal.err(
          `Watching ${clusterName} (account ${identity.account}, ${engine.aws.region}). Ctrl-C stops.`,
        );
      },
    });
  } catch (error) {
    if (error instanceof Declined) terminal.err('Nothing was changed.');
    if (!(error instanceof Cancelled)) throw error;
    if (!signal.aborted) return 1;
  }
  terminal.err('Stopped; the load balancers stay as they are, and nobody follows changes.');
  return 0;
}

class Declined extends Cancelled {}

function print(event: WatchEvent, { json }: WatchCommandOptions, terminal: Terminal): void {
  const now = new Date();
  if (json === true) terminal.out(JSON.stringify({ time: now.toISOString(), ...event }));
  else terminal.err(lineOf(event, now));
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** `30s`, `10m`, `1h` in milliseconds. */
export function durationMs(text: string): number {
  const [, count, unit = ''] = /^(\d+)([smh])$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS[unit] ?? Number.NaN);
  // Longer waits overflow the timers of Node.
  if (ms >= 1_000 && ms <= 24 * 3_600_000) return ms;
  throw new UserError('usage', `--resync ${text} is no time between a second and a day.`, {
    advice: 'Write it like 30s, 10m or 1h.',
  });
}
