import { afterEach, describe, expect, test } from 'vitest';
import {
  CancellationTokenSource,
  CodeActionRequest,
  CodeLensRequest,
  CodeLensResolveRequest,
  type CompletionItem,
  type CompletionList,
  CompletionRequest,
  CompletionResolveRequest,
  DefinitionRequest,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentHighlightRequest,
  DocumentLinkRequest,
  DocumentSymbolRequest,
  ExitNotification,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  InlayHintRequest,
  LogMessageNotification,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  ShutdownRequest,
  WorkspaceSymbolRequest,
} from 'vscode-languageserver/node';
import type { LiveValuesParams, LiveValuesResult, ServerOptions } from '../../src/protocol';
import { LIVE_VALUES_CHANGED, LIVE_VALUES_REQUEST } from '../../src/protocol';
import { ingress } from '../helpers/cursor';
import { connectInMemory, connectToProcess, type TestClient } from '../helpers/testConnection';

const P = 'alb.ingress.kubernetes.io/';
const uri = 'file:///ingress.yaml';
const opened: TestClient[] = [];

afterEach(() => {
  for (const client of opened.splice(0)) client.close();
});

async function start(options?: ServerOptions, client = connectInMemory()): Promise<TestClient> {
  opened.push(client);
  const capabilities = { textDocument: { completion: { completionItem: { snippetSupport: true } } } };
  const answer = await client.connection.sendRequest(InitializeRequest.type, {
    processId: null,
    rootUri: null,
    capabilities,
    initializationOptions: options,
  });
  expect(answer.capabilities).toMatchObject({
    hoverProvider: true,
    textDocumentSync: 2,
    completionProvider: { resolveProvider: true },
  });
  await client.connection.sendNotification(InitializedNotification.type, {});
  return client;
}

async function open({ connection }: TestClient, text: string): Promise<void> {
  await connection.sendNotification(DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: 'yaml', version: 1, text },
  });
}

const at = (line: number, character: number) => ({ textDocument: { uri }, position: { line, character } });

async function list({ connection }: TestClient, line: number, character: number) {
  return (await connection.sendRequest(CompletionRequest.type, at(line, character))) as CompletionList | null;
}

async function complete(client: TestClient, line: number, character: number): Promise<CompletionItem[]> {
  return (await list(client, line, character))?.items ?? [];
}

/** The whole conversation of an editor with a file. */
async function session(client: TestClient): Promise<void> {
  const { connection } = client;
  let next = client.diagnostics(uri);
  await open(client, ingress(`${P}scheme: public`, ''));
  expect((await next).map(({ code }) => code)).toEqual(['not-an-option']);

  expect((await complete(client, 6, 4)).length).toBeGreaterThan(60);
  const [first] = await complete(client, 6, 4);
  if (first === undefined) throw new Error('nothing offered');
  expect((await connection.sendRequest(CompletionResolveRequest.type, first)).documentation).toBeDefined();
  expect(JSON.stringify(await connection.sendRequest(HoverRequest.type, at(5, 10)))).toContain(
    'public addresses',
  );

  next = client.diagnostics(uri);
  const range = { start: { line: 5, character: 38 }, end: { line: 5, character: 44 } };
  await connection.sendNotification(DidChangeTextDocumentNotification.type, {
    textDocument: { uri, version: 2 },
    contentChanges: [{ range, text: 'internl' }],
  });
  const found = await next;
  const actions = await connection.sendRequest(CodeActionRequest.type, {
    textDocument: { uri },
    range,
    context: { diagnostics: [...found] },
  });
  expect(actions).toMatchObject([
    { title: 'Change to `internal`', edit: { changes: { [uri]: [{ newText: 'internal' }] } } },
  ]);

  next = client.diagnostics(uri);
  await connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  expect(await next).toEqual([]);
  expect(await connection.sendRequest(HoverRequest.type, at(5, 10))).toBeNull();
}

describe('the server', () => {
  test('serves an editor over streams', async () => {
    await session(await start());
  });

  test('serves an editor as a process, and ends when told to', async () => {
    const client = connectToProcess();
    await session(await start(undefined, client));
    const ended = new Promise<number | null>((resolve) => client.process.on('exit', resolve));
    await client.connection.sendRequest(ShutdownRequest.type);
    await client.connection.sendNotification(ExitNotification.type);
    expect(await ended).toBe(0);
  }, 120_000);

  test('answers fast typing in order, and the last version in any case', async () => {
    const client = await start();
    let next = client.diagnostics(uri);
    await open(client, ingress(`${P}scheme: x`));
    await next;
    next = client.diagnostics(uri);
    for (let version = 2; version <= 20; version++) {
      await client.connection.sendNotification(DidChangeTextDocumentNotification.type, {
        textDocument: { uri, version },
        contentChanges: [{ text: ingress(`${P}scheme: ${'x'.repeat(version)}`) }],
      });
    }
    await next;
    await expect.poll(() => client.published().at(-1)?.version).toBe(20);
    const versions = client.published().map(({ version }) => version ?? 0);
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
  });

  test('a fault in one answer is logged and the next answer comes', async () => {
    const client = await start();
    const logged = new Promise<string>((resolve) =>
      client.connection.onNotification(LogMessageNotification.type, ({ message }) => resolve(message)),
    );
    await open(client, ingress(`${P}scheme: x`));
    const nowhere = { textDocument: { uri }, position: { line: Number.NaN, character: 1 } };
    const broken = await client.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri },
      // A client that breaks the protocol: the range has no end.
      range: { start: nowhere.position } as never,
      context: { diagnostics: [] },
    });
    expect(broken).toBeNull();
    expect(await logged).toContain('codeAction failed');
    expect(await client.connection.sendRequest(HoverRequest.type, at(5, 10))).not.toBeNull();
  });
});

describe('navigation', () => {
  const text = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    ${P}actions.go: '{"type":"fixed-response","fixedResponseConfig":{"statusCode":"503"}}'
    ${P}group.name: shop
spec:
  ingressClassName: alb
  defaultBackend: {service: {name: go, port: {name: use-annotation}}}
`;

  test('answers every request that it announces', async () => {
    const client = await start({ referencesCommand: 'show' });
    const { connection } = client;
    await open(client, text);
    const action = at(9, 36);
    const range = { start: { line: 5, character: 38 }, end: { line: 5, character: 40 } };
    const textDocument = { uri };
    expect(await connection.sendRequest(DefinitionRequest.type, action)).toEqual([{ uri, range }]);
    const context = { includeDeclaration: true };
    expect(await connection.sendRequest(ReferencesRequest.type, { ...action, context })).toHaveLength(2);
    expect(await connection.sendRequest(DocumentHighlightRequest.type, action)).toHaveLength(2);
    expect(await connection.sendRequest(PrepareRenameRequest.type, action)).toMatchObject({
      placeholder: 'go',
    });
    const edit = await connection.sendRequest(RenameRequest.type, { ...action, newName: 'away' });
    expect(edit?.changes?.[uri]).toHaveLength(2);
    expect(await connection.sendRequest(DocumentSymbolRequest.type, { textDocument })).toHaveLength(1);
    expect(await connection.sendRequest(WorkspaceSymbolRequest.type, { query: 'web' })).toHaveLength(1);
    const whole = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
    expect(await connection.sendRequest(InlayHintRequest.type, { textDocument, range: whole })).toEqual([]);
    expect(await connection.sendRequest(DocumentLinkRequest.type, { textDocument })).toHaveLength(2);
    const [lens] = (await connection.sendRequest(CodeLensRequest.type, { textDocument })) ?? [];
    if (lens === undefined) throw new Error('no lens');
    const { command } = await connection.sendRequest(CodeLensResolveRequest.type, lens);
    expect(command).toMatchObject({ title: 'Group shop: 1 Ingress, 0 of 100 rules', command: 'show' });
  });

  test('says why a name stays', async () => {
    const client = await start();
    await open(client, text);
    const refused = client.connection.sendRequest(PrepareRenameRequest.type, at(3, 9));
    await expect(refused).rejects.toThrow('Only the names of actions');
    const bad = client.connection.sendRequest(RenameRequest.type, { ...at(9, 36), newName: 'A b' });
    await expect(bad).rejects.toThrow('cannot be the name of a Service');
  });
});

describe('live values', () => {
  const values = [{ value: 'subnet-a', label: 'public-a' }];
  const subnets = { status: 'ok', values } as const satisfies LiveValuesResult;
  const place = { account: '111122223333', region: 'eu-west-1', vpcId: 'vpc-1' };

  /** A client that answers from a list, and the sources it was asked for. */
  async function asked(
    answers: (LiveValuesResult | Error | 'silence')[],
  ): Promise<{ client: TestClient; sources: string[] }> {
    const client = connectInMemory();
    const sources: string[] = [];
    client.connection.onRequest(LIVE_VALUES_REQUEST, ({ source }: LiveValuesParams) => {
      sources.push(source);
      const answer = answers.shift() ?? { status: 'unknown' };
      if (answer instanceof Error) throw answer;
      return answer === 'silence' ? new Promise(() => undefined) : answer;
    });
    await start({ liveValues: true }, client);
    await open(client, ingress(`${P}subnets: `, `${P}scheme: `));
    return { client, sources };
  }

  const offered = async (client: TestClient) =>
    (await complete(client, 5, 39)).map(({ label, labelDetails }) => `${label} ${labelDetails?.description}`);

  test('are there when the editor asks again, and asked for once a minute', async () => {
    const { client, sources } = await asked([subnets, subnets]);
    const first = await list(client, 5, 39);
    expect(first).toEqual({ isIncomplete: true, items: [] });
    await expect.poll(() => offered(client)).toEqual(['subnet-a public-a']);
    expect((await list(client, 5, 39))?.isIncomplete).toBe(false);
    expect(sources).toEqual(['subnets']);
    await client.connection.sendNotification(LIVE_VALUES_CHANGED);
    expect(await offered(client)).toEqual([]);
    await expect.poll(() => offered(client)).toEqual(['subnet-a public-a']);
    expect(sources).toEqual(['subnets', 'subnets']);
  });

  test('are not asked for again right after a failure, but after a change', async () => {
    const { client, sources } = await asked([new Error('no credentials'), subnets]);
    await offered(client);
    await expect.poll(async () => (await list(client, 5, 39))?.isIncomplete).toBe(false);
    expect(await offered(client)).toEqual([]);
    expect(sources).toHaveLength(1);
    await client.connection.sendNotification(LIVE_VALUES_CHANGED);
    await expect.poll(() => offered(client)).toEqual(['subnet-a public-a']);
  });

  test('findings follow when they arrive, and go when they are forgotten', async () => {
    const { client } = await asked([{ ...subnets, place }, { status: 'unknown' }]);
    const next = client.diagnostics(uri);
    await client.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version: 2 },
      contentChanges: [{ text: ingress(`${P}subnets: subnet-00000000`) }],
    });
    await next;
    const codes = () =>
      client
        .published()
        .at(-1)
        ?.diagnostics.map(({ code }) => code);
    await expect.poll(codes).toEqual(['resource-not-found']);
    await client.connection.sendNotification(LIVE_VALUES_CHANGED);
    await expect.poll(codes).toEqual([]);
  });

  test('are not waited for when the request was cancelled', async () => {
    const { client } = await asked([subnets]);
    const source = new CancellationTokenSource();
    const answer = client.connection.sendRequest(CompletionRequest.type, at(5, 39), source.token);
    source.cancel();
    await expect(answer.catch(() => null)).resolves.toBeNull();
  });

  test('a client that never answers does not hold other answers up', async () => {
    const { client } = await asked(['silence']);
    expect(await list(client, 5, 39)).toEqual({ isIncomplete: true, items: [] });
    expect((await complete(client, 6, 38)).map(({ label }) => label)).toEqual([
      'internal',
      'internet-facing',
    ]);
  });

  test('nobody is asked who did not say that he answers', async () => {
    const client = await start();
    await open(client, ingress(`${P}subnets: `));
    expect(await complete(client, 5, 39)).toEqual([]);
  });
});
