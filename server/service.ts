/** The language service: text in, findings and proposals out. It knows nothing of editors, connections or Node. */
import type {
  CodeAction,
  CompletionItem,
  CompletionList,
  Diagnostic,
  Hover,
  Position,
  Range,
  TextEdit,
} from 'vscode-languageserver-types';
import { CodeActionKind, MarkupKind } from 'vscode-languageserver-types';
import type { RuleCode } from '../src/rules';
import { CHECKED, CONFIG, createFindings } from './checks/check';
import { liveInput } from './checks/context';
import type { Finding } from './checks/finding';
import { prepare, subjectOf } from './checks/subject';
import { FIX_ALL, fixAll, quickFixes, safeEdits } from './codeActions';
import { complete, liveSourceOf, resolve } from './complete';
import { completeSpec } from './completeSpec';
import { conversionsAt } from './conversions';
import { cursorAt, objectAround } from './cursor';
import { fixesOf, type Placed, toDiagnostic } from './diagnostics';
import { hover } from './hover';
import { ignoredBy } from './ignore';
import type { LiveValues } from './liveValues';
import { NONE } from './liveValues';
import { createNavigation, type Navigation } from './navigation';
import { actionValues, createOffers } from './offers';
import type { ConfigOf } from './settings';
import { DEFAULT_CONFIG } from './settings';
import type { Chunk, Manifest } from './text/manifest';
import { positionOf, rangeOf, spotAt } from './text/manifest';
import type { Steps } from './turns';
import { createMemo, createStillMemo } from './workspace/memo';
import type { Located, SourceFile, Workspace } from './workspace/workspace';
import { createWorkspace, lineOf } from './workspace/workspace';

export { SOURCE } from './diagnostics';

export interface ServiceOptions {
  readonly live?: LiveValues;
  /** The client understands tab stops. */
  readonly snippets?: boolean;
  /** The editor's command that opens the completion list. */
  readonly suggestCommand?: string;
  /** The editor's command that shows a list of places. */
  readonly referencesCommand?: string;
  /** Address of the folder of the rules' pages. */
  readonly rulesPage?: string;
  /** Another extension checks manifests with the schema of Kubernetes: what it says is not said again. */
  readonly kubernetesChecked?: boolean;
  /** What `.ekslb.yaml` and the editor's settings say of a file. */
  readonly configOf?: ConfigOf;
  /** Nothing changes any more once findings are asked for. */
  readonly still?: boolean;
}

export interface LanguageService extends Navigation {
  /** The files that are known; whoever reads the workspace puts them in here. */
  readonly workspace: Workspace;
  /** Takes in a document that is new or has changed. */
  take(document: Manifest): void;
  validate(document: Manifest): Diagnostic[];
  /** The same in parts, each of which is short: after the last one `validate` has the answer at hand. */
  steps(document: Manifest): Steps;
  /** What is known while the steps are taken: of the objects that are still to be checked, what was said last. */
  soFar(document: Manifest): Diagnostic[];
  /** Settings or `.ekslb.yaml` changed: what was made with the old ones is forgotten. */
  configChanged(): void;
  /** Whether something that the findings of an open file rest on has changed since they were last asked for. */
  isStale(uri: string): boolean;
  complete(document: Manifest, position: Position): Promise<CompletionList>;
  /** Adds the documentation to one item of a list. */
  resolve(item: CompletionItem): CompletionItem;
  hover(document: Manifest, position: Position): Hover | null;
  /** `only` are the kinds asked for, as in the protocol; without it all kinds. */
  codeActions(document: Manifest, range: Range, only?: readonly string[]): CodeAction[];
  /** What "fix all" would change. */
  fixes(document: Manifest): TextEdit[];
  /** The file is gone. */
  forget(uri: string): void;
}

export function createService(options: ServiceOptions = {}): LanguageService {
  const {
    live = NONE,
    snippets = true,
    suggestCommand,
    referencesCommand,
    rulesPage,
    kubernetesChecked = false,
    configOf = () => DEFAULT_CONFIG,
    still = false,
  } = options;
  const workspace = createWorkspace(still ? createStillMemo() : createMemo());
  const take = (document: Manifest): SourceFile => {
    if (workspace.file(document.uri)?.manifest !== document) workspace.set(document);
    const file = workspace.file(document.uri);
    if (file === undefined) throw new Error(`the workspace lost ${document.uri}`);
    return file;
  };
  live.listen((source) => workspace.memo.touch(liveInput(source)));
  const profileOf = (uri: string) => configOf(uri).profile;
  const findings = createFindings(workspace, profileOf, live);
  const placed = (file: SourceFile, where: (located: Located) => boolean = () => true): Placed[] =>
    file.located.filter(where).flatMap((located) => placedOf(located, findings.of(located), configOf));
  const isStale = (uri: string) =>
    workspace.file(uri)?.located.some((one) => CHECKED.has(one.object.kind) && !workspace.memo.knows(one)) ===
    true;
  const diagnose = (one: Placed) => toDiagnostic(one, { rulesPage, config: configOf(one.located.file.uri) });
  const diagnosticsOf = createShown((located, found) =>
    placedOf(located, found, configOf)
      .filter(({ finding }) => !(kubernetesChecked && SAID_BY_KUBERNETES.has(finding.code)))
      .flatMap(diagnose),
  );
  const navigation = createNavigation(workspace, take, profileOf, referencesCommand);
  return {
    ...navigation,
    workspace,
    take: (document) => void take(document),
    *steps(document) {
      const { located } = take(document);
      // The first member of a group asks for the values of all: they are made one by one before.
      for (const one of located) {
        if (one.object.kind === 'Ingress' && !workspace.memo.knows(one)) yield prepare(subjectOf(one));
      }
      for (const one of located) {
        const found = yield* findings.inSteps(one);
        yield void diagnosticsOf(one, found);
      }
    },
    soFar: (document) =>
      take(document).located.flatMap((one) => diagnosticsOf(one, findings.latest(one) ?? [])),
    validate: (document) => take(document).located.flatMap((one) => diagnosticsOf(one, findings.of(one))),
    configChanged: () => workspace.memo.touch(CONFIG),
    isStale,
    async complete(document, position) {
      const { chunk, offset, index } = spotAt(document, position);
      const cursor = cursorAt(chunk, offset);
      const line = document.places[index]?.line ?? 0;
      const lineStart = chunk.text.lastIndexOf('\n', offset - 1) + 1;
      const located = locatedAt(take(document), chunk, offset);
      const offers = createOffers(workspace, live, located);
      const context = {
        snippets,
        suggestCommand,
        rangeOf: (start: number, end: number) => rangeOf(chunk, line, { start, end }),
        before: chunk.text.slice(lineStart, offset),
        offers,
        actions: actionValues(located),
        profile: profileOf(document.uri),
      };
      const items = cursor === undefined ? completeSpec(chunk, offset, context) : complete(cursor, context);
      const held = items.filter((item) => holds(item, position)).sort(bySortText);
      // What is on its way is there when the editor asks again, with the next key.
      return { isIncomplete: offers.pending(), items: held };
    },
    resolve(item) {
      // Whoever looks at an annotation is about to write its value: what exists is there by then.
      const source = liveSourceOf(item);
      if (source !== undefined) live.known(source);
      return resolve(item);
    },
    hover(document, position) {
      const { chunk, offset, index } = spotAt(document, position);
      const found = hover(chunk, offset);
      if (found === undefined) return navigation.hoverObject(document, position);
      return {
        contents: { kind: MarkupKind.Markdown, value: found.markdown },
        range: rangeOf(chunk, document.places[index]?.line ?? 0, found.span),
      };
    },
    codeActions(document, range, only) {
      const file = take(document);
      const here = placed(file, (located) => touches(located, range)).filter((one) => meets(one, range));
      // Everything is looked at for "fix all" only if that was asked for, or has been done already.
      const all =
        only?.some((kind) => wanted(FIX_ALL, [kind])) === true || !isStale(document.uri) ? placed(file) : [];
      const quick = here.flatMap((one) =>
        diagnose(one).flatMap((diagnostic) => quickFixes(document.uri, fixesOf(one), diagnostic)),
      );
      return [
        ...(wanted(CodeActionKind.QuickFix, only) ? quick : []),
        ...(wanted(CodeActionKind.RefactorRewrite, only)
          ? conversionsAt(take(document), range, workspace)
          : []),
        ...(wanted(FIX_ALL, only) ? fixAll(document.uri, safeEdits(all.flatMap(fixesOf))) : []),
      ];
    },
    fixes: (document) => safeEdits(placed(take(document)).flatMap(fixesOf)),
    forget: (uri) => workspace.remove(uri),
  };
}

/** Rules that the schema of Kubernetes has, too. Their fixes are offered all the same. */
const SAID_BY_KUBERNETES: ReadonlySet<RuleCode> = new Set(['value-not-string']);

/** An edit leaves nearly all diagnostics of a file as they were: those of the same findings on the same line. */
function createShown(
  make: (located: Located, findings: readonly Finding[]) => readonly Diagnostic[],
): (located: Located, findings: readonly Finding[]) => readonly Diagnostic[] {
  const shown = new WeakMap<readonly Finding[], { line: number; diagnostics: readonly Diagnostic[] }>();
  return (located, findings) => {
    const line = findings.length === 0 ? undefined : lineOf(located.file, located.object.chunk);
    if (line === undefined) return [];
    const known = shown.get(findings);
    if (known?.line === line) return known.diagnostics;
    const diagnostics = make(located, findings);
    // Other places that a finding names move on their own.
    if (!findings.some(({ related }) => related !== undefined)) shown.set(findings, { line, diagnostics });
    return diagnostics;
  };
}

/** Findings with the line on which their text begins; those that a comment silences are left out. */
function placedOf(located: Located, findings: readonly Finding[], configOf: ConfigOf): Placed[] {
  const line = findings.length === 0 ? undefined : lineOf(located.file, located.object.chunk);
  if (line === undefined || configOf(located.file.uri).ignored) return [];
  const silent = ignoredBy(located.object.chunk);
  return findings.flatMap((finding) => (silent(finding) ? [] : [{ located, line, finding }]));
}

/** Whether the text that an object stands in has a line of the range. */
function touches({ file, object: { chunk } }: Located, { start, end }: Range): boolean {
  const line = lineOf(file, chunk);
  return line !== undefined && line <= end.line && start.line < line + chunk.lines.length;
}

function meets({ located, line, finding }: Placed, { start, end }: Range): boolean {
  const first = positionOf(located.object.chunk, line, finding.span.start);
  const last = positionOf(located.object.chunk, line, finding.span.end);
  const before = (a: Position, b: Position) =>
    a.line < b.line || (a.line === b.line && a.character <= b.character);
  return before(first, end) && before(start, last);
}

/** The protocol wants an edit to stay on the cursor's line and to hold the cursor. */
function holds({ textEdit }: CompletionItem, { line, character }: Position): boolean {
  if (textEdit === undefined || !('range' in textEdit)) return false;
  const { start, end } = textEdit.range;
  return (
    start.line === line && end.line === line && start.character <= character && character <= end.character
  );
}

function bySortText(a: CompletionItem, b: CompletionItem): number {
  const [first, second] = [a.sortText ?? a.label, b.sortText ?? b.label];
  return first < second ? -1 : first > second ? 1 : 0;
}

/** A kind is asked for by itself or by one of its parents. */
function wanted(kind: string, only: readonly string[] | undefined): boolean {
  return (
    only === undefined || only.some((asked) => asked === '' || kind === asked || kind.startsWith(`${asked}.`))
  );
}

/** The object that the cursor is in, as the workspace knows it. */
function locatedAt(file: SourceFile, chunk: Chunk, offset: number): Located | undefined {
  const object = objectAround(chunk, offset);
  return file.located.find((one) => one.object === object);
}
