import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import which from 'which';
import { Cancelled } from '../errors';
import type { Command, Os, Ran, Tools } from './tools';

/** The programs of this machine; what takes long writes to the terminal that this process has. */
export function nodeTools(): Tools {
  return {
    os: thisOs(),
    find: async (program) => (await which(program, { nothrow: true })) ?? undefined,
    run: runProcess,
  };
}

function thisOs(): Os {
  if (process.platform === 'darwin') return 'macos';
  if (process.platform === 'win32') return 'windows';
  return linuxOf(osRelease());
}

/** By the ids in /etc/os-release: the system's own, then those that it is like. */
export function linuxOf(release: string): Os {
  const ids = /^ID(?:_LIKE)?=.*$/gm;
  const words = [...release.matchAll(ids)].join(' ');
  if (/\b(debian|ubuntu)\b/.test(words)) return 'debian';
  return /\bamzn\b/.test(words) ? 'amazon' : 'linux';
}

function osRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}

/** Runs a program without a shell. Throws Cancelled when it was stopped, and what Node throws when it cannot start. */
export function runProcess({ argv, input, long, env }: Command, signal: AbortSignal): Promise<Ran> {
  const [program, ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...process.env, ...env },
      // Results go to standard output; what a command tells meanwhile is progress.
      stdio: long === true ? [input === undefined ? 'inherit' : 'pipe', 2, 2] : 'pipe',
      signal,
    });
    const told = { stdout: '', stderr: '' };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      told.stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      told.stderr += text;
    });
    child.on('error', (error) => reject(error.name === 'AbortError' ? new Cancelled() : error));
    child.on('close', (code) => resolve({ code: code ?? 1, ...told }));
    // A program that ends without reading its input is no failure of ours.
    child.stdin?.on('error', () => undefined).end(input);
  });
}
