import { createInterface } from 'node:readline/promises';
import { explain, UserError } from '../errors';
import { planChanged } from '../reconcile/confirmed';
import type { Consent, Host, Question } from '../reconcile/host';

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
      terminal.err(`${count}${text}`);
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
  return new UserError('needs-yes', `Nobody can answer here: ${title}\n${facts.join('\n')}`, {
    why: 'Without a terminal nothing is changed unasked.',
    advice: 'Look at it with `ekslb plan`, then run this command again with --yes.',
  });
}

/** What loses something must be typed in full. */
async function ask({ title, facts, destructive, consent }: Question): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const word = consent?.kind === 'cluster' ? consent.clusterName : 'yes';
  try {
    const hint = destructive ? `type ${word} to go on` : 'y/N';
    const answer = await lines.question(`${facts.join('\n')}\n${title} (${hint}) `);
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
