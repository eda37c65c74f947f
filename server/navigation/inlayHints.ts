/** What is not written but holds: the final priority of a path's rule, and defaults that surprise. */
import type { InlayHint, Range } from 'vscode-languageserver-types';
import type { CheckContext } from '../checks/context';
import type { IngressSubject } from '../checks/subject';
import { subjectOf } from '../checks/subject';
import { flatMapInSteps, type Steps } from '../turns';
import type { SourceFile } from '../workspace/workspace';
import { defaultHints } from './defaultHints';
import { groupFinder } from './groupRules';
import { type Hint, hintsWithin } from './hint';
import { within } from './places';
import { priorityHints } from './priorityHints';

/** Only of the objects that the range touches. */
export function* inlayHints(context: CheckContext, file: SourceFile, range: Range): Steps<InlayHint[]> {
  const ingresses = within(file, range).filter(({ object }) => object.kind === 'Ingress');
  const groupOf = groupFinder(context);
  const hints = yield* flatMapInSteps(ingresses, function* (at): Steps<Hint[]> {
    const ingress = subjectOf(at) as IngressSubject;
    const group = yield* groupOf(ingress);
    yield;
    const priorities = priorityHints(ingress, group);
    yield;
    return [...priorities, ...defaultHints(ingress, group, context)];
  });
  return hintsWithin(hints, range);
}
