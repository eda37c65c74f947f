import { TextDocument } from 'vscode-languageserver-textdocument';
import type { TextEdit } from 'vscode-languageserver-types';
import type { Manifest } from './manifest';

/** The text of a file after edits that do not overlap. */
export function applyEdits(manifest: Manifest, edits: readonly TextEdit[]): string {
  const { uri, languageId, version } = manifest;
  return TextDocument.applyEdits(TextDocument.create(uri, languageId, version, manifest.getText()), [
    ...edits,
  ]);
}
