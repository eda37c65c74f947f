/**
 * Paths of ingress-nginx that are regular expressions, as the load balancer needs them. nginx looks at the path alone
 * and replaces all of it (ingress-nginx:internal/ingress/controller/template/template.go buildProxyPass); a url-rewrite
 * of the load balancer sees path and query and replaces only what matches
 * (lbc:pkg/gateway/routeutils/route_rule_transform.go). So nothing in the expression may reach beyond a `?`.
 */

/** Why an expression cannot be used. */
export interface Refusal {
  readonly why: string;
}

/** botocore elbv2: a value of a condition, an expression or a replacement of a transform. */
const MAX_CONDITION = 128;
const MAX_TRANSFORM = 1024;

/** Whether a path means something as an expression; a dot alone is not enough, it is common in plain paths. */
export function isRegex(path: string): boolean {
  return /[\\()[\]{}|^$*+?]/.test(path);
}

/** `/shop(/|$)(.*)` and the like say no more than the prefix `/shop`, and `/(.*)` no more than `/`. */
export function plainPrefix(path: string): string | undefined {
  if (/^\/(\(\))?(\(\.\*\)|\.\*)\$?$/.test(path)) return '/';
  const stem = /^(.+)(?:\((?:\/\|\$|\$\|\/)\)(?:\(\.\*\)|\.\*)|\((?:\?:)?\/\.\*\)\?)\$?$/.exec(path)?.[1];
  return stem === undefined || isRegex(stem) ? undefined : stem;
}

/** The expression of a path condition: it matches the path from its beginning. */
export function conditionRegex(path: string): string | Refusal {
  const read = translate(path);
  if ('why' in read) return read;
  const anchored = `^${path.replace(/^\^/, '')}`;
  // With both anchors it does not matter whether the load balancer searches or wants the whole path.
  const closed = /(^|[^\\])\$$/.test(anchored) || /(?<!\\)\.\*\)?$/.test(anchored);
  const end = anchored.endsWith('$') ? '' : '$';
  const regex = closed ? `${anchored}${end}` : `${anchored}.*$`;
  return regex.length > MAX_CONDITION ? tooLong(path, MAX_CONDITION) : regex;
}

/** The same for a plain prefix that must stand among expressions. */
export function prefixRegex(path: string): string {
  const stem = path.replace(/\/$/, '');
  return stem === '' ? '^/.*$' : `^${escapeRegex(stem)}(/.*)?$`;
}

export interface Rewrite {
  readonly regex: string;
  readonly replace: string;
}

/** `rewrite-target` for one path. */
export function rewriteOf(path: string, target: string): Rewrite | Refusal {
  const problem = targetProblem(target);
  if (problem !== undefined) return problem;
  const read = isRegex(path) ? translate(path) : { regex: escapeRegex(path), groups: 0 };
  if ('why' in read) return read;
  const own = target.replace(/\$\{?([1-9])\}?/g, (_, ref: string) =>
    Number(ref) <= read.groups ? `$${ref}` : '',
  );
  const rewrite = withQuery(`^${read.regex}`, own, read.groups);
  if (rewrite.regex.length > MAX_TRANSFORM) return tooLong(path, MAX_TRANSFORM);
  return rewrite.replace.length > MAX_TRANSFORM ? tooLong(target, MAX_TRANSFORM) : rewrite;
}

/** nginx appends the query of the request, unless the target ends in `?`. */
function withQuery(start: string, target: string, groups: number): Rewrite {
  const whole = /\[\^\?\]\*\)?$/.test(start) ? start : `${start}[^?]*`;
  if (target.endsWith('?')) return { regex: `${whole}.*$`, replace: target.slice(0, -1) };
  if (!target.includes('?')) return { regex: whole, replace: target };
  return { regex: `${whole}\\??(.*)$`, replace: `${target}&$${groups + 1}` };
}

function targetProblem(target: string): Refusal | undefined {
  if (/^(https?:\/\/|\$scheme)/.test(target)) {
    return { why: `\`${target}\` makes nginx redirect; use a redirect action.` };
  }
  if (/\$(?!\{?[1-9])/.test(target)) {
    return { why: `\`${target}\` uses a variable of nginx that the load balancer does not have.` };
  }
  return /^[/$]/.test(target) && !/\s/.test(target)
    ? undefined
    : { why: `\`${target}\` is not a path that begins with \`/\`.` };
}

const TOKEN = /\\.|\[\^?\]?(?:\\.|[^\]\\]){0,128}\]|\(\?:|\(\?|[*+?}][?+]|[\s\S]/g;

/** The expression without its anchors, kept within the path, and how many groups it captures. */
function translate(path: string): { readonly regex: string; readonly groups: number } | Refusal {
  const tokens: readonly string[] = path.replace(/^\^/, '').replaceAll('($|/)', '(/|$)').match(TOKEN) ?? [];
  const bad = tokens.find((token, at) => isUnsupported(token) || (token === '$' && tokens[at + 1] === '|'));
  if (bad !== undefined)
    return { why: `The load balancer's expressions know no \`${bad}\` as in \`${path}\`.` };
  const lazy = tokens.some((token) => /^[*+?}]\?$/.test(token));
  if (lazy && tokens.includes('$')) {
    return { why: `The lazy \`?\` in \`${path}\` would match too little in front of a query.` };
  }
  const regex = tokens.map(kept).join('');
  if (!compiles(regex)) return { why: `\`${path}\` is not a valid regular expression.` };
  return { regex, groups: tokens.filter((token) => token === '(').length };
}

/** AWS user guide, listener rules: what their expressions leave out. Anchors inside cannot be kept in front of a query. */
function isUnsupported(token: string): boolean {
  if (/^\\[1-9pPAzZGKQEgkR]/.test(token) || token === '^' || token === '(?') return true;
  if (/^[*+?}]\+$/.test(token)) return true;
  return token.startsWith('[') && /\\[SWDpP]|\[:/.test(token);
}

function kept(token: string): string {
  if (token === '.') return '[^?]';
  if (token === '$') return '';
  if (/^\\[SWD]$/.test(token)) return `[^${token.toLowerCase()}?]`;
  return token.startsWith('[^') ? `[^?${token.slice(2)}` : token;
}

function compiles(regex: string): boolean {
  try {
    new RegExp(regex);
    return true;
  } catch {
    return false;
  }
}

function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function tooLong(text: string, max: number): Refusal {
  return { why: `\`${text.slice(0, 40)}…\` is longer than the ${max} characters that a rule may have.` };
}
