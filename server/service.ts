/** The language service: text in, findings and proposals out. It knows nothing of editors, connections or Node. */
import type { TextDocument } from 'vscode-languageserver-textdocument';
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
import { CodeActionKind, DiagnosticSeverity, DiagnosticTag, MarkupKind } from 'vscode-languageserver-types';
import { lookUp, PREFIX } from '../src/annotations/read';
import type { Severity } from '../src/annotations/rules';
import { rules } from '../src/annotations/rules';
import { FIX_ALL, fixAll, quickFixes, safeEdits } from './codeActions';
import { complete, resolve } from './complete';
import type { Cursor } from './cursor';
import { cursorAt } from './cursor';
import type { ParsedFile } from './document';
import { createReader } from './document';
import { hover } from './hover';
import type { LiveValue, LiveValues } from './liveValues';
import { NONE } from './liveValues';
import type { Finding } from './validate';
import { check } from './validate';

export interface ServiceOptions {
  readonly live?: LiveValues;
  /** The client understands tab stops. */
  readonly snippets?: boolean;
  /** The editor's command that opens the completion list. */
  readonly suggestCommand?: string;
  /** Address of the page of rules. */
  readonly rulesPage?: string;
}

export interface LanguageService {
  validate(document: TextDocument): Diagnostic[];
  complete(document: TextDocument, position: Position): Promise<CompletionList>;
  /** Adds the documentation to one item of a list. */
  resolve(item: CompletionItem): CompletionItem;
  hover(document: TextDocument, position: Position): Hover | null;
  /** `only` are the kinds asked for, as in the protocol; without it all kinds. */
  codeActions(document: TextDocument, range: Range, only?: readonly string[]): CodeAction[];
  /** What "fix all" would change. */
  fixes(document: TextDocument): TextEdit[];
  /** The document was closed. */
  forget(uri: string): void;
}

export const SOURCE = 'eks-load-balancers';

export function createService(options: ServiceOptions = {}): LanguageService {
  const { live = NONE, snippets = true, suggestCommand, rulesPage } = options;
  const files = createCache();
  const diagnose = (document: TextDocument, finding: Finding) => toDiagnostic(document, finding, rulesPage);
  return {
    validate: (document) => files.get(document).findings.map((finding) => diagnose(document, finding)),
    async complete(document, position) {
      const offset = document.offsetAt(position);
      const cursor = cursorAt(files.get(document).file, offset);
      if (cursor === undefined) return { isIncomplete: false, items: [] };
      const context = {
        snippets,
        suggestCommand,
        rangeOf: (start: number, end: number) => rangeOf(document, { start, end }),
        before: document.getText({ start: { line: position.line, character: 0 }, end: position }),
        live: await liveFor(cursor, live),
      };
      return {
        isIncomplete: false,
        items: complete(cursor, context)
          .filter((item) => holds(item, position))
          .sort(bySortText),
      };
    },
    resolve,
    hover(document, position) {
      const found = hover(files.get(document).file, document.offsetAt(position));
      if (found === undefined) return null;
      return {
        contents: { kind: MarkupKind.Markdown, value: found.markdown },
        range: rangeOf(document, found.span),
      };
    },
    codeActions(document, range, only) {
      const { findings } = files.get(document);
      const start = document.offsetAt(range.start);
      const end = document.offsetAt(range.end);
      const here = findings.filter(({ span }) => span.start <= end && span.end >= start);
      const quick = quickFixes(
        document,
        here.map((finding) => ({ finding, diagnostic: diagnose(document, finding) })),
      );
      return [
        ...(wanted(CodeActionKind.QuickFix, only) ? quick : []),
        ...(wanted(FIX_ALL, only) ? fixAll(document, findings) : []),
      ];
    },
    fixes: (document) => safeEdits(document, files.get(document).findings),
    forget: files.forget,
  };
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

interface Read {
  readonly version: number;
  readonly file: ParsedFile;
  readonly findings: readonly Finding[];
}

/** What was read of each open file, once per version. */
function createCache() {
  const readers = new Map<string, { read: (text: string) => ParsedFile; last?: Read }>();
  return {
    get(document: TextDocument): Read {
      const known = readers.get(document.uri) ?? { read: createReader() };
      readers.set(document.uri, known);
      if (known.last?.version === document.version && known.last.file.text === document.getText())
        return known.last;
      const file = known.read(document.getText());
      known.last = { version: document.version, file, findings: check(file) };
      return known.last;
    },
    forget: (uri: string) => void readers.delete(uri),
  };
}

async function liveFor(cursor: Cursor, live: LiveValues): Promise<readonly LiveValue[]> {
  if (cursor.at === 'key' || !cursor.key.startsWith(`${PREFIX}/`)) return [];
  const source = lookUp(cursor.key.slice(PREFIX.length + 1))?.row.live;
  return source === undefined ? [] : ((await live.get(source)) ?? []);
}

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
};

function toDiagnostic(document: TextDocument, finding: Finding, rulesPage: string | undefined): Diagnostic {
  const rule = rules[finding.code];
  const href = rulesPage === undefined ? finding.href : `${rulesPage}#${finding.code}`;
  return {
    range: rangeOf(document, finding.span),
    severity: SEVERITIES[rule.severity],
    code: finding.code,
    source: SOURCE,
    message: [finding.message, rule.why, finding.advice].filter((part) => part !== undefined).join(' '),
    ...(href === undefined ? {} : { codeDescription: { href } }),
    ...(finding.deprecated === true ? { tags: [DiagnosticTag.Deprecated] } : {}),
  };
}

function rangeOf(document: TextDocument, { start, end }: { start: number; end: number }): Range {
  return { start: document.positionAt(start), end: document.positionAt(end) };
}
