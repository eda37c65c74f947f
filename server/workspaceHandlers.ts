/** What the server hears of the workspace: its folders, files that change on disk, and settings. */
import type { Connection, Diagnostic, InitializeParams } from 'vscode-languageserver';
import { DiagnosticSeverity, DidChangeWatchedFilesNotification } from 'vscode-languageserver';
import type { ServerOptions, ServerSettings } from '../src/protocol';
import { SETTINGS_CHANGED } from '../src/protocol';
import { SOURCE } from './diagnostics';
import { type ConfigStore, readConfig } from './projectConfig';
import type { Manifest } from './text/manifest';
import type { WorkspaceFiles } from './workspaceFiles';

export interface WorkspaceParts {
  readonly files: WorkspaceFiles | undefined;
  readonly configs: ConfigStore;
  /** Publishes again what is no longer right. */
  readonly renew: () => void;
}

/** Registers what follows the workspace; the folders are read once the client is ready. */
export function followWorkspace(
  connection: Connection,
  params: InitializeParams,
  parts: WorkspaceParts,
): void {
  const { files, configs, renew } = parts;
  applySettings(configs, (params.initializationOptions as ServerOptions | undefined)?.settings);
  connection.onNotification(SETTINGS_CHANGED, (settings: ServerSettings) => {
    applySettings(configs, settings);
    renew();
  });
  if (files === undefined) return;
  connection.onInitialized(() => {
    if (params.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true) watch(connection);
    void files.scan(foldersOf(params)).then(renew, (error: unknown) => {
      connection.console.error(`reading the workspace failed: ${String(error)}`);
    });
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    for (const { uri } of changes) void files.refresh(uri)?.then(renew);
    renew();
  });
}

/** What is wrong with an open `.ekslb.yaml`. */
export function configDiagnostics(document: Manifest): Diagnostic[] {
  return readConfig(document.getText()).problems.map(({ span, message }) => ({
    range: { start: document.positionAt(span.start), end: document.positionAt(span.end) },
    severity: DiagnosticSeverity.Warning,
    source: SOURCE,
    message,
  }));
}

/** Says of files on disk why they are not read, where they stand, until they are. */
export function tellUnread(connection: Connection): (uri: string, problem: string | undefined) => void {
  const told = new Set<string>();
  const start = { line: 0, character: 0 };
  return (uri, problem) => {
    if (problem === undefined && !told.delete(uri)) return;
    if (problem !== undefined) told.add(uri);
    const message = `This file is not read: it is ${problem}. What stands in it is not checked, and missing elsewhere.`;
    const found = {
      range: { start, end: start },
      severity: DiagnosticSeverity.Warning,
      source: SOURCE,
      message,
    };
    connection.sendDiagnostics({ uri, diagnostics: problem === undefined ? [] : [found] }).catch(() => {
      // The client is gone.
    });
  };
}

function foldersOf({ workspaceFolders, rootUri }: InitializeParams): string[] {
  if (workspaceFolders != null) return workspaceFolders.map(({ uri }) => uri);
  return rootUri == null ? [] : [rootUri];
}

function watch(connection: Connection): void {
  const watchers = [{ globPattern: '**/*.{yaml,yml}' }, { globPattern: '**/Kustomization' }];
  connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }).catch(() => {
    // A client that cannot watch: what is on disk is then read once.
  });
}

function applySettings(configs: ConfigStore, settings: ServerSettings | undefined): void {
  const { controller, autoMode, fargate, severity = {} } = settings ?? {};
  configs.setDefaults({
    severity,
    profile: {
      ...(controller === undefined ? {} : { controller }),
      ...(autoMode === undefined ? {} : { autoMode }),
      ...(fargate === undefined ? {} : { fargate }),
    },
  });
}
