import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { PassThrough } from 'node:stream';
import {
  createConnection,
  createProtocolConnection,
  type Diagnostic,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { connect } from '../../server/handlers';
import type { FileSource } from '../../server/workspaceFiles';

/** A client of the language server, with the diagnostics as they arrive. */
export interface TestClient {
  readonly connection: ProtocolConnection;
  /** The next diagnostics that arrive for the file. */
  diagnostics(uri: string): Promise<readonly Diagnostic[]>;
  /** How many times diagnostics arrived. */
  published(): readonly PublishDiagnosticsParams[];
  close(): void;
}

/** The server on streams in memory; everything but the process boundary is real. */
export function connectInMemory(source?: FileSource): TestClient {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  const server = createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient));
  connect(server, source);
  server.listen();
  // An answer may still be on its way: the server is left to find its streams ended.
  return client(
    createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer)),
    () => toServer.end(),
  );
}

/** The server as a process of its own, bundled as the product is, from the sources as they are now. */
export function connectToProcess(): TestClient & { readonly process: ChildProcess } {
  execFileSync('node', ['scripts/build.mjs', '--only', 'server']);
  const server = spawn('node', ['dist/server.js', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const reader = new StreamMessageReader(server.stdout);
  const connection = createProtocolConnection(reader, new StreamMessageWriter(server.stdin));
  return { ...client(connection, () => void server.kill()), process: server };
}

function client(connection: ProtocolConnection, stop: () => void): TestClient {
  const arrived: PublishDiagnosticsParams[] = [];
  const waiting = new Map<string, ((found: readonly Diagnostic[]) => void)[]>();
  connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
    arrived.push(params);
    for (const resolve of waiting.get(params.uri) ?? []) resolve(params.diagnostics);
    waiting.delete(params.uri);
  });
  connection.listen();
  return {
    connection,
    diagnostics: (uri) => new Promise((resolve) => waiting.set(uri, [...(waiting.get(uri) ?? []), resolve])),
    published: () => arrived,
    close() {
      connection.dispose();
      stop();
    },
  };
}
