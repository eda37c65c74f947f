/** What an Ingress and a Service behind it make together: the settings of a target group. */

import { CONTROLLERS } from '../../../src/annotations/controllers';
import { overlaid } from '../../../src/annotations/read';
import type { Service, ServicePort } from '../../../src/kube/types';
import { listOf } from '../../workspace/keys';
import { askedOnce } from '../askedOnce';
import type { CheckContext } from '../context';
import type { Annotated, IngressSubject, Subject } from '../subject';
import { readValue } from '../subject';
import type { Reference } from './reference';
import { referencesOf } from './reference';

export interface Target extends Annotated {
  readonly reference: Reference;
  readonly service: Subject<Service>;
  /** The port that the reference means, if the Service has it. */
  readonly port: ServicePort | undefined;
  /** Undefined: something that the workspace does not hold decides it. */
  readonly targetType: string | undefined;
}

/** The Services of an Ingress that the workspace holds, once per reference. */
export const targetsOf = askedOnce((ingress, context): readonly Target[] => {
  const ofClass = context.classOf(ingress).params?.value.spec?.targetType;
  const fallback = hasUnseenDefault(ingress, context) ? undefined : 'instance';
  return referencesOf(ingress).flatMap((reference) => {
    const service = context.service(ingress, reference.name);
    if (service === undefined || !isWhole(service, context)) return [];
    // Those of the Service come first (lbc:pkg/ingress/model_build_target_group.go buildTargetGroupSpec).
    const annotations = overlaid(ingress.annotations, service.annotations);
    const targetType = readValue({ annotations }, 'target-type') || fallback;
    const port = portOf(service, reference.port);
    return [{ reference, service, port, targetType: ofClass || targetType, annotations }];
  });
});

/** Parameters of the class that stand elsewhere may set it; what Auto Mode does without them is nowhere written. */
function hasUnseenDefault(ingress: IngressSubject, context: CheckContext): boolean {
  const { ingressClass, params } = context.classOf(ingress);
  const refers = (ingressClass?.value.spec?.parameters ?? undefined) !== undefined;
  return (refers && params === undefined) || isAutoMode(ingress, context);
}

/** What the class says counts more than the profile: both controllers may be in one cluster. */
export function isAutoMode(ingress: IngressSubject, context: CheckContext): boolean {
  const controller = context.classOf(ingress).ingressClass?.value.spec?.controller;
  return controller === undefined ? context.profile.autoMode === true : controller === CONTROLLERS.autoMode;
}

/** Whether the manifest is the whole Service, not a patch of Kustomize for one that stands elsewhere. */
function isWhole(service: Subject<Service>, context: CheckContext): boolean {
  const { spec } = service.value;
  if (spec === undefined || spec === null) return false;
  return spec.type === 'ExternalName' || !context.assembled(service) || spec.selector !== undefined;
}

/** lbc:pkg/k8s/service_utils.go LookupServicePort */
export function portOf(
  service: Subject<Service>,
  port: number | string | undefined,
): ServicePort | undefined {
  return portsOf(service).find((one) => (typeof port === 'string' ? one.name : one.port) === port);
}

export function portsOf({ value }: Subject<Service>): ServicePort[] {
  return listOf(value.spec?.ports).flatMap((one) => {
    const { name, ...port }: { readonly name?: unknown } & Partial<ServicePort> = one ?? {};
    if (typeof port.port !== 'number') return [];
    return [{ ...port, port: port.port, ...(typeof name === 'string' ? { name } : {}) }];
  });
}

/** One target per Service. */
export function perService(targets: readonly Target[]): Target[] {
  return targets.filter(({ service }, at) => targets.findIndex((other) => other.service === service) === at);
}

/** The address of a Service's pods: a number, or the name that the pods give it. */
export function targetPortOf(port: ServicePort): number | string {
  return port.targetPort ?? port.port;
}
