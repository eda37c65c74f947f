/** When diagnostics are made and sent. */
import type { Connection, Diagnostic, PublishDiagnosticsParams, TextDocuments } from 'vscode-languageserver';
import type { Intake } from './intake';
import { createPace } from './pace';
import { isConfigFile } from './projectConfig';
import type { LanguageService } from './service';
import type { Manifest } from './text/manifest';
import { createTurns, inTurns, type Steps } from './turns';

/** So often a file is gone through again because others changed meanwhile. */
const ROUNDS = 3;

/**
 * Publishes after every change, as soon as everything that has arrived by then was taken in: of several changes that
 * came together only the last is answered. Other open files follow when what they rest on has changed; the function
 * that is returned looks for such files at once.
 */
export function publishWhileTyping(
  connection: Connection,
  documents: TextDocuments<Manifest>,
  service: () => LanguageService,
  intake: Intake,
  validate: (document: Manifest) => Promise<Diagnostic[]>,
  onStale: () => void,
): () => void {
  const waiting = new Set<string>();
  const pace = createPace();
  const send = async (params: PublishDiagnosticsParams) => {
    try {
      await connection.sendDiagnostics(params);
    } catch {
      // Sending fails only when the client is gone, and then there is nobody to tell.
    }
  };
  /** False when it has changed meanwhile: the change comes by itself. */
  const checkInTurns = async (document: Manifest): Promise<boolean> => {
    const turns = createTurns();
    const { uri, version } = document;
    const sendPart = createParts(document, (diagnostics) => void send({ uri, version, diagnostics }));
    const steps = function* (): Steps {
      for (const _ of service().steps(document)) {
        sendPart(() => service().soFar(document));
        yield;
      }
    };
    const isCurrent = () => documents.get(document.uri) === document;
    // What others rest on may change between two turns; then it is gone through once more, but not for ever.
    for (let round = 0; round < ROUNDS && isCurrent(); round++) {
      if (!isConfigFile(document.uri)) await inTurns(steps(), isCurrent, turns);
      if (!service().isStale(document.uri)) break;
    }
    return isCurrent();
  };
  const publish = async (document: Manifest) => {
    const { uri, version } = document;
    // What fails is told by whoever asks for the whole.
    if (!(await checkInTurns(document).catch(() => true))) return;
    const diagnostics = await validate(document);
    if (documents.get(uri)?.version === version) await send({ uri, version, diagnostics });
  };
  const run = async () => {
    const uris = [...waiting];
    waiting.clear();
    await intake.inTurns();
    await pace.measure(async () => {
      for (const document of uris.map((uri) => documents.get(uri)))
        if (document !== undefined) await publish(document);
    });
    // A file whose checks fail stays stale: it waits for the next change, or the server would never rest.
    publishStale(new Set(uris));
  };
  const publishStale = (done: ReadonlySet<string> = new Set()) => {
    intake.now();
    const stale = documents.all().filter(({ uri }) => !done.has(uri) && service().isStale(uri));
    for (const { uri } of stale) schedule(uri);
    if (stale.length > 0) onStale();
  };
  const schedule = (uri: string) => {
    waiting.add(uri);
    pace.schedule(() => void run());
  };
  documents.onDidChangeContent(({ document }) => schedule(document.uri));
  documents.onDidClose(({ document }) => {
    waiting.delete(document.uri);
    void send({ uri: document.uri, diagnostics: [] });
  });
  return () => publishStale();
}

/** A file of fewer documents is checked soon enough. */
const MANY = 100;

/** So long nobody misses what is found; after that each part is twice as long in the making as the one before. */
const FIRST_PART_MS = 300;

/** Of a large file what has been found is shown before everything is, unless there is no more of it than before. */
function createParts(
  { chunks }: Manifest,
  send: (diagnostics: Diagnostic[]) => void,
): (make: () => Diagnostic[]) => void {
  if (chunks.length < MANY) return () => undefined;
  const started = performance.now();
  let due = FIRST_PART_MS;
  let sent = 0;
  return (make) => {
    if (performance.now() - started < due) return;
    due *= 2;
    const diagnostics = make();
    if (diagnostics.length === sent) return;
    sent = diagnostics.length;
    send(diagnostics);
  };
}
