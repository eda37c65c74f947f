import * as vscode from 'vscode';
import { profiles, REGIONS } from '../aws/profiles';
import type { Context } from '../context';
import { listContexts } from '../kube/client';

/** The status bar item: which cluster and region, and on a click another one. */
export async function switchConnection({ connection }: Context): Promise<void> {
  const options = connection.options();
  const contexts = listContexts(options);
  const context = await pick(vscode.l10n.t('Kubernetes context'), contexts, options.context ?? contexts[0]);
  if (context === undefined) return;
  const profile = await pickProfile(options.profile);
  if (profile === undefined) return;
  const region = await pick(
    vscode.l10n.t('AWS region'),
    REGIONS,
    options.region ?? process.env['AWS_REGION'],
  );
  if (region === undefined) return;
  await connection.choose({ context, region, ...(profile === '' ? {} : { profile }) });
}

async function pick(
  title: string,
  values: readonly string[],
  current: string | undefined,
): Promise<string | undefined> {
  const items = values.map((label) =>
    label === current ? { label, description: vscode.l10n.t('current') } : { label },
  );
  const ordered = [
    ...items.filter(({ label }) => label === current),
    ...items.filter(({ label }) => label !== current),
  ];
  return (await vscode.window.showQuickPick(ordered, { title }))?.label;
}

/** An empty string means the default credentials. */
async function pickProfile(current: string | undefined): Promise<string | undefined> {
  const known = await profiles();
  if (known.length === 0) return current ?? '';
  const byDefault = { label: vscode.l10n.t('Default credentials'), profile: '' };
  const items = [byDefault, ...known.map((profile) => ({ label: profile, profile }))];
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('AWS profile') }))?.profile;
}
