/** All objects of the open files and of the workspace, found by name. Kept up to date object by object. */
import type { ObjectNode } from '../objects';
import { parseChunk } from '../objects';
import type { Chunk, Manifest } from '../text/manifest';
import { createFolders } from './folders';
import { keys, keysOf } from './keys';
import { createMemo, type Memo } from './memo';
import { closeness, createScope } from './scope';

/** An object and the file it stands in. Its identity lasts as long as its text does. */
export interface Located {
  readonly file: SourceFile;
  readonly object: ObjectNode;
}

export interface SourceFile {
  readonly uri: string;
  readonly manifest: Manifest;
  readonly located: readonly Located[];
  /** Parts of it are templates (`{{`). */
  readonly template: boolean;
}

export interface Workspace {
  readonly memo: Memo;
  /** Takes in a file, new or changed. */
  set(manifest: Manifest): void;
  remove(uri: string): void;
  file(uri: string): SourceFile | undefined;
  files(): Iterable<SourceFile>;
  /** Objects that are looked up under a key (`keys`) and may be in one cluster with `from`: the nearest first. */
  find(key: string, from: Located): readonly Located[];
  /** The object of that kind and name that `from` would meet. */
  findObject(kind: string, name: string, from: Located): readonly Located[];
  /** Objects in the file or its folder that may be in one cluster with `from`. */
  beside(from: Located): readonly Located[];
  /** Whether files describe different clusters, so that not every file sees all others. */
  divided(): boolean;
  /** Whether two objects may be in one cluster. */
  sees(from: Located, to: Located): boolean;
  /** Notes that a file exists that is not a manifest of objects: `kustomization.yaml`, `Chart.yaml`. */
  note(uri: string, exists: boolean): void;
  /** What a folder says of how its manifests are made. */
  folder(uri: string): FolderFacts;
}

export interface FolderFacts {
  /** A tool puts the manifests together: what is missing here may come from there. */
  readonly assembled: boolean;
  readonly uris: ReadonlySet<string>;
}

/** The number of a chunk's first line in its file; undefined when the file has changed meanwhile. */
export function lineOf(file: SourceFile, chunk: Chunk): number | undefined {
  const known = lineTables.get(file.manifest) ?? tableOf(file.manifest);
  lineTables.set(file.manifest, known);
  return known.get(chunk);
}

const lineTables = new WeakMap<Manifest, ReadonlyMap<Chunk, number>>();

function tableOf({ chunks, places }: Manifest): ReadonlyMap<Chunk, number> {
  return new Map(chunks.map((chunk, at) => [chunk, places[at]?.line ?? 0]));
}

/** Objects without a namespace get one from whoever applies them, so they may meet those of any. */
export function mayShareNamespace(one: ObjectNode, other: ObjectNode): boolean {
  return one.namespace === undefined || other.namespace === undefined || one.namespace === other.namespace;
}

/** The memo's name for which files may describe one cluster. */
const SCOPE = 'scope';

const CLUSTER_WIDE: ReadonlySet<string> = new Set(['IngressClass', 'IngressClassParams', 'Namespace']);

interface MutableFile extends SourceFile {
  manifest: Manifest;
  /** What each chunk holds, in the order of the file. */
  parts: readonly Part[];
  located: readonly Located[];
  template: boolean;
}

interface Part {
  readonly chunk: Chunk;
  readonly located: readonly Located[];
  readonly template: boolean;
}

export function createWorkspace(memo: Memo = createMemo()): Workspace {
  const files = new Map<string, MutableFile>();
  const byKey = new Map<string, Set<Located>>();
  const folders = createFolders(memo);
  const scope = createScope();

  const touchFolder = ({ file, object }: Located) => {
    // Whether a folder holds Ingresses is never asked, and they are what people edit.
    if (object.kind !== 'Ingress') memo.touch(folders.of(file.uri).key);
  };
  const enter = (located: Located) => {
    touchFolder(located);
    for (const key of keysOf(located.object)) {
      add(byKey, key, located);
      memo.touch(key);
    }
    for (const uri of twins(located, byKey)) scope.alternative(located.file.uri, uri, 1);
    // Most objects on disk are only found by name, and few of them are ever looked into.
    const onDisk = located.file.manifest.version === 0;
    if (onDisk && !LOOKED_INTO.has(located.object.kind)) located.object.release();
  };
  const leave = (located: Located) => {
    touchFolder(located);
    for (const uri of twins(located, byKey)) scope.alternative(located.file.uri, uri, -1);
    for (const key of keysOf(located.object)) {
      byKey.get(key)?.delete(located);
      memo.touch(key);
    }
    memo.forget(located);
  };
  const sees = (from: string, to: string) => {
    if (from !== to) memo.read(SCOPE);
    return scope.sees(from, to);
  };
  /** Whatever looked into another file may see it no more, or see it now. */
  const settle = () => {
    if (scope.changed()) memo.touch(SCOPE);
  };
  const find = (key: string, from: Located) => {
    memo.read(key);
    const found = [...(byKey.get(key) ?? [])].filter(({ file }) => sees(from.file.uri, file.uri));
    return found.length < 2 ? found : nearestFirst(found, from);
  };
  return {
    memo,
    find,
    divided() {
      memo.read(SCOPE);
      return scope.divided();
    },
    sees: (from, to) => sees(from.file.uri, to.file.uri),
    file: (uri) => files.get(uri),
    files: () => files.values(),
    set(manifest) {
      const file = files.get(manifest.uri) ?? newFile(manifest);
      files.set(manifest.uri, file);
      folders.of(manifest.uri).uris.add(manifest.uri);
      replace(file, manifest, enter, leave);
      folders.template(manifest.uri, file.template);
      settle();
    },
    remove(uri) {
      const file = files.get(uri);
      if (file === undefined) return;
      for (const located of file.located) leave(located);
      files.delete(uri);
      folders.of(uri).uris.delete(uri);
      folders.template(uri, false);
      settle();
    },
    findObject: (kind, name, from) =>
      find(keys.object(kind, name), from).filter(
        ({ object }) => CLUSTER_WIDE.has(kind) || mayShareNamespace(object, from.object),
      ),
    beside({ file: { uri } }) {
      const { key, uris } = folders.of(uri);
      memo.read(key);
      const seen = [...uris].sort().filter((one) => sees(uri, one));
      return seen.flatMap((one) => files.get(one)?.located ?? []);
    },
    note: folders.assembler,
    folder(uri) {
      const folder = folders.of(uri);
      memo.read(folder.key);
      return { uris: folder.uris, assembled: folders.isAssembled(folder) };
    },
  };
}

function newFile(manifest: Manifest): MutableFile {
  return { uri: manifest.uri, manifest, parts: [], located: [], template: false };
}

/**
 * Objects whose text is the same stay the same; the others leave and enter. An edit changes few chunks, and only what
 * lies between the first and the last of them is looked at.
 */
function replace(
  file: MutableFile,
  manifest: Manifest,
  enter: (located: Located) => void,
  leave: (located: Located) => void,
): void {
  const { parts } = file;
  const { chunks } = manifest;
  const head = countSame(parts, chunks, 0, 0);
  const tail = countSame(parts, chunks, head, 1);
  const old = parts.slice(head, parts.length - tail).flatMap(({ located }) => located);
  const before = new Map(old.map((located) => [located.object, located]));
  const made = chunks.slice(head, chunks.length - tail).map((chunk) => partOf(chunk, file, before));
  const kept = new Set(made.flatMap(({ located }) => located));
  file.manifest = manifest;
  file.parts = [...parts.slice(0, head), ...made, ...parts.slice(parts.length - tail)];
  file.located = file.parts.flatMap(({ located }) => located);
  file.template = file.parts.some(({ template }) => template);
  for (const one of old) if (!kept.has(one)) leave(one);
  for (const one of kept) if (!before.has(one.object)) enter(one);
}

/** How many chunks are the same from the beginning or from the end, apart from the first `passed` ones. */
function countSame(parts: readonly Part[], chunks: readonly Chunk[], passed: number, fromEnd: 0 | 1): number {
  const most = Math.min(parts.length, chunks.length) - passed;
  const same = (at: number) =>
    fromEnd === 0 ? parts[at]?.chunk === chunks[at] : parts.at(-1 - at)?.chunk === chunks.at(-1 - at);
  let count = 0;
  while (count < most && same(count)) count++;
  return count;
}

function partOf(chunk: Chunk, file: SourceFile, before: ReadonlyMap<ObjectNode, Located>): Part {
  const { objects, template } = parseChunk(chunk);
  return { chunk, template, located: objects.map((object) => before.get(object) ?? { file, object }) };
}

const LOOKED_INTO: ReadonlySet<string> = new Set([
  'Ingress',
  'Service',
  'IngressClass',
  'IngressClassParams',
  'TargetGroupBinding',
]);

/** Kinds that stand once per cluster; Namespaces and classes are often repeated beside what needs them. */
const TELLING: ReadonlySet<string> = new Set(['Ingress', 'Service', 'Deployment', 'StatefulSet']);

/** Other files that define the same object. */
function twins({ file, object }: Located, byKey: ReadonlyMap<string, ReadonlySet<Located>>): string[] {
  if (object.name === undefined || !TELLING.has(object.kind)) return [];
  const same = byKey.get(keys.object(object.kind, object.name)) ?? [];
  return [...same].flatMap((other) =>
    other.file.uri !== file.uri && other.object.namespace === object.namespace ? [other.file.uri] : [],
  );
}

/** Of those that are equally near, in the order of files and text: not in that in which they came to be known. */
function nearestFirst(found: readonly Located[], from: Located): Located[] {
  const placed = found.map((one) => ({
    one,
    uri: one.file.uri,
    shared: closeness(one.file.uri, from.file.uri),
    at: orderOf(one.file).get(one) ?? 0,
  }));
  return placed
    .sort((a, b) => b.shared - a.shared || (a.uri < b.uri ? -1 : a.uri > b.uri ? 1 : a.at - b.at))
    .map(({ one }) => one);
}

const orders = new WeakMap<readonly Located[], ReadonlyMap<Located, number>>();

function orderOf({ located }: SourceFile): ReadonlyMap<Located, number> {
  const known = orders.get(located) ?? new Map(located.map((one, at) => [one, at]));
  orders.set(located, known);
  return known;
}

function add(map: Map<string, Set<Located>>, key: string, located: Located): void {
  const known = map.get(key) ?? new Set();
  map.set(key, known);
  known.add(located);
}
