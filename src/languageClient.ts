import * as vscode from 'vscode';
import { LanguageClient, type LanguageClientOptions, TransportKind } from 'vscode-languageclient/node';
import type { ServerOptions as OurOptions } from './protocol';

/** Starts the language server for YAML files; it works in untrusted workspaces, too. */
export async function startLanguageClient(extension: vscode.ExtensionContext): Promise<LanguageClient> {
  const module = extension.asAbsolutePath('dist/server.js');
  const options: OurOptions = {
    suggestCommand: 'editor.action.triggerSuggest',
    referencesCommand: 'eksLoadBalancers.showReferences',
    liveValues: false,
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
  await languageClient.start();
  return languageClient;
}
