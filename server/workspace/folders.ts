/** What stands in each folder, and whether a tool puts the manifests there together. */
import type { Memo } from './memo';
import { folderOf, foldersAbove } from './scope';

/** The memo's names are put together once: they are read with every question about a folder. */
export interface Folder {
  /** The memo's name for what stands in it. */
  readonly key: string;
  readonly uris: Set<string>;
  /** Those of them that are templates. */
  readonly templates: Set<string>;
  /** Files that tell that a tool puts manifests together, and the memo's name for them. */
  readonly assemblers: Set<string>;
  readonly assemblerKey: string;
  /** The folders around it, from the inside out. */
  readonly around: readonly Folder[];
}

export interface Folders {
  /** The folder of a file. */
  of(uri: string): Folder;
  /** A tool puts the manifests of the folder together: what is missing here may come from there. */
  isAssembled(folder: Folder): boolean;
  /** Notes that a file is or is not a template. */
  template(uri: string, is: boolean): void;
  /** Notes that a file that tells of a tool exists or is gone. */
  assembler(uri: string, exists: boolean): void;
}

export function createFolders(memo: Memo): Folders {
  const folders = new Map<string, Folder>();
  const enter = (address: string): Folder => {
    const folder = newFolder(address, foldersAbove(address).slice(1).map(at));
    folders.set(address, folder);
    return folder;
  };
  const at = (address: string): Folder => folders.get(address) ?? enter(address);
  const hasAssembler = ({ assemblerKey, assemblers }: Folder) => {
    memo.read(assemblerKey);
    return assemblers.size > 0;
  };
  const of = (uri: string) => at(folderOf(uri));
  return {
    of,
    /** A chart or a Kustomization holds for the folders below it, too. */
    isAssembled: (folder) =>
      folder.templates.size > 0 || hasAssembler(folder) || folder.around.some(hasAssembler),
    template(uri, is) {
      const { templates, key } = of(uri);
      if (templates.has(uri) === is) return;
      note(templates, uri, is);
      memo.touch(key);
    },
    assembler(uri, exists) {
      const { assemblers, assemblerKey } = of(uri);
      note(assemblers, uri, exists);
      memo.touch(assemblerKey);
    },
  };
}

function newFolder(address: string, around: readonly Folder[]): Folder {
  return {
    key: `folder ${address}`,
    uris: new Set(),
    templates: new Set(),
    assemblers: new Set(),
    assemblerKey: `assembler ${address}`,
    around,
  };
}

function note(set: Set<string>, uri: string, is: boolean): void {
  if (is) set.add(uri);
  else set.delete(uri);
}
