import type { Answer } from './proxy';
import type { Wire } from './wire';

/** The name of a read: everything that it asks, without the signature. */
export function readOf({ method, path, headers, body }: Wire): string {
  const target = headers['x-amz-target'];
  return [method, path, ...(typeof target === 'string' ? [target] : []), body].join(' ');
}

/** The right answers by their reads; what is told instead may be the answer to another one. */
export type Known = ReadonlyMap<string, Answer>;

export type Lie = (read: string, right: Answer, known: Known) => Answer;

const page = '<!doctype html><html><body>Sign in to go on</body></html>';
const HTML = { 'content-type': 'text/html; charset=utf-8' };

function saying(status: number, headers: Answer['headers'], body: string): Lie {
  return () => ({ status, headers, body: Buffer.from(body) });
}

/** The same status and type, with another text. */
function instead(change: (text: string) => string): Lie {
  return (_, right) => ({ ...right, body: Buffer.from(change(right.body.toString('utf8'))) });
}

/** Of the same kind of service: XML, JSON of AWS, JSON of Kubernetes. */
function another(read: string, right: Answer, known: Known): Answer {
  const typeOf = ({ headers }: Answer) => String(headers['content-type']).split(';')[0];
  const about = (one: string) => one.replace(/[?].*| \{.*/, '').replace(/.*\bAction=(\w+).*/, '$1');
  const others = [...known].filter(
    ([one, answer]) => typeOf(answer) === typeOf(right) && about(one) !== about(read),
  );
  return others[read.length % Math.max(others.length, 1)]?.[1] ?? right;
}

/** A page without its items, and the promise of more. */
function emptied(text: string): string {
  if (/^\s*\{/.test(text)) {
    const { items: _, metadata, ...rest } = JSON.parse(text) as { items?: unknown; metadata?: object };
    return JSON.stringify({
      ...rest,
      metadata: { ...metadata, continue: 'again' },
      items: [],
      NextToken: 'again',
    });
  }
  const inner = text.replace(/<(member|item)>[\s\S]*<\/\1>/, '');
  const end = inner.includes('Result>') ? /(<\/\w+Result>)/ : /(<\/\w+Response>)/;
  return inner.replace(end, '<NextMarker>again</NextMarker><nextToken>again</nextToken>$1');
}

/** Each wrong kind of answer. */
export const LIES: Readonly<Record<string, Lie>> = {
  'a redirection': saying(302, { ...HTML, location: 'http://127.0.0.1:9/login' }, ''),
  'a redirection with the right body': (_, right) => ({ ...right, status: 307 }),
  'a page': saying(200, HTML, page),
  'a page of the right type': instead(() => page),
  nothing: instead(() => ''),
  'nothing (204)': saying(204, {}, ''),
  '{}': saying(200, { 'content-type': 'application/json' }, '{}'),
  '{} of the right type': instead(() => '{}'),
  'null of the right type': instead(() => 'null'),
  'an empty element': instead((text) => text.replace(/(<\w+Response)\b[\s\S]*/, '$1/>')),
  'the answer to another question': another,
  'half an answer': instead((text) => text.slice(0, text.length / 2)),
  'all but the end': instead((text) => text.trimEnd().slice(0, -1)),
  'a page that promises more': instead(emptied),
  'a page with 403': saying(403, HTML, page),
  'a page with 404': saying(404, HTML, page),
  'plain 404': saying(404, { 'content-type': 'text/plain' }, '404 page not found\n'),
  '404 of a gateway': saying(404, { 'content-type': 'application/json' }, '{"message":"Not Found"}'),
  'a page with 500': saying(500, HTML, page),
  'a page with 503': saying(503, HTML, page),
};
