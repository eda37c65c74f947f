import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../src/errors';
import type { Env } from '../places';
import { lastLines } from '../run';
import { unwatch, watch } from './guard';

export interface Service {
  readonly name: string;
  readonly log: string;
  running(): boolean;
  /** Rejects when the program ends though nobody stopped it. */
  readonly broken: Promise<never>;
  stop(): Promise<void>;
}

interface Start {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Takes all output of the program. */
  readonly log: string;
  readonly cwd?: string;
  readonly env?: Env;
  /** Asked again and again until it answers true. */
  readonly ready: () => Promise<boolean>;
  readonly patience?: number;
}

/** Starts a program in its own process group, so that Ctrl-C reaches only us, and waits until it is ready. */
export async function startService(start: Start): Promise<Service> {
  const output = openSync(start.log, 'w', 0o600);
  const child = spawn(start.command, [...start.args], {
    stdio: ['ignore', output, output],
    detached: process.platform !== 'win32',
    env: { ...(start.env ?? process.env) },
    ...(start.cwd === undefined ? {} : { cwd: start.cwd }),
  });
  closeSync(output);
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  if (child.pid !== undefined) watch(child.pid);
  let stopping = false;
  const broken = new Promise<never>((_, reject) => {
    child.once('exit', (code, signal) => {
      if (!stopping) reject(endedError(start, signal ?? `exit code ${code}`));
    });
  });
  broken.catch(() => undefined);
  const service: Service = {
    name: start.name,
    log: start.log,
    running: () => isAlive(child),
    broken,
    stop: () => {
      stopping = true;
      return stop(child);
    },
  };
  await untilReady(start, service, () => failure);
  return service;
}

async function untilReady(start: Start, service: Service, failure: () => Error | undefined): Promise<void> {
  const end = Date.now() + (start.patience ?? 60_000);
  while (Date.now() < end) {
    if (failure() !== undefined || !service.running()) break;
    if (await start.ready().catch(() => false)) return;
    await sleep(50);
  }
  const why = service.running() ? 'does not become ready' : 'ended at once';
  await service.stop();
  throw new UserError('service-failed', `${start.name} ${why}.`, {
    why: `The end of ${start.log}:\n${lastLines(readFileSync(start.log, 'utf8'), 8)}`,
    advice: 'Run again with --reset; if it stays, the log above says more.',
    cause: failure(),
  });
}

function endedError({ name, log }: Start, how: string): UserError {
  return new UserError('service-ended', `${name} ended by itself (${how}).`, {
    why: `The end of ${log}:\n${lastLines(readFileSync(log, 'utf8'), 8)}`,
    advice: 'Run the same command again.',
  });
}

function isAlive(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/** SIGTERM, and SIGKILL for what does not go within five seconds. */
async function stop(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  if (isAlive(child)) {
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const hard = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await gone;
    clearTimeout(hard);
  }
  unwatch(pid);
}
