/**
 * What came back is held to the question. The SDK makes an empty answer of a login page with 200, of nothing at all, and
 * of the answer to another question; here all of them are errors: an empty answer means that there is none.
 */
import { excerptOf, UserError } from '../errors';
import { readAll } from './body';

interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A stream, or nothing. */
  body?: unknown;
}

interface Context {
  readonly commandName?: string;
}

interface Args {
  readonly request: { readonly method: string; readonly protocol: string; readonly hostname: string };
}

interface Result {
  readonly response: Response;
  readonly output: object;
}

type Handler = (args: Args) => Promise<Result>;

interface Guarded {
  readonly config: { readonly protocol?: { getShapeId(): string } };
  readonly middlewareStack: {
    addRelativeTo(middleware: (next: Handler, context: Context) => Handler, options: object): void;
  };
}

/** Refuses answers of every call of the client that are none to its question. */
export function refuseOddAnswers<C>(client: C, timeoutMs: number): C {
  const { config, middlewareStack } = client as Guarded;
  const protocol = config.protocol?.getShapeId().split('#')[1] ?? '';
  const add = (
    name: string,
    relation: 'before' | 'after',
    middleware: (next: Handler, context: Context) => Handler,
  ) => middlewareStack.addRelativeTo(middleware, { name, relation, toMiddleware: 'deserializerMiddleware' });
  add('wholeAnswer', 'after', (next, { commandName = '' }) => async (args) => {
    const result = await next(args);
    const { response } = result;
    // HEAD has no body; what fails on the side of AWS is tried again by the SDK, whoever says it.
    if (args.request.method === 'HEAD' || response.statusCode >= 500) return result;
    const body = await readAll(response.body, timeoutMs);
    const wrong = wrongIn(operationOf(commandName), protocol, response, body.toString('utf8'));
    if (wrong !== undefined) throw unexpected(commandName, args, response, body, wrong);
    response.body = new Uint8Array(body);
    return result;
  });
  add('askedAnswer', 'before', (next, { commandName = '' }) => async (args) => {
    const result = await next(args);
    if (!isRead(commandName) || args.request.method === 'HEAD' || saysSomething(result.output)) return result;
    if (MAY_BE_EMPTY.has(operationOf(commandName))) return result;
    throw unexpected(commandName, args, result.response, Buffer.alloc(0), 'nothing that was asked for');
  });
  return client;
}

function operationOf(commandName: string): string {
  return commandName.replace(/Command$/, '');
}

function isRead(commandName: string): boolean {
  return /^(Describe|List|Get)/.test(commandName);
}

/** "No web ACL" is `{}`; of a load balancer that reserved no capacity little is said. */
const MAY_BE_EMPTY = new Set(['GetWebACLForResource', 'DescribeCapacityReservation']);
/** Where the next page is. */
const PAGING = /^(\$metadata|NextToken|NextMarker|Marker|IsTruncated|MaxItems)$/i;

function saysSomething(output: object): boolean {
  return Object.entries(output).some(([name, value]) => value !== undefined && !PAGING.test(name));
}

/** What is wrong with an answer as it came over the wire; undefined where nothing is. */
function wrongIn(operation: string, protocol: string, response: Response, text: string): string | undefined {
  const { statusCode, headers } = response;
  if (/^text\/html\b/i.test(headers['content-type'] ?? '') && /^\s*<(!doctype|html)/i.test(text))
    return 'a page';
  if (statusCode >= 300) return isRefusal(headers, text) ? undefined : 'no refusal of AWS';
  if (statusCode !== 200 && isRead(operation)) return 'no success';
  if (/query$/i.test(protocol)) return wrongInXml(operation, protocol, text);
  // Writes of these protocols may say nothing.
  if (!isRead(operation)) return undefined;
  if (protocol === 'restXml') return rootOf(text) === undefined ? 'no XML' : undefined;
  if (operation === 'GetWebACLForResource')
    return /^\s*\{\s*(\}\s*$|"WebACL")/.test(text) ? undefined : 'no web ACL';
  const whole = text.trim();
  return whole.startsWith('{') && whole.endsWith('}') ? undefined : 'no JSON object';
}

/** `<DescribeTagsResponse>`, and in it, but for EC2, `<DescribeTagsResult>`. */
function wrongInXml(operation: string, protocol: string, text: string): string | undefined {
  const root = rootOf(text);
  if (root !== `${operation}Response`) return root === undefined ? 'no XML' : `<${root}>`;
  const hasResult = protocol === 'ec2Query' || text.includes(`<${operation}Result`);
  return hasResult || !isRead(operation) ? undefined : `no <${operation}Result>`;
}

function rootOf(text: string): string | undefined {
  return /^\s*(?:<\?xml[^>]{0,200}\?>\s*)?<([\w:]+)/.exec(text)?.[1];
}

/** AWS words its refusals in one of these ways. */
function isRefusal(headers: Response['headers'], text: string): boolean {
  if (headers['x-amzn-errortype'] !== undefined) return true;
  const root = rootOf(text);
  if (root !== undefined) return root === 'ErrorResponse' || root === 'Error' || root === 'Response';
  return /^\s*\{/.test(text) && /"(__type|code)"\s*:/i.test(text);
}

function unexpected(
  commandName: string,
  { request: { protocol, hostname } }: Args,
  { statusCode, headers }: Response,
  body: Buffer,
  wrong: string,
): UserError {
  const operation = operationOf(commandName);
  const type = headers['content-type'] ?? 'no content type';
  const message = `The answer of ${protocol}//${hostname} to ${operation} is not what AWS answers: HTTP ${statusCode} (${excerptOf(type)}), ${excerptOf(wrong)}.`;
  const text = excerptOf(body.toString('utf8', 0, 1_000));
  return new UserError('unexpected-answer', message, {
    details: text === '' ? [] : [`It begins: ${text}`],
    why: 'What cannot be read is not taken for "there is none": resources would be made again, or deleted.',
    advice:
      'Look who answers: a login page, a proxy, or AWS_ENDPOINT_URL leading elsewhere. If it is AWS, try again.',
  });
}
