/** Files of a size that nobody writes by hand: whoever asks meanwhile is answered before they are checked. */
import { afterEach, describe, expect, test } from 'vitest';
import {
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentSymbolRequest,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  LSPErrorCodes,
  WorkspaceSymbolRequest,
} from 'vscode-languageserver/node';
import { createService } from '../../server/service';
import { createManifest } from '../../server/text/manifest';
import type { FileSource } from '../../server/workspaceFiles';
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

async function start(source?: FileSource): Promise<TestClient> {
  client = connectInMemory(source);
  await client.connection.sendRequest(InitializeRequest.type, {
    processId: null,
    rootUri: source === undefined ? null : 'file:///work',
    capabilities: {},
  });
  await client.connection.sendNotification(InitializedNotification.type, {});
  return client;
}

async function open(uri: string, text: string): Promise<void> {
  const textDocument = { uri, languageId: 'yaml', version: 1, text };
  await client?.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
}

async function change(uri: string, text: string): Promise<void> {
  await client?.connection.sendNotification(DidChangeTextDocumentNotification.type, {
    textDocument: { uri, version: 2 },
    contentChanges: [{ text }],
  });
}

const SMALL = 'file:///small.yaml';
const BIG = 'file:///large.yaml';

/** Asks about a small file again and again until something has happened; answers how often. */
async function askUntil(happened: () => boolean): Promise<number> {
  const at = { textDocument: { uri: SMALL }, position: { line: 5, character: 40 } };
  for (let asked = 0; ; asked++) {
    if (happened()) return asked;
    expect(await client?.connection.sendRequest(HoverRequest.type, at)).not.toBeNull();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/**
 * The longest that nobody else had a turn, in milliseconds of the processor: those of the clock tell more of what else
 * the machine does. The collector's threads count, too.
 */
function watchTurns(): () => number {
  let [longest, watching] = [0, true];
  let [wall, cpu] = [performance.now(), process.cpuUsage()];
  const look = () => {
    const { user, system } = process.cpuUsage(cpu);
    longest = Math.max(longest, Math.min(performance.now() - wall, (user + system) / 1_000));
    [wall, cpu] = [performance.now(), process.cpuUsage()];
    if (watching) setImmediate(look);
  };
  setImmediate(look);
  return () => {
    watching = false;
    return longest;
  };
}

/** What a server says of a text that it has all the time for. */
function whole(text: string): readonly Diagnostic[] {
  return createService().validate(createManifest(BIG, 'yaml', 1, text));
}

/**
 * A turn is a small part of what it takes to check an object with 10,000 paths at once, which is what it was in one turn
 * before; how long that is depends on the machine, and on what else it does.
 */
function longestTurnMs(): number {
  yardstick ??= cpuMs(() => whole(LARGE['10,000 paths']));
  return Math.max(500, 0.5 * yardstick);
}
let yardstick: number | undefined;

function cpuMs(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

describe.each(Object.entries(LARGE))('%s', (_, text) => {
  test(
    'others are answered while it is checked',
    async () => {
      const { published } = await start();
      await open(SMALL, ingress({ annotations: ['scheme: internal'] }));
      const { length } = whole(text);
      const longest = watchTurns();
      await open(BIG, text);
      const isWhole = () =>
        published().some(({ uri, diagnostics }) => uri === BIG && diagnostics.length === length);
      expect(await askUntil(isWhole)).toBeGreaterThan(1);
      expect(longest()).toBeLessThan(longestTurnMs());
    },
    PATIENCE_MS,
  );

  test(
    'others are answered while it is read from disk, and asked for its outline',
    async () => {
      const list = async function* () {
        yield 'file:///work/large.yaml';
      };
      const { connection } = await start({ list, read: () => ({ text }) });
      await open(SMALL, ingress({ annotations: ['scheme: internal'] }));
      const longest = watchTurns();
      await expect
        .poll(() => connection.sendRequest(WorkspaceSymbolRequest.type, { query: 'web' }))
        .not.toEqual([]);
      await open('file:///work/large.yaml', text);
      let symbols: unknown;
      const textDocument = { uri: 'file:///work/large.yaml' };
      connection.sendRequest(DocumentSymbolRequest.type, { textDocument }).then(
        (found) => (symbols = found),
        () => undefined,
      );
      await askUntil(() => symbols !== undefined);
      expect(longest()).toBeLessThan(longestTurnMs());
    },
    PATIENCE_MS,
  );

  test(
    'a change is checked instead of what it replaced',
    async () => {
      const { diagnostics, published } = await start();
      const next = diagnostics(BIG);
      await open(BIG, text);
      await new Promise((resolve) => setTimeout(resolve, 30));
      await change(BIG, ingress({ annotations: ['scheme: public'] }));
      await next;
      await expect
        .poll(
          () =>
            published()
              .at(-1)
              ?.diagnostics.map(({ code }) => code),
          { timeout: 60_000 },
        )
        .toEqual(['not-an-option']);
      expect(published().map(({ version }) => version)).toEqual([2]);
    },
    PATIENCE_MS,
  );
});

test(
  'what is found first is shown first, and everything in the end',
  async () => {
    const text = many(3_000, 'group.name: shop', 'scheme: public');
    const { published } = await start();
    await open(BIG, text);
    const all = whole(text);
    await expect.poll(() => published().at(-1)?.diagnostics, { timeout: 120_000 }).toEqual(all);
    const sizes = published().map(({ diagnostics }) => diagnostics.length);
    expect(sizes.length).toBeGreaterThan(1);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(published()[0]?.diagnostics[0]).toEqual(all[0]);
  },
  PATIENCE_MS,
);

test(
  'an outline is given up when the text changes under it',
  async () => {
    const { connection, diagnostics } = await start();
    const checked = diagnostics(BIG);
    await open(BIG, many(5_000));
    await checked;
    const outline = connection.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri: BIG } });
    await change(BIG, ingress());
    await expect(outline).rejects.toMatchObject({ code: LSPErrorCodes.ContentModified });
  },
  PATIENCE_MS,
);

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
