import type { Manifest } from '../conformance/objects';

type Fails = (manifests: readonly Manifest[]) => boolean;

/** The same manifests with as much left out as can be while they still fail: objects, annotations, rules, paths, ports. */
export function shrunk(manifests: readonly Manifest[], fails: Fails): Manifest[] {
  let best = [...manifests];
  for (let again = true; again; ) {
    again = false;
    for (const smaller of smallerOnes(best)) {
      if (!fails(smaller)) continue;
      best = smaller;
      again = true;
      break;
    }
  }
  return best;
}

/** Each with one thing less. */
function* smallerOnes(manifests: readonly Manifest[]): Generator<Manifest[]> {
  for (let at = manifests.length - 1; at >= 0; at--) yield manifests.toSpliced(at, 1);
  for (const [at, object] of manifests.entries()) {
    for (const smaller of parts(object)) yield manifests.toSpliced(at, 1, smaller as Manifest);
  }
}

/** The value with one entry of one of its lists or annotations less. */
function* parts(value: unknown, name = ''): Generator<unknown> {
  if (Array.isArray(value)) {
    // A Service without ports is none.
    if (name !== 'ports') for (let at = 0; at < value.length; at++) yield value.toSpliced(at, 1);
    for (const [at, item] of value.entries()) {
      for (const smaller of parts(item)) yield value.toSpliced(at, 1, smaller);
    }
  } else if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    if (name === 'annotations') {
      for (const [key] of entries) yield Object.fromEntries(entries.filter(([other]) => other !== key));
      return;
    }
    for (const [key, inner] of entries)
      for (const smaller of parts(inner, key)) yield { ...value, [key]: smaller };
  }
}
