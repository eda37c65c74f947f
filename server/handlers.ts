/** Connects the language service to a client: documents, waiting while someone types, and isolation of faults. */
import type {
  CancellationToken,
  Connection,
  InitializeParams,
  InitializeResult,
  PublishDiagnosticsParams,
} from 'vscode-languageserver';
import { CodeActionKind, TextDocumentSyncKind, TextDocuments } from 'vscode-languageserver';
import type { LiveValuesParams, LiveValuesResult, ServerOptions } from '../src/protocol';
import { LIVE_VALUES_CHANGED, LIVE_VALUES_REQUEST } from '../src/protocol';
import { FIX_ALL } from './codeActions';
import { createIntake, type Intake } from './intake';
import type { LiveValues } from './liveValues';
import { cachedLiveValues, NONE } from './liveValues';
import { handleNavigation, NAVIGATION, refreshHints } from './navigationHandlers';
import { createPace } from './pace';
import { createConfigStore, isConfigFile } from './projectConfig';
import type { LanguageService } from './service';
import { createService } from './service';
import type { Manifest } from './text/manifest';
import { createManifest, updateManifest } from './text/manifest';
import { createTurns, inTurns } from './turns';
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
  handleNavigation(connection, current, guard, (what, uri, token, answer) =>
    guard(what, null, () => withDocument(ready, uri, token, (document) => answer(service, document))),
  );
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

/** So often a file is gone through again because others changed meanwhile. */
const ROUNDS = 3;

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

/**
 * Publishes after every change, as soon as everything that has arrived by then was taken in: of several changes that
 * came together only the last is answered. Other open files follow when what they rest on has changed; the function
 * that is returned looks for such files at once.
 */
function publishWhileTyping(
  connection: Connection,
  documents: TextDocuments<Manifest>,
  service: () => LanguageService,
  intake: Intake,
  validate: (document: Manifest) => Promise<ReturnType<LanguageService['validate']>>,
  onStale: () => void,
): () => void {
  const waiting = new Set<string>();
  const pace = createPace();
  const send = async (params: PublishDiagnosticsParams) => {
    try {
      await connection.sendDiagnostics(params);
    } catch {
      // Sending fails only when the client is gone, and then there is nobody to tell.
    }
  };
  /** False when it has changed meanwhile: the change comes by itself. */
  const checkInTurns = async (document: Manifest): Promise<boolean> => {
    const turns = createTurns();
    const isCurrent = () => documents.get(document.uri) === document;
    // What others rest on may change between two turns; then it is gone through once more, but not for ever.
    for (let round = 0; round < ROUNDS && isCurrent(); round++) {
      if (!isConfigFile(document.uri)) await inTurns(service().steps(document), isCurrent, turns);
      if (!service().isStale(document.uri)) break;
    }
    return isCurrent();
  };
  const publish = async (document: Manifest) => {
    const { uri, version } = document;
    // What fails is told by whoever asks for the whole.
    if (!(await checkInTurns(document).catch(() => true))) return;
    const diagnostics = await validate(document);
    if (documents.get(uri)?.version === version) await send({ uri, version, diagnostics });
  };
  const run = async () => {
    const uris = [...waiting];
    waiting.clear();
    await intake.inTurns();
    await pace.measure(async () => {
      for (const document of uris.map((uri) => documents.get(uri)))
        if (document !== undefined) await publish(document);
    });
    // A file whose checks fail stays stale: it waits for the next change, or the server would never rest.
    publishStale(new Set(uris));
  };
  const publishStale = (done: ReadonlySet<string> = new Set()) => {
    intake.now();
    const stale = documents.all().filter(({ uri }) => !done.has(uri) && service().isStale(uri));
    for (const { uri } of stale) schedule(uri);
    if (stale.length > 0) onStale();
  };
  const schedule = (uri: string) => {
    waiting.add(uri);
    pace.schedule(() => void run());
  };
  documents.onDidChangeContent(({ document }) => schedule(document.uri));
  documents.onDidClose(({ document }) => {
    waiting.delete(document.uri);
    void send({ uri: document.uri, diagnostics: [] });
  });
  return () => publishStale();
}
