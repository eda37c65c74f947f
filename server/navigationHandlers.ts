/** The requests of the protocol that the navigation answers. */
import type {
  CancellationToken,
  ClientCapabilities,
  Connection,
  ServerCapabilities,
} from 'vscode-languageserver';
import { CodeLensRefreshRequest, LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import type { Refused } from './navigation/rename';
import { isRefused } from './navigation/rename';
import type { LanguageService } from './service';
import type { Manifest } from './text/manifest';
import { inTurns, type Steps } from './turns';

export const NAVIGATION: ServerCapabilities = {
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  renameProvider: { prepareProvider: true },
  documentSymbolProvider: true,
  workspaceSymbolProvider: true,
  inlayHintProvider: true,
  codeLensProvider: { resolveProvider: true },
  documentLinkProvider: {},
};

interface InDocument {
  readonly textDocument: { readonly uri: string };
}

/** Answers from an open document, guarded; null for one that is not open. */
export type Ask = <T>(
  what: string,
  uri: string,
  token: CancellationToken,
  answer: (service: LanguageService, document: Manifest) => T,
) => Promise<T | null>;

/** The same for answers that are made in steps: in turns, until they are cancelled or the document changes. */
export type AskInSteps = <T>(
  what: string,
  uri: string,
  token: CancellationToken,
  answer: (service: LanguageService, document: Manifest) => Steps<T>,
) => Promise<T | ResponseError<void> | null>;

/** Logs a fault and answers with something else. */
export type Guarded = <T>(what: string, otherwise: T, run: () => T | Promise<T>) => Promise<T>;

/** Has the editor ask again for lenses and hints, which show what stands in other files; a client that cannot is left alone. */
export function refreshHints(connection: Connection, capabilities: ClientCapabilities): void {
  const { codeLens, inlayHint } = capabilities.workspace ?? {};
  const ignore = () => undefined;
  if (codeLens?.refreshSupport === true) connection.sendRequest(CodeLensRefreshRequest.type).catch(ignore);
  if (inlayHint?.refreshSupport === true) connection.languages.inlayHint.refresh().catch(ignore);
}

export function handleNavigation(
  connection: Connection,
  service: () => LanguageService,
  guard: Guarded,
  askUri: Ask,
  askInSteps: AskInSteps,
): void {
  const inSteps = <T>(
    what: string,
    { textDocument }: InDocument,
    token: CancellationToken,
    answer: (service: LanguageService, document: Manifest) => Steps<T>,
  ) => askInSteps(what, textDocument.uri, token, answer);
  const ask = <T>(
    what: string,
    { textDocument }: InDocument,
    token: CancellationToken,
    answer: (service: LanguageService, document: Manifest) => T,
  ) => askUri(what, textDocument.uri, token, answer);
  connection.onDefinition((at, token) =>
    ask('definition', at, token, (to, document) => to.definition(document, at.position)),
  );
  connection.onReferences((at, token) =>
    inSteps('references', at, token, (to, document) =>
      to.references(document, at.position, at.context.includeDeclaration),
    ),
  );
  connection.onDocumentHighlight((at, token) =>
    inSteps('highlight', at, token, (to, document) => to.highlights(document, at.position)),
  );
  connection.onPrepareRename(async (at, token) =>
    orError(await ask('rename', at, token, (to, document) => to.prepareRename(document, at.position))),
  );
  connection.onRenameRequest(async (at, token) =>
    orError(await ask('rename', at, token, (to, document) => to.rename(document, at.position, at.newName))),
  );
  connection.onDocumentSymbol((at, token) =>
    inSteps('symbols', at, token, (to, document) => to.documentSymbols(document)),
  );
  connection.onWorkspaceSymbol(({ query }, token) =>
    guard('symbols', [], () =>
      inTurns(service().workspaceSymbols(query), () => !token.isCancellationRequested),
    ),
  );
  connection.languages.inlayHint.on((at, token) =>
    inSteps('inlayHint', at, token, (to, document) => to.inlayHints(document, at.range)),
  );
  connection.onCodeLens((at, token) =>
    inSteps('codeLens', at, token, (to, document) => to.codeLenses(document)),
  );
  connection.onCodeLensResolve((lens) => guard('codeLens', lens, () => service().resolveCodeLens(lens)));
  connection.onDocumentLinks((at, token) =>
    inSteps('links', at, token, (to, document) => to.documentLinks(document)),
  );
}

/** Editors show the message of a failed request at the cursor. */
function orError<T extends object>(answer: T | Refused | null): T | ResponseError<void> | null {
  if (answer === null || !isRefused(answer)) return answer;
  return new ResponseError(LSPErrorCodes.RequestFailed, answer.refused);
}
