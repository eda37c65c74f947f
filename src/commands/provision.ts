import * as vscode from 'vscode';
import type { Context } from '../context';
import { showInformation, showWarning } from '../dialogs';
import { Cancelled } from '../errors';
import { PLAN_LANGUAGE } from '../planDocuments';
import { type Engine, identifiedPlan } from '../reconcile/engine';
import { healthText, waitForHealth } from '../reconcile/health';
import { named, ownersOf } from '../reconcile/owner';
import { planText } from '../reconcile/planText';
import { failuresOf, type Provisioned, provision, unprovision } from '../reconcile/provision';
import { editorHost } from './editorHost';
import { type PickedIngress, type PickFrom, pickIngress } from './pickIngress';
import { withProgress } from './progress';

const HEALTH_PATIENCE_MS = 3 * 60_000;

/** "Provision ALB for Ingress": plan, question, run, and the DNS name at the end. */
export async function provisionIngress(context: Context, from: PickFrom): Promise<void> {
  const ingress = await pickIngress(from);
  if (ingress === undefined) return;
  const title = vscode.l10n.t('Provisioning the load balancer of {0}', ingress.key);
  const { engine, result } = await withProgress(title, async (progress, signal) => {
    const host = editorHost(context, progress);
    host.notify({ level: 'info', text: vscode.l10n.t('Planning') });
    const engine = await context.connection.engine();
    return { engine, result: await provision(engine, ingress.manifests, host, signal) };
  });
  context.tree.refresh();
  const failure = result.outcome === undefined ? undefined : failuresOf(result.outcome)[0];
  if (failure !== undefined) throw failure.error;
  void followHealth(context, engine, ingress);
  await announce(context, ingress, result);
}

/** Targets become healthy after the command is done; they may be watched, or not. */
async function followHealth(context: Context, engine: Engine, ingress: PickedIngress): Promise<void> {
  const title = vscode.l10n.t('Waiting for the targets of {0}', ingress.key);
  try {
    const { targets, settled } = await withProgress(title, async (progress, signal) => {
      const host = editorHost(context, progress);
      const patience = HEALTH_PATIENCE_MS;
      return waitForHealth(engine, ownersOf(named([ingress.key])), host, signal, patience);
    });
    context.log.info(`${ingress.key}: ${healthText(targets)}`);
    if (!settled) {
      const message = vscode.l10n.t(
        '{0}: {1}. The tree shows the reason of each target.',
        ingress.key,
        healthText(targets),
      );
      void showWarning(message);
    }
  } catch (error) {
    if (!(error instanceof Cancelled)) context.log.error(String(error));
  } finally {
    context.tree.refresh();
  }
}

async function announce(
  context: Context,
  { key }: PickedIngress,
  { charge, dnsNames }: Provisioned,
): Promise<void> {
  const name = dnsNames[0];
  if (name === undefined) return;
  const [copy, open, show] = [
    vscode.l10n.t('Copy DNS Name'),
    vscode.l10n.t('Open'),
    vscode.l10n.t('Show in View'),
  ];
  const follows =
    charge.kind === 'nobody'
      ? vscode.l10n.t('Targets follow pods only while this runs: install the controller for that.')
      : vscode.l10n.t('The controller of the cluster keeps it up to date.');
  const message = vscode.l10n.t('{0} is served by {1}. {2}', key, name, follows);
  const answer = await showInformation(message, copy, open, show);
  if (answer === copy) await vscode.env.clipboard.writeText(name);
  if (answer === open) await vscode.env.openExternal(vscode.Uri.parse(`http://${name}/`));
  if (answer === show) await vscode.commands.executeCommand('eksLoadBalancers.loadBalancers.focus');
  context.log.info(message);
}

/** "Preview Plan": the same plan, nothing else. */
export async function previewPlan(context: Context, from: PickFrom): Promise<void> {
  const ingress = await pickIngress(from);
  if (ingress === undefined) return;
  const text = await withProgress(vscode.l10n.t('Planning {0}', ingress.key), async () => {
    const engine = await context.connection.engine();
    const select = ownersOf(named([ingress.key]));
    const [identity, plan] = await identifiedPlan(engine, select, ingress.manifests);
    return planText(plan, engine, identity, ingress.manifests);
  });
  await context.plans.show('Load Balancer Plan', text, PLAN_LANGUAGE);
}

/** "Delete the Load Balancer of an Ingress": AWS first, then the Ingress; its Service and Deployment stay. */
export async function deleteIngress(context: Context, from: PickFrom): Promise<void> {
  const ingress = await pickIngress(from);
  if (ingress === undefined) return;
  const title = vscode.l10n.t('Deleting the load balancer of {0}', ingress.key);
  const outcome = await withProgress(title, async (progress, signal) => {
    const engine = await context.connection.engine();
    return unprovision(engine, named([ingress.key]), editorHost(context, progress), signal);
  });
  context.tree.refresh();
  const failure = outcome === undefined ? undefined : failuresOf(outcome)[0];
  if (failure !== undefined) throw failure.error;
  void showInformation(vscode.l10n.t('{0} and its load balancer are deleted.', ingress.key));
}
