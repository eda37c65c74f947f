import type http from 'node:http';
import type https from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { Cancelled, excerptOf, UserError } from '../errors';
import { readJson, wrongIn } from './answer';
import { type Call, KubeError } from './call';
import { agentOf, request } from './connection';

/** Where calls go, and until when they are made. */
export interface Way {
  readonly config: KubeConfig;
  readonly server: string;
  /** Puts credentials into the configuration where a program gives them. */
  readonly signIn: () => Promise<void>;
  /** How long an answer may take; half a minute by itself. */
  readonly timeoutMs?: number | undefined;
  /** Cuts calls short that are on their way. */
  readonly cut?: AbortSignal | undefined;
}

const TIMEOUT_MS = 30_000;
/** A watch says something every minute: its bookmarks. */
const SILENCE_MS = 150_000;
/** The API server ends a watch after ten minutes at most. */
const WATCH_MS = 15 * 60_000;
/** An answer that comes byte by byte is never silent. */
const DRIPPING = 10;
/** A page of 500 of the largest objects that etcd holds would be larger; none is. */
const MOST_BYTES = 256 * 1024 * 1024;
/** The API server takes no object that is larger. */
const LONGEST_LINE = 8 * 1024 * 1024;

/** One call and its whole answer; throws KubeError or a UserError. */
export async function send(whole: Way, call: Call): Promise<unknown> {
  const way = call.last === true ? { ...whole, cut: undefined } : whole;
  const timeout = way.timeoutMs ?? TIMEOUT_MS;
  const response = await open(way, call, timeout, AbortSignal.timeout(timeout * DRIPPING));
  const text = await textOf(way, response);
  refuseFailure(way, call, response, text);
  const answer = readJson(text);
  const wrong = isJson(response) ? wrongIn(call, answer) : 'no JSON';
  if (wrong !== undefined) throw unexpected(way, call, response, text, wrong);
  return answer;
}

/** The lines of an answer as they come, until the server ends it or the signal is aborted. */
export async function* linesOf(way: Way, call: Call, signal: AbortSignal): AsyncGenerator<string> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(WATCH_MS)]);
  const response = await open(way, call, SILENCE_MS, until);
  const anything = call.accept?.includes('*/*') === true;
  if (response.statusCode !== 200 || !(anything || isJson(response))) {
    const text = await textOf(way, response);
    refuseFailure(way, call, response, text);
    throw unexpected(way, call, response, text, 'no JSON');
  }
  let rest = '';
  for await (const chunk of response.setEncoding('utf8')) {
    const lines = (chunk as string).split('\n');
    lines[0] = rest + lines[0];
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) throw unexpected(way, call, response, rest, 'a line without an end');
    yield* lines.filter((line) => line !== '');
  }
}

const NO_SUCH_PATH = '404 page not found';

/** Throws for everything but a success: refusals of the API server as they are, and what is from somebody else. */
function refuseFailure(way: Way, call: Call, response: http.IncomingMessage, text: string): void {
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return;
  const answer = (readJson(text) ?? {}) as { kind?: unknown; reason?: unknown; message?: unknown };
  if (status >= 400 && answer.kind === 'Status') {
    const reason = typeof answer.reason === 'string' ? answer.reason : '';
    throw new KubeError(status, reason, String(answer.message ?? '') || `HTTP ${status}`);
  }
  // The API server's words for a kind that it does not have; any other program in Go has them, too (see isMissing).
  if (status === 404 && text.trim() === NO_SUCH_PATH)
    throw new KubeError(status, '', `the server could not find the requested resource (${call.path})`);
  throw unexpected(way, call, response, text, status >= 400 ? 'no Status of an API server' : 'a redirection');
}

function isJson({ headers }: http.IncomingMessage): boolean {
  return /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '');
}

/** An answer that is not the API server's, or not to this question. */
function unexpected(
  { server }: Way,
  { method, path }: Call,
  { statusCode, statusMessage = '', headers }: http.IncomingMessage,
  text: string,
  wrong: string,
): UserError {
  const to = headers.location === undefined ? '' : ` It leads to ${excerptOf(headers.location)}.`;
  const said = text === '' ? 'It is empty.' : `It begins: ${excerptOf(text)}`;
  const message = `The answer of ${server}${path} to ${method} is not what an API server answers: HTTP ${statusCode} ${excerptOf(statusMessage)}, ${wrong}.`;
  return new UserError('unexpected-answer', message, {
    details: [`${said}${to}`],
    why: 'What cannot be read is not taken for "there is none": load balancers would be deleted for it.',
    advice:
      'Look at the address in the kubeconfig: a login page, a proxy or another server may answer there. If it is right, try again.',
  });
}

async function open(
  way: Way,
  call: Call,
  timeout: number,
  until: AbortSignal,
): Promise<http.IncomingMessage> {
  const { config, server, cut } = way;
  if (cut?.aborted) throw new Cancelled();
  const url = addressOf(way, call);
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  const headers: Record<string, string> = { accept: call.accept ?? 'application/json' };
  if (body !== undefined) headers['content-type'] = call.contentType ?? 'application/json';
  const signal = cut === undefined ? until : AbortSignal.any([until, cut]);
  const options: https.RequestOptions = { method: call.method, headers, timeout, signal };
  // `kubectl proxy` speaks plain HTTP and needs no credentials; the library refuses to send any there.
  if (url.protocol !== 'http:') {
    await way.signIn();
    await config.applyToHTTPSOptions(options);
    options.agent = agentOf(config, options);
  }
  try {
    return await request(url, options, body);
  } catch (cause) {
    throw cut?.aborted ? new Cancelled() : unreachable(server, cause);
  }
}

function addressOf({ server }: Way, call: Call): URL {
  const url = new URL(server.replace(/\/$/, '') + call.path);
  for (const [key, value] of Object.entries(call.query ?? {})) url.searchParams.set(key, value);
  return url;
}

async function textOf({ server, cut }: Way, response: http.IncomingMessage): Promise<string> {
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response) {
      size += (chunk as Buffer).length;
      if (size > MOST_BYTES) throw new Error(`an answer of more than ${MOST_BYTES / 2 ** 20} MB`);
      chunks.push(chunk as Buffer);
    }
    return Buffer.concat(chunks).toString('utf8');
  } catch (cause) {
    throw cut?.aborted ? new Cancelled() : unreachable(server, cause);
  }
}

function unreachable(server: string, cause: unknown): UserError {
  const reason =
    cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : String(cause);
  return new UserError('cluster-unreachable', `The cluster at ${server} cannot be reached: ${reason}.`, {
    advice:
      'Check that the cluster exists, that you are on its network or VPN, and that the context is the right one.',
    cause,
  });
}
