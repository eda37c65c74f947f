/** `ekslb setup plan --orphans`, and the end of `ekslb setup undo`: what controllers left behind. */

import { printableJson } from '../printable';
import { findOrphans, ORPHAN_WORDS, type OrphanReport } from '../setup/orphans/find';
import { removeOrphans } from '../setup/orphans/remove';
import { orphansJson, orphansText } from '../setup/orphans/text';
import type { OrphanOutcome } from '../setup/report';
import { refreshed, type Setup } from '../setup/setup';
import type { ExitCode } from './given';
import { type Terminal, terminalHost } from './terminal';

export interface OrphanOptions {
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly deleteCluster?: readonly string[];
  readonly verbose?: boolean;
  readonly orphans?: boolean;
}

/** What would be deleted; nothing is. */
export async function planOrphans(
  setup: Setup,
  options: OrphanOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const report = await findOrphans(setup);
  const place = { version: 1, cluster: setup.clusterName, region: setup.aws.region };
  const json = () => printableJson({ ...place, steps: [], ...orphansJson(setup, report) });
  terminal.out(options.json === true ? json() : orphansText(setup, report));
  if (report.untold.length > 0) return 1;
  return report.orphans.length > 0 ? 3 : 0;
}

/** What was found, and what became of it. */
export interface OrphanResult {
  readonly report: OrphanReport;
  readonly outcomes: readonly OrphanOutcome[];
}

/**
 * Deletes orphans, each after its question. Those of other clusters only with --orphans: whoever takes one setup back
 * has not thought of them, and --yes would answer for them too.
 */
export async function undoOrphans(
  setup: Setup,
  options: OrphanOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<OrphanResult> {
  const fresh = refreshed(setup);
  const report = await findOrphans(fresh);
  const own = report.orphans.filter(
    ({ clusterName }) => options.orphans === true || clusterName === setup.clusterName,
  );
  for (const line of report.untold) terminal.err(line);
  const others = report.orphans.filter((one) => !own.includes(one));
  if (others.length > 0) terminal.err(othersText(others.length));
  const tell = ({ orphan: { kind, name }, state, evidence }: OrphanOutcome) =>
    terminal.err(`${ORPHAN_WORDS[kind]} ${name}: ${state}. ${evidence.join('; ')}`);
  const host = terminalHost(terminal, options);
  const outcomes = await removeOrphans(fresh, own, { host, signal, tell });
  return { report, outcomes };
}

function othersText(count: number): string {
  const what = count === 1 ? 'A resource' : `${count} resources`;
  return `${what} of other clusters seem to be left behind: \`ekslb setup plan --orphans\` shows them, \`ekslb setup undo --orphans\` asks for each.`;
}

/** A line that sums them up; none where there was nothing. */
export function orphanSummary({ report, outcomes }: OrphanResult): string[] {
  if (report.orphans.length === 0) return [];
  const deleted = outcomes.filter(({ state }) => state === 'deleted').length;
  return [`Left behind by controllers: ${report.orphans.length}; deleted: ${deleted}.`];
}

export function orphanResultJson(setup: Setup, { report, outcomes }: OrphanResult): object {
  const told = outcomes.map(({ orphan, state, evidence }) => ({ id: orphan.id, state, evidence }));
  return { ...orphansJson(setup, report), outcomes: told };
}

export const NO_ORPHANS: OrphanResult = { report: { orphans: [], untold: [] }, outcomes: [] };
