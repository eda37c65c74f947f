/** All checks of an object: what it is by itself, and what it is among the others of the workspace. */
import type { LiveValues } from '../liveValues';
import { atOnce, type Steps } from '../turns';
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
export interface Findings {
  of(located: Located): readonly Finding[];
  /** The same in steps: an object may be as long as a file, and a group as large as a workspace. */
  inSteps(located: Located): Steps<readonly Finding[]>;
  /** The last that were made, right or not; undefined before the first. */
  latest(located: Located): readonly Finding[] | undefined;
}

export function createFindings(workspace: Workspace, profileOf: ProfileOf, live: LiveValues): Findings {
  function* steps(located: Located): Steps<readonly Finding[]> {
    workspace.memo.read(CONFIG);
    return yield* check(located, createContext(workspace, profileOf(located.file.uri), live));
  }
  const latest = new WeakMap<Located, readonly Finding[]>();
  const noted = (located: Located, found: readonly Finding[]) => {
    latest.set(located, found);
    return found;
  };
  return {
    of(located) {
      if (!CHECKED.has(located.object.kind)) return NONE;
      return noted(
        located,
        workspace.memo.cached(located, () => atOnce(steps(located))),
      );
    },
    *inSteps(located) {
      if (!CHECKED.has(located.object.kind)) return NONE;
      return noted(located, yield* workspace.memo.cachedInSteps(located, () => steps(located)));
    },
    latest: (located) => latest.get(located),
  };
}

const NONE: readonly Finding[] = [];

function* check(located: Located, context: CheckContext): Steps<readonly Finding[]> {
  return located.object.kind === 'Ingress'
    ? yield* findingsOfIngress(subjectOf(located) as IngressSubject, context)
    : checkResource(subjectOf(located), context);
}

function* findingsOfIngress(ingress: IngressSubject, context: CheckContext): Steps<readonly Finding[]> {
  // What a patch names must exist, too; what it lacks stands elsewhere.
  const found = [...checkAnnotations(ingress.object), ...namedResources(ingress, context)];
  if (isPatch(ingress) || context.ownership(ingress) === 'foreign') return found;
  for (const check of ingressChecks) {
    yield;
    for (const one of check(ingress, context)) found.push(one);
  }
  for (const one of yield* groupChecks(ingress, context, found)) found.push(one);
  return [...found, ...soughtCertificates(ingress, context)];
}
