/**
 * Whether a text fits a pattern with stars, in time that grows with the product of both and never faster, which no regular
 * expression promises. Only the last star that was met ever takes more: what an earlier one could take, the last can take
 * as well.
 */
export function wildcardMatch<P, T>(
  pattern: readonly P[],
  text: readonly T[],
  isStar: (sign: P) => boolean,
  matches: (sign: P, one: T) => boolean,
): boolean {
  let [at, read] = [0, 0];
  let retry: { readonly at: number; readonly read: number } | undefined;
  while (read < text.length) {
    const sign = pattern[at];
    if (sign !== undefined && isStar(sign)) {
      at += 1;
      retry = { at, read };
    } else if (sign !== undefined && matches(sign, text[read] as T)) {
      at += 1;
      read += 1;
    } else if (retry !== undefined) {
      retry = { at: retry.at, read: retry.read + 1 };
      ({ at, read } = retry);
    } else return false;
  }
  return pattern.slice(at).every(isStar);
}
