/** Whatever happens in whatever order, the findings are in the end those of a server that has just been started. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  FileChangeType,
  InitializedNotification,
  InitializeRequest,
} from 'vscode-languageserver/node';
import { createNodeFiles } from '../../server/nodeFiles';
import type { ServerSettings } from '../../src/protocol';
import { SETTINGS_CHANGED } from '../../src/protocol';
import { file, ingress, service } from '../../src/rules/examples';
import { connectInMemory, type TestClient } from '../helpers/testConnection';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'ekslb-')));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const NAMES = [
  ...['shop/web.yaml', 'shop/cart.yaml', 'shop/services.yaml', 'prod/web.yaml', 'other.yaml'],
  ...['.ekslb.yaml', 'shop/.ekslb.yaml', 'shop/kustomization.yaml'],
];

const member = (name: string, ...annotations: string[]) =>
  ingress({ name, annotations: ['group.name: shop', ...annotations] });

/** What a file may hold: objects that know each other, or a setting. */
const TEXTS = [
  file(member('web', 'scheme: internal'), service({ name: 'web' })),
  file(member('web', 'scheme: internet-facing', 'target-type: ip')),
  file(member('cart', 'scheme: internet-facing'), service({ name: 'cart' })),
  file(member('cart', 'scheme: public'), member('web', 'ip-address-type: dualstack')),
  file(service({ name: 'web' }), service({ name: 'cart' })),
  file(service({ name: 'web' })).replaceAll('web', 'wob'),
  '# nothing\n',
  'controller: 2.5.0\n',
  'severity: { not-an-option: off, unknown-service: hint }\n',
  "ignore: ['web.yaml', 'shop/**']\n",
];

const SETTINGS: readonly ServerSettings[] = [
  {},
  { controller: '2.4.0' },
  { severity: { 'not-an-option': 'hint' } },
];

const name = fc.constantFrom(...NAMES);
const text = fc.constantFrom(...TEXTS);
const files = fc.array(fc.record({ name, text }), { minLength: 1, maxLength: 4 });

/** Each is what an editor sends in one go. */
const step = fc.oneof(
  fc.record({ open: fc.array(name, { minLength: 1, maxLength: 3 }) }),
  fc.record({ close: fc.array(name, { minLength: 1, maxLength: 2 }) }),
  fc.record({ edit: files }),
  fc.record({ disk: files }),
  fc.record({ remove: fc.array(name, { minLength: 1, maxLength: 2 }) }),
  fc.record({ rename: fc.record({ from: name, to: name }) }),
  fc.record({ settings: fc.constantFrom(...SETTINGS) }),
  fc.record({ wait: fc.constant(true) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const uriOf = (one: string) => pathToFileURL(join(root, one)).href;

/** An editor on a folder: what is on disk, what is open in it, and what it was told. */
class Editor {
  readonly disk = new Map<string, string>();
  readonly open = new Map<string, string>();
  settings: ServerSettings = {};
  #version = 1;

  constructor(readonly client: TestClient) {}

  async do(one: Step): Promise<void> {
    if ('open' in one) for (const name of one.open) await this.show(name, this.disk.get(name));
    else if ('close' in one) for (const name of one.close) await this.hide(name);
    else if ('edit' in one) for (const { name, text } of one.edit) await this.type(name, text);
    else if ('disk' in one) await this.write(one.disk);
    else if ('remove' in one) await this.write(one.remove.map((name) => ({ name, text: undefined })));
    else if ('rename' in one) await this.move(one.rename.from, one.rename.to);
    else if ('settings' in one) await this.configure(one.settings);
    else await new Promise((resolve) => setTimeout(resolve, 5));
  }

  async show(name: string, text: string | undefined): Promise<void> {
    if (text === undefined || this.open.has(name)) return;
    this.open.set(name, text);
    const textDocument = { uri: uriOf(name), languageId: 'yaml', version: this.#version++, text };
    await this.client.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
  }

  async hide(name: string): Promise<void> {
    if (!this.open.delete(name)) return;
    const textDocument = { uri: uriOf(name) };
    await this.client.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument });
  }

  async type(name: string, text: string): Promise<void> {
    if (!this.open.has(name)) return;
    this.open.set(name, text);
    const textDocument = { uri: uriOf(name), version: this.#version++ };
    await this.client.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument,
      contentChanges: [{ text }],
    });
  }

  async write(changes: readonly { name: string; text: string | undefined }[]): Promise<void> {
    for (const { name, text } of changes) this.put(name, text);
    await this.client.connection.sendNotification(DidChangeWatchedFilesNotification.method, {
      changes: changes.map(({ name, text }) => ({
        uri: uriOf(name),
        type: text === undefined ? FileChangeType.Deleted : FileChangeType.Changed,
      })),
    });
  }

  put(name: string, text: string | undefined): void {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    if (text === undefined) rmSync(path, { force: true });
    else writeFileSync(path, text);
    if (text === undefined) this.disk.delete(name);
    else this.disk.set(name, text);
  }

  /** An open file goes on under its new name. */
  async move(from: string, to: string): Promise<void> {
    const text = this.disk.get(from);
    if (text === undefined || from === to || this.open.has(to)) return;
    const shown = this.open.get(from);
    await this.hide(from);
    await this.write([
      { name: from, text: undefined },
      { name: to, text },
    ]);
    await this.show(to, shown);
  }

  async configure(settings: ServerSettings): Promise<void> {
    this.settings = settings;
    await this.client.connection.sendNotification(SETTINGS_CHANGED, settings);
  }

  /** What the client shows for the open files, the last that it was told. */
  shown(): Record<string, readonly Diagnostic[] | undefined> {
    const last = new Map(this.client.published().map(({ uri, diagnostics }) => [uri, diagnostics]));
    return Object.fromEntries(
      [...this.open.keys()].sort().map((name) => [name, sorted(last.get(uriOf(name)))]),
    );
  }
}

function sorted(found: readonly Diagnostic[] | undefined): readonly Diagnostic[] | undefined {
  return found && [...found].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

async function start(settings: ServerSettings): Promise<TestClient> {
  const client = connectInMemory(createNodeFiles());
  const initializationOptions = { settings };
  const rootUri = pathToFileURL(root).href;
  const params = { processId: null, rootUri, capabilities: {}, initializationOptions };
  await client.connection.sendRequest(InitializeRequest.type, params);
  await client.connection.sendNotification(InitializedNotification.type, {});
  return client;
}

/** The same folder and the same open files, for a server that has seen nothing else. */
async function fresh(editor: Editor): Promise<Editor> {
  const anew = new Editor(await start(editor.settings));
  for (const [name, text] of editor.open) await anew.show(name, text);
  return anew;
}

/** Until nothing was told for a while: a server that is at rest says nothing. */
async function rest(editor: Editor): Promise<void> {
  const { client } = editor;
  await expect.poll(() => Object.values(editor.shown()), { timeout: 20_000 }).not.toContain(undefined);
  for (let before = -1; before !== client.published().length; ) {
    before = client.published().length;
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}

test('any sequence of edits, files that come and go, renames and settings', async () => {
  const sequence = fc.record({ first: files, steps: fc.array(step, { minLength: 1, maxLength: 10 }) });
  const property = fc.asyncProperty(sequence, async ({ first, steps }) => {
    rmSync(root, { recursive: true, force: true });
    mkdirSync(root);
    const editor = new Editor(await start({}));
    await editor.write(first);
    await editor.do({ open: NAMES });
    for (const one of steps) await editor.do(one);
    const anew = await fresh(editor);
    await Promise.all([rest(editor), rest(anew)]);
    await expect.poll(() => editor.shown(), { timeout: 2_000 }).toEqual(anew.shown());
    for (const { client } of [editor, anew]) client.close();
  });
  await fc.assert(property, { numRuns: 200 });
}, 300_000);
