import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Ends the watched processes when this process is gone without having stopped them (killed, crashed). The kernel
 * closes the pipe in every case, which is all that the guard waits for.
 */
const PROGRAM = `
let text = '';
process.stdin.setEncoding('utf8').on('data', (part) => { text += part; });
process.stdin.on('end', () => {
  const pids = new Set();
  for (const line of text.split('\\n')) {
    if (line.startsWith('+')) pids.add(Number(line.slice(1)));
    if (line.startsWith('-')) pids.delete(Number(line.slice(1)));
  }
  for (const pid of pids) { try { process.kill(pid, 'SIGTERM'); } catch {} }
  setTimeout(() => { for (const pid of pids) { try { process.kill(pid, 'SIGKILL'); } catch {} } }, 3000);
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
`;

let guard: ChildProcess | undefined;

/** One guard for the whole process; its lines are "+pid" and "-pid". */
export function watch(pid: number): void {
  guard ??= start();
  guard.stdin?.write(`+${pid}\n`);
}

export function unwatch(pid: number): void {
  guard?.stdin?.write(`-${pid}\n`);
}

function start(): ChildProcess {
  const child = spawn(process.execPath, ['-e', PROGRAM], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  child.unref();
  child.stdin?.on('error', () => undefined);
  (child.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  return child;
}
