/** Why a plan has a resource: which annotation, rule or port asked for it. */
import { rawAnnotation, rawOf, SERVICE_PREFIX, type Suffix } from '../annotations/read';
import type { RuleOrigin } from '../model/build/ruleOrigin';
import type { Member } from '../model/group';
import {
  BINDING,
  FRONTEND_NLB_ID,
  LISTENER,
  LISTENER_RULE,
  LOAD_BALANCER,
  LOAD_BALANCER_ID,
  refTo,
  SECURITY_GROUP,
  type Stack,
  TARGET_GROUP,
} from '../model/stack';
import type { ResourceKey } from './change';
import type { StackOwner } from './owner';

/** The reason for each resource of a stack. */
export type Reasons = (of: ResourceKey) => string | undefined;

type ByType = Readonly<Record<string, (id: string) => string | undefined>>;

export function reasonsOf(owner: StackOwner, stack: Stack, origins: readonly RuleOrigin[]): Reasons {
  const byType = owner.kind === 'service' ? ofService(owner, stack) : ofGroup(owner, stack, origins);
  return ({ type, id }) => byType[type]?.(id);
}

function ofGroup(
  { ingresses: { members } }: Extract<StackOwner, { kind: 'ingress' }>,
  stack: Stack,
  origins: readonly RuleOrigin[],
): ByType {
  const rules = new Map(origins.map((origin) => [`${origin.port}:${origin.priority}`, origin]));
  const forwarding = rulesByTargetGroup(origins);
  const balancer = (id: string) =>
    id === FRONTEND_NLB_ID
      ? said(members, 'enable-frontend-nlb')
      : `${members.length === 1 ? 'the Ingress' : 'the Ingresses'} ${keysOf(members)}`;
  return {
    [SECURITY_GROUP]: () => 'no member sets `security-groups`, so it opens the ports of the listeners',
    [LOAD_BALANCER]: balancer,
    [LISTENER]: (id) => listenerReason(members, stack, id),
    [LISTENER_RULE]: (id) => ruleReason(rules.get(id)),
    [TARGET_GROUP]: (id) => targetGroupReason(members, forwarding, id),
    [BINDING]: (id) => `the pods or nodes behind the target group ${id}`,
  };
}

function ofService({ service, group }: Extract<StackOwner, { kind: 'service' }>, stack: Stack): ByType {
  const annotations = service.metadata.annotations ?? {};
  const name = `${group.namespace}/${group.name}`;
  const asks = ['type', 'nlb-target-type'].filter(
    (suffix) => rawOf(`${SERVICE_PREFIX}${suffix}`, annotations) !== undefined,
  );
  const how =
    service.spec?.loadBalancerClass === undefined
      ? asks.map((suffix) => `\`aws-load-balancer-${suffix}\``).join(' and ')
      : '`spec.loadBalancerClass`';
  return {
    [SECURITY_GROUP]: () => `the Service ${name} sets no \`aws-load-balancer-security-groups\``,
    [LOAD_BALANCER]: () => `${how} of the Service ${name}`,
    [LISTENER]: (id) => `port ${stack.resources[LISTENER]?.[id]?.spec.port ?? id} of the Service ${name}`,
    [TARGET_GROUP]: (id) =>
      `port ${id.slice(id.lastIndexOf(':') + 1)} of ${id.slice(0, id.lastIndexOf(':'))}`,
    [BINDING]: (id) => `the pods or nodes behind the target group ${id}`,
  };
}

function keysOf(members: readonly Member[]): string {
  return members.map(({ key }) => key).join(', ');
}

/** Members that write an annotation. */
function writing(members: readonly Member[], suffix: Suffix): readonly Member[] {
  return members.filter(({ ingress }) => rawAnnotation(suffix, ingress.metadata.annotations) !== undefined);
}

function said(members: readonly Member[], suffix: Suffix): string {
  return `\`${suffix}\` of ${keysOf(writing(members, suffix))}`;
}

function listenerReason(members: readonly Member[], { resources }: Stack, id: string): string {
  const spec = resources[LISTENER]?.[id]?.spec;
  const front = refTo(LOAD_BALANCER, LOAD_BALANCER_ID, 'loadBalancerARN').$ref;
  const { loadBalancerARN: arn } = spec ?? {};
  if (spec !== undefined && typeof arn === 'object' && arn.$ref !== front) {
    const mapped = writing(members, 'frontend-nlb-listener-port-mapping');
    return mapped.length > 0
      ? said(mapped, 'frontend-nlb-listener-port-mapping')
      : 'every listener of the Application Load Balancer has one';
  }
  const naming = writing(members, 'listen-ports');
  if (naming.length > 0) return said(naming, 'listen-ports');
  const certified = writing(members, 'certificate-arn');
  return spec?.protocol === 'HTTPS' && certified.length > 0
    ? `${said(certified, 'certificate-arn')}, and no \`listen-ports\``
    : 'the default, as no member sets `listen-ports`';
}

function ruleReason(origin: RuleOrigin | undefined): string | undefined {
  if (origin === undefined) return undefined;
  const { member, path } = origin;
  const host = member.ingress.spec?.rules?.find(({ http }) => http?.paths.includes(path))?.host;
  const { service } = path.backend;
  const action = service?.port?.name === 'use-annotation' ? ` and its \`actions.${service.name}\`` : '';
  return `path ${path.path || '/'}${host === undefined ? '' : ` of ${host}`} in ${member.key}${action}`;
}

function rulesByTargetGroup(origins: readonly RuleOrigin[]): Map<string, RuleOrigin> {
  const found = new Map<string, RuleOrigin>();
  for (const origin of origins) {
    for (const { forwardConfig } of origin.rule.actions) {
      for (const { targetGroupARN: arn } of forwardConfig?.targetGroups ?? []) {
        const key = typeof arn === 'string' ? arn : arn.$ref;
        if (!found.has(key)) found.set(key, origin);
      }
    }
  }
  return found;
}

/** An id begins with the member's key (src/model/build/targetGroup.ts). */
function targetGroupReason(
  members: readonly Member[],
  forwarding: ReadonlyMap<string, RuleOrigin>,
  id: string,
): string {
  const origin = forwarding.get(refTo(TARGET_GROUP, id, 'targetGroupARN').$ref);
  if (origin !== undefined) return ruleReason(origin) ?? origin.member.key;
  if (id.startsWith(FRONTEND_NLB_ID)) return said(members, 'enable-frontend-nlb');
  const member = members.find(({ key }) => id.startsWith(`${key}-`));
  return `\`spec.defaultBackend\` of ${member?.key ?? keysOf(members)}`;
}
