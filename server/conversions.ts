import type { CodeAction, Range } from 'vscode-languageserver-types';
import { CodeActionKind } from 'vscode-languageserver-types';
import { conversionActions } from './convert/actions';
import { rangeOf, spotAt } from './text/manifest';
import type { SourceFile, Workspace } from './workspace/workspace';
import { lineOf } from './workspace/workspace';

/** The conversions of the Ingresses that the range touches. */
export function conversionsAt(file: SourceFile, range: Range, workspace: Workspace): CodeAction[] {
  const [first, last] = [spotAt(file.manifest, range.start), spotAt(file.manifest, range.end)];
  const touched = file.located.filter(({ object }) => {
    const index = file.manifest.chunks.indexOf(object.chunk);
    const isAfter = index > first.index || (index === first.index && first.offset <= object.root.end);
    const isBefore = index < last.index || (index === last.index && last.offset >= object.root.start);
    return isAfter && isBefore;
  });
  return touched.flatMap((located) => {
    const line = lineOf(file, located.object.chunk) ?? 0;
    return conversionActions(located, workspace).map(({ title, edits }) => ({
      title,
      kind: CodeActionKind.RefactorRewrite,
      edit: {
        changes: {
          [file.uri]: edits.map(({ span, newText }) => ({
            range: rangeOf(located.object.chunk, line, span),
            newText,
          })),
        },
      },
    }));
  });
}
