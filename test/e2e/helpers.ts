import * as vscode from 'vscode';
import type { Api } from '../../src/extension';
import type { TreeNode } from '../../src/views/node';

const EXTENSION = 'eks-load-balancers.eks-load-balancers';

/** The extension, active, with what it exports. */
export async function api(): Promise<Api> {
  const extension = vscode.extensions.getExtension<Api>(EXTENSION);
  if (extension === undefined) throw new Error(`${EXTENSION} is not installed`);
  return extension.activate();
}

/** Opens a file of the workspace. */
export async function openSample(path: string): Promise<vscode.TextEditor> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) throw new Error('no folder is open');
  return vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, path));
}

/** Opens unsaved YAML; `|` marks the cursor and is taken out. */
export async function openText(marked: string): Promise<vscode.TextEditor> {
  const at = marked.indexOf('|');
  const content = marked.replace('|', '');
  const document = await vscode.workspace.openTextDocument({ language: 'yaml', content });
  const editor = await vscode.window.showTextDocument(document);
  const position = document.positionAt(Math.max(at, 0));
  editor.selection = new vscode.Selection(position, position);
  return editor;
}

/** An Ingress with the given annotation lines. */
export function ingressWith(...annotations: string[]): string {
  const lines = annotations.map((line) => `    ${line}`);
  return [
    ...[
      'apiVersion: networking.k8s.io/v1',
      'kind: Ingress',
      'metadata:',
      '  name: shop',
      '  annotations:',
      ...lines,
    ],
    ...['spec:', '  ingressClassName: alb', ''],
  ].join('\n');
}

/** Polls until `read` gives something; fails loudly with `what` when it never does. */
export async function until<T>(what: string, read: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const end = Date.now() + 60_000;
  while (Date.now() < end) {
    const value = await read();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`not seen within a minute: ${what}`);
}

/** The tree of load balancers as text, all branches open, two spaces a level. */
export async function treeText(): Promise<string> {
  const { tree } = await api();
  return nodesText((await tree.getChildren()) ?? []);
}

/** The Setup view in the same form, after a look at everything. */
export async function setupText(): Promise<string> {
  const { setupTree } = await api();
  setupTree.refresh();
  await setupTree.reports();
  return nodesText((await setupTree.getChildren()) ?? []);
}

async function nodesText(nodes: readonly TreeNode[], indent = ''): Promise<string> {
  const parts = await Promise.all(
    nodes.map(async (node) => {
      const line = `${indent}${String(node.item.label)} | ${String(node.item.description ?? '')}`;
      const children =
        node.children === undefined ? '' : await nodesText(await node.children(), `${indent}  `);
      return children === '' ? line : `${line}\n${children}`;
    }),
  );
  return parts.join('\n');
}

type Ask = (message: string, ...items: unknown[]) => Promise<unknown>;

/** Answers messages as a person would while `work` runs, and returns what was asked and told. */
export async function answering(
  answer: (message: string) => string | undefined,
  work: () => PromiseLike<unknown>,
): Promise<string[]> {
  const heard: string[] = [];
  const window = vscode.window as unknown as Record<string, Ask>;
  const kinds = ['showInformationMessage', 'showWarningMessage', 'showErrorMessage'] as const;
  const originals = kinds.map((kind) => window[kind]);
  for (const kind of kinds) {
    window[kind] = async (message) => {
      heard.push(message);
      return answer(message);
    };
  }
  try {
    await work();
  } finally {
    kinds.forEach((kind, at) => {
      const original = originals[at];
      if (original !== undefined) window[kind] = original;
    });
  }
  return heard;
}

interface PickItem {
  readonly label: string;
}

/** Picks as a person would while `work` runs: the item that `choose` returns, or none. Returns what was offered. */
export async function picking(
  choose: (labels: readonly string[]) => string | undefined,
  work: () => PromiseLike<unknown>,
): Promise<string[][]> {
  const offered: string[][] = [];
  const window = vscode.window as unknown as Record<string, unknown>;
  const original = window['showQuickPick'];
  window['showQuickPick'] = async (
    items: readonly (PickItem | string)[],
    options?: vscode.QuickPickOptions,
  ) => {
    const labels = items.map((item) => (typeof item === 'string' ? item : item.label));
    offered.push(labels);
    const at = labels.indexOf(choose(labels) ?? '');
    return options?.canPickMany ? items.filter((_, index) => index === at) : items[at];
  };
  try {
    await work();
  } finally {
    window['showQuickPick'] = original;
  }
  return offered;
}
