import * as vscode from 'vscode';

const KEY = 'eksLoadBalancers.hasIngress';
/** Far enough to find the Ingress of any manifest that people write; a look at every keystroke must stay cheap. */
const LOOK_AT = 200_000;

/** Menus offer commands only in files that hold an Ingress. */
export function watchForIngress(): vscode.Disposable {
  let last: boolean | undefined;
  const update = () => {
    const document = vscode.window.activeTextEditor?.document;
    const has = document?.languageId === 'yaml' && holdsIngress(document.getText().slice(0, LOOK_AT));
    if (has === last) return;
    last = has;
    void vscode.commands.executeCommand('setContext', KEY, has);
  };
  update();
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(update),
    vscode.workspace.onDidSaveTextDocument(update),
    vscode.workspace.onDidOpenTextDocument(update),
  );
}

/** Whether a text may hold an Ingress; a quick look before anything is parsed. */
export function holdsIngress(text: string): boolean {
  return /^[ \t]*kind:[ \t]*["']?Ingress["']?[ \t]*(#.*)?$/m.test(text);
}
