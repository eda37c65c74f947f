import type { Profile } from '../../server/checks/profile';
import { createService } from '../../server/service';
import { DEFAULT_CONFIG } from '../../server/settings';
import { applyEdits } from '../../server/text/applyEdits';
import type { Manifest } from '../../server/text/manifest';
import { createManifest } from '../../server/text/manifest';
import { yaml } from './cursor';

function serviceFor(profile: Profile, others: Readonly<Record<string, string>> = {}) {
  const service = createService({ configOf: () => ({ ...DEFAULT_CONFIG, profile }) });
  for (const [path, text] of Object.entries(others)) {
    if (path.endsWith('kustomization.yaml')) service.workspace.note(`file:///${path}`, true);
    else service.workspace.set(createManifest(`file:///${path}`, 'yaml', 1, text));
  }
  return service;
}

/**
 * `code «marked text»` of everything that is found in a file, among others of the workspace; but for paths that nothing
 * reaches: members of a group that are short enough for a test share theirs.
 */
export function foundIn(
  text: string,
  { profile = {}, others = {} }: { profile?: Profile; others?: Readonly<Record<string, string>> } = {},
): string[] {
  const document = yaml(text);
  return serviceFor(profile, others)
    .validate(document)
    .filter(({ code }) => code !== 'unreachable-rule')
    .map(({ code, range }) => `${code} «${document.getText(range)}»`);
}

/** The whole messages of one rule. */
export function messagesOf(text: string, code: string, profile: Profile = {}): string[] {
  const all = serviceFor(profile).validate(yaml(text));
  return all.filter((one) => one.code === code).map(({ message }) => String(message));
}

/** The file after the fix with that title, or after the first fix of the rule. */
export function fixedBy(text: string, code: string, title?: string): string {
  const document: Manifest = yaml(text);
  const range = { start: document.positionAt(0), end: document.positionAt(text.length) };
  const actions = serviceFor({})
    .codeActions(document, range, ['quickfix'])
    .filter(({ diagnostics }) => diagnostics?.[0]?.code === code);
  const action = actions.find((one) => title === undefined || one.title === title);
  if (action === undefined) throw new Error(`no such fix: ${actions.map((one) => one.title).join(', ')}`);
  return applyEdits(document, action.edit?.changes?.[document.uri] ?? []);
}
