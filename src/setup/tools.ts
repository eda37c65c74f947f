/** Runs programs of this machine. The command line, the editor and the tests each have one. */
export interface Tools {
  readonly os: Os;
  /** Path of a program on the PATH; undefined when there is none. */
  find(program: string): Promise<string | undefined>;
  /** Runs a command and waits for its end. `long` gives it a terminal that people see. */
  run(command: Command, signal: AbortSignal): Promise<Ran>;
}

/** Systems that differ in how programs are installed. `linux`: any other one. */
export type Os = 'macos' | 'windows' | 'debian' | 'amazon' | 'linux';

export interface Command {
  readonly argv: readonly [string, ...string[]];
  /** Standard input. */
  readonly input?: string;
  readonly long?: boolean;
  /** Beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}
