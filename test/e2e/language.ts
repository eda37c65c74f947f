import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { api, ingressWith, openSample, openText, until } from './helpers';

describe('the language server in the editor', () => {
  before(api);

  it('completes annotation keys with their prefix, without those that are set', async () => {
    const editor = await openText(ingressWith('alb.ingress.kubernetes.io/scheme: internal', '|'));
    const labels = await until('completion of keys', async () => {
      const found = await completions(editor);
      return found.includes('target-type') ? found : undefined;
    });
    assert.ok(!labels.includes('scheme'));
  });

  it('completes values', async () => {
    const editor = await openText(ingressWith('alb.ingress.kubernetes.io/scheme: |'));
    const labels = await until('completion of values', async () => {
      const found = await completions(editor);
      return found.includes('internet-facing') ? found : undefined;
    });
    assert.ok(labels.includes('internal'));
  });

  it('explains an annotation', async () => {
    const editor = await openText(ingressWith('alb.ingress.kubernetes.io/sch|eme: internal'));
    const text = await until('hover', async () => {
      const uri = editor.document.uri;
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        ...[uri, editor.selection.active],
      );
      const parts = hovers.flatMap(({ contents }) =>
        contents.map((one) => (typeof one === 'string' ? one : one.value)),
      );
      return parts.length === 0 ? undefined : parts.join('\n');
    });
    assert.match(text, /internet-facing/);
  });

  it('underlines mistakes, and only the mistaken part', async () => {
    const { document } = await openSample('broken.yaml');
    const found = await until('diagnostics', () => {
      const all = vscode.languages.getDiagnostics(document.uri);
      return all.length >= 7 ? all : undefined;
    });
    const words = found.map(({ range }) => document.getText(range));
    assert.ok(words.includes('internet-faceing'), words.join(' | '));
    assert.ok(found.every(({ source }) => source === 'eks-load-balancers'));
  });

  it('mends an unquoted boolean', async () => {
    const editor = await openText(ingressWith('alb.ingress.kubernetes.io/use-regex-path-match: true'));
    const { document } = editor;
    const [diagnostic] = await until('diagnostic', () => {
      const all = vscode.languages.getDiagnostics(document.uri);
      return all.length > 0 ? all : undefined;
    });
    assert.ok(diagnostic);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      ...[document.uri, diagnostic.range],
    );
    const edit = actions.find(({ isPreferred }) => isPreferred === true)?.edit;
    assert.ok(edit, actions.map(({ title }) => title).join(' | '));
    await vscode.workspace.applyEdit(edit);
    assert.match(document.getText(), /use-regex-path-match: ["']true["']/);
  });

  it('is silent in documents that are no Ingress', async () => {
    const text = ingressWith('alb.ingress.kubernetes.io/schema: internal').replace(
      'kind: Ingress',
      'kind: ConfigMap',
    );
    const plain = await openText(text);
    const wrong = await openText(ingressWith('alb.ingress.kubernetes.io/schema: internal'));
    // When the second file has its finding, the server is past the first.
    await until('the finding of the Ingress', () =>
      vscode.languages.getDiagnostics(wrong.document.uri).length > 0 ? true : undefined,
    );
    assert.deepEqual(vscode.languages.getDiagnostics(plain.document.uri), []);
  });

  it('offers Plan and Provision over each Ingress', async () => {
    const { document } = await openSample('two-apps.yaml');
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      ...[document.uri, 10],
    );
    assert.deepEqual(
      lenses.map(({ command }) => command?.title),
      ['Plan', 'Provision'],
    );
    const line = document.lineAt(lenses[0]?.range.start.line ?? 0).text;
    assert.equal(line, 'kind: Ingress');
  });
});

async function completions({ document, selection }: vscode.TextEditor): Promise<string[]> {
  const list = await vscode.commands.executeCommand<vscode.CompletionList>(
    'vscode.executeCompletionItemProvider',
    ...[document.uri, selection.active],
  );
  return list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
}
