/** Services. What concerns those of Network Load Balancers is to be added to the list. */
import { documentationOf, lookUp, PREFIX } from '../../../src/annotations/read';
import type { Service } from '../../../src/kube/types';
import type { Entry } from '../../objects';
import { checkEntry } from '../annotations';
import type { CheckContext } from '../context';
import type { Finding } from '../finding';
import type { Subject } from '../subject';

export type ServiceCheck = (service: Subject<Service>, context: CheckContext) => Finding[];

const CHECKS: readonly ServiceCheck[] = [checkBackendAnnotations];

export function checkService(service: Subject<Service>, context: CheckContext): Finding[] {
  return CHECKS.flatMap((check) => check(service, context));
}

/** Annotations of Ingresses, of which a Service may carry those about its target group. */
function checkBackendAnnotations({ object }: Subject<Service>): Finding[] {
  return object.annotations
    .filter(({ key }) => key.startsWith(`${PREFIX}/`))
    .flatMap((entry) => {
      const known = lookUp(entry.key.slice(PREFIX.length + 1));
      const misplaced = known !== undefined && !known.row.on.includes('Service');
      return misplaced ? [misplacedAnnotation(entry, known)] : checkEntry(entry, object);
    });
}

function misplacedAnnotation(
  { key, keySpan }: Entry,
  known: NonNullable<ReturnType<typeof lookUp>>,
): Finding {
  return {
    code: 'annotation-on-service',
    span: keySpan,
    href: documentationOf(known),
    message: `\`${key}\` stands on a Service.`,
    advice: 'Move it to the Ingress.',
  };
}
