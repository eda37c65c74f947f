/** A Service as the controller looks at it when it makes a Network Load Balancer (lbc:pkg/service). */
import { type ListItem, splitList } from '../../../../src/annotations/kinds';
import { SERVICE_DOMAIN, SERVICE_PREFIX } from '../../../../src/annotations/read';
import type { Service, ServicePort } from '../../../../src/kube/types';
import type { Entry } from '../../../objects';
import { hasPlaceholder } from '../../annotations';
import { portsOf } from '../../references/target';
import type { Subject } from '../../subject';

export type ServiceSubject = Subject<Service>;

/** The annotation `aws-load-balancer-<suffix>`, or another one of the domain, as it stands in the text. */
export function entryOf({ object }: ServiceSubject, suffix: string): Entry | undefined {
  return object.annotations.find(
    ({ key }) => key === SERVICE_PREFIX + suffix || key === `${SERVICE_DOMAIN}/${suffix}`,
  );
}

/** The value, if it is known: a placeholder may become anything. */
export function textOf(service: ServiceSubject, suffix: string): string | undefined {
  const entry = entryOf(service, suffix);
  return entry === undefined || hasPlaceholder(entry.value) ? undefined : entry.value;
}

/** The elements of a list that are not empty (lbc:pkg/annotations/parser.go ParseStringSliceAnnotation). */
export function itemsOf({ value }: Entry): ListItem[] {
  return splitList(value).filter(({ text }) => text !== '');
}

/** Annotations that concern a load balancer of the Service's own. */
export function ownEntries({ object }: ServiceSubject): Entry[] {
  return object.annotations.filter(
    ({ key }) =>
      key.startsWith(SERVICE_PREFIX) ||
      key.startsWith(`${SERVICE_DOMAIN}/actions.`) ||
      key === `${SERVICE_DOMAIN}/load-balancer-source-ranges`,
  );
}

export function isLoadBalancer({ value }: ServiceSubject): boolean {
  return value.spec?.type === 'LoadBalancer';
}

/** Classes of the controller and of EKS Auto Mode (lbc:docs/guide/service/nlb.md; EKS user guide, auto-configure-nlb). */
const OUR_CLASSES: readonly unknown[] = ['service.k8s.aws/nlb', 'eks.amazonaws.com/nlb'];

/**
 * Who makes the load balancer: the controller; the cloud provider, as the type says, or another controller; nobody; or
 * nothing says for certain, since a webhook of the controller may claim it.
 */
export type Taker = 'ours' | 'other' | 'nobody' | 'unclear';

/** lbc:pkg/service/service_utils.go IsServiceSupported, lbc:webhooks/core/service_mutator.go */
export function takerOf(service: ServiceSubject): Taker {
  const loadBalancerClass = service.value.spec?.loadBalancerClass;
  if (loadBalancerClass) return OUR_CLASSES.includes(loadBalancerClass) ? 'ours' : 'other';
  const type = entryOf(service, 'type');
  if (isClaimed(service)) return 'ours';
  if (!isLoadBalancer(service))
    return type !== undefined && hasPlaceholder(type.value) ? 'unclear' : 'nobody';
  return type?.value === 'nlb' ? 'other' : 'unclear';
}

/** lbc:pkg/service/service_utils.go checkAWSLoadBalancerTypeAnnotation; it holds for every type of Service. */
function isClaimed(service: ServiceSubject): boolean {
  const type = entryOf(service, 'type')?.value;
  const target = entryOf(service, 'nlb-target-type')?.value ?? '';
  return (
    type === 'nlb-ip' || (type === 'external' && (/^(ip|instance)$/.test(target) || hasPlaceholder(target)))
  );
}

/** Undefined: it cannot be told (lbc:pkg/service/model_build_load_balancer.go buildLoadBalancerScheme). */
export function schemeOf(service: ServiceSubject): string | undefined {
  if (entryOf(service, 'scheme') !== undefined) return textOf(service, 'scheme');
  if (entryOf(service, 'internal') === undefined) return 'internal';
  const internal = textOf(service, 'internal');
  if (internal === undefined) return undefined;
  return /^(0|f|F|false|FALSE|False)$/.test(internal) ? 'internet-facing' : 'internal';
}

/** Undefined: it cannot be told. */
export function isDualStack(service: ServiceSubject): boolean | undefined {
  if (entryOf(service, 'ip-address-type') === undefined) return false;
  const type = textOf(service, 'ip-address-type');
  return type === undefined ? undefined : type === 'dualstack';
}

/** The port of that number or name. */
export function portNamed(service: ServiceSubject, text: string): ServicePort | undefined {
  return portsOf(service).find(({ name, port }) => name === text || String(port) === text);
}

/** `aws-load-balancer-scheme`, as people call an annotation. */
export function shortOf({ key }: Entry): string {
  return key.slice(key.indexOf('/') + 1);
}
