import { createInterface } from 'node:readline/promises';
import { explain, UserError } from '../errors';
import { inLines, oneLine, printable } from '../printable';
import { planChanged } from '../reconcile/confirmed';
import type { Consent, Host, Question } from '../reconcile/host';

/**
 * Where a command writes: results to `out`, everything else to `err`. Text from outside is shown, never obeyed; each line
 * is made so where its parts are put together (src/printable.ts), the rest here.
 */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** A format that programs read, exactly as it is. */
  exact(text: string): void;
  /** Whether somebody can answer a question. */
  readonly interactive: boolean;
}

export function processTerminal(): Terminal {
  return {
    out: (text) => process.stdout.write(ended(shown(text))),
    err: (text) => process.stderr.write(ended(shown(text))),
    exact: (text) => process.stdout.write(ended(text)),
    interactive: process.stdin.isTTY === true && process.stderr.isTTY === true,
  };
}

function ended(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}

/**
 * The text with symbols for what a terminal would obey. GitHub takes lines that begin with `::`, and `##[` anywhere, for
 * commands of a workflow (github.com/actions/runner, ActionCommand.cs); no line of ours does.
 */
export function shown(text: string): string {
  return printable(text)
    .replace(/^([^\S\n]{0,200})::/gm, '$1: :')
    .replaceAll('##[', '## [');
}

export interface AnswerOptions {
  /** Yes to everything that was shown. */
  readonly yes?: boolean;
  /** Yes to whatever the plan is when it runs. */
  readonly acceptChanges?: boolean;
  /** Names of clusters whose resources may go by their tags alone. */
  readonly deleteCluster?: readonly string[];
  readonly verbose?: boolean;
}

/** A host that tells on standard error and asks there, or refuses where nobody can answer. */
export function terminalHost(terminal: Terminal, options: AnswerOptions): Host {
  return {
    notify({ level, text, progress }) {
      if (level === 'debug' && options.verbose !== true) return;
      const count = progress === undefined ? '' : `[${progress.done}/${progress.total}] `;
      terminal.err(oneLine(`${count}${text}`));
    },
    async confirm(question) {
      const { consent } = question;
      if (consent === undefined ? options.yes === true : isGiven(consent, options)) return true;
      if (consent !== undefined && (options.yes === true || !terminal.interactive)) {
        return withoutConsent(consent, question, terminal);
      }
      if (!terminal.interactive) throw unanswered(question);
      terminal.err(question.details);
      return ask(question);
    },
  };
}

function isGiven(consent: Consent, { acceptChanges, deleteCluster = [] }: AnswerOptions): boolean {
  return consent.kind === 'cluster' ? deleteCluster.includes(consent.clusterName) : acceptChanges === true;
}

/** `--yes` answers what was shown, and nothing else. */
function withoutConsent(consent: Consent, { title, facts }: Question, terminal: Terminal): false {
  if (consent.kind === 'changed-plan')
    throw planChanged(facts.filter((fact) => /^(!|not confirmed:)/.test(fact)));
  terminal.err(`Not covered by --yes: ${title} Pass --delete-cluster ${consent.clusterName} if it is right.`);
  return false;
}

function unanswered({ title, facts }: Question): UserError {
  return new UserError('needs-yes', `Nobody can answer here: ${title}`, {
    details: facts,
    why: 'Without a terminal nothing is changed unasked.',
    advice: 'Look at it with `ekslb plan`, then run this command again with --yes.',
  });
}

/** What loses something must be typed in full. */
async function ask({ title, facts, destructive, consent }: Question): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const word = consent?.kind === 'cluster' ? consent.clusterName : 'yes';
  // While a question is asked, Ctrl-C is a key, and by itself only ends the question without an answer.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const hint = destructive ? `type ${word} to go on` : 'y/N';
    const answer = await lines.question(shown(`${inLines(facts)}\n${oneLine(title)} (${hint}) `));
    return destructive ? answer.trim() === word : /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

export function printError(terminal: Terminal, error: unknown, verbose: boolean): void {
  terminal.err(`error: ${explain(error)}`);
  if (error instanceof UserError && error.what !== undefined) terminal.err(`Code: ${error.code}`);
  if (verbose && error instanceof Error && error.stack !== undefined) terminal.err(error.stack);
}
