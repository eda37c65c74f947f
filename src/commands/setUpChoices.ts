import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { openAws } from '../aws/clients';
import { listEksClusters } from '../aws/cluster';
import type { Context } from '../context';
import { askText } from '../dialogs';
import type { Choices } from '../setup/choices';
import { SAMPLES } from '../setup/choices';

interface Option<T> extends vscode.QuickPickItem {
  readonly value: T;
}

/** Asks what a person has to decide, a list each; the answers of the last time stand first. False when it was left. */
export async function askChoices(context: Context): Promise<boolean> {
  const { clusterName: before, choices: known = {} } = context.setup.wish();
  const cluster = await askCluster(context, before);
  if (cluster === undefined) return false;
  const compute = cluster.made ? await askCompute(known.compute) : known.compute;
  if (cluster.made && compute === undefined) return false;
  const identity = compute === 'auto' ? known.identity : await askIdentity(known.identity);
  if (compute !== 'auto' && identity === undefined) return false;
  const install = compute === 'auto' ? known.install : await askInstall(known.install);
  if (compute !== 'auto' && install === undefined) return false;
  const samples = await askSamples(known.samples);
  if (samples === undefined) return false;
  const answers = { ...known, createCluster: cluster.made, compute, identity, install, samples };
  const choices = Object.fromEntries(Object.entries(answers).filter(([, value]) => value !== undefined));
  await context.setup.choose({ clusterName: cluster.name, choices });
  return true;
}

/** Where access to the cluster is to be written: `usual`, or a file of its own. Undefined when it was left. */
export async function askKubeconfig(clusterName: string, usual: string): Promise<string | undefined> {
  const own = vscode.Uri.file(join(dirname(usual), `${clusterName}.yaml`));
  const options: Option<boolean>[] = [
    {
      label: vscode.l10n.t('Add it to {0}', usual),
      detail: vscode.l10n.t('What is in it stays; the cluster becomes the current context.'),
      value: false,
    },
    {
      label: vscode.l10n.t('A file of its own'),
      detail: vscode.l10n.t('Other programs find it by KUBECONFIG.'),
      value: true,
    },
  ];
  const title = vscode.l10n.t('Where should access to {0} be written?', clusterName);
  const picked = await pick(title, options, undefined);
  if (picked?.value !== true) return picked && usual;
  return (await vscode.window.showSaveDialog({ title, defaultUri: own }))?.fsPath;
}

/** "Change a Choice of the Setup": every choice by its name, as YAML that is checked before it is kept. */
export async function editChoices(context: Context): Promise<void> {
  const { readChoices } = await import('../setup/readChoices');
  const { clusterName, choices = {} } = context.setup.wish();
  const all: Readonly<Record<string, unknown>> = { ...readChoices(choices) };
  const items = Object.entries(all).map(([label, value]) => ({
    label,
    description: JSON.stringify(value),
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Which choice should change?'),
    matchOnDescription: true,
  });
  if (picked === undefined) return;
  const { parse } = await import('yaml');
  const text = await askText({
    title: picked.label,
    value: picked.description,
    prompt: vscode.l10n.t('A value as in YAML.'),
    validateInput: (input) => problemOf(() => readChoices({ ...choices, [picked.label]: parse(input) })),
  });
  if (text === undefined) return;
  const changed = { ...choices, [picked.label]: parse(text) as unknown } as Partial<Choices>;
  await context.setup.choose({ ...(clusterName === undefined ? {} : { clusterName }), choices: changed });
}

function problemOf(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function pick<T>(
  title: string,
  options: readonly Option<T>[],
  current: T | undefined,
): Promise<Option<T> | undefined> {
  const first = options.filter(({ value }) => value === current);
  const ordered = [...first, ...options.filter(({ value }) => value !== current)];
  return vscode.window.showQuickPick(ordered, { title, matchOnDetail: true });
}

interface Cluster {
  readonly name: string;
  /** It is yet to be made. */
  readonly made: boolean;
}

async function askCluster(context: Context, before: string | undefined): Promise<Cluster | undefined> {
  const options = context.connection.options();
  const { region } = await openAws(options);
  const names = await listEksClusters({ ...options, region });
  const current = before ?? options.clusterName ?? process.env['EKSLB_CLUSTER_NAME'];
  const create = { label: vscode.l10n.t('$(add) Create a new cluster'), value: '' };
  const found = names.map((name) => ({ label: name, description: region, value: name }));
  const picked = await pick(vscode.l10n.t('Cluster to set up'), [...found, create], current);
  if (picked === undefined) return undefined;
  if (picked.value !== '') return { name: picked.value, made: false };
  const name = await askText({
    title: vscode.l10n.t('Name of the new cluster'),
    prompt: vscode.l10n.t('It is made with eksctl in {0} and costs money from then on.', region),
    validateInput: (value) =>
      /^[a-zA-Z0-9][\w-]{0,99}$/.test(value)
        ? undefined
        : vscode.l10n.t('Up to 100 letters, digits, hyphens and underscores.'),
  });
  return name === undefined ? undefined : { name, made: true };
}

async function askCompute(current: Choices['compute'] | undefined): Promise<Choices['compute'] | undefined> {
  const options: Option<Choices['compute']>[] = [
    { label: vscode.l10n.t('Managed nodes'), detail: vscode.l10n.t('Two m5.large.'), value: 'nodes' },
    { label: 'Fargate', detail: vscode.l10n.t('No nodes; targets are addresses of pods.'), value: 'fargate' },
    {
      label: vscode.l10n.t('EKS Auto Mode'),
      detail: vscode.l10n.t('EKS makes nodes and load balancers; there is no controller to install.'),
      value: 'auto',
    },
  ];
  return (await pick(vscode.l10n.t('What should pods run on?'), options, current))?.value;
}

async function askIdentity(
  current: Choices['identity'] | undefined,
): Promise<Choices['identity'] | undefined> {
  const options: Option<Choices['identity']>[] = [
    {
      label: vscode.l10n.t('IAM roles for service accounts (IRSA)'),
      detail: vscode.l10n.t('Works everywhere, Fargate too; needs the OIDC provider of the cluster in IAM.'),
      value: 'irsa',
    },
    {
      label: 'EKS Pod Identity',
      detail: vscode.l10n.t('Needs its agent on the nodes; one role can serve many clusters.'),
      value: 'pod-identity',
    },
  ];
  return (await pick(vscode.l10n.t('How does the controller get its permissions?'), options, current))?.value;
}

async function askInstall(current: Choices['install'] | undefined): Promise<Choices['install'] | undefined> {
  const options: Option<Choices['install']>[] = [
    { label: 'Helm', detail: vscode.l10n.t('The chart eks/aws-load-balancer-controller.'), value: 'helm' },
    {
      label: vscode.l10n.t('Manifests'),
      detail: vscode.l10n.t(
        'Without Helm: the objects are applied as they are, and can be written to files.',
      ),
      value: 'manifest',
    },
  ];
  return (await pick(vscode.l10n.t('How should the controller be installed?'), options, current))?.value;
}

const SAMPLE_TEXTS: Readonly<Record<Choices['samples'][number], string>> = {
  '2048': 'A game, on an Application Load Balancer',
  'two-apps': 'Two applications by host and path, through node ports',
  'two-apps-ip': 'The same, straight to the pods',
  fastapi: 'A FastAPI service, its image built and pushed to ECR',
  nlb: 'A Service behind a Network Load Balancer',
};

async function askSamples(current: Choices['samples'] = []): Promise<Choices['samples'] | undefined> {
  const items = SAMPLES.map((value) => ({
    label: value,
    description: SAMPLE_TEXTS[value],
    picked: current.includes(value),
    value,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Sample applications (none is fine)'),
    canPickMany: true,
  });
  return picked?.map(({ value }) => value);
}
