import type { IngressClass, KubeObject, Service, TargetGroupBinding } from '../../src/kube/types';
import type { CheckContext } from './context';
import type { Finding } from './finding';
import { checkFields } from './resources/fields';
import { checkIngressClass } from './resources/ingressClass';
import { checkService } from './resources/service';
import { checkBinding } from './resources/targetGroupBinding';
import type { Subject } from './subject';
import { isPatch } from './subject';

type ResourceCheck<O extends KubeObject> = (subject: Subject<O>, context: CheckContext) => Finding[];

/** Checks of everything that is no Ingress. */
export function checkResource(subject: Subject, context: CheckContext): Finding[] {
  const run = <O extends KubeObject>(check: ResourceCheck<O>) => check(subject as Subject<O>, context);
  switch (subject.object.kind) {
    case 'Service':
      return run<Service>(checkService);
    case 'IngressClass':
      return isPatch(subject)
        ? []
        : [...run<IngressClass>(checkIngressClass), ...checkFields(subject, context)];
    case 'IngressClassParams':
      return isPatch(subject) ? [] : checkFields(subject, context);
    case 'TargetGroupBinding':
      return isPatch(subject)
        ? []
        : [...run<TargetGroupBinding>(checkBinding), ...checkFields(subject, context)];
    default:
      return [];
  }
}
