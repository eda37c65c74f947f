/** Whether one rule of a listener answers everything that another one would. */
import type { Condition } from '../../../src/model/stack';

/** True only when it is certain: whatever meets `inner` meets `outer`, too. */
export function covers(outer: readonly Condition[], inner: readonly Condition[]): boolean {
  return outer.every(
    (condition) => isCatchAll(condition) || inner.some((other) => coversOne(condition, other)),
  );
}

/** A path condition that every request meets, which is how "no condition" is written. */
function isCatchAll({ pathPatternConfig, hostHeaderConfig }: Condition): boolean {
  const values = pathPatternConfig?.values ?? hostHeaderConfig?.values ?? [];
  return values.some((value) => value === '*' || (value === '/*' && pathPatternConfig !== undefined));
}

function coversOne(outer: Condition, inner: Condition): boolean {
  if (outer.field !== inner.field) return false;
  const [a, b] = [outer.hostHeaderConfig, inner.hostHeaderConfig];
  if (a !== undefined && b !== undefined) return coversPatterns(lower(a), lower(b));
  const [c, d] = [outer.pathPatternConfig, inner.pathPatternConfig];
  if (c !== undefined && d !== undefined) return coversPatterns(c, d);
  // Of headers, methods, queries and addresses only the same is certain.
  return JSON.stringify(outer) === JSON.stringify(inner);
}

interface Patterns {
  readonly values?: readonly string[];
  readonly regexValues?: readonly string[];
}

/** Hosts do not know capitals. */
function lower({ values, regexValues }: Patterns): Patterns {
  return {
    // Whatever was written where a host should stand.
    ...(values === undefined ? {} : { values: values.map((value) => String(value).toLowerCase()) }),
    ...(regexValues === undefined ? {} : { regexValues }),
  };
}

function coversPatterns(outer: Patterns, inner: Patterns): boolean {
  const regexes = inner.regexValues ?? [];
  if (regexes.length > 0) return regexes.every((regex) => outer.regexValues?.includes(regex) === true);
  const values = inner.values ?? [];
  return (
    values.length > 0 &&
    values.every((value) => (outer.values ?? []).some((pattern) => globCovers(pattern, value)))
  );
}

/**
 * Whether every text that matches `inner` matches `outer`; `*` stands for any text, `?` for one character. The
 * wildcards of `inner` are treated as characters that only a wildcard of `outer` can stand for.
 */
export function globCovers(outer: string, inner: string): boolean {
  let [a, b] = [0, 0];
  let star = -1;
  let mark = 0;
  while (b < inner.length) {
    const [x, y] = [outer[a], inner[b]];
    if (x === '*') {
      star = a++;
      mark = b;
    } else if (x === y ? y !== '*' : x === '?' && y !== '*') {
      a++;
      b++;
    } else if (star >= 0) {
      a = star + 1;
      b = ++mark;
    } else return false;
  }
  while (outer[a] === '*') a++;
  return a === outer.length;
}
