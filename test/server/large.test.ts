/** Files of a size that nobody writes by hand: whoever asks meanwhile is answered before they are checked. */
import { afterEach, describe, expect, test } from 'vitest';
import {
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
} from 'vscode-languageserver/node';
import { createService } from '../../server/service';
import { createManifest } from '../../server/text/manifest';
import { file, ingress, service } from '../../src/rules/examples';
import { connectInMemory, type TestClient } from '../helpers/testConnection';

const many = (count: number, ...annotations: string[]) =>
  file(
    service({ name: 'web' }),
    ...Array.from({ length: count }, (_, at) => ingress({ name: `web-${at}`, annotations })),
  );
const paths = (count: number) => {
  const one = (at: number) =>
    `          - { path: /p${at}, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }`;
  return ingress({ name: 'web' }).replace(
    / {10}- path[\s\S]*$/,
    Array.from({ length: count }, (_, at) => one(at)).join('\n'),
  );
};

const LARGE = {
  '5,000 Ingresses': many(5_000),
  'a group of 3,000': many(3_000, 'group.name: shop', 'scheme: internal'),
  '10,000 paths': paths(10_000),
};

/** Against what hangs: on a busy machine a check of thousands of objects takes its time. */
const PATIENCE_MS = 240_000;

let client: TestClient | undefined;
afterEach(() => client?.close());

async function open(uri: string, text: string): Promise<void> {
  const textDocument = { uri, languageId: 'yaml', version: 1, text };
  await client?.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
}

describe.each(Object.entries(LARGE))('%s', (_, text) => {
  test(
    'others are answered while it is checked',
    async () => {
      client = connectInMemory();
      const { connection } = client;
      await connection.sendRequest(InitializeRequest.type, {
        processId: null,
        rootUri: null,
        capabilities: {},
      });
      await connection.sendNotification(InitializedNotification.type, {});
      const small = 'file:///small.yaml';
      await open(small, ingress({ annotations: ['scheme: internal'] }));
      let checked = false;
      const done = client.diagnostics('file:///large.yaml').then(() => (checked = true));
      await open('file:///large.yaml', text);
      let before = 0;
      for (; !checked; before++) {
        const at = { textDocument: { uri: small }, position: { line: 5, character: 40 } };
        expect(await connection.sendRequest(HoverRequest.type, at)).not.toBeNull();
        await new Promise((resolve) => setImmediate(resolve));
      }
      await done;
      expect(before).toBeGreaterThan(1);
    },
    PATIENCE_MS,
  );

  test(
    'a change is checked instead of what it replaced',
    async () => {
      client = connectInMemory();
      const { connection } = client;
      await connection.sendRequest(InitializeRequest.type, {
        processId: null,
        rootUri: null,
        capabilities: {},
      });
      const next = client.diagnostics('file:///large.yaml');
      await open('file:///large.yaml', text);
      await new Promise((resolve) => setTimeout(resolve, 30));
      await connection.sendNotification(DidChangeTextDocumentNotification.type, {
        textDocument: { uri: 'file:///large.yaml', version: 2 },
        contentChanges: [{ text: ingress({ annotations: ['scheme: public'] }) }],
      });
      await next;
      await expect
        .poll(
          () =>
            client
              ?.published()
              .at(-1)
              ?.diagnostics.map(({ code }) => code),
          { timeout: 60_000 },
        )
        .toEqual(['not-an-option']);
      // One object is one part, however long it is.
      if (text.includes('---')) expect(client.published().map(({ version }) => version)).toEqual([2]);
    },
    PATIENCE_MS,
  );
});

/** The time that all checks take, for a text of so many parts. */
function time(text: string): number {
  const began = performance.now();
  createService({ still: true }).validate(createManifest('file:///a.yaml', 'yaml', 1, text));
  return performance.now() - began;
}

test.each([
  ['Ingresses', (count: number) => many(count)],
  ['members of a group', (count: number) => many(count, 'group.name: shop', 'scheme: internal')],
  ['paths', paths],
])(
  '%s take time in proportion to their number',
  (_, make) => {
    time(make(100));
    const [few, more] = [make(200), make(1_600)].map((text) => Math.min(time(text), time(text), time(text)));
    expect((more ?? 0) / (few ?? 1)).toBeLessThan(24);
  },
  PATIENCE_MS,
);
