/** A client of any language server on standard input and output. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { sleep, within } from './stats.mjs';

const { createMessageConnection, StreamMessageReader, StreamMessageWriter } = createRequire(import.meta.url)(
  'vscode-languageserver/node',
);

const TIMEOUT = 60_000;

/** Starts a server in a folder; `startMs` is the time from the process to the answer to `initialize`. */
export async function startClient({ command, args, settings }, root) {
  const started = performance.now();
  const child = spawn(command, args, { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const published = [];
  const waiting = new Set();
  connection.onNotification('textDocument/publishDiagnostics', (params) => {
    const one = { ...params, at: performance.now() };
    published.push(one);
    for (const waiter of [...waiting]) waiter(one);
  });
  connection.onRequest('workspace/configuration', ({ items }) =>
    items.map(({ section }) => settings?.[section] ?? null),
  );
  connection.onRequest(() => null);
  connection.onNotification(() => {});
  connection.listen();
  await connection.sendRequest('initialize', initializeParams(root));
  const startMs = performance.now() - started;
  await connection.sendNotification('initialized', {});
  await connection.sendNotification('workspace/didChangeConfiguration', { settings: settings ?? {} });
  return {
    ...talk(connection, published, waiting),
    startMs,
    published,
    memory: () => memoryOf(child.pid),
    stop: () => stop(connection, child),
  };
}

function initializeParams(root) {
  const uri = pathToFileURL(root).href;
  const completionItem = {
    snippetSupport: true,
    documentationFormat: ['markdown'],
    resolveSupport: { properties: ['documentation', 'detail'] },
  };
  return {
    processId: process.pid,
    rootUri: uri,
    workspaceFolders: [{ uri, name: 'bench' }],
    initializationOptions: {},
    capabilities: {
      workspace: {
        configuration: true,
        workspaceFolders: true,
        didChangeConfiguration: { dynamicRegistration: true },
      },
      textDocument: {
        publishDiagnostics: { relatedInformation: true, versionSupport: true },
        completion: { completionItem, contextSupport: true },
        hover: { contentFormat: ['markdown'] },
      },
    },
  };
}

function talk(connection, published, waiting) {
  /** The first publication that passes the test, or undefined when none comes in time. */
  const next = async (test, ms = TIMEOUT) => {
    let waiter;
    const found = new Promise((resolve) => {
      waiter = (one) => test(one) && resolve(one);
      waiting.add(waiter);
    });
    const answer = await within(ms, found);
    waiting.delete(waiter);
    return answer;
  };
  /** Waits until nothing was published for `ms`. */
  const quiet = async (ms = 600) => {
    let [count, since] = [published.length, performance.now()];
    while (performance.now() - since < ms) {
      await sleep(50);
      if (published.length !== count) [count, since] = [published.length, performance.now()];
    }
  };
  const timed = async (method, params) => {
    const began = performance.now();
    const result = await within(TIMEOUT, connection.sendRequest(method, params));
    return { ms: performance.now() - began, result };
  };
  const notify = (method, params) => connection.sendNotification(method, params);
  return { next, quiet, timed, notify, open: (file) => open(file, notify) };
}

/** Opens a file; the document that is returned sends its changes. */
function open(file, notify) {
  const uri = pathToFileURL(file).href;
  const lines = readFileSync(file, 'utf8').split('\n');
  let version = 1;
  const at = performance.now();
  const textDocument = { uri, languageId: 'yaml', version, text: lines.join('\n') };
  void notify('textDocument/didOpen', { textDocument });
  /** Replaces a part of one line; returns when. */
  const change = (line, from, to, text) => {
    lines[line] = lines[line].slice(0, from) + text + lines[line].slice(to);
    version += 1;
    const range = { start: { line, character: from }, end: { line, character: to } };
    const sent = performance.now();
    void notify('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [{ range, text }],
    });
    return sent;
  };
  return { uri, lines, at, change, version: () => version };
}

/** Resident memory in MB; where the system does not tell in this way, undefined. */
function memoryOf(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  } catch {
    return undefined;
  }
}

async function stop(connection, child) {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  await within(
    2_000,
    connection.sendRequest('shutdown').catch(() => {}),
  );
  await connection.sendNotification('exit').catch(() => {});
  await within(1_500, gone);
  if (child.exitCode === null) child.kill('SIGKILL');
  connection.dispose();
}
