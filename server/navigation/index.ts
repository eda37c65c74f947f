/** Ways through the manifests of a workspace: one function per feature of the protocol. */
import type {
  CodeLens,
  DocumentHighlight,
  DocumentLink,
  DocumentSymbol,
  Hover,
  InlayHint,
  Location,
  Position,
  Range,
  WorkspaceEdit,
  WorkspaceSymbol,
} from 'vscode-languageserver-types';
import type { ProfileOf } from '../checks/check';
import { createContext } from '../checks/context';
import type { Manifest } from '../text/manifest';
import type { Steps } from '../turns';
import type { SourceFile, Workspace } from '../workspace/workspace';
import { codeLenses, resolveCodeLens } from './codeLens';
import { definition, highlights, references } from './definition';
import { documentSymbols } from './documentSymbols';
import { hoverObject } from './hoverObjects';
import { inlayHints } from './inlayHints';
import { documentLinks } from './links';
import type { Refused, RenamePlace } from './rename';
import { prepareRename, rename } from './rename';
import { workspaceSymbols } from './workspaceSymbols';

/** What grows with the file or the workspace is made in steps. */
export interface Navigation {
  definition(document: Manifest, position: Position): Location[];
  references(document: Manifest, position: Position, withDeclaration: boolean): Steps<Location[]>;
  highlights(document: Manifest, position: Position): Steps<DocumentHighlight[]>;
  prepareRename(document: Manifest, position: Position): RenamePlace | Refused;
  rename(document: Manifest, position: Position, newName: string): WorkspaceEdit | Refused;
  documentSymbols(document: Manifest): Steps<DocumentSymbol[]>;
  workspaceSymbols(query: string): Steps<WorkspaceSymbol[]>;
  inlayHints(document: Manifest, range: Range): Steps<InlayHint[]>;
  /** Lenses without their commands: see `resolveCodeLens`. */
  codeLenses(document: Manifest): Steps<CodeLens[]>;
  resolveCodeLens(lens: CodeLens): CodeLens;
  documentLinks(document: Manifest): Steps<DocumentLink[]>;
  /** What a name stands for; annotations have hovers of their own. */
  hoverObject(document: Manifest, position: Position): Hover | null;
}

export function createNavigation(
  workspace: Workspace,
  take: (document: Manifest) => SourceFile,
  profileOf: ProfileOf,
  referencesCommand: string | undefined,
): Navigation {
  const contextOf = ({ uri }: { readonly uri: string }) => createContext(workspace, profileOf(uri));
  return {
    definition: (document, position) => definition(contextOf(document), take(document), position),
    references: (document, position, withDeclaration) =>
      references(contextOf(document), take(document), position, withDeclaration),
    highlights: (document, position) => highlights(contextOf(document), take(document), position),
    prepareRename: (document, position) => prepareRename(contextOf(document), take(document), position),
    rename: (document, position, newName) => rename(contextOf(document), take(document), position, newName),
    documentSymbols: (document) => documentSymbols(take(document)),
    workspaceSymbols: (query) => workspaceSymbols(workspace, query),
    inlayHints: (document, range) => inlayHints(contextOf(document), take(document), range),
    codeLenses: (document) => codeLenses(contextOf(document), take(document)),
    resolveCodeLens(lens) {
      const file = typeof lens.data === 'string' ? workspace.file(lens.data) : undefined;
      return file === undefined ? lens : resolveCodeLens(contextOf(file), file, lens, referencesCommand);
    },
    documentLinks: (document) => documentLinks(take(document)),
    hoverObject: (document, position) => hoverObject(contextOf(document), take(document), position),
  };
}
