import type { CheckContext } from './context';
import type { IngressSubject } from './subject';

/** For questions that many checks of one Ingress ask: the answer is kept with the context, which lives as long as they run. */
export function askedOnce<V>(
  ask: (ingress: IngressSubject, context: CheckContext) => V,
): (ingress: IngressSubject, context: CheckContext) => V {
  const known = new WeakMap<CheckContext, Map<IngressSubject, V>>();
  const begin = (context: CheckContext) => {
    const own = new Map<IngressSubject, V>();
    known.set(context, own);
    return own;
  };
  return (ingress, context) => {
    const own = known.get(context) ?? begin(context);
    const found = own.get(ingress);
    if (found !== undefined || own.has(ingress)) return found as V;
    const answer = ask(ingress, context);
    own.set(ingress, answer);
    return answer;
  };
}
