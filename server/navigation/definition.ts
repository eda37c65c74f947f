import type { DocumentHighlight, Location, Position } from 'vscode-languageserver-types';
import { DocumentHighlightKind } from 'vscode-languageserver-types';
import type { CheckContext } from '../checks/context';
import type { SourceFile } from '../workspace/workspace';
import { locationsOf, rangesOf, unique } from './places';
import { definitionsOf, referencesTo, sameAs } from './resolve';
import { occurrenceAt, occurrencesIn } from './symbols';

/** Where the thing is written whose name stands at the position. */
export function definition(context: CheckContext, file: SourceFile, position: Position): Location[] {
  const asked = occurrenceAt(file, position);
  return asked === undefined ? [] : locationsOf(definitionsOf(asked, context));
}

/** Everything in all files that names the same as the position. */
export function references(
  context: CheckContext,
  file: SourceFile,
  position: Position,
  withDeclaration: boolean,
): Location[] {
  const asked = occurrenceAt(file, position);
  return asked === undefined ? [] : locationsOf(referencesTo(asked, context, withDeclaration));
}

/** The same name within the file: asked with every move of the cursor, so other files are left alone. */
export function highlights(context: CheckContext, file: SourceFile, position: Position): DocumentHighlight[] {
  const asked = occurrenceAt(file, position);
  if (asked === undefined) return [];
  const same = sameAs(asked, context);
  const found = file.located.flatMap((at) => occurrencesIn(at).filter((one) => !one.literal && same(one)));
  return unique(found).flatMap((one) => {
    const kind = one.declares ? DocumentHighlightKind.Write : DocumentHighlightKind.Read;
    return rangesOf(one).map((range) => ({ range, kind }));
  });
}
