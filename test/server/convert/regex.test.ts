import { describe, expect, test } from 'vitest';
import { conditionRegex, isRegex, plainPrefix, prefixRegex, rewriteOf } from '../../../server/convert/regex';

/** What nginx sends on: the path is matched without its query, replaced as a whole, and the query put back. */
function byNginx(path: string, target: string, url: string): string | undefined {
  const [asked = '', query] = url.split('?');
  if (!new RegExp(`^${path}`).test(asked)) return undefined;
  const groups = new RegExp(path).exec(asked) ?? [];
  const rewritten = target.replace(/\$([1-9])/g, (_, ref: string) => groups[Number(ref)] ?? '');
  if (rewritten.endsWith('?')) return rewritten.slice(0, -1);
  return query === undefined ? rewritten : `${rewritten}?${query}`;
}

/** What the load balancer sends on: only what matches is replaced, in path and query. */
function byLoadBalancer(path: string, target: string, url: string): string | undefined {
  const prefix = plainPrefix(path) ?? (isRegex(path) ? undefined : path);
  const condition = prefix === undefined ? conditionRegex(path) : prefixRegex(prefix);
  const rewrite = rewriteOf(path, target);
  if (typeof condition !== 'string' || 'why' in rewrite) return 'refused';
  if (!new RegExp(condition).test(url.replace(/\?.*/, ''))) return undefined;
  return url.replace(new RegExp(rewrite.regex), rewrite.replace);
}

const REWRITES: readonly [string, string][] = [
  ['/api(/|$)(.*)', '/$2'],
  ['/api($|/)(.*)', '/$2'],
  ['/api/(.*)', '/$1'],
  ['/api/(.*)$', '/v1/$1'],
  ['/api/?(.*)', '/$1'],
  ['/(.*)', '/app/$1'],
  ['/.*', '/'],
  ['/api', '/'],
  ['/a/([^/]+)/b/(.+)', '/$2/$1'],
  ['/a/(\\d+)/?$', '/item/$1'],
  ['/v[0-9]\\.[0-9]/(?:x|y)(/.*)?', '/z$1'],
  ['/api/(\\S+)', '/$1?'],
  ['/api/(.*)', '/$1/$3'],
];
const URLS = [
  '/',
  '/api',
  '/api/',
  '/api/x/y',
  '/api/x?a=b&c=/d',
  '/api?q=1',
  '/apix',
  '/a/1/b/2',
  '/a/1/b/2?x=/b/9',
  '/a/77/',
  '/a/77?z',
  '/v1.2/x/k',
  '/v1.2/y?l',
];

describe.each(REWRITES)('%s to %s', (path, target) => {
  test.each(URLS)('%s', (url) => {
    const [nginx, loadBalancer] = [byNginx(path, target, url), byLoadBalancer(path, target, url)];
    // A plain prefix ends at a slash for the load balancer; nginx also took what only begins with it.
    if (loadBalancer === undefined && !isRegex(path)) return;
    expect(loadBalancer).toBe(nginx);
  });
});

test.each([
  ['/(?!admin)(.*)', '/$1', '(?'],
  ['/(?<name>.*)', '/$1', '(?'],
  ['/(.)\\1', '/$1', '\\1'],
  ['/a++', '/', '++'],
  ['/\\p{L}+', '/', '\\p'],
  ['/a$|/b', '/', '$'],
])('%s has what the load balancer does not know', (path, target, what) => {
  expect(rewriteOf(path, target)).toHaveProperty('why', expect.stringContaining(`\`${what}\``));
});

test.each([
  ['/(.*?)$', '/$1', 'lazy'],
  ['/(', '/', 'valid'],
  ['/a', '/$host', 'variable'],
  ['/a', 'https://example.com/', 'redirect'],
  ['/a', 'b', 'begins'],
  ['/a', `/${'b'.repeat(1100)}`, '1024'],
])('%s to %s is refused', (path, target, why) => {
  expect(rewriteOf(path, target)).toHaveProperty('why', expect.stringContaining(why));
});
