/** Above each Ingress of an explicit group: how large the group is. */
import type { CodeLens, Command } from 'vscode-languageserver-types';
import { quotas } from '../../src/rules/quotas';
import type { CheckContext } from '../checks/context';
import type { IngressSubject } from '../checks/subject';
import { subjectOf } from '../checks/subject';
import { atOnce, flatMapInSteps, type Steps } from '../turns';
import type { SourceFile } from '../workspace/workspace';
import { type GroupRules, groupFinder, isOurs } from './groupRules';
import { around, locationsOf, namePlace, rangesOf } from './places';
import { named } from './symbol';

/** Where lenses are; an editor has those that it shows completed by {@link resolveCodeLens}. */
export function* codeLenses(context: CheckContext, file: SourceFile): Steps<CodeLens[]> {
  const ingresses = file.located.filter(({ object }) => object.kind === 'Ingress');
  return yield* flatMapInSteps(ingresses, function* (at): Steps<CodeLens[]> {
    yield;
    const ingress = subjectOf(at) as IngressSubject;
    if (!isOurs(ingress, context) || context.groupName(ingress) === undefined) return [];
    return rangesOf(kindOf(ingress)).map((range) => ({ range, data: at.file.uri }));
  });
}

/** `referencesCommand` shows places: it is given an address, a position and locations, as the protocol writes them. */
export function resolveCodeLens(
  context: CheckContext,
  file: SourceFile,
  lens: CodeLens,
  referencesCommand?: string,
): CodeLens {
  const at = around(file, lens.range.start);
  const located = at.here.findLast(
    ({ object }) => object.kind === 'Ingress' && object.root.start <= at.offset,
  );
  const ingress = located === undefined ? undefined : (subjectOf(located) as IngressSubject);
  const group = ingress === undefined ? undefined : atOnce(groupFinder(context)(ingress));
  if (ingress === undefined || group?.name === undefined) return { ...lens, command: NO_COMMAND };
  return { ...lens, command: commandOf(group, ingress, referencesCommand) };
}

/** The file has changed under the lens: the next ones are on their way. */
const NO_COMMAND: Command = { title: '', command: '' };

/** The line of `kind`, where the other lenses of an Ingress are. */
function kindOf({ located }: IngressSubject) {
  const [kind] = named(located, ['kind'], (name) => ({ kind: 'object', of: 'Ingress', name }));
  return kind ?? namePlace(located);
}

function commandOf(group: GroupRules, { located }: IngressSubject, command: string | undefined): Command {
  const title = titleOf(group);
  const [range] = rangesOf(namePlace(located));
  // Without a command an editor shows the title as plain text.
  if (command === undefined || range === undefined) return { title, command: '' };
  const members = locationsOf(group.members.map((member) => namePlace(member.located)));
  return { title, command, arguments: [located.file.uri, range.start, members] };
}

function titleOf({ name, members, rules }: GroupRules): string {
  const size = `${members.length} ${members.length === 1 ? 'Ingress' : 'Ingresses'}`;
  const load =
    rules === undefined
      ? 'refused by the controller'
      : `${rules.count} of ${quotas.rulesPerLoadBalancer} rules`;
  return `Group ${name ?? ''}: ${size}, ${load}`;
}
