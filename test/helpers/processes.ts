import { spawn } from 'node:child_process';
import { openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unwatch, watch } from '../../sandbox/services/guard';
import type { World } from './world';

/** A service of a test's own world, which is stopped, killed and started again under its feet. */
export interface Disturbed {
  /** It answers nothing any more, and does not know it. */
  freeze(): void;
  thaw(): void;
  /** Gone at once: who asks is refused. */
  kill(): Promise<void>;
  /** The same program with the same arguments, as it was started first. */
  restart(): void;
}

/** The process of a world that runs this program, found by the place of the world's state in its arguments. */
export function disturbed({ kubeconfig }: World, program: 'etcd' | 'kube-apiserver'): Disturbed {
  const state = dirname(kubeconfig);
  const isIts = (all: readonly string[]) =>
    all[0]?.endsWith(`/${program}`) === true && all.some((one) => one.includes(state));
  const found = processes().find(({ argv }) => isIts(argv));
  if (found === undefined) throw new Error(`${program} of ${state} does not run`);
  let { pid } = found;
  return {
    freeze: () => void process.kill(pid, 'SIGSTOP'),
    thaw: () => void process.kill(pid, 'SIGCONT'),
    kill: async () => {
      process.kill(pid, 'SIGKILL');
      while (processes().some((one) => one.pid === pid)) await sleep(20);
    },
    restart: () => {
      unwatch(pid);
      const [command = '', ...args] = found.argv;
      const log = openSync('/dev/null', 'w');
      const child = spawn(command, args, { cwd: found.cwd, stdio: ['ignore', log, log], detached: true });
      pid = child.pid ?? 0;
      watch(pid);
      child.unref();
    },
  };
}

function processes(): { pid: number; argv: string[]; cwd: string }[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const argv = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').slice(0, -1);
      return argv.length === 0 ? [] : [{ pid: Number(name), argv, cwd: readlinkSync(`/proc/${name}/cwd`) }];
    } catch {
      return [];
    }
  });
}
