import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Document, isAlias, LineCounter, parseAllDocuments, visit } from 'yaml';
import { UserError } from '../errors';
import type { KubeObject } from './types';

/** An object and the file that it came from. */
export interface Manifest {
  readonly object: KubeObject;
  readonly file: string;
}

/** Objects of manifests: files, folders (walked), `-` for standard input. Throws on what cannot be read or parsed. */
export async function readManifests(paths: readonly string[]): Promise<Manifest[]> {
  const files = (await Promise.all(paths.map((path) => (path === '-' ? ['-'] : filesIn(path))))).flat();
  const texts = await Promise.all(files.map(async (file) => ({ file, text: await readText(file) })));
  return texts.flatMap(({ file, text }) => parseManifests(text, file));
}

const YAML_FILE = /\.(ya?ml|json)$/i;

/** YAML files at or below a path, sorted; a file named directly is taken whatever its name. */
export async function filesIn(path: string): Promise<string[]> {
  const info = await orUnreadable(path, () => stat(path));
  if (!info.isDirectory()) return [path];
  const entries = await orUnreadable(path, () => readdir(path, { withFileTypes: true }));
  const visible = entries.filter(({ name }) => !name.startsWith('.') && name !== 'node_modules');
  const nested = await Promise.all(
    visible.map((entry) => {
      const inner = join(path, entry.name);
      if (entry.isDirectory()) return filesIn(inner);
      return YAML_FILE.test(entry.name) ? [inner] : [];
    }),
  );
  return nested.flat().sort();
}

/** The text of a file, or of standard input for `-`. */
export async function readText(file: string): Promise<string> {
  if (file !== '-') return orUnreadable(file, () => readFile(file, 'utf8'));
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** What `read` gives; a failure as an error that names the file. */
export async function orUnreadable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const message = missing
      ? `There is no file ${path}.`
      : `${path} cannot be read: ${(cause as Error).message}.`;
    throw new UserError('unreadable-file', message, { advice: 'Check the path and its permissions.', cause });
  }
}

/** Objects of one YAML text, `List`s taken apart; documents without a kind are left out. */
export function parseManifests(text: string, file: string): Manifest[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, merge: true, logLevel: 'error' });
  const found: Manifest[] = [];
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
    for (const object of objectsOf(readValue(document, file))) found.push({ object, file });
  }
  return found;
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

/** Aliases without an anchor, or that grow beyond measure, show only when the value is made. */
function readValue(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
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

function objectsOf(value: unknown): KubeObject[] {
  if (value === null || typeof value !== 'object' || !('kind' in value)) return [];
  const object = value as {
    kind: unknown;
    items?: unknown;
    metadata?: { name?: unknown; namespace?: unknown };
  };
  if (object.kind === 'List' && Array.isArray(object.items)) return object.items.flatMap(objectsOf);
  if (typeof object.kind !== 'string' || typeof object.metadata?.name !== 'string') return [];
  return [withNamespace(object as KubeObject)];
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
