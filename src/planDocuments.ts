import * as vscode from 'vscode';

export const SCHEME = 'eks-lb';

/** Read-only documents: plans, and objects that exist only in the cluster. */
export interface PlanDocuments extends vscode.Disposable {
  /** Shows a text beside what the person is looking at; the same name is shown again with the new text. */
  show(name: string, text: string, language: string): Promise<vscode.TextEditor>;
}

export function createPlanDocuments(): PlanDocuments {
  const texts = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: changed.event,
    provideTextDocumentContent: (uri) => texts.get(uri.path) ?? '',
  });
  return {
    async show(name, text, language) {
      const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}` });
      texts.set(uri.path, text);
      changed.fire(uri);
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.languages.setTextDocumentLanguage(document, language);
      return vscode.window.showTextDocument(document, { preview: true, preserveFocus: false });
    },
    dispose() {
      registration.dispose();
      changed.dispose();
    },
  };
}
