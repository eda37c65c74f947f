import type { CodeAction, Diagnostic, TextEdit } from 'vscode-languageserver-types';
import { CodeActionKind } from 'vscode-languageserver-types';
import type { Fix } from './checks/finding';

/** The kind of the action that applies every safe fix of a file at once. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.eksLoadBalancers`;

/** A fix with its edits as the protocol wants them. */
export interface PlacedFix {
  readonly fix: Fix;
  readonly edits: readonly TextEdit[];
}

/** The fixes of one finding: the first is the one that is meant by "fix it". */
export function quickFixes(uri: string, fixes: readonly PlacedFix[], diagnostic: Diagnostic): CodeAction[] {
  return fixes.map(({ fix, edits }, index) => ({
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    ...(index === 0 ? { isPreferred: true } : {}),
    diagnostics: [diagnostic],
    edit: { changes: { [uri]: [...edits] } },
  }));
}

export function fixAll(uri: string, edits: readonly TextEdit[]): CodeAction[] {
  if (edits.length === 0) return [];
  return [{ title: 'Fix all annotations', kind: FIX_ALL, edit: { changes: { [uri]: [...edits] } } }];
}

/** The edits of all safe fixes; where two touch the same text, the first counts. */
export function safeEdits(fixes: readonly PlacedFix[]): TextEdit[] {
  const taken: TextEdit[] = [];
  for (const { fix, edits } of fixes) {
    if (fix.safe && edits.every((edit) => taken.every((other) => !overlap(edit, other))))
      taken.push(...edits);
  }
  return taken;
}

function overlap({ range: a }: TextEdit, { range: b }: TextEdit): boolean {
  const before = (one: TextEdit['range']['end'], other: TextEdit['range']['start']) =>
    one.line < other.line || (one.line === other.line && one.character <= other.character);
  const sameInsert = before(a.start, b.start) && before(b.start, a.start);
  return sameInsert || !(before(a.end, b.start) || before(b.end, a.start));
}
