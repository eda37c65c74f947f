/** Whether anybody reads the annotations of a Service. */
import type { CheckContext } from '../../context';
import type { Finding } from '../../finding';
import { found } from '../../ingress/found';
import { entryOf, ownEntries, type ServiceSubject, shortOf, takerOf } from './facts';

/** lbc:pkg/service/service_utils.go IsServiceSupported */
export function ignoredAnnotations(service: ServiceSubject, context: CheckContext): Finding[] {
  const [first] = ownEntries(service);
  const type = service.value.spec?.type;
  if (first === undefined || takerOf(service) !== 'nobody') return [];
  // The type may come from elsewhere.
  if (type === undefined && context.assembled(service)) return [];
  const message = `The Service is of type ${type ?? 'ClusterIP'}, so that \`${shortOf(first)}\` makes no load balancer.`;
  const advice = 'Write `type: LoadBalancer`, or remove the annotations of load balancers.';
  return [found('service-annotation-ignored', first.keySpan, message, advice)];
}

/** Without a class a webhook of the controller claims new Services, or the cloud provider takes them. */
export function unclearTaker(service: ServiceSubject, { profile }: CheckContext): Finding[] {
  const [first] = ownEntries(service);
  const type = entryOf(service, 'type');
  const isLeft = type?.value === 'nlb' && !service.value.spec?.loadBalancerClass;
  if (first === undefined || !(isLeft || takerOf(service) === 'unclear')) return [];
  const at = type ?? first;
  const message = isLeft
    ? '`nlb` leaves the Service to the cloud provider unless the webhook of the controller claims it.'
    : 'Nothing in the Service says that AWS Load Balancer Controller takes it.';
  const name = profile.autoMode === true ? 'eks.amazonaws.com/nlb' : 'service.k8s.aws/nlb';
  return [found('service-taker-unclear', at.keySpan, message, `Write \`loadBalancerClass: ${name}\`.`)];
}
