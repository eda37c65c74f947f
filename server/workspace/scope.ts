/**
 * Which files may describe the same cluster. Where two files define the same object, they are for different clusters
 * (environments, regions), and so are the folders in which their paths part: `prod/` and `dev/` are then alternatives
 * and neither sees the other.
 */
export interface Scope {
  /** Whether an object of one file may meet one of the other in a cluster. */
  sees(from: string, to: string): boolean;
  /** The same object is defined in both files (`by` 1), or no longer is (`by` -1). */
  alternative(one: string, other: string, by: 1 | -1): void;
  /** Whether there are alternatives at all. */
  divided(): boolean;
  /** Whether files see each other in another way than when this was last asked. */
  changed(): boolean;
}

export function createScope(): Scope {
  const pairs = new Map<string, number>();
  /** Whether folders that were counted anew were alternatives before: an object that is edited leaves and enters. */
  const before = new Map<string, boolean>();
  return {
    divided: () => pairs.size > 0,
    changed() {
      const differs = [...before].some(([parting, was]) => pairs.has(parting) !== was);
      before.clear();
      return differs;
    },
    sees: (from, to) => from === to || pairs.size === 0 || !pairs.has(partingOf(from, to)),
    alternative(one, other, by) {
      const parting = partingOf(one, other);
      if (!before.has(parting)) before.set(parting, pairs.has(parting));
      const count = (pairs.get(parting) ?? 0) + by;
      if (count > 0) pairs.set(parting, count);
      else pairs.delete(parting);
    },
  };
}

/** The folders (or files) in which two addresses part, in one order. */
function partingOf(one: string, other: string): string {
  const [a, b] = one < other ? [one, other] : [other, one];
  let same = 0;
  for (let at = 0; at < a.length && a[at] === b[at]; at++) if (a[at] === '/') same = at + 1;
  const head = (text: string) => {
    const end = text.indexOf('/', same);
    return end < 0 ? text : text.slice(0, end);
  };
  return `${head(a)}\n${head(b)}`;
}

const SLASH = 47;

/** How many folders two addresses share: the more, the closer. */
export function closeness(one: string, other: string): number {
  if (one === other) return Number.MAX_SAFE_INTEGER;
  let shared = 0;
  for (let at = 0; at < one.length && one.charCodeAt(at) === other.charCodeAt(at); at++) {
    if (one.charCodeAt(at) === SLASH) shared++;
  }
  return shared;
}

export function folderOf(uri: string): string {
  return uri.slice(0, uri.lastIndexOf('/') + 1);
}

/** The folder of a file and all folders around it, from the inside out. */
export function foldersAbove(uri: string): string[] {
  const root = uri.indexOf('://') + 3;
  const folders: string[] = [];
  for (let at = uri.lastIndexOf('/'); at >= root; at = uri.lastIndexOf('/', at - 1)) {
    folders.push(uri.slice(0, at + 1));
  }
  return folders;
}
