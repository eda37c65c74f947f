/** Names of load balancers, unique in an account and region. */
import { keys } from '../../workspace/keys';
import type { CheckContext } from '../context';
import type { Finding } from '../finding';
import type { IngressSubject } from '../subject';
import { readValue, spanOfAnnotation, subjectOf } from '../subject';
import { isPlain } from './names';

/** Said on the later one, in the order of `namespace/name`: the first has the name. */
export function checkLoadBalancerName(ingress: IngressSubject, context: CheckContext): Finding[] {
  const name = nameOf(ingress, context);
  if (name === undefined) return [];
  const rivals = context.workspace
    .find(keys.loadBalancerName(name), ingress.located)
    .map((one) => subjectOf(one) as IngressSubject)
    .filter((one) => isRival(one, ingress, context) && nameOf(one, context) === name);
  const [first] = rivals.sort((a, b) => (a.label < b.label ? -1 : 1));
  if (first === undefined) return [];
  return [
    {
      code: 'duplicate-load-balancer-name',
      span: spanOfAnnotation(ingress, 'load-balancer-name'),
      message: `The load balancer of \`${first.label}\`, which is another one, is named \`${name}\`, too.`,
      advice: 'Give it another name, or put both Ingresses into one group with `group.name`.',
      related: [
        {
          at: first.located,
          span: spanOfAnnotation(first, 'load-balancer-name'),
          message: `The name of the load balancer of \`${first.label}\``,
        },
      ],
    },
  ];
}

/** What the class says beats the annotation; that case is another check's. */
function nameOf(ingress: IngressSubject, context: CheckContext): string | undefined {
  const ofClass = context.classOf(ingress).params?.value.spec?.loadBalancerName;
  const name = readValue(ingress, 'load-balancer-name');
  return ofClass || name === undefined || !isPlain(name) ? undefined : name;
}

function isRival(other: IngressSubject, ingress: IngressSubject, context: CheckContext): boolean {
  if (other.label >= ingress.label || context.ownership(other) === 'foreign') return false;
  // Without a namespace it may be the same Ingress.
  if (other.object.name === ingress.object.name && other.object.namespace === undefined) return false;
  const [group, otherGroup] = [context.groupName(ingress), context.groupName(other)];
  return group === undefined || group !== otherGroup;
}
