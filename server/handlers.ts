/** Connects the language service to a client: documents, waiting while someone types, and isolation of faults. */
import type {
  CancellationToken,
  Connection,
  InitializeParams,
  InitializeResult,
} from 'vscode-languageserver';
import {
  CodeActionKind,
  LSPErrorCodes,
  ResponseError,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver';
import type { LiveValuesParams, LiveValuesResult, ServerOptions } from '../src/protocol';
import { LIVE_VALUES_CHANGED, LIVE_VALUES_REQUEST } from '../src/protocol';
import { FIX_ALL } from './codeActions';
import { createIntake } from './intake';
import type { LiveValues } from './liveValues';
import { cachedLiveValues, NONE } from './liveValues';
import { type Ask, type AskInSteps, handleNavigation, NAVIGATION, refreshHints } from './navigationHandlers';
import { createConfigStore, isConfigFile } from './projectConfig';
import { publishWhileTyping } from './publish';
import type { LanguageService } from './service';
import { createService } from './service';
import type { Manifest } from './text/manifest';
import { createManifest, updateManifest } from './text/manifest';
import { inTurns, type Steps } from './turns';
import type { FileSource } from './workspaceFiles';
import { createWorkspaceFiles } from './workspaceFiles';
import { configDiagnostics, followWorkspace, tellUnread } from './workspaceHandlers';

/** Registers everything on a connection that does not listen yet. Without `source` only open files are known. */
export function connect(connection: Connection, source?: FileSource): void {
  const documents = new TextDocuments<Manifest>({
    // Most files that are opened are known from disk.
    create: (uri, languageId, version, text) =>
      createManifest(uri, languageId, version, text, service.workspace.file(uri)?.manifest),
    update: (document, changes, version) => updateManifest(document, changes, version),
  });
  let service: LanguageService = createService();
  let live: LiveValues = NONE;
  const configs = createConfigStore(() => service.configChanged());
  const guard = guardWith(connection);
  const isOpen = (uri: string) => documents.get(uri) !== undefined;
  const intake = createIntake(documents, (document) => {
    const isConfig = isConfigFile(document.uri);
    void guard('reading', undefined, () => {
      if (isConfig) configs.set(document.uri, document.getText());
      else service.take(document);
    });
  });
  /** What is asked of a document that is still being read waits for it; all others are answered. */
  const ready = async (uri: string) => {
    const pending = intake.pending(uri);
    if (pending !== undefined) await pending;
    intake.now();
    return documents;
  };
  let onStale = (): void => undefined;
  let onClose = (uri: string): void => service.forget(uri);

  connection.onInitialize((params): InitializeResult => {
    const options = serverOptions(params);
    live = options.liveValues === true ? askClient(connection) : NONE;
    const snippets = params.capabilities.textDocument?.completion?.completionItem?.snippetSupport === true;
    const { rulesPage, suggestCommand, referencesCommand } = options;
    service = createService({
      live,
      configOf: configs.configOf,
      kubernetesChecked: options.kubernetesChecked === true,
      snippets,
      ...(rulesPage === undefined ? {} : { rulesPage }),
      ...(suggestCommand === undefined ? {} : { suggestCommand }),
      ...(referencesCommand === undefined ? {} : { referencesCommand }),
    });
    const onUnread = tellUnread(connection);
    const files =
      source === undefined ? undefined : createWorkspaceFiles(source, { service, configs, isOpen, onUnread });
    followWorkspace(connection, params, { files, configs, renew });
    onStale = () => refreshHints(connection, params.capabilities);
    onClose = (uri) => {
      if (files !== undefined) void files.refresh(uri)?.then(renew);
      else if (isConfigFile(uri)) configs.remove(uri);
      else service.forget(uri);
    };
    // After the service, which forgets what it made of the old values.
    live.listen(() => renew());
    return CAPABILITIES;
  });
  connection.onNotification(LIVE_VALUES_CHANGED, () => live.clear());

  const validate = (document: Manifest) =>
    isConfigFile(document.uri) ? configDiagnostics(document) : service.validate(document);
  const renew = publishWhileTyping(
    connection,
    documents,
    () => service,
    intake,
    (document) => guard('diagnostics', [], () => validate(document)),
    () => onStale(),
  );
  // What was typed and not saved is gone; what is on disk counts again.
  documents.onDidClose(({ document }) => {
    onClose(document.uri);
    renew();
  });

  connection.onCompletion(({ textDocument, position }, token) =>
    guard('completion', null, () =>
      withDocument(ready, textDocument.uri, token, (document) => service.complete(document, position)),
    ),
  );
  connection.onCompletionResolve((item) => guard('completion', item, () => service.resolve(item)));
  connection.onHover(({ textDocument, position }, token) =>
    guard('hover', null, () =>
      withDocument(ready, textDocument.uri, token, (document) => service.hover(document, position)),
    ),
  );
  connection.onCodeAction(({ textDocument, range, context }, token) =>
    guard('codeAction', null, () =>
      withDocument(ready, textDocument.uri, token, (document) =>
        service.codeActions(document, range, context.only),
      ),
    ),
  );
  const current = () => {
    intake.now();
    return service;
  };
  const askInSteps: AskInSteps = <T>(
    what: string,
    uri: string,
    token: CancellationToken,
    answer: (service: LanguageService, document: Manifest) => Steps<T>,
  ) =>
    guard<T | ResponseError<void> | null>(what, null, () =>
      withDocument<T | ResponseError<void>>(ready, uri, token, async (document) => {
        const isWanted = () => !token.isCancellationRequested && documents.get(uri) === document;
        return (await inTurns(answer(service, document), isWanted)) ?? changedMeanwhile();
      }),
    );
  const ask: Ask = (what, uri, token, answer) =>
    guard(what, null, () => withDocument(ready, uri, token, (document) => answer(service, document)));
  handleNavigation(connection, current, guard, ask, askInSteps);
  documents.listen(connection);
}

const CAPABILITIES: InitializeResult = {
  serverInfo: { name: 'eks-load-balancers' },
  capabilities: {
    textDocumentSync: TextDocumentSyncKind.Incremental,
    completionProvider: {
      resolveProvider: true,
      triggerCharacters: ['/', ':', ' ', "'", '"', '=', ',', '.'],
    },
    hoverProvider: true,
    ...NAVIGATION,
    codeActionProvider: {
      codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite, FIX_ALL],
    },
  },
};

function serverOptions({ initializationOptions }: InitializeParams): ServerOptions {
  return typeof initializationOptions === 'object' && initializationOptions !== null
    ? (initializationOptions as ServerOptions)
    : {};
}

function askClient(connection: Connection): LiveValues {
  return cachedLiveValues((params: LiveValuesParams) =>
    connection.sendRequest<LiveValuesResult>(LIVE_VALUES_REQUEST, params),
  );
}

/** Editors ask again by themselves. */
function changedMeanwhile(): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.ContentModified, 'The document changed while this was made.');
}

/** Nothing is computed for a request that was cancelled while it waited, or for a document that is not open. */
async function withDocument<T>(
  ready: (uri: string) => Promise<TextDocuments<Manifest>>,
  uri: string,
  token: CancellationToken,
  answer: (document: Manifest) => T | Promise<T>,
): Promise<T | null> {
  const document = (await ready(uri)).get(uri);
  if (document === undefined || token.isCancellationRequested) return null;
  const result = await answer(document);
  return token.isCancellationRequested ? null : result;
}

type Guard = <T>(what: string, otherwise: T, run: () => T | Promise<T>) => Promise<T>;

/** A fault in one answer is logged and leaves the server running. */
function guardWith(connection: Connection): Guard {
  return async (what, otherwise, run) => {
    try {
      return await run();
    } catch (error) {
      connection.console.error(
        `${what} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      return otherwise;
    }
  };
}
