/** Tells the language server what the settings, and the connected cluster, say of the checks. */
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { Connection } from './connection';
import type { ClusterProfile } from './kube/profile';
import { SETTINGS_CHANGED, type ServerSettings } from './protocol';

const SECTION = 'eksLoadBalancers';
const KEYS = ['controllerVersion', 'autoMode', 'fargate', 'rules'];

export interface SettingsFollower extends vscode.Disposable {
  /** The connection works: the cluster can be asked which controller it has. Asks once per connection. */
  connected(): void;
}

/** What the editor's settings say; `detected` fills what they leave open. */
export function serverSettings(detected: ClusterProfile = {}): ServerSettings {
  const settings = vscode.workspace.getConfiguration(SECTION);
  const controller = settings.get<string>('controllerVersion', '').trim() || detected.controller;
  const mode = settings.get<string>('autoMode', 'detect');
  const autoMode = mode === 'detect' ? detected.autoMode : mode === 'on';
  return {
    ...(controller === undefined ? {} : { controller }),
    ...(autoMode === undefined ? {} : { autoMode }),
    fargate: settings.get<boolean>('fargate', false),
    severity: settings.get<NonNullable<ServerSettings['severity']>>('rules', {}),
  };
}

export function followSettings(
  client: LanguageClient,
  connection: Connection,
  log: vscode.LogOutputChannel,
): SettingsFollower {
  const status = createStatus();
  let detected: ClusterProfile = {};
  let asked = false;
  const send = () => {
    const settings = serverSettings(detected);
    show(status, settings, detected);
    if (client.isRunning()) void client.sendNotification(SETTINGS_CHANGED, settings);
  };
  const ask = async () => {
    try {
      const { clusterProfile } = await import('./kube/profile');
      detected = await clusterProfile((await connection.engine()).kube);
      send();
    } catch (error) {
      // The checks then hold for the newest controller, as without a cluster.
      log.info(vscode.l10n.t('The cluster does not tell its controller. {0}', String(error)));
    }
  };
  show(status, serverSettings(), detected);
  const parts = vscode.Disposable.from(
    status,
    connection.onDidChange(() => {
      asked = false;
      detected = {};
      send();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (KEYS.some((key) => event.affectsConfiguration(`${SECTION}.${key}`))) send();
    }),
  );
  return {
    connected() {
      if (!asked) void ask();
      asked = true;
    },
    dispose: () => parts.dispose(),
  };
}

function createStatus(): vscode.LanguageStatusItem {
  const status = vscode.languages.createLanguageStatusItem('eksLoadBalancers.profile', { language: 'yaml' });
  status.name = vscode.l10n.t('EKS Load Balancers');
  status.command = {
    title: vscode.l10n.t('Settings'),
    command: 'workbench.action.openSettings',
    arguments: ['eksLoadBalancers.controllerVersion'],
  };
  return status;
}

/** For which controller the manifests are checked, and how that is known. */
function show(status: vscode.LanguageStatusItem, settings: ServerSettings, detected: ClusterProfile): void {
  status.text =
    settings.autoMode === true
      ? vscode.l10n.t('Checked for EKS Auto Mode')
      : settings.controller === undefined
        ? vscode.l10n.t('Checked for the newest controller')
        : vscode.l10n.t('Checked for controller {0}', settings.controller);
  const isDetected = detected.controller === settings.controller && Object.keys(detected).length > 0;
  status.detail = isDetected ? vscode.l10n.t('as in the cluster') : '';
}
