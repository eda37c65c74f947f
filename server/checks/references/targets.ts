/** Whether the load balancer can reach the pods of a Service at all. */
import { servesIpv6 } from '../../../src/model/build/context';
import { setAnnotation } from '../../edits';
import { listOf } from '../../workspace/keys';
import type { CheckContext } from '../context';
import type { Finding, Related } from '../finding';
import { offer } from '../finding';
import { ofGroup } from '../ofGroup';
import type { IngressSubject } from '../subject';
import { entryOf, readValue, spanAt, spanOfAnnotation } from '../subject';
import { isPlain, listed } from './names';
import type { Target } from './target';
import { perService, targetsOf } from './target';

export function checkTargets(ingress: IngressSubject, context: CheckContext): Finding[] {
  const targets = perService(targetsOf(ingress, context));
  return [
    ...targets.flatMap((target) => checkNodePort(target, ingress, context)),
    ...targets.flatMap(checkExternalName),
    ...checkIpv6(targets, ingress, context),
  ];
}

/** lbc:pkg/ingress/model_build_target_group.go buildTargetGroupSpec: `TargetGroup port is empty`. */
function checkNodePort(target: Target, ingress: IngressSubject, context: CheckContext): Finding[] {
  const { service, targetType, reference } = target;
  const type = service.value.spec?.type ?? 'ClusterIP';
  if (targetType !== 'instance' || context.profile.fargate === true || hasNodePort(target)) return [];
  const what = type === 'LoadBalancer' ? 'allocates no node ports' : `is of type ${type}`;
  return [
    {
      code: 'service-not-node-port',
      span: reference.nameSpan(),
      message: `Service \`${service.label}\` ${what}, but the target type is \`instance\`${said(target, ingress, context) ? '' : ', the default'}.`,
      ...towardsIp(target, ingress, context),
      related: [
        { at: service.located, span: spanAt(service, 'spec', 'type'), message: `The Service ${what}` },
        ...decided(target),
      ],
    },
  ];
}

function hasNodePort({ service: { value }, port }: Target): boolean {
  const { type = 'ClusterIP', allocateLoadBalancerNodePorts } = value.spec ?? {};
  if (type === 'LoadBalancer') return allocateLoadBalancerNodePorts !== false || port?.nodePort !== undefined;
  // What an ExternalName lacks is more than a node port.
  return type !== 'ClusterIP';
}

function said(target: Target, ingress: IngressSubject, context: CheckContext): boolean {
  return Boolean(readValue(target, 'target-type') ?? context.classOf(ingress).params?.value.spec?.targetType);
}

/** Where the Service decides about its target type. */
function decided({ service }: Target): Related[] {
  if (entryOf(service, 'target-type') === undefined) return [];
  const span = spanOfAnnotation(service, 'target-type');
  return [{ at: service.located, span, message: 'This annotation beats that of the Ingress' }];
}

function towardsIp(
  { service }: Target,
  ingress: IngressSubject,
  context: CheckContext,
): Pick<Finding, 'advice' | 'fixes'> {
  const ofClass = context.classOf(ingress).params;
  if (ofClass?.value.spec?.targetType)
    return { advice: `Set \`targetType: ip\` in IngressClassParams \`${ofClass.label}\`.` };
  if (entryOf(service, 'target-type') !== undefined)
    return { advice: 'Set `target-type: ip` on the Service, where it is decided.' };
  const other = context.profile.fargate === true ? '' : ', or make the Service one of type NodePort';
  const edit = setAnnotation(ingress.object, 'target-type', 'ip');
  return { advice: `Set \`target-type: ip\`${other}.`, ...offer('Set `target-type: ip`', edit) };
}

/** Such a Service has no pods, so nothing is ever registered (lbc:pkg/backend/endpoint_resolver.go). */
function checkExternalName({ service, reference }: Target): Finding[] {
  if (service.value.spec?.type !== 'ExternalName') return [];
  const span = spanAt(service, 'spec', 'type');
  return [
    {
      code: 'service-external-name',
      span: reference.nameSpan(),
      message: `Service \`${service.label}\` is of type ExternalName.`,
      advice:
        'Send the requests there with a `redirect` action, or to a target group with the addresses by its ARN.',
      related: [{ at: service.located, span, message: 'The type of the Service' }],
    },
  ];
}

/** Nodes of Fargate are no instances. */
export function checkFargate(ingress: IngressSubject, context: CheckContext): Finding[] {
  if (context.profile.fargate !== true) return [];
  const targets = perService(targetsOf(ingress, context)).filter(
    ({ targetType }) => targetType === 'instance',
  );
  const [first] = targets;
  if (first === undefined) return [];
  const written = entryOf(ingress, 'target-type') !== undefined;
  return [
    {
      code: 'fargate-instance',
      span: written ? spanOfAnnotation(ingress, 'target-type') : first.reference.nameSpan(),
      message: `The target type of ${listed(targets.map(({ service }) => service.label))} is \`instance\`.`,
      ...towardsIp(first, ingress, context),
      related: decided(first),
    },
  ];
}

/** lbc:pkg/ingress/model_build_target_group.go buildTargetGroupIPAddressType: `unsupported IPv6 configuration`. */
function checkIpv6(targets: readonly Target[], ingress: IngressSubject, context: CheckContext): Finding[] {
  const found = targets.filter(({ service }) =>
    listOf(service.value.spec?.ipFamilies).some((family) => family === 'IPv6'),
  );
  if (found.length === 0 || mayServeIpv6(ingress, context)) return [];
  const ofClass = context.classOf(ingress).params?.value.spec?.ipAddressType;
  const edit = ofClass ? undefined : setAnnotation(ingress.object, 'ip-address-type', 'dualstack');
  return found.map(({ service, reference }) => ({
    code: 'service-ipv6',
    span: reference.nameSpan(),
    message: `Service \`${service.label}\` has IPv6 addresses, but the load balancer has only IPv4.`,
    advice: 'Set `ip-address-type: dualstack`, or give the Service only IPv4 in `ipFamilies`.',
    related: [
      { at: service.located, span: spanAt(service, 'spec', 'ipFamilies'), message: 'Its address families' },
    ],
    ...offer('Set `ip-address-type: dualstack`', edit),
  }));
}

/** One member decides for the group; it may stand where nobody sees it. */
function mayServeIpv6(ingress: IngressSubject, context: CheckContext): boolean {
  const group = context.groupName(ingress);
  const members = group === undefined ? [ingress] : context.members(ingress, group);
  const types = addressTypes(members, context);
  return types.length === 0
    ? group !== undefined && members.length < 2
    : types.some((type) => servesIpv6(type) || !isPlain(type));
}

const addressTypes = ofGroup((members, context) => [
  ...new Set(members.flatMap((member) => addressType(member, context) ?? [])),
]);

function addressType(ingress: IngressSubject, context: CheckContext): string | undefined {
  return context.classOf(ingress).params?.value.spec?.ipAddressType || readValue(ingress, 'ip-address-type');
}
