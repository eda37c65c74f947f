/** Reads the folders of a workspace into the index, and keeps up with what changes on disk. */

import { QUICK, readInSteps } from './intake';
import type { ConfigStore } from './projectConfig';
import { CONFIG_FILE } from './projectConfig';
import type { LanguageService } from './service';
import { createManifest, type Manifest } from './text/manifest';
import { createTurns, inTurns } from './turns';

/** What is read of a file. */
export interface FileContent {
  readonly text?: string | undefined;
  /** Why it was not read, as what the file is: "larger than 5 MB". */
  readonly problem?: string | undefined;
}

/** The files of a machine, or of wherever the workspace is. Addresses are URIs. */
export interface FileSource {
  /** All files below a folder whose names are wanted; folders that hold no manifests are passed over. */
  list(folder: string, wanted: (name: string) => boolean): AsyncIterable<string>;
  /** The text, or why the file was not read; neither where there is none. */
  read(uri: string): FileContent;
}

export interface WorkspaceFiles {
  /** Reads everything below the folders; gives way to other work in between. */
  scan(folders: readonly string[]): Promise<void>;
  /** A file changed, came or went. What is large is read in turns: then it is known once the promise is kept. */
  refresh(uri: string): Promise<void> | undefined;
}

export interface WorkspaceTargets {
  readonly service: LanguageService;
  readonly configs: ConfigStore;
  /** What is open in the editor counts, not what is on disk. */
  readonly isOpen: (uri: string) => boolean;
  /** Hears of files that are not read, and of those that are read again. */
  readonly onUnread?: (uri: string, problem: string | undefined) => void;
}

export function createWorkspaceFiles(source: FileSource, targets: WorkspaceTargets): WorkspaceFiles {
  const take = (uri: string): Promise<void> | undefined => {
    const large = largeFile(uri, source, targets);
    if (large === undefined) return void takeFile(uri, source, targets);
    // Whatever stands there by then is taken in: of what is the same nothing is read again.
    return inTurns(readInSteps(large)).then(() => takeFile(uri, source, targets, large));
  };
  return {
    async scan(folders) {
      const turns = createTurns();
      for (const folder of folders) {
        for await (const uri of source.list(folder, isWanted)) {
          const late = take(uri);
          if (late !== undefined) await late;
          if (turns.due()) await turns.giveWay();
        }
      }
    },
    refresh: (uri) => (isWanted(nameOf(uri)) ? take(uri) : undefined),
  };
}

/** A file that would keep others waiting while it is read. */
function largeFile(
  uri: string,
  source: FileSource,
  { service, isOpen }: WorkspaceTargets,
): Manifest | undefined {
  if (isOpen(uri) || nameOf(uri) === CONFIG_FILE || ASSEMBLERS.has(nameOf(uri))) return undefined;
  const { text } = source.read(uri);
  if (text === undefined || text.length <= QUICK || !mayHoldObjects(text)) return undefined;
  return createManifest(uri, 'yaml', 0, text, service.workspace.file(uri)?.manifest);
}

function takeFile(uri: string, source: FileSource, targets: WorkspaceTargets, known?: Manifest): void {
  const { service, configs, isOpen, onUnread } = targets;
  const name = nameOf(uri);
  const open = isOpen(uri);
  if (open && !ASSEMBLERS.has(name)) return;
  const { text, problem } = source.read(uri);
  onUnread?.(uri, problem);
  if (ASSEMBLERS.has(name)) service.workspace.note(uri, text !== undefined);
  if (name === CONFIG_FILE) takeConfig(uri, text, configs);
  // A file that only tells of a tool holds no objects, but is read as any other while it is open.
  else if (!open) takeManifest(uri, ASSEMBLERS.has(name) ? undefined : text, service, known);
}

function takeConfig(uri: string, text: string | undefined, configs: ConfigStore): void {
  if (text === undefined) configs.remove(uri);
  else configs.set(uri, text);
}

/** Files without an object that concerns us are not kept. */
function takeManifest(
  uri: string,
  text: string | undefined,
  service: LanguageService,
  known = service.workspace.file(uri)?.manifest,
): void {
  if (text === undefined || !mayHoldObjects(text)) service.forget(uri);
  else service.workspace.set(createManifest(uri, 'yaml', 0, text, known));
}

/** Files that tell that a tool puts manifests together (Kustomize, Helm). */
const ASSEMBLERS: ReadonlySet<string> = new Set([
  'kustomization.yaml',
  'kustomization.yml',
  'Kustomization',
  'Chart.yaml',
]);

export function isWanted(name: string): boolean {
  return name === CONFIG_FILE || ASSEMBLERS.has(name) || /\.ya?ml$/i.test(name);
}

function nameOf(uri: string): string {
  const name = uri.slice(uri.lastIndexOf('/') + 1);
  return name.includes('%') ? decodeURIComponent(name) : name;
}

function mayHoldObjects(text: string): boolean {
  return text.includes('kind');
}
