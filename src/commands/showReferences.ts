import * as vscode from 'vscode';
import type { Location, Position } from 'vscode-languageserver-types';

/** Shows places that the language server found; its lenses carry them as the protocol writes them. */
export async function showReferences(
  uri: string,
  at: Position,
  locations: readonly Location[],
): Promise<void> {
  const places = locations.map(
    ({ uri: target, range: { start, end } }) =>
      new vscode.Location(vscode.Uri.parse(target), new vscode.Range(positionOf(start), positionOf(end))),
  );
  await vscode.commands.executeCommand(
    'editor.action.showReferences',
    vscode.Uri.parse(uri),
    positionOf(at),
    places,
  );
}

function positionOf({ line, character }: Position): vscode.Position {
  return new vscode.Position(line, character);
}
