import { distance } from 'fastest-levenshtein';

/** The candidate that a misspelled word most likely means, if one is near enough: at most a third of its letters away. */
export function closest<V extends string>(word: string, candidates: Iterable<V>): V | undefined {
  const wanted = normal(word);
  let best: V | undefined;
  let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of candidates) {
    const other = normal(candidate);
    // So many letters have to come or go at least.
    if (Math.abs(other.length - wanted.length) >= least) continue;
    const away = distance(wanted, other);
    if (away < least) {
      least = away;
      best = candidate;
    }
  }
  return best;
}

/** `listenPorts`, `listen_ports` and `listen-ports` are one word to a person. */
function normal(word: string): string {
  return word
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/_/g, '-');
}
