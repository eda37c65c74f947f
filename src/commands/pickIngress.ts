import * as vscode from 'vscode';
import { UserError } from '../errors';
import { type LocatedObject, locateObjects, objectAt } from '../kube/locate';
import { parseManifests } from '../kube/manifests';
import { type KubeObject, keyOf } from '../kube/types';
import { holdsIngress } from '../views/ingressContext';

/** An Ingress that a person means, and the objects to bring into the cluster with it. */
export interface PickedIngress {
  /** `namespace/name` */
  readonly key: string;
  readonly uri: vscode.Uri;
  /** The Ingress and everything else of its file but other Ingresses. */
  readonly manifests: readonly KubeObject[];
}

/** Where a command was called from: a code lens names the line, a menu the file, the palette neither. */
export interface PickFrom {
  readonly uri?: vscode.Uri;
  readonly line?: number;
}

const SEARCH_LIMIT = 2_000;

/** The Ingress of the lens, under the cursor, alone in the file, or picked from the file or the workspace. */
export async function pickIngress(from: PickFrom): Promise<PickedIngress | undefined> {
  const editor = vscode.window.activeTextEditor;
  const uri = from.uri ?? editor?.document.uri;
  const document = uri === undefined ? undefined : await openYaml(uri);
  const found = document === undefined ? [] : ingressesOf(document);
  if (document === undefined || found.length === 0) return pickFromWorkspace(document);
  const line = from.line ?? (editor?.document === document ? editor.selection.active.line : undefined);
  const under = line === undefined ? undefined : objectAt(locateObjects(document.getText()), line);
  const meant = found.find((one) => keyText(one) === (under === undefined ? '' : keyText(under)));
  const chosen = meant ?? (found.length === 1 ? found[0] : await pickOne(document, found));
  return chosen === undefined ? undefined : picked(document, chosen);
}

async function openYaml(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  const document = await vscode.workspace.openTextDocument(uri);
  return document.languageId === 'yaml' ? document : undefined;
}

function ingressesOf(document: vscode.TextDocument): LocatedObject[] {
  return locateObjects(document.getText()).filter(({ object }) => object.kind === 'Ingress');
}

function keyText({ object }: LocatedObject): string {
  return keyOf({ metadata: { namespace: 'default', ...object.metadata } });
}

async function pickOne(
  document: vscode.TextDocument,
  found: readonly LocatedObject[],
): Promise<LocatedObject | undefined> {
  const items = found.map((one) => ({ label: keyText(one), description: lineText(document.uri, one), one }));
  const title = vscode.l10n.t('Which Ingress?');
  const placeHolder = vscode.l10n.t('The cursor is in none of them');
  return (await vscode.window.showQuickPick(items, { title, placeHolder }))?.one;
}

function lineText(uri: vscode.Uri, { kindLine }: LocatedObject): string {
  return `${vscode.workspace.asRelativePath(uri)}:${kindLine + 1}`;
}

async function pickFromWorkspace(
  current: vscode.TextDocument | undefined,
): Promise<PickedIngress | undefined> {
  const items = await workspaceIngresses();
  if (items.length === 0) throw noIngress(current);
  const title = vscode.l10n.t('Which Ingress?');
  const chosen = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  if (chosen === undefined) return undefined;
  return picked(await vscode.workspace.openTextDocument(chosen.uri), chosen.one);
}

function noIngress(current: vscode.TextDocument | undefined): UserError {
  const where =
    current === undefined ? vscode.l10n.t('the workspace') : vscode.workspace.asRelativePath(current.uri);
  return new UserError('no-ingress', vscode.l10n.t('There is no Ingress in {0}.', where), {
    advice: vscode.l10n.t(
      'Open a manifest with an object of kind Ingress, or start one with the snippet "alb-ingress".',
    ),
  });
}

/** Ingresses of the YAML files of the workspace. */
export async function workspaceIngresses(): Promise<
  { label: string; description: string; uri: vscode.Uri; one: LocatedObject }[]
> {
  const uris = await vscode.workspace.findFiles('**/*.{yaml,yml}', '**/node_modules/**', SEARCH_LIMIT);
  const perFile = await Promise.all(uris.map(ingressesOfFile));
  return perFile.flat().sort((a, b) => a.label.localeCompare(b.label));
}

async function ingressesOfFile(uri: vscode.Uri) {
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  if (!holdsIngress(text)) return [];
  const found = locateObjects(text).filter(({ object }) => object.kind === 'Ingress');
  return found.map((one) => ({ label: keyText(one), description: lineText(uri, one), uri, one }));
}

/** Reads the file strictly: what is to be applied must be valid, to the last document. */
function picked(document: vscode.TextDocument, chosen: LocatedObject): PickedIngress {
  const key = keyText(chosen);
  const file = vscode.workspace.asRelativePath(document.uri);
  const objects = parseManifests(document.getText(), file).map(({ object }) => object);
  const manifests = objects.filter((object) => object.kind !== 'Ingress' || keyOf(object) === key);
  return { key, uri: document.uri, manifests };
}
