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
  /** The folder itself and all around it, from the inside out. */
  readonly above: readonly string[];
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
  const at = (address: string): Folder => {
    const known = folders.get(address) ?? newFolder(address);
    folders.set(address, known);
    return known;
  };
  const of = (uri: string) => at(folderOf(uri));
  return {
    of,
    /** A chart or a Kustomization holds for the folders below it, too. */
    isAssembled: ({ above, templates }) =>
      templates.size > 0 ||
      above.some((address) => {
        const { assemblerKey, assemblers } = at(address);
        memo.read(assemblerKey);
        return assemblers.size > 0;
      }),
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

function newFolder(address: string): Folder {
  return {
    key: `folder ${address}`,
    uris: new Set(),
    templates: new Set(),
    assemblers: new Set(),
    assemblerKey: `assembler ${address}`,
    above: foldersAbove(address),
  };
}

function note(set: Set<string>, uri: string, is: boolean): void {
  if (is) set.add(uri);
  else set.delete(uri);
}
