import type { DocumentHighlight, Location, Position } from 'vscode-languageserver-types';
import { DocumentHighlightKind } from 'vscode-languageserver-types';
import type { CheckContext } from '../checks/context';
import type { Steps } from '../turns';
import type { Located, SourceFile } from '../workspace/workspace';
import { locationsOf, rangesOf, unique } from './places';
import { candidates, definitionsOf, referencesTo, sameAs } from './resolve';
import { occurrenceAt, occurrencesIn } from './symbols';

/** Where the thing is written whose name stands at the position. */
export function definition(context: CheckContext, file: SourceFile, position: Position): Location[] {
  const asked = occurrenceAt(file, position);
  return asked === undefined ? [] : locationsOf(definitionsOf(asked, context));
}

/** Everything in all files that names the same as the position. */
export function* references(
  context: CheckContext,
  file: SourceFile,
  position: Position,
  withDeclaration: boolean,
): Steps<Location[]> {
  const asked = occurrenceAt(file, position);
  if (asked === undefined) return [];
  yield* lookedThrough(candidates(asked, context));
  return locationsOf(referencesTo(asked, context, withDeclaration));
}

/** What an object names is looked for once: one by one here, before all are asked. */
function* lookedThrough(located: readonly Located[]): Steps {
  for (const at of located) yield void occurrencesIn(at);
}

/** The same name within the file: asked with every move of the cursor, so other files are left alone. */
export function* highlights(
  context: CheckContext,
  file: SourceFile,
  position: Position,
): Steps<DocumentHighlight[]> {
  const asked = occurrenceAt(file, position);
  if (asked === undefined) return [];
  yield* lookedThrough(file.located);
  const same = sameAs(asked, context);
  const found = file.located.flatMap((at) => occurrencesIn(at).filter((one) => !one.literal && same(one)));
  return unique(found).flatMap((one) => {
    const kind = one.declares ? DocumentHighlightKind.Write : DocumentHighlightKind.Read;
    return rangesOf(one).map((range) => ({ range, kind }));
  });
}
