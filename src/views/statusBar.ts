import * as vscode from 'vscode';
import type { Connection } from '../connection';

/** Cluster and region; a click switches them. */
export function createStatusBar(connection: Connection): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('eksLoadBalancers', vscode.StatusBarAlignment.Left, 20);
  item.name = vscode.l10n.t('EKS Load Balancers');
  item.command = 'eksLoadBalancers.switchConnection';
  const show = () => {
    item.text = `$(server-environment) ${connection.label()}`;
    item.tooltip = vscode.l10n.t('Cluster and region of EKS Load Balancers. Click to switch.');
    item.accessibilityInformation = {
      label: vscode.l10n.t('EKS cluster and region: {0}', connection.label()),
    };
  };
  show();
  item.show();
  return vscode.Disposable.from(item, connection.onDidChange(show));
}
