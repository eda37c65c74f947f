import * as vscode from 'vscode';

export const SCHEME = 'eks-lb';
/** The language of plans (package.json, contributes.languages): its grammar colours what is made and what goes. */
export const PLAN_LANGUAGE = 'eks-lb-plan';
/** The same for plans of the setup. */
export const SETUP_LANGUAGE = 'eks-lb-setup';

/** Read-only documents: plans, and objects that exist only in the cluster. */
export interface PlanDocuments extends vscode.Disposable {
  /** Shows a text beside what the person is looking at; the same name is shown again with the new text. */
  show(name: string, text: string, language: string): Promise<vscode.TextEditor>;
}

const REFRESH_PATIENCE_MS = 2_000;

/** A document that is open already gets its new text a moment later. */
async function refreshed(document: vscode.TextDocument, text: string, fire: () => void): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      listener.dispose();
      resolve();
    };
    const timer = setTimeout(() => done(), REFRESH_PATIENCE_MS);
    const listener = vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.document === document && document.getText() === text) done();
    });
    fire();
  });
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
      const document = await vscode.workspace.openTextDocument(uri);
      if (document.getText() !== text) await refreshed(document, text, () => changed.fire(uri));
      await vscode.languages.setTextDocumentLanguage(document, language);
      return vscode.window.showTextDocument(document, { preview: true, preserveFocus: false });
    },
    dispose() {
      registration.dispose();
      changed.dispose();
    },
  };
}
