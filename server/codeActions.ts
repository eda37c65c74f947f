import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { CodeAction, Diagnostic, TextEdit } from 'vscode-languageserver-types';
import { CodeActionKind } from 'vscode-languageserver-types';
import type { Finding, Fix } from './validate';

/** The kind of the action that applies every safe fix of a file at once. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.eksLoadBalancers`;

/** Fixes of the findings given, and (if asked for) the one that applies all safe fixes of the file. */
export function quickFixes(
  document: TextDocument,
  findings: readonly { finding: Finding; diagnostic: Diagnostic }[],
): CodeAction[] {
  return findings.flatMap(({ finding: { fix }, diagnostic }) =>
    fix === undefined
      ? []
      : [
          {
            title: fix.title,
            kind: CodeActionKind.QuickFix,
            isPreferred: true,
            diagnostics: [diagnostic],
            edit: { changes: { [document.uri]: [toEdit(document, fix)] } },
          },
        ],
  );
}

export function fixAll(document: TextDocument, findings: readonly Finding[]): CodeAction[] {
  const edits = safeEdits(document, findings);
  if (edits.length === 0) return [];
  return [{ title: 'Fix all annotations', kind: FIX_ALL, edit: { changes: { [document.uri]: edits } } }];
}

/** The edits of all safe fixes; where two touch the same text, the first counts. */
export function safeEdits(document: TextDocument, findings: readonly Finding[]): TextEdit[] {
  const fixes = findings
    .flatMap(({ fix }) => (fix?.safe === true ? [fix] : []))
    .sort((a, b) => a.span.start - b.span.start);
  let end = -1;
  return fixes
    .filter(({ span }) => {
      const free = span.start >= end;
      if (free) end = span.end;
      return free;
    })
    .map((fix) => toEdit(document, fix));
}

function toEdit(document: TextDocument, { span, newText }: Fix): TextEdit {
  return { range: { start: document.positionAt(span.start), end: document.positionAt(span.end) }, newText };
}
