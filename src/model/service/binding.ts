import { readService } from '../../annotations/readService';
import { compact } from '../build/exclusive';
import { targetPortOf } from '../build/servicePort';
import { BINDING, type NetworkingRule, refTo, TARGET_GROUP } from '../stack';
import { type BindingRequest, identityOf, type ServiceBuild } from './context';
import { networkingByGroup, networkingByRange } from './networking';

/** Adds the TargetGroupBinding of a target group. Source: lbc:pkg/service/model_build_target_group.go buildTargetGroupBindingSpec. */
export function buildBinding(request: BindingRequest): void {
  const { build, backend, id, spec } = request;
  const { namespace, name } = identityOf(backend.service);
  const multi = readService('multi-cluster-target-group', build.annotations) ?? false;
  build.draft.add(BINDING, id, {
    template: {
      metadata: { name: spec.name, namespace },
      spec: compact({
        targetGroupARN: refTo(TARGET_GROUP, id, 'targetGroupARN'),
        targetType: spec.targetType,
        serviceRef: { name, port: backend.port.port },
        nodeSelector: nodeSelectorOf(build, spec.targetType),
        networking: networkingOf(request),
        ipAddressType: spec.ipAddressType,
        vpcID: build.settings.vpcId,
        multiClusterTargetGroup: multi ? true : undefined,
        targetGroupProtocol: spec.protocol,
      }),
    },
  });
}

function nodeSelectorOf({ annotations }: ServiceBuild, targetType: string) {
  if (targetType !== 'instance') return undefined;
  const matchLabels = readService('target-node-labels', annotations) ?? {};
  return Object.keys(matchLabels).length === 0 ? undefined : { matchLabels };
}

/** By the shared back-end group; by address ranges where the load balancer has no groups. */
function networkingOf(request: BindingRequest): { ingress: NetworkingRule[] } | undefined {
  const { facts, spec, backend } = request;
  const targetPort = targetPortOf(spec.targetType, backend.port);
  if (!facts.hasSecurityGroups) return networkingByRange(request, targetPort);
  const group = facts.backendSecurityGroup;
  return group === undefined ? undefined : networkingByGroup(group, targetPort, spec);
}
