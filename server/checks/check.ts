/** All checks of an object: what it is by itself, and what it is among the others of the workspace. */
import type { LiveValues } from '../liveValues';
import type { Located, Workspace } from '../workspace/workspace';
import { checkAnnotations } from './annotations';
import type { CheckContext } from './context';
import { createContext } from './context';
import type { Finding } from './finding';
import { groupChecks } from './group';
import { ingressChecks } from './ingress';
import { namedResources, soughtCertificates } from './live';
import type { Profile } from './profile';
import { checkResource } from './resources';
import { type IngressSubject, isPatch, subjectOf } from './subject';

export type ProfileOf = (uri: string) => Profile;

/** Kinds of which something may be wrong; the others are only referred to. */
export const CHECKED: ReadonlySet<string> = new Set([
  'Ingress',
  'Service',
  'IngressClass',
  'IngressClassParams',
  'TargetGroupBinding',
]);

/** The input of the memo that stands for all settings. */
export const CONFIG = 'config';

/** Findings of one object, remembered until something that they were made from changes. */
export function findingsOf(
  located: Located,
  workspace: Workspace,
  profileOf: ProfileOf,
  live: LiveValues,
): readonly Finding[] {
  if (!CHECKED.has(located.object.kind)) return [];
  return workspace.memo.cached(located, () => {
    workspace.memo.read(CONFIG);
    const context = createContext(workspace, profileOf(located.file.uri), live);
    return located.object.kind === 'Ingress'
      ? findingsOfIngress(subjectOf(located) as IngressSubject, context)
      : checkResource(subjectOf(located), context);
  });
}

function findingsOfIngress(ingress: IngressSubject, context: CheckContext): Finding[] {
  // What a patch names must exist, too; what it lacks stands elsewhere.
  const own = [...checkAnnotations(ingress.object), ...namedResources(ingress, context)];
  if (isPatch(ingress) || context.ownership(ingress) === 'foreign') return own;
  const together = ingressChecks.flatMap((check) => check(ingress, context));
  const grouped = groupChecks(ingress, context, [...own, ...together]);
  return [...own, ...together, ...grouped, ...soughtCertificates(ingress, context)];
}
