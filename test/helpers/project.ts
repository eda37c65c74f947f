/** Several files of a project, as the language service meets them. */
import type { Diagnostic } from 'vscode-languageserver-types';
import type { Profile } from '../../server/checks/profile';
import { createService } from '../../server/service';
import { DEFAULT_CONFIG } from '../../server/settings';
import { applyEdits } from '../../server/text/applyEdits';
import type { Manifest } from '../../server/text/manifest';
import { createManifest } from '../../server/text/manifest';

export interface Project {
  /** `code «marked text»`, one per finding of a file. */
  marked(path: string): string[];
  messages(path: string): string[];
  /** `code path «marked text»` of everything that the findings of a file point at. */
  related(path: string): string[];
  /** The file after the first quick fix of that rule. */
  fixed(path: string, code: string): string;
  text(path: string): string;
  write(path: string, text: string): void;
  remove(path: string): void;
  /** A file that is no manifest: `kustomization.yaml`, `Chart.yaml`. */
  note(path: string): void;
  isStale(path: string): boolean;
}

const uriOf = (path: string) => `file:///${path}`;

export function project(files: Readonly<Record<string, string>>, profile: Profile = {}): Project {
  const service = createService({ configOf: () => ({ ...DEFAULT_CONFIG, profile }) });
  let version = 0;
  const write = (path: string, text: string) =>
    service.workspace.set(createManifest(uriOf(path), 'yaml', ++version, text));
  for (const [path, text] of Object.entries(files)) write(path, text);
  const manifest = (uri: string): Manifest => {
    const known = service.workspace.file(uri)?.manifest;
    if (known === undefined) throw new Error(`no file ${uri}`);
    return known;
  };
  const found = (path: string): Diagnostic[] => service.validate(manifest(uriOf(path)));
  return {
    write,
    text: (path) => manifest(uriOf(path)).getText(),
    remove: (path) => service.forget(uriOf(path)),
    note: (path) => service.workspace.note(uriOf(path), true),
    isStale: (path) => service.isStale(uriOf(path)),
    marked: (path) =>
      found(path).map(({ code, range }) => `${code} «${manifest(uriOf(path)).getText(range)}»`),
    messages: (path) => found(path).map(({ message }) => String(message)),
    related: (path) =>
      found(path).flatMap(({ code, relatedInformation = [] }) =>
        relatedInformation.map(
          ({ location: { uri, range } }) =>
            `${code} ${uri.slice(uriOf('').length)} «${manifest(uri).getText(range)}»`,
        ),
      ),
    fixed(path, code) {
      const document = manifest(uriOf(path));
      const everywhere = { start: { line: 0, character: 0 }, end: { line: 9999, character: 0 } };
      const actions = service.codeActions(document, everywhere, ['quickfix']);
      const action = actions.find(({ diagnostics = [] }) => diagnostics[0]?.code === code);
      if (action === undefined) throw new Error(`no quick fix of ${code}`);
      return applyEdits(document, action.edit?.changes?.[document.uri] ?? []);
    },
  };
}
