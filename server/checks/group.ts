import type { CheckContext } from './context';
import type { Finding } from './finding';
import type { IngressSubject } from './subject';

/** What the group of an Ingress says of it. `known` are the findings that it has already. */
export function groupChecks(
  _ingress: IngressSubject,
  _context: CheckContext,
  _known: readonly Finding[],
): Finding[] {
  return [];
}
