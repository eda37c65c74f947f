import { overlaid, readAnnotation } from '../../annotations/read';
import type { Service, ServicePort } from '../../kube/types';
import type { Member } from '../group';
import {
  BINDING,
  type NetworkingRule,
  refTo,
  TARGET_GROUP,
  type TargetGroupSpec,
  type Token,
} from '../stack';
import { annotationsOf, type Build, type LoadBalancerFacts } from './context';
import { compact } from './exclusive';
import { targetPortOf } from './servicePort';

interface Request {
  readonly build: Build;
  readonly facts: LoadBalancerFacts;
  readonly member: Member;
  readonly service: Service;
  /** As the Ingress names it. */
  readonly port: number | string;
  readonly servicePort: ServicePort;
  readonly id: string;
  readonly spec: TargetGroupSpec;
}

/** Adds the TargetGroupBinding of a target group. Source: lbc:pkg/ingress/model_build_target_group.go buildTargetGroupBindingSpec. */
export function buildBinding({ build, facts, member, service, port, servicePort, id, spec }: Request): void {
  const { name, targetType, ipAddressType, protocol } = spec;
  const targetPort = targetPortOf(targetType, servicePort);
  const multi = multiCluster(annotationsOf(member)) || multiCluster(service.metadata.annotations);
  build.draft.add(BINDING, id, {
    template: {
      metadata: { name, namespace: service.metadata.namespace ?? 'default' },
      spec: compact({
        targetGroupARN: refTo(TARGET_GROUP, id, 'targetGroupARN'),
        targetType,
        serviceRef: { name: service.metadata.name, port },
        networking: networkingOf(facts.backendSecurityGroup, targetPort, spec),
        nodeSelector: nodeSelectorOf(member, service, targetType),
        ipAddressType,
        vpcID: build.settings.vpcId,
        multiClusterTargetGroup: multi ? true : undefined,
        targetGroupProtocol: protocol,
      }),
    },
  });
}

/** `false` on the Ingress does not switch off `true` on the Service. */
function multiCluster(annotations: Readonly<Record<string, string>> | undefined): boolean {
  return readAnnotation('multi-cluster-target-group', annotations) ?? false;
}

/** Ports that the targets' security groups must open to the back-end group. */
function networkingOf(
  backend: Token | undefined,
  targetPort: number | string,
  spec: TargetGroupSpec,
): { ingress: NetworkingRule[] } | undefined {
  if (backend === undefined) return undefined;
  const check = spec.healthCheckConfig.port;
  const ports = [targetPort, ...(check === 'traffic-port' ? [] : [check])];
  if (spec.targetControlPort !== undefined) ports.push(spec.targetControlPort);
  const from = [{ securityGroup: { groupID: backend } }];
  return { ingress: ports.map((port) => ({ from, ports: [{ protocol: 'TCP', port }] })) };
}

function nodeSelectorOf(
  member: Member,
  service: Service,
  targetType: string,
): { matchLabels: Record<string, string> } | undefined {
  if (targetType !== 'instance') return undefined;
  const annotations = overlaid(annotationsOf(member), service.metadata.annotations);
  const matchLabels = readAnnotation('target-node-labels', annotations) ?? {};
  return Object.keys(matchLabels).length === 0 ? undefined : { matchLabels };
}
