import type { CheckContext } from './context';
import type { Finding } from './finding';
import type { Subject } from './subject';

/** Checks of everything that is no Ingress. */
export function checkResource(_subject: Subject, _context: CheckContext): Finding[] {
  return [];
}
