import type { InlayHint, Range } from 'vscode-languageserver-types';
import { InlayHintKind } from 'vscode-languageserver-types';
import { type Place, rangesOf } from './places';

/** A word behind a place. */
export interface Hint {
  readonly behind: Place;
  readonly label: string;
  readonly tooltip: string;
}

export function hintsWithin(hints: readonly Hint[], { start, end }: Range): InlayHint[] {
  return hints.flatMap(({ behind, label, tooltip }) =>
    rangesOf(behind)
      .map((range) => range.end)
      .filter(({ line }) => line >= start.line && line <= end.line)
      .map((position) => ({
        position,
        label,
        tooltip,
        kind: InlayHintKind.Parameter,
        paddingLeft: true,
      })),
  );
}
