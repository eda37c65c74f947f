/** The pods behind an Ingress: whether the load balancer asks them what they answer, and waits until they are ready. */

import { setAnnotation } from '../../edits';
import { listOf } from '../../workspace/keys';
import { hasPlaceholder } from '../annotations';
import type { CheckContext } from '../context';
import type { Finding } from '../finding';
import { offer } from '../finding';
import type { IngressSubject, Subject } from '../subject';
import { entryOf, nameSpan, readValue, spanOfAnnotation } from '../subject';
import type { PodSpec, Probe } from './pods';
import { podsOf, probesOn, replicasOf } from './pods';
import { distinct, referencesOf } from './reference';
import { isAutoMode, perService, type Target, targetPortOf, targetsOf } from './target';

/** A target with the pods behind it and the one readiness probe on the port that gets the traffic. */
interface Probed extends Target {
  readonly workload: Subject;
  readonly probe: Probe;
}

export function checkProbes(ingress: IngressSubject, context: CheckContext): Finding[] {
  return perService(targetsOf(ingress, context)).flatMap((target) => {
    const probed = probedOf(target, context);
    return probed === undefined ? [] : [...checkPath(probed, ingress), ...checkProtocol(probed, ingress)];
  });
}

function probedOf(target: Target, context: CheckContext): Probed | undefined {
  const { port } = target;
  // A health check on another port asks something else.
  if (port === undefined || (readValue(target, 'healthcheck-port') ?? 'traffic-port') !== 'traffic-port')
    return undefined;
  const workloads = context.workloads(target.service);
  const probes = workloads.flatMap((workload) =>
    probesOn(workload, targetPortOf(port)).map((probe) => ({ workload, probe })),
  );
  const [only] = probes;
  return probes.length === 1 && only !== undefined ? { ...target, ...only } : undefined;
}

function checkPath(target: Probed, ingress: IngressSubject): Finding[] {
  if (readValue(target, 'backend-protocol-version') === 'GRPC') return [];
  const path = readValue(target, 'healthcheck-path') ?? '/';
  const wanted: unknown = target.probe.httpGet.path ?? '/';
  if (path === wanted || typeof wanted !== 'string' || !wanted.startsWith('/')) return [];
  if (hasPlaceholder(path) || hasPlaceholder(wanted)) return [];
  return [
    {
      code: 'probe-path',
      span: placeOf(target, ingress, 'healthcheck-path'),
      message: `The health check of \`${target.service.label}\` asks for \`${path}\`, the readiness probe of \`${target.workload.label}\` for \`${wanted}\`.`,
      advice: `Set \`healthcheck-path: ${wanted}\` if that page answers with 200.`,
      related: [theProbe(target)],
      ...settingFix(target, ingress, 'healthcheck-path', wanted),
    },
  ];
}

/** The probe goes to the same port, so that one of the two protocols is wrong. */
function checkProtocol(target: Probed, ingress: IngressSubject): Finding[] {
  const spoken = target.probe.httpGet.scheme ?? 'HTTP';
  const protocol = readValue(target, 'backend-protocol') ?? 'HTTP';
  if (spoken === protocol || ![spoken, protocol].every((one) => one === 'HTTP' || one === 'HTTPS')) return [];
  return [
    {
      code: 'probe-protocol',
      span: placeOf(target, ingress, 'backend-protocol'),
      message: `The load balancer speaks ${protocol} to \`${target.service.label}\`, the readiness probe of \`${target.workload.label}\` speaks ${spoken} on the same port.`,
      advice: `Set \`backend-protocol: ${spoken}\` if the pods speak ${spoken} there.`,
      related: [theProbe(target)],
      ...settingFix(target, ingress, 'backend-protocol', spoken),
    },
  ];
}

function theProbe({ workload, probe }: Probed) {
  return {
    at: workload.located,
    span: probe.span,
    message: 'The readiness probe of the pods',
  };
}

/** The annotation if it stands on the Ingress and counts, else the backend. */
function placeOf(target: Probed, ingress: IngressSubject, suffix: string) {
  const counts = entryOf(ingress, suffix) !== undefined && entryOf(target.service, suffix) === undefined;
  return counts ? spanOfAnnotation(ingress, suffix) : target.reference.nameSpan();
}

/** Set on the Ingress it holds for all its Services: right only where there is one. */
function settingFix(
  { service }: Probed,
  ingress: IngressSubject,
  suffix: string,
  value: string,
): Pick<Finding, 'fixes'> {
  const alone = distinct(referencesOf(ingress)).length === 1;
  if (!alone || entryOf(service, suffix) !== undefined) return {};
  return offer(`Set \`${suffix}: ${value}\``, setAnnotation(ingress.object, suffix, value));
}

const INJECT = 'elbv2.k8s.aws/pod-readiness-gate-inject';

/** What lets requests fail while pods are replaced (lbc:docs/deploy/pod_readiness_gate.md). One finding for all of it. */
export function checkRollout(ingress: IngressSubject, context: CheckContext): Finding[] {
  const targets = perService(targetsOf(ingress, context)).filter(({ targetType }) => targetType === 'ip');
  const workloads = [...new Set(targets.flatMap(({ service }) => context.workloads(service)))];
  const [first] = targets;
  if (first === undefined || workloads.length === 0) return [];
  const gate = lackOfGate(ingress, context);
  const reasons = [...gate.map(({ text }) => text), ...workloads.flatMap((one) => lacksOf(one, targets))];
  if (reasons.length === 0) return [];
  return [
    {
      code: 'unsafe-rollout',
      span: first.reference.nameSpan(),
      message: `${reasons.join('; ')}.`,
      advice:
        'Use readiness gates, more than one replica, and a `preStop` hook that waits until the target is deregistered.',
      related: [
        ...gate.map(({ at }) => ({ at: at.located, span: nameSpan(at), message: 'The Namespace' })),
        ...workloads.map((one) => ({ at: one.located, span: nameSpan(one), message: 'The pods' })),
      ],
    },
  ];
}

/** The label is the controller's; Auto Mode does not read it as documented, so nothing is said there. */
function lackOfGate(ingress: IngressSubject, context: CheckContext): { at: Subject; text: string }[] {
  const namespace = context.namespace(ingress);
  if (namespace === undefined || context.assembled(namespace) || isAutoMode(ingress, context)) return [];
  if (namespace.value.metadata.labels?.[INJECT] === 'enabled') return [];
  const text = `Namespace \`${namespace.label}\` has no label \`${INJECT}: enabled\``;
  return [{ at: namespace, text }];
}

/** One replica, no wait before the end, or an end before the load balancer has let go. */
function lacksOf(workload: Subject, targets: readonly Target[]): string[] {
  const pods = podsOf(workload);
  if (pods === undefined) return [];
  const name = `\`${workload.label}\``;
  const delay = Math.max(...targets.map(delayOf));
  const grace = pods.terminationGracePeriodSeconds;
  return [
    ...(replicasOf(workload) === 1 ? [`${name} has one replica`] : []),
    ...(waits(pods) ? [] : [`the pods of ${name} have no \`preStop\` hook`]),
    ...(typeof grace === 'number' && grace < delay
      ? [`the pods of ${name} get ${grace} seconds to end, and the target group drains for ${delay}`]
      : []),
  ];
}

function waits({ containers }: PodSpec): boolean {
  return listOf(containers).some((one) => (one?.lifecycle?.preStop ?? undefined) !== undefined);
}

/** Only what is written counts: nearly nobody fits the default of 300. */
function delayOf(target: Target): number {
  const written = readValue(target, 'target-group-attributes')?.['deregistration_delay.timeout_seconds'];
  return written === undefined ? 0 : Number(written);
}
