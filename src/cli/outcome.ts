import { oneLine } from '../printable';
import { identityOf, run } from '../reconcile/engine';
import type { Holding } from '../reconcile/hold';
import { changesOf, type Plan } from '../reconcile/plan';
import { questionOf } from '../reconcile/planText';
import { dnsNamesOf, failuresOf } from '../reconcile/provision';
import type { Outcome } from '../reconcile/run';
import { type ExitCode, failureLines } from './given';
import type { CommonOptions } from './options';
import type { Terminal } from './terminal';

export function reportOutcome(outcome: Outcome, terminal: Terminal): ExitCode {
  const failures = failuresOf(outcome);
  for (const note of outcome.groups.flatMap(({ plan }) => plan.notes))
    terminal.err(oneLine(`warning: ${note}`));
  for (const { members, error } of failures) {
    const [first = '', ...more] = failureLines(error);
    terminal.err(members.length === 0 ? first : oneLine(`${members.join(', ')}: ${first}`));
    for (const line of more) terminal.err(`  ${line}`);
  }
  if (failures.length > 0 && outcome.done.length > 0) {
    terminal.err(`${outcome.done.length} changes were made; run the command again to go on from here.`);
  }
  return failures.length > 0 ? 1 : 0;
}

export function declined(terminal: Terminal): ExitCode {
  terminal.err('Nothing was changed.');
  return 1;
}

export async function runPlan(
  { engine, host, signal }: Holding,
  plan: Plan,
  options: CommonOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const asks = options.yes !== true && changesOf(plan).length > 0;
  if (asks && !(await host.confirm(questionOf(plan, engine, await identityOf(engine)))))
    return declined(terminal);
  const outcome = await run(engine, plan, host, signal);
  const code = reportOutcome(outcome, terminal);
  for (const name of dnsNamesOf(outcome)) terminal.out(oneLine(name));
  return code;
}
