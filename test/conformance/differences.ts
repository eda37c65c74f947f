import { isDeepStrictEqual } from 'node:util';
import { isObject, type JsonObject } from './json';

/** `a/b/c: 1 expected, 2 found`, ...: where two JSON values differ, whatever the order of keys. */
export function differences(expected: unknown, found: unknown, path = ''): string[] {
  if (isDeepStrictEqual(expected, found)) return [];
  if (isObject(expected) && isObject(found)) return ofObjects(expected, found, path);
  if (!Array.isArray(expected) || !Array.isArray(found)) {
    return [`${path}: ${short(expected)} expected, ${short(found)} found`];
  }
  if (expected.length === found.length) {
    return expected.flatMap((value, index) => differences(value, found[index], `${path}[${index}]`));
  }
  const gone = without(expected, found);
  const more = without(found, expected);
  const counts = `${expected.length} entries expected, ${found.length} found`;
  return [`${path}: ${counts}; missing ${short(gone)}, not expected ${short(more)}`];
}

function ofObjects(expected: JsonObject, found: JsonObject, path: string): string[] {
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort();
  return keys.flatMap((key) => {
    const here = path === '' ? key : `${path}/${key}`;
    if (!(key in found)) return [`${here}: missing, ${short(expected[key])} expected`];
    if (!(key in expected)) return [`${here}: ${short(found[key])} not expected`];
    return differences(expected[key], found[key], here);
  });
}

function without(items: readonly unknown[], others: readonly unknown[]): unknown[] {
  return items.filter((item) => !others.some((other) => isDeepStrictEqual(item, other)));
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= 160 ? text : `${text.slice(0, 157)}...`;
}
