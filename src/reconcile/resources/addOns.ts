import { awsCode } from '../../aws/errors';
import { protect, unprotect } from '../../aws/shield';
import { associateWebAcl, disassociateWebAcl } from '../../aws/waf';
import { SHIELD, type ShieldSpec, WEB_ACL, type WebAclSpec } from '../../model/addOns';
import { LOAD_BALANCER } from '../../model/stack';
import type { Change } from '../change';
import { inStep } from '../inStep';
import type { ObservedAddOns } from '../observeAddOns';
import type { StackContext } from './context';
import { retryWhile } from './retry';

/** lbc:pkg/deploy/shield/protection_synthesizer.go; the second name is that of older releases. */
const [MANAGED, ...LEGACY] = [
  'managed by aws-load-balancer-controller',
  'managed by aws-alb-ingress-controller',
] as const;

/** Web ACLs and Shield protection of a stack; they come last, and go with their load balancer. */
export function planAddOns(context: StackContext, observed: ObservedAddOns): Change[] {
  const { resources } = context.stack;
  const webAcls = Object.values(resources[WEB_ACL] ?? {});
  const protections = Object.values(resources[SHIELD] ?? {});
  return [
    ...webAcls.flatMap(({ spec }) => planWebAcl(context, spec, observed)),
    ...protections.flatMap(({ spec }) => planShield(context, spec, observed)),
  ];
}

/** Source: lbc:pkg/deploy/wafv2/web_acl_association_synthesizer.go. */
function planWebAcl(context: StackContext, spec: WebAclSpec, { webAcls }: ObservedAddOns): Change[] {
  const { webACLARN: after, resourceARN } = spec;
  const before = webAcls.get(context.outputs.find(resourceARN) ?? '') ?? '';
  if (before === after) return [];
  const base = { what: 'Web ACL', name: nameOf(after || before) };
  const on = { path: 'load balancer', after: loadBalancerName(context) };
  if (after === '') {
    const destructive = 'requests are no longer filtered by it';
    const fields = [{ path: 'web ACL', before }];
    const apply: Change['apply'] = ({ aws, outputs }) =>
      inStep('failed to delete WAFv2 webACL association on LoadBalancer', () =>
        disassociateWebAcl(aws, outputs.need(resourceARN)),
      );
    return [{ ...base, kind: 'delete', fields, destructive, apply }];
  }
  const fresh = before === '';
  return [
    {
      ...{ ...base, kind: fresh ? 'create' : 'update' },
      fields: [{ path: 'web ACL', ...(fresh ? {} : { before }), after }, ...(fresh ? [on] : [])],
      apply: ({ aws, outputs, signal }) =>
        inStep(`failed to ${fresh ? 'create' : 'update'} WAFv2 webACL association on LoadBalancer`, () =>
          retryWhile(signal, isUnavailable, () => associateWebAcl(aws, outputs.need(resourceARN), after)),
        ),
    },
  ];
}

/** WAF does not know a load balancer yet that was made a moment ago (API AssociateWebACL). */
function isUnavailable(error: unknown): boolean {
  return awsCode(error) === 'WAFUnavailableEntity';
}

/** `arn:aws:wafv2:REGION:ACCOUNT:regional/webacl/NAME/ID` -> `NAME` */
function nameOf(arn: string): string {
  return arn.split('/').at(-2) ?? arn;
}

/** By which people know what is protected. */
function loadBalancerName({ stack }: StackContext): string {
  return Object.values(stack.resources[LOAD_BALANCER] ?? {})[0]?.spec.name ?? '';
}

/** Protections that somebody else made stay. Source: lbc:pkg/deploy/shield/protection_synthesizer.go. */
function planShield(context: StackContext, spec: ShieldSpec, observed: ObservedAddOns): Change[] {
  const { enabled, resourceARN } = spec;
  if (observed.withoutShield !== undefined) return [];
  const current = observed.protections.get(context.outputs.find(resourceARN) ?? '');
  if (enabled) return current === undefined ? [createProtection(context, spec)] : [];
  const ours = current !== undefined && [MANAGED, ...LEGACY].some((name) => name === current.name);
  if (!ours) return [];
  return [
    {
      ...{ kind: 'delete', what: 'Shield protection', name: loadBalancerName(context) },
      ...{ fields: [], destructive: 'the load balancer is no longer protected by Shield Advanced' },
      apply: ({ aws }) =>
        inStep('failed to delete shield protection on LoadBalancer', () => unprotect(aws, current.id)),
    },
  ];
}

function createProtection(context: StackContext, { resourceARN }: ShieldSpec): Change {
  return {
    ...{ kind: 'create', what: 'Shield protection', name: loadBalancerName(context), fields: [] },
    apply: (run) =>
      inStep('failed to create shield protection on LoadBalancer', () =>
        protect(run.aws, run.outputs.need(resourceARN), MANAGED),
      ),
  };
}
