import * as vscode from 'vscode';
import type { Context } from '../context';
import { showInformation, showWarning } from '../dialogs';
import { SETUP_LANGUAGE } from '../planDocuments';
import { findOrphans, ORPHAN_WORDS } from '../setup/orphans/find';
import { removeOrphans as removeEach } from '../setup/orphans/remove';
import { orphansText } from '../setup/orphans/text';
import type { OrphanOutcome } from '../setup/report';
import { refreshed, type Setup } from '../setup/setup';
import { setupHost } from './editorHost';
import { withProgress } from './progress';

/** "Find What Controllers Left Behind": all of it as a document, then a question for each. */
export async function removeOrphans(context: Context): Promise<void> {
  await offerOrphans(context, await context.setup.open(), () => true);
}

/** Those of one cluster are a part of taking its setup away; whoever does that has not thought of others. */
export async function offerOwnOrphans(context: Context, setup: Setup): Promise<void> {
  await offerOrphans(context, refreshed(setup), (clusterName) => clusterName === setup.clusterName);
}

async function offerOrphans(
  context: Context,
  setup: Setup,
  isMeant: (clusterName: string) => boolean,
): Promise<void> {
  const looking = vscode.l10n.t('Looking for what controllers left behind');
  const { orphans: all, untold } = await withProgress(looking, () => findOrphans(setup));
  const orphans = all.filter(({ clusterName }) => isMeant(clusterName));
  for (const line of untold) context.log.warn(line);
  if (orphans.length === 0) {
    void showInformation(
      untold[0] ?? vscode.l10n.t('Controllers left nothing behind in {0}.', setup.aws.region),
    );
    return;
  }
  await context.plans.show('Left Behind', orphansText(setup, { orphans, untold }), SETUP_LANGUAGE);
  const outcomes = await withProgress(vscode.l10n.t('Deleting what was left behind'), (progress, signal) =>
    removeEach(setup, orphans, {
      host: setupHost(context, progress),
      signal,
      tell: (one) => told(context, one),
    }),
  );
  announce(outcomes);
}

function told({ log }: Context, { orphan: { kind, name }, state, evidence }: OrphanOutcome): void {
  const text = `${ORPHAN_WORDS[kind]} ${name}: ${state}. ${evidence.join('; ')}`;
  if (state === 'failed') log.warn(text);
  else log.info(text);
}

function announce(outcomes: readonly OrphanOutcome[]): void {
  const count = (state: OrphanOutcome['state']) => outcomes.filter((one) => one.state === state).length;
  const [failed] = outcomes.filter(({ state }) => state === 'failed');
  const text = vscode.l10n.t('Left behind: {0} deleted, {1} kept.', count('deleted'), count('kept'));
  if (failed === undefined) void showInformation(text);
  else {
    const why = vscode.l10n.t('{0} could not be deleted: {1}', failed.orphan.name, failed.evidence[0] ?? '');
    void showWarning(`${text} ${why}`);
  }
}
