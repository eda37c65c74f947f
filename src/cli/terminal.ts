import { createInterface } from 'node:readline/promises';
import { explain, UserError } from '../errors';
import type { Host, Question } from '../reconcile/host';

/** Where a command writes: results to `out`, everything else to `err`. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Whether somebody can answer a question. */
  readonly interactive: boolean;
}

export function processTerminal(): Terminal {
  return {
    out: (text) => process.stdout.write(text.endsWith('\n') ? text : `${text}\n`),
    err: (text) => process.stderr.write(text.endsWith('\n') ? text : `${text}\n`),
    interactive: process.stdin.isTTY === true && process.stderr.isTTY === true,
  };
}

/** A host that tells on standard error and asks there, or refuses where nobody can answer. */
export function terminalHost(terminal: Terminal, options: { yes?: boolean; verbose?: boolean }): Host {
  return {
    notify({ level, text, progress }) {
      if (level === 'debug' && options.verbose !== true) return;
      const count = progress === undefined ? '' : `[${progress.done}/${progress.total}] `;
      terminal.err(`${count}${text}`);
    },
    async confirm(question) {
      if (options.yes === true) return true;
      if (!terminal.interactive) throw unanswered(question);
      terminal.err(question.details);
      return ask(question);
    },
  };
}

function unanswered({ title, facts }: Question): UserError {
  return new UserError('needs-yes', `Nobody can answer here: ${title}\n${facts.join('\n')}`, {
    why: 'Without a terminal nothing is changed unasked.',
    advice: 'Look at it with `ekslb plan`, then run this command again with --yes.',
  });
}

/** What loses something must be typed in full. */
async function ask({ title, facts, destructive }: Question): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // While a question is asked, Ctrl-C is a key, and by itself only ends the question without an answer.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const hint = destructive ? 'type yes to go on' : 'y/N';
    const answer = await lines.question(`${facts.join('\n')}\n${title} (${hint}) `);
    return destructive ? answer.trim() === 'yes' : /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

export function printError(terminal: Terminal, error: unknown, verbose: boolean): void {
  terminal.err(`error: ${explain(error)}`);
  if (error instanceof UserError && error.what !== undefined) terminal.err(`Code: ${error.code}`);
  if (verbose && error instanceof Error && error.stack !== undefined) terminal.err(error.stack);
}
