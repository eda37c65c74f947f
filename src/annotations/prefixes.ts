/** Annotation keys that are meant for the controller but miss its prefix. */
import { distance } from 'fastest-levenshtein';
import { PREFIX, SERVICE_DOMAIN, SERVICE_PREFIX } from './read';

/** What a Service annotation is called on an Ingress (lbc:pkg/annotations/constants.go, both lists). */
const FROM_SERVICE: Readonly<Record<string, string>> = {
  'nlb-target-type': 'target-type',
  name: 'load-balancer-name',
  scheme: 'scheme',
  'ip-address-type': 'ip-address-type',
  'ssl-cert': 'certificate-arn',
  'ssl-negotiation-policy': 'ssl-policy',
  'backend-protocol': 'backend-protocol',
  'additional-resource-tags': 'tags',
  'healthcheck-healthy-threshold': 'healthy-threshold-count',
  'healthcheck-unhealthy-threshold': 'unhealthy-threshold-count',
  'healthcheck-timeout': 'healthcheck-timeout-seconds',
  'healthcheck-interval': 'healthcheck-interval-seconds',
  'healthcheck-protocol': 'healthcheck-protocol',
  'healthcheck-port': 'healthcheck-port',
  'healthcheck-path': 'healthcheck-path',
  'healthcheck-success-codes': 'success-codes',
  'target-group-attributes': 'target-group-attributes',
  subnets: 'subnets',
  'target-node-labels': 'target-node-labels',
  attributes: 'load-balancer-attributes',
  'security-groups': 'security-groups',
  'manage-backend-security-group-rules': 'manage-backend-security-group-rules',
  'security-group-prefix-lists': 'security-group-prefix-lists',
  'multi-cluster-target-group': 'multi-cluster-target-group',
  'minimum-load-balancer-capacity': 'minimum-load-balancer-capacity',
};

export interface NearMiss {
  readonly reason: 'misspelled' | 'service';
  /** The suffix that was probably meant, if there is one on an Ingress. */
  readonly suffix: string | undefined;
}

/** Whether a key that lacks the prefix was meant to have it. Annotations of other controllers were not. */
export function nearMiss(key: string): NearMiss | undefined {
  if (key.startsWith(SERVICE_PREFIX)) {
    return { reason: 'service', suffix: FROM_SERVICE[key.slice(SERVICE_PREFIX.length)] };
  }
  if (key === PREFIX) return undefined;
  const rest = key.slice(PREFIX.length);
  if (key.startsWith(PREFIX) && /^[.:_-]/.test(rest)) return { reason: 'misspelled', suffix: rest.slice(1) };
  const slash = key.indexOf('/');
  if (slash < 0 || !isMeant(key.slice(0, slash))) return undefined;
  return { reason: 'misspelled', suffix: key.slice(slash + 1) };
}

/** `alb.…` is ours whatever follows; a slip in `alb` is believed only before `ingress.kubernetes.io`. */
function isMeant(prefix: string): boolean {
  const [first = '', ...others] = prefix.toLowerCase().split('.');
  const rest = others.join('.');
  if (first === 'alb') return others.length > 0;
  const near = distance(rest, PREFIX.slice('alb.'.length)) <= 2;
  return near && distance(first, 'alb') === 1 && first !== 'nlb';
}

/** The key of a Service that was probably meant. Annotations for other clouds were not: only `aws` is believed. */
export function serviceNearMiss(key: string): { readonly key: string } | undefined {
  const slash = key.indexOf('/');
  const [domain, rest] = [key.slice(0, Math.max(slash, 0)), key.slice(slash + 1)];
  const suffix = /^aws[-_]?(?:load[-_]?balancer|lb|elb|nlb)[-_](.+)$/.exec(rest)?.[1];
  const isDomain = domain === SERVICE_DOMAIN || domain.startsWith('service.');
  const isNear = isDomain || distance(domain, SERVICE_DOMAIN) <= 3;
  if (suffix === undefined || !isNear || key.startsWith(SERVICE_PREFIX)) return undefined;
  return { key: SERVICE_PREFIX + suffix };
}
