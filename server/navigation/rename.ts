/** New names for actions and groups. Other names belong to objects that exist elsewhere: a file alone cannot rename them. */
import type { Position, Range, TextEdit, WorkspaceEdit } from 'vscode-languageserver-types';
import { GROUP_NAME, GROUP_NAME_MAX } from '../../src/annotations/formats';
import type { CheckContext } from '../checks/context';
import { backendsOf } from '../workspace/keys';
import type { SourceFile } from '../workspace/workspace';
import { rangesOf, unique } from './places';
import { occurrencesTo } from './resolve';
import type { Occurrence } from './symbol';
import { occurrenceAt, occurrencesIn } from './symbols';

/** Why a name stays, in a person's words. */
export interface Refused {
  readonly refused: string;
}

export interface RenamePlace {
  readonly range: Range;
  readonly placeholder: string;
}

export function isRefused(answer: object): answer is Refused {
  return 'refused' in answer;
}

export function prepareRename(
  context: CheckContext,
  file: SourceFile,
  position: Position,
): RenamePlace | Refused {
  const asked = occurrenceAt(file, position);
  const why = refusal(asked, context);
  const range = asked === undefined ? undefined : rangesOf(asked)[0];
  if (asked === undefined || range === undefined || why !== undefined) return { refused: why ?? ONLY };
  return { range, placeholder: asked.symbol.name };
}

export function rename(
  context: CheckContext,
  file: SourceFile,
  position: Position,
  newName: string,
): WorkspaceEdit | Refused {
  const asked = occurrenceAt(file, position);
  const why = refusal(asked, context);
  if (asked === undefined || why !== undefined) return { refused: why ?? ONLY };
  if (newName === asked.symbol.name) return { changes: {} };
  const bad = asked.symbol.kind === 'group' ? badGroup(newName, asked, context) : badAction(newName, asked);
  if (bad !== undefined) return { refused: bad };
  return { changes: editsOf(occurrencesTo(asked, context), newName) };
}

const ONLY =
  'Only the names of actions (`actions.…` with their backends) and of IngressGroups can be renamed here.';

/** Why the name at hand cannot be renamed, whatever to. */
function refusal(asked: Occurrence | undefined, context: CheckContext): string | undefined {
  const kind = asked?.symbol.kind;
  if (asked === undefined || asked.literal || (kind !== 'action' && kind !== 'group')) return ONLY;
  const all = occurrencesTo(asked, context);
  if (all.some(({ aliased }) => aliased)) {
    return `\`${asked.symbol.name}\` is written through a YAML alias; rename it at its anchor.`;
  }
  if (kind === 'action' && isService(asked.symbol.name, asked)) {
    return `\`${asked.symbol.name}\` is the name of a Service in this Ingress, too; \`conditions.\` and \`transforms.\` count for both.`;
  }
  return undefined;
}

function isService(name: string, { at }: Occurrence): boolean {
  return occurrencesIn(at).some(
    ({ symbol }) => symbol.kind === 'object' && symbol.of === 'Service' && symbol.name === name,
  );
}

/** A backend's name must be that of a possible Service (k8s: ValidateIngressServiceBackend, DNS-1035 label). */
function badAction(name: string, asked: Occurrence): string | undefined {
  if (!/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) {
    return `\`${name}\` cannot be the name of a Service, which a backend must give: up to 63 lower-case letters, digits and \`-\`, beginning with a letter and not ending with \`-\`.`;
  }
  const used =
    occurrencesIn(asked.at).some(({ symbol }) => symbol.kind === 'action' && symbol.name === name) ||
    backendsOf(asked.at.object.value).some((backend) => backend.name === name);
  return used ? `This Ingress uses the name \`${name}\` already.` : undefined;
}

function badGroup(name: string, asked: Occurrence, context: CheckContext): string | undefined {
  if (!GROUP_NAME.test(name) || name.length > GROUP_NAME_MAX) {
    return `\`${name}\` is not a valid group name: up to ${GROUP_NAME_MAX} lower-case letters, digits, \`-\` and \`.\`, beginning and ending with a letter or digit.`;
  }
  const taken = occurrencesTo({ ...asked, symbol: { kind: 'group', name } }, context);
  return taken.length === 0
    ? undefined
    : `There is a group \`${name}\` already; renaming would merge the two.`;
}

function editsOf(found: readonly Occurrence[], newText: string): Record<string, TextEdit[]> {
  const changes: Record<string, TextEdit[]> = {};
  for (const one of unique(found)) {
    const { uri } = one.at.file;
    const edits = changes[uri] ?? [];
    changes[uri] = edits;
    edits.push(...rangesOf(one).map((range) => ({ range, newText })));
  }
  return changes;
}
