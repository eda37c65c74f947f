import * as vscode from 'vscode';
import { rawAnnotation } from '../annotations/read';
import { consoleUrl } from '../aws/console';
import type { Context } from '../context';
import { UserError } from '../errors';
import type { TreeNode } from '../views/node';
import { workspaceIngresses } from './pickIngress';

export async function copyArn(_: Context, node: TreeNode): Promise<void> {
  await copy(node.facts?.arn);
}

export async function copyDnsName(_: Context, node: TreeNode): Promise<void> {
  await copy(node.facts?.dnsName);
}

async function copy(text: string | undefined): Promise<void> {
  if (text === undefined) return;
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(vscode.l10n.t('Copied {0}', text), 3_000);
}

export async function openInConsole({ connection }: Context, node: TreeNode): Promise<void> {
  const { aws } = await connection.engine();
  const arn = node.facts?.arn;
  if (arn === undefined) return;
  if (aws.endpointUrl !== undefined) {
    throw new UserError('no-console', vscode.l10n.t('A local AWS has no console.'), {
      advice: vscode.l10n.t('Everything it holds is in this view.'),
    });
  }
  await vscode.env.openExternal(vscode.Uri.parse(consoleUrl(arn)));
}

/** Goes to the manifest of an Ingress that a load balancer serves. */
export async function revealIngress(_: Context, node: TreeNode): Promise<void> {
  const stack = node.facts?.stack;
  if (stack === undefined) return;
  const all = await workspaceIngresses();
  const mine = all.filter(
    ({ label, one }) =>
      label === stack || rawAnnotation('group.name', one.object.metadata.annotations) === stack,
  );
  if (mine.length === 0) {
    throw new UserError(
      'not-in-workspace',
      vscode.l10n.t('No file of the workspace holds an Ingress of {0}.', stack),
      {
        advice: vscode.l10n.t('Open the folder with its manifests.'),
      },
    );
  }
  const title = vscode.l10n.t('Ingresses of {0}', stack);
  const chosen = mine.length === 1 ? mine[0] : await vscode.window.showQuickPick(mine, { title });
  if (chosen === undefined) return;
  const at = new vscode.Position(chosen.one.kindLine, 0);
  await vscode.window.showTextDocument(chosen.uri, { selection: new vscode.Range(at, at) });
}
