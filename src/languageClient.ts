import * as vscode from 'vscode';
import { LanguageClient, type LanguageClientOptions, TransportKind } from 'vscode-languageclient/node';
import type { Connection } from './connection';
import { createLiveAnswers } from './liveValues';
import {
  LIVE_VALUES_CHANGED,
  LIVE_VALUES_REQUEST,
  type LiveValuesParams,
  type LiveValuesResult,
  type ServerOptions as OurOptions,
} from './protocol';
import { followSettings, serverSettings } from './serverSettings';
import { checksKubernetes } from './yamlExtension';

/** Starts the language server for YAML files; it works in untrusted workspaces, too. */
export async function startLanguageClient(
  extension: vscode.ExtensionContext,
  connection: Connection,
  log: vscode.LogOutputChannel,
): Promise<LanguageClient> {
  const module = extension.asAbsolutePath('dist/server.js');
  const options: OurOptions = {
    suggestCommand: 'editor.action.triggerSuggest',
    referencesCommand: 'eksLoadBalancers.showReferences',
    liveValues: true,
    settings: serverSettings(),
    kubernetesChecked: checksKubernetes(),
  };
  const client: LanguageClientOptions = {
    documentSelector: [{ language: 'yaml' }],
    initializationOptions: options,
  };
  const server = {
    run: { module, transport: TransportKind.ipc },
    debug: { module, transport: TransportKind.ipc, options: { execArgv: ['--nolazy', '--inspect=6011'] } },
  };
  const languageClient = new LanguageClient(
    'eksLoadBalancers',
    vscode.l10n.t('EKS Load Balancers'),
    server,
    client,
  );
  const settings = followSettings(languageClient, connection, log);
  extension.subscriptions.push(
    settings,
    answerLiveValues(languageClient, connection, log, settings.connected),
  );
  await languageClient.start();
  return languageClient;
}

/** Tells the server what exists in the account and the cluster, as soon as it asks and the workspace is trusted. */
function answerLiveValues(
  client: LanguageClient,
  connection: Connection,
  log: vscode.LogOutputChannel,
  connected: () => void,
): vscode.Disposable {
  const answers = createLiveAnswers({
    isTrusted: () => vscode.workspace.isTrusted,
    engine: connection.engine,
    warn: (message) => log.warn(vscode.l10n.t('Completion cannot offer what exists. {0}', message)),
  });
  const forget = () => {
    answers.clear();
    if (client.isRunning()) void client.sendNotification(LIVE_VALUES_CHANGED);
  };
  return vscode.Disposable.from(
    client.onRequest<LiveValuesResult, void>(LIVE_VALUES_REQUEST, async (params: LiveValuesParams) => {
      const answer = await answers.answer(params);
      if (answer.status === 'ok') connected();
      return answer;
    }),
    connection.onDidChange(forget),
    vscode.workspace.onDidGrantWorkspaceTrust(forget),
  );
}
