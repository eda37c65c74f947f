import type { CheckContext } from './context';
import type { IngressSubject } from './subject';

export type Members = readonly IngressSubject[];

/**
 * For what each member asks of the whole group: the answer is kept until something that it was made from changes, the
 * members themselves first of all.
 */
export function ofGroup<V>(
  ask: (members: Members, context: CheckContext) => V,
): (members: Members, context: CheckContext) => V {
  const ids = new WeakMap<Members, object>();
  return (members, context) => {
    const [first] = members;
    const group = first === undefined || members.length < 2 ? undefined : context.groupName(first);
    if (first === undefined || group === undefined) return ask(members, context);
    const id = ids.get(members) ?? {};
    ids.set(members, id);
    return context.workspace.memo.cached(id, () => {
      const anew = context.anew();
      anew.members(first, group);
      return ask(members, anew);
    });
  };
}
