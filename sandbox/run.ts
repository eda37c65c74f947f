import { type SpawnOptions, spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { UserError } from '../src/errors';
import type { Env } from './places';

export interface Output {
  readonly code: number;
  readonly stdout: string;
  /** stdout and stderr in the order in which they came. */
  readonly all: string;
}

interface RunOptions {
  readonly cwd?: string;
  readonly env?: Env;
  /** Ends the program after so many milliseconds. */
  readonly timeout?: number;
  /** Sees the output as it comes. */
  readonly onOutput?: (text: string) => void;
}

/** Runs a program to its end; never throws for an exit code. A program that cannot be started has code 127. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Output> {
  const spawning: SpawnOptions = {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...(options.env ?? process.env) },
  };
  if (options.cwd !== undefined) spawning.cwd = options.cwd;
  if (options.timeout !== undefined) spawning.timeout = options.timeout;
  return new Promise((resolve) => {
    const child = spawn(command, [...args], spawning);
    let stdout = '';
    let all = '';
    const collect = (text: string) => {
      all += text;
      options.onOutput?.(text);
    };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      collect(text);
    });
    child.stderr?.setEncoding('utf8').on('data', collect);
    child.on('error', (error) => resolve({ code: 127, stdout, all: `${all}${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, all }));
  });
}

/** Runs a program that has to succeed; otherwise throws with its last lines. */
export async function runOrThrow(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const output = await run(command, args, options);
  if (output.code === 0) return output.stdout;
  throw new UserError(
    'program-failed',
    `${[command, ...args].join(' ')} ended with exit code ${output.code}.`,
    {
      why: lastLines(output.all, 15),
    },
  );
}

export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

/** The first program of these names on the PATH. */
export function onPath(names: readonly string[], env: Env = process.env): string | undefined {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const name of names) {
    for (const folder of folders) {
      const found = suffixes.map((suffix) => join(folder, name + suffix)).find(isProgram);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
