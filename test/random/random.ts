/** Draws that are the same for the same seed. */
export interface Random {
  /** From 0 to `below`, without it. */
  int(below: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** Some of them, at least one where there are any, in their order. */
  some<T>(items: readonly T[], most?: number): T[];
  shuffled<T>(items: readonly T[]): T[];
}

export function randomOf(seed: number): Random {
  const next = mulberry32(seed);
  const random: Random = {
    int: (below) => Math.floor(next() * below),
    chance: (probability) => next() < probability,
    pick: (items) => {
      if (items.length === 0) throw new Error('there is nothing to pick from');
      return items[random.int(items.length)] as (typeof items)[number];
    },
    some: (items, most = items.length) => {
      const count = Math.min(items.length, 1 + random.int(Math.max(1, most)));
      const chosen = new Set(random.shuffled(items.map((_, at) => at)).slice(0, count));
      return items.filter((_, at) => chosen.has(at));
    },
    shuffled: (items) => {
      const out = [...items];
      for (let at = out.length - 1; at > 0; at--) {
        const other = random.int(at + 1);
        [out[at], out[other]] = [out[other] as (typeof out)[number], out[at] as (typeof out)[number]];
      }
      return out;
    },
  };
  return random;
}

/** Public domain, by Tommy Ettinger: numbers from 0 to 1, without 1. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
