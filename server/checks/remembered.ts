/** Many checks ask for the same of one object, which never changes: what was made of it once is kept with it. */
export function remembered<K extends object, V>(): (of: K, name: string, make: () => V) => V {
  const known = new WeakMap<K, Map<string, V>>();
  const begin = (of: K) => {
    const own = new Map<string, V>();
    known.set(of, own);
    return own;
  };
  return (of, name, make) => {
    const own = known.get(of) ?? begin(of);
    const found = own.get(name);
    if (found !== undefined || own.has(name)) return found as V;
    const made = make();
    own.set(name, made);
    return made;
  };
}
