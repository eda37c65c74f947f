import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Document, isAlias, LineCounter, parseAllDocuments, visit } from 'yaml';
import { UserError } from '../errors';
import { readRegular } from '../files';
import { isMap, type Misshapen, misshapen, withoutNulls } from './shape';
import { OBJECT, SHAPES } from './shapes';
import type { KubeObject } from './types';

/** An object and the file that it came from. */
export interface Manifest {
  readonly object: KubeObject;
  readonly file: string;
}

/** Objects that can be read, and why others cannot. */
export interface Manifests {
  readonly manifests: readonly Manifest[];
  readonly refused: readonly UserError[];
}

/** Objects of manifests: files, folders (walked), `-` for standard input. Throws on files that cannot be read or parsed. */
export async function readManifests(paths: readonly string[]): Promise<Manifests> {
  const texts = (await Promise.all(paths.map(textsOf))).flat();
  const all = texts.map(({ text, file }) => sortManifests(text, file));
  return {
    manifests: all.flatMap(({ manifests }) => manifests),
    refused: all.flatMap(({ refused }) => refused),
  };
}

async function textsOf(path: string): Promise<{ file: string; text: string }[]> {
  const files = path === '-' || PIPE.test(path) ? [path] : await filesIn(path);
  const folder = files.length === 1 && files[0] === path ? undefined : path;
  return Promise.all(files.map(async (file) => ({ file, text: await readText(file, folder) })));
}

const YAML_FILE = /\.(ya?ml|json)$/i;

/** YAML files at or below a path, sorted; a file named directly is taken whatever its name. */
export async function filesIn(path: string): Promise<string[]> {
  const info = await orUnreadable(path, () => stat(path));
  return info.isDirectory() ? (await filesBelow(path)).sort() : [path];
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await orUnreadable(folder, () => readdir(folder, { withFileTypes: true }));
  const visible = entries.filter(({ name }) => !name.startsWith('.') && name !== 'node_modules');
  const nested = await Promise.all(
    visible.map((entry) => {
      const inner = join(folder, entry.name);
      if (entry.isDirectory()) return filesBelow(inner);
      return YAML_FILE.test(entry.name) ? [inner] : [];
    }),
  );
  return nested.flat();
}

/** What a shell puts in the place of `<(program)`. */
const PIPE = /^\/(dev|proc\/self)\/fd\/\d{1,9}$/;

/** Somebody waits for the end of a pipe, and there is memory for so much. */
const LONGEST_PIPE = 64 * 1024 * 1024;

/** The text of a file, or of standard input for `-`. Links must not lead out of `folder`, where one is given. */
export async function readText(file: string, folder?: string): Promise<string> {
  if (file === '-') return readStream(process.stdin, 'Standard input');
  if (PIPE.test(file)) return orUnreadable(file, () => readStream(createReadStream(file), file));
  const real = folder === undefined ? await orUnreadable(file, () => realpath(file)) : file;
  const { text, problem = 'gone' } = readRegular(real, folder ?? dirname(real));
  if (text !== undefined) return text;
  throw new UserError('unreadable-file', `${file} cannot be read: it is ${problem}.`, {
    advice: 'Name files of your own, of up to 5 MB; a link may lead to a file in the same folder or below.',
  });
}

async function readStream(stream: AsyncIterable<Buffer | string>, name: string): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > LONGEST_PIPE)
      throw new UserError('unreadable-file', `${name} does not end: 64 MB were read.`, {
        advice: 'Give the manifests in parts.',
      });
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** What `read` gives; a failure as an error that names the file. */
export async function orUnreadable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const message = missing
      ? `There is no file ${path}.`
      : `${path} cannot be read: ${(cause as Error).message}.`;
    throw new UserError('unreadable-file', message, { advice: 'Check the path and its permissions.', cause });
  }
}

/** Objects of one YAML text; throws on the first that cannot be read. */
export function parseManifests(text: string, file: string): readonly Manifest[] {
  const { manifests, refused } = sortManifests(text, file);
  if (refused[0] !== undefined) throw refused[0];
  return manifests;
}

/** Objects of one YAML text, `List`s taken apart; documents without a kind are left out. */
export function sortManifests(text: string, file: string): Manifests {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, merge: true, logLevel: 'error' });
  const manifests: Manifest[] = [];
  const refused: UserError[] = [];
  for (const document of Array.isArray(documents) ? documents : []) {
    const problem = document.errors[0];
    if (problem !== undefined) {
      const { line, col } = lines.linePos(problem.pos[0]);
      throw new UserError(
        'bad-yaml',
        `${file}:${line}:${col}: this is not valid YAML: ${firstLine(problem.message)}`,
        {
          why: 'Nothing in the file can be read before this is mended.',
          advice: 'Mend the line; indentation and quotes are the usual causes.',
          cause: problem,
        },
      );
    }
    refuseAliasBombs(document, file);
    for (const object of objectsOf(readValue(document, file))) {
      const problem = problemOf(object);
      if (problem === undefined)
        manifests.push({ object: withNamespace(object as unknown as KubeObject), file });
      else refused.push(wrongType(file, object, problem));
    }
  }
  return { manifests, refused };
}

/** Aliases are legal in manifests; thousands of them are an attack. */
function refuseAliasBombs(document: unknown, file: string): void {
  let aliases = 0;
  visit(document as Parameters<typeof visit>[0], {
    Alias(_, node) {
      if (isAlias(node)) aliases += 1;
    },
  });
  if (aliases > 1000) throw new UserError('bad-yaml', `${file}: too many YAML aliases (${aliases}).`);
}

function hasAlias(document: Document): boolean {
  let found = false;
  visit(document, {
    Alias() {
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

/** Aliases without an anchor, or that grow beyond measure, show only when the value is made. */
function readValue(document: Document, file: string): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    // An alias within its own anchor makes a value without end, of which JSON complains.
    if (hasAlias(document)) JSON.stringify(value);
    return value;
  } catch (cause) {
    throw new UserError(
      'bad-yaml',
      `${file}: this is not valid YAML: ${firstLine((cause as Error).message)}`,
      {
        why: 'Nothing in the file can be read before this is mended.',
        advice: 'Mend the anchors (&name) and aliases (*name).',
        cause,
      },
    );
  }
}

function firstLine(text: string): string {
  const [line = text] = text.split('\n');
  return line.split(' at line ')[0] ?? line;
}

/** What says of what kind it is. An object without a name is none of Kubernetes, unless we know the kind. */
function objectsOf(value: unknown): Named[] {
  if (!isMap(value) || typeof value['kind'] !== 'string') return [];
  const object = withoutNulls(value) as Named;
  if (object.kind.endsWith('List') && object['items'] !== undefined) return itemsOf(object);
  const { metadata } = object;
  const isNamed = isMap(metadata) && typeof metadata['name'] === 'string';
  return isNamed || SHAPES.has(object.kind) ? [object] : [];
}

type Named = Readonly<Record<string, unknown>> & { readonly kind: string };

function itemsOf(list: Named): Named[] {
  return Array.isArray(list['items']) ? list['items'].flatMap(objectsOf) : [list];
}

function problemOf(object: Named): Misshapen | undefined {
  if (object['items'] !== undefined && object.kind.endsWith('List'))
    return misshapen(object, { fields: { items: { listOf: 'anything' } } });
  const shape = SHAPES.get(object.kind);
  return misshapen(object, OBJECT) ?? (shape === undefined ? undefined : misshapen(object, shape));
}

function wrongType(file: string, { kind, metadata }: Named, { field, problem }: Misshapen): UserError {
  const { name, namespace } = isMap(metadata) ? metadata : {};
  const key = [namespace, name].filter((part) => typeof part === 'string').join('/');
  const object = key === '' ? `${kind} without a name` : `${kind} ${key}`;
  return new UserError('wrong-type', `${file}: ${object}: ${field} ${problem}.`, {
    why: 'Kubernetes refuses the object, so nothing of it can be built.',
    advice: 'Correct the field; the other objects are not touched by it.',
  });
}

const CLUSTER_WIDE = new Set([
  ...['Namespace', 'Node', 'PersistentVolume', 'StorageClass', 'IngressClass', 'IngressClassParams'],
  ...['ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition', 'PriorityClass'],
  ...['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration', 'APIService'],
]);

/** Objects that name no namespace live in `default`, as with kubectl. */
function withNamespace(object: KubeObject): KubeObject {
  if (object.metadata.namespace !== undefined || CLUSTER_WIDE.has(object.kind ?? '')) return object;
  return { ...object, metadata: { ...object.metadata, namespace: 'default' } };
}
