/** What one person does in one file, and how long the server takes; every answer is checked, too. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { startClient } from './client.mjs';
import { KEY } from './objects.mjs';
import { sleep } from './stats.mjs';

/** How often each thing is done; the memory is taken after all of them. */
const COUNTS = { hovers: 100, completions: 100, keystrokes: 20, typed: 101 };
const QUICK = { hovers: 20, completions: 40, keystrokes: 8, typed: 41 };

export async function measureFile(server, file, { quick }) {
  const counts = quick ? QUICK : COUNTS;
  const root = mkdtempSync(join(tmpdir(), 'bench-'));
  // Globs like the peer's pass over hidden folders, and that is what caches are kept in.
  const copy = join(root, basename(file));
  copyFileSync(file, copy);
  const client = await startClient(server, root);
  try {
    return { startMs: client.startMs, ...(await work(client, client.open(copy), counts)) };
  } finally {
    await client.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

async function work(client, document, counts) {
  const opened = await client.next(({ uri }) => uri === document.uri);
  const openMs = opened.at - document.at;
  await client.quiet();
  const scheme = schemeLine(document);
  const hover = await hovers(client, document, scheme, counts.hovers);
  const completion = await completions(client, document, scheme, counts.completions);
  await client.quiet();
  const keystroke = await keystrokes(client, document, scheme, counts.keystrokes);
  const typing = await type(client, document, scheme, counts.typed);
  return { openMs, hover, completion, keystroke, ...typing, memory: client.memory() };
}

/** The scheme of the Ingress in the middle of the file. */
function schemeLine({ lines }) {
  const kinds = lines.flatMap((line, at) => (line === 'kind: Ingress' ? [at] : []));
  const from = kinds[kinds.length >> 1];
  return lines.findIndex((line, at) => at > from && line.startsWith(`    ${KEY}scheme: internal`));
}

async function hovers(client, { uri }, scheme, count) {
  const times = [];
  const position = { line: scheme + 1, character: KEY.length + 7 };
  for (let i = 0; i < count; i++) {
    const { ms, result } = await client.timed('textDocument/hover', { textDocument: { uri }, position });
    if (result == null) throw new Error('no hover');
    times.push(ms);
  }
  return times;
}

/** A key is typed letter by letter on a line of its own, and every letter is followed by a request. */
async function completions(client, document, scheme, count) {
  const word = `${KEY}heal`;
  const line = scheme + 1;
  const indent = document.lines[line].slice(0, 4);
  const rest = document.lines[line];
  // The line is taken over: what stood there comes back at the end.
  document.change(line, 0, rest.length, indent);
  const times = [];
  for (let i = 0; i < count; i++) {
    const typed = i % (word.length + 1);
    if (typed === 0) document.change(line, 4, document.lines[line].length, '');
    else document.change(line, 3 + typed, 3 + typed, word[typed - 1]);
    const { ms, result } = await client.timed('textDocument/completion', {
      textDocument: { uri: document.uri },
      position: { line, character: 4 + typed },
      context: { triggerKind: 1 },
    });
    const items = Array.isArray(result) ? result : (result?.items ?? []);
    if (!items.some(({ label }) => label.includes('healthcheck-port')))
      throw new Error('a key is not offered');
    times.push(ms);
    await sleep(2);
  }
  document.change(line, 0, document.lines[line].length, rest);
  return times;
}

const isWrong = ({ diagnostics }, line) =>
  diagnostics.some(({ range }) => range.start.line <= line && range.end.line >= line);

/** An x behind the value of `scheme` is a mistake; it comes and goes. */
function toggle(document, line) {
  const end = document.lines[line].length;
  const broken = document.lines[line].endsWith('x');
  const at = broken ? document.change(line, end - 1, end, '') : document.change(line, end, end, 'x');
  const version = document.version();
  const right = (one) =>
    one.uri === document.uri &&
    one.at > at &&
    (one.version ?? version) === version &&
    isWrong(one, line) === !broken;
  return { at, version, right };
}

/** One character at a time, with pauses: until the diagnostics are right. */
async function keystrokes(client, document, line, count) {
  const times = [];
  for (let i = 0; i < count; i++) {
    const edit = toggle(document, line);
    const answer = await client.next(edit.right);
    if (answer === undefined) throw new Error('the diagnostics do not follow the text');
    times.push(answer.at - edit.at);
    await client.quiet(250);
  }
  return times;
}

/** A character every 30 ms: how many of them are answered. */
async function type(client, document, line, count) {
  const before = client.published.length;
  const began = performance.now();
  let last;
  for (let i = 0; i < count; i++) {
    last = toggle(document, line);
    await sleep(Math.max(0, began + (i + 1) * 30 - performance.now()));
  }
  const settled = client.published.slice(before).find(last.right) ?? (await client.next(last.right));
  if (settled === undefined) throw new Error('typing ends with wrong diagnostics');
  await client.quiet();
  const answers = client.published.slice(before).filter(({ uri }) => uri === document.uri);
  return { answered: answers.length / count, settleMs: settled.at - last.at };
}
