/** IngressClasses: their controller, their parameters, and which is the default. */

import { CONTROLLERS } from '../../../src/annotations/controllers';
import { annotationKey } from '../../../src/annotations/read';
import type { IngressClass } from '../../../src/kube/types';
import { setField } from '../../edits';
import type { CheckContext } from '../context';
import type { Finding } from '../finding';
import { offer } from '../finding';
import { isDefault } from '../references/classes';
import { missing } from '../references/names';
import type { Subject } from '../subject';
import { nameSpan, spanAt } from '../subject';

export function checkIngressClass(subject: Subject<IngressClass>, context: CheckContext): Finding[] {
  const findings = [...checkDefaults(subject, context)];
  if (!Object.values<string | undefined>(CONTROLLERS).includes(subject.value.spec?.controller))
    return findings;
  return [
    ...findings,
    ...checkController(subject, context),
    ...checkParameters(subject, context),
    ...checkAnnotations(subject),
  ];
}

/** Kubernetes and the controller refuse to choose (lbc:pkg/ingress/class_loader.go GetDefaultIngressClass). */
function checkDefaults(subject: Subject<IngressClass>, context: CheckContext): Finding[] {
  if (!isDefault(subject)) return [];
  const others = context
    .neighbours('IngressClass', subject)
    .filter((one) => isDefault(one) && one.object.name !== subject.object.name);
  if (others.length === 0) return [];
  return [
    {
      code: 'several-default-classes',
      span: nameSpan(subject),
      message: `Besides \`${subject.label}\` ${others.map(({ label }) => `\`${label}\``).join(', ')} ${others.length === 1 ? 'is' : 'are'} the default class.`,
      advice: 'Keep the annotation on one of them.',
      related: others.map((one) => ({
        at: one.located,
        span: nameSpan(one),
        message: 'Another default class',
      })),
    },
  ];
}

function checkController(subject: Subject<IngressClass>, context: CheckContext): Finding[] {
  const { controller } = subject.value.spec ?? {};
  if (context.profile.autoMode !== true || controller === CONTROLLERS.autoMode) return [];
  const edit = setField(subject.object, ['spec', 'controller'], CONTROLLERS.autoMode);
  return [
    {
      code: 'auto-mode-controller',
      span: spanAt(subject, 'spec', 'controller'),
      message: `\`${controller}\` is not the controller of EKS Auto Mode.`,
      advice: `Write \`${CONTROLLERS.autoMode}\`.`,
      ...offer(`Change to \`${CONTROLLERS.autoMode}\``, edit),
    },
  ];
}

/** API groups of IngressClassParams (lbc:pkg/ingress/class_loader.go; EKS user guide, automode/auto-configure-alb). */
const GROUPS: Readonly<Record<string, string>> = {
  [CONTROLLERS.alb]: 'elbv2.k8s.aws',
  [CONTROLLERS.autoMode]: 'eks.amazonaws.com',
};

function checkParameters(subject: Subject<IngressClass>, context: CheckContext): Finding[] {
  const { controller = '', parameters } = subject.value.spec ?? {};
  if (parameters === undefined || parameters === null) return [];
  const group = GROUPS[controller] ?? '';
  if (parameters.apiGroup !== group) return [wrongReference(subject, 'apiGroup', group)];
  // That it is missing the check of the fields says.
  if (parameters.kind === undefined) return [];
  if (parameters.kind !== 'IngressClassParams')
    return [wrongReference(subject, 'kind', 'IngressClassParams')];
  return checkParams(subject, parameters.name, group, context);
}

function wrongReference(subject: Subject<IngressClass>, field: 'apiGroup' | 'kind', right: string): Finding {
  const written = subject.value.spec?.parameters?.[field];
  const path = ['spec', 'parameters', field];
  return {
    code: 'class-parameters',
    span: spanAt(subject, ...path),
    message:
      written === undefined
        ? `\`parameters\` have no \`${field}\`.`
        : `Controller \`${subject.value.spec?.controller}\` knows no parameters of ${field} \`${written}\`.`,
    advice: `Write \`${field}: ${right}\`.`,
    ...offer(`Change to \`${right}\``, setField(subject.object, path, right)),
  };
}

function checkParams(
  subject: Subject<IngressClass>,
  name: unknown,
  group: string,
  context: CheckContext,
): Finding[] {
  if (typeof name !== 'string') return [];
  const found = context.workspace.findObject('IngressClassParams', name, subject.located);
  if (found.some(({ object }) => object.apiVersion?.startsWith(`${group}/`) !== false)) return [];
  const [other] = found;
  const unknown = missing('IngressClassParams', name, subject, context);
  if (other === undefined && unknown === undefined) return [];
  const near = unknown?.near;
  const meant = other === undefined ? near?.object.name : undefined;
  const at = other ?? near?.located;
  const path = ['spec', 'parameters', 'name'];
  const edit = meant === undefined ? undefined : setField(subject.object, path, meant);
  return [
    {
      code: 'class-parameters-not-found',
      span: spanAt(subject, ...path),
      message: `There are no IngressClassParams \`${name}\` of \`${group}\`.`,
      advice:
        other === undefined
          ? meant === undefined
            ? 'Check the name, or add them.'
            : `Did you mean \`${meant}\`?`
          : `Those of that name are of \`${other.object.apiVersion}\`: write \`apiVersion: ${group}/${group === GROUPS[CONTROLLERS.alb] ? 'v1beta1' : 'v1'}\` there.`,
      related:
        at === undefined ? [] : [{ at, span: spanAt(at, 'apiVersion'), message: 'IngressClassParams' }],
      ...offer(`Change to \`${meant}\``, edit),
    },
  ];
}

/** No controller reads them there; the EKS user guide says so for Auto Mode. */
function checkAnnotations({ object }: Subject): Finding[] {
  return object.annotations
    .filter(({ key }) => key.startsWith(annotationKey('')))
    .map(
      ({ key, keySpan }): Finding => ({
        code: 'annotation-on-class',
        span: keySpan,
        message: `\`${key}\` stands on an IngressClass.`,
        advice: 'Set the field of IngressClassParams, or the annotation on the Ingresses.',
      }),
    );
}
