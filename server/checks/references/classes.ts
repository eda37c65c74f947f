/** The class of an Ingress: whether it has one, whether that exists, and whether it takes the Ingress. */

import { CONTROLLERS } from '../../../src/annotations/controllers';
import type { IngressClass, IngressClassParams } from '../../../src/kube/types';
import { matchesSelector } from '../../../src/model/group';
import { addField, setField } from '../../edits';
import type { CheckContext } from '../context';
import type { Finding } from '../finding';
import { offer } from '../finding';
import type { IngressSubject, Subject } from '../subject';
import { entryOf, nameSpan, spanAt, spanOfAnnotation } from '../subject';
import { isPlain, isSlip, listed, nearest } from './names';

export function checkClass(ingress: IngressSubject, context: CheckContext): Finding[] {
  const { name, legacy, ingressClass, params } = context.classOf(ingress);
  if (legacy) return [];
  if (name === undefined) return checkNoClass(ingress, context);
  if (ingressClass === undefined) return checkUnknownClass(name, ingress, context);
  return [
    ...checkGroupInAutoMode(ingress, ingressClass, params, context),
    ...(params === undefined ? [] : checkNamespace(ingress, params, context)),
  ];
}

const DEFAULT_CLASS = 'ingressclass.kubernetes.io/is-default-class';

export function isDefault({ annotations }: Subject): boolean {
  return annotations[DEFAULT_CLASS] === 'true';
}

/** Without a class an Ingress belongs to the default class (lbc:pkg/ingress/class_loader.go GetDefaultIngressClass). */
function checkNoClass(ingress: IngressSubject, context: CheckContext): Finding[] {
  const classes = context.every<Subject<IngressClass>>('IngressClass', ingress);
  // A patch of Kustomize says only what it changes.
  if (classes.some(isDefault) || context.assembled(ingress)) return [];
  const names = classes.flatMap((one) => (isOurs(one) ? (one.object.name ?? []) : []));
  const only = names.length === 1 ? names[0] : undefined;
  const fix = only === undefined ? {} : withClass(ingress, only);
  const base = { span: spanAt(ingress, 'spec'), message: 'The Ingress names no class.', ...fix };
  if (classes.length === 0)
    return [{ ...base, code: 'class-missing', advice: 'Set `spec.ingressClassName`.' }];
  return [
    {
      ...base,
      code: 'no-default-class',
      advice: only === undefined ? 'Set `spec.ingressClassName`.' : `Set \`ingressClassName: ${only}\`.`,
      related: classes.map((one) => ({
        at: one.located,
        span: nameSpan(one),
        message: 'A class that is not the default',
      })),
    },
  ];
}

function withClass({ object }: IngressSubject, name: string): Pick<Finding, 'fixes'> {
  const line = `ingressClassName: ${name}`;
  return offer(`Set \`${line}\``, addField(object, ['spec'], line));
}

function isOurs({ value }: Subject<IngressClass>): boolean {
  return Object.values<string | undefined>(CONTROLLERS).includes(value.spec?.controller);
}

/** The chart of the controller makes it, so it need not stand in a workspace. */
const OF_THE_CHART = 'alb';

function checkUnknownClass(name: string, ingress: IngressSubject, context: CheckContext): Finding[] {
  // Nobody makes one in Auto Mode.
  const ofChart = context.profile.autoMode === true ? undefined : OF_THE_CHART;
  if (name === ofChart || !isPlain(name)) return [];
  const classes = context.every('IngressClass', ingress);
  const near = nearest(name, classes)?.object.name;
  const slip = near !== undefined && isSlip(name, near) ? near : undefined;
  const other = slip ?? (ofChart !== undefined && isSlip(name, ofChart) ? ofChart : undefined);
  if (other === undefined && !context.expects('IngressClass', ingress)) return [];
  const meant = other ?? near;
  const edit =
    meant === undefined ? undefined : setField(ingress.object, ['spec', 'ingressClassName'], meant);
  const known = classes.flatMap(({ object }) => object.name ?? []);
  const others = known.length === 0 ? 'Check the name.' : `The workspace has ${listed([...new Set(known)])}.`;
  return [
    {
      code: 'class-not-found',
      span: spanAt(ingress, 'spec', 'ingressClassName'),
      message: `There is no IngressClass \`${name}\` in the workspace.`,
      advice: meant === undefined ? others : `Did you mean \`${meant}\`?`,
      ...offer(`Change to \`${meant}\``, edit),
    },
  ];
}

/** lbc:pkg/ingress/class_loader.go validateIngressClassParamsNamespaceRestriction */
function checkNamespace(
  ingress: IngressSubject,
  params: Subject<IngressClassParams>,
  context: CheckContext,
): Finding[] {
  const namespace = context.namespace(ingress);
  const selector = params.value.spec?.namespaceSelector;
  if (namespace === undefined || !selector || context.assembled(namespace)) return [];
  if (!Array.isArray(selector.matchExpressions ?? [])) return [];
  const { name = '' } = namespace.object;
  // Kubernetes gives every Namespace this label.
  const labels = { ...namespace.value.metadata.labels, 'kubernetes.io/metadata.name': name };
  if (matchesSelector(selector, labels)) return [];
  const at = spanAt(params, 'spec', 'namespaceSelector');
  return [
    {
      code: 'class-namespace',
      span: spanAt(ingress, 'spec', 'ingressClassName'),
      message: `IngressClassParams \`${params.label}\` do not select namespace \`${name}\`.`,
      advice: 'Give the Namespace the labels, or use another class.',
      related: [
        { at: params.located, span: at, message: 'The Namespaces that may use the class' },
        { at: namespace.located, span: spanAt(namespace, 'metadata', 'labels'), message: 'The Namespace' },
      ],
    },
  ];
}

/** `group.name` is not read there (EKS user guide, automode/auto-configure-alb). */
function checkGroupInAutoMode(
  ingress: IngressSubject,
  ingressClass: Subject<IngressClass>,
  params: Subject<IngressClassParams> | undefined,
  context: CheckContext,
): Finding[] {
  const isAuto = ingressClass.value.spec?.controller === CONTROLLERS.autoMode;
  const written = entryOf(ingress, 'group.name');
  // The generic check of what Auto Mode does not read says it where the profile says Auto Mode.
  if (!isAuto || context.profile.autoMode === true || written === undefined) return [];
  if (params?.value.spec?.group?.name !== undefined) return [];
  const where = params === undefined ? 'IngressClassParams' : `IngressClassParams \`${params.label}\``;
  const place = params ?? ingressClass;
  return [
    {
      code: 'auto-mode-group-name',
      span: spanOfAnnotation(ingress, 'group.name'),
      message: '`group.name` has no effect with a class of EKS Auto Mode.',
      advice: `Set \`spec.group.name\` of ${where} instead.`,
      related: [{ at: place.located, span: spanAt(place, 'spec'), message: 'The class of EKS Auto Mode' }],
    },
  ];
}
